"""The gradient checks themselves: right where they should be, and of use where not."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook import nn
from bpworkbook.nn import ArgumentError


@given(st.lists(st.integers(1, 4), max_size=3))
def test_numerical_gradient_has_the_shape_of_x(shape: list[int]) -> None:
    x = np.random.default_rng(0).standard_normal(shape)
    kept = x.copy()
    gradient = nn.numerical_gradient(lambda x: np.sum(x**3), x)
    np.testing.assert_allclose(gradient, 3 * kept**2, rtol=1e-7, atol=1e-9)
    np.testing.assert_array_equal(x, kept, "x was not restored")


def test_numerical_gradient_restores_x_when_f_raises() -> None:
    x = np.array([1.0, 2.0])
    with pytest.raises(ZeroDivisionError):
        nn.numerical_gradient(lambda x: 1 // 0, x)
    np.testing.assert_array_equal(x, [1, 2])


def test_numerical_gradient_of_float32_divides_by_the_distance_walked() -> None:
    # 1e-3 is no float32: dividing by 2h instead leaves a relative error near 1e-4.
    x = np.array([7.0], np.float32)
    gradient = nn.numerical_gradient(lambda x: 3.0 * float(x[0]), x, h=1e-3)
    assert gradient.dtype == np.float32
    assert nn.relative_error(gradient, np.array([3.0], np.float32)) < 1e-6


@pytest.mark.parametrize(("h", "error"), [(1e-2, 1e-3), (1e-6, 1e-9), (1e-12, 1e-2)])
def test_the_error_is_least_near_1e_6(h: float, error: float) -> None:
    x = np.array([0.4])
    gradient = nn.numerical_gradient(lambda x: np.sin(3 * x[0]) * np.exp(x[0]), x, h)
    exact = (3 * np.cos(1.2) + np.sin(1.2)) * np.exp(0.4)
    assert nn.relative_error(gradient, np.array([exact])) < error


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=4), st.floats(1e-3, 1e3))
def test_relative_error_is_symmetric_and_scale_free(values: list[float], factor: float) -> None:
    a = np.array(values)
    b = a[::-1] + 1
    error = nn.relative_error(a, b)
    assert error == nn.relative_error(b, a)
    assert nn.relative_error(factor * a, factor * b) == pytest.approx(error)
    assert nn.relative_error(a, a) == 0
    assert 0 <= error <= 2


def test_relative_error_of_special_values() -> None:
    assert nn.relative_error(np.zeros(3), np.zeros(3)) == 0
    assert nn.relative_error(1.0, -1.0) == 2
    assert np.isnan(nn.relative_error(np.array([np.nan, 1.0]), np.ones(2)))


def test_projection_check_leaves_inputs_alone(rng: np.random.Generator) -> None:
    inputs = [rng.standard_normal(shape) for shape in [(5, 3), (3, 2), (2,)]]
    kept = [x.copy() for x in inputs]
    nn.projection_check(nn.linear_forward, nn.linear_backward, inputs, rng)
    nn.check_gradients(nn.linear_forward, nn.linear_backward, inputs, rng)
    for x, copy in zip(inputs, kept, strict=True):
        np.testing.assert_array_equal(x, copy)


@pytest.mark.parametrize("check", [nn.projection_check, nn.check_gradients])
def test_a_gradient_of_wrong_shape_is_named(check: Any, rng: np.random.Generator) -> None:
    def transposed(grad_out: Any, cache: Any) -> Any:
        grad_x, grad_W, grad_b = nn.linear_backward(grad_out, cache)
        return grad_x, grad_W.T, grad_b

    inputs = [rng.standard_normal(shape) for shape in [(5, 3), (3, 2), (2,)]]
    with pytest.raises(ArgumentError, match=r"gradient 1 is \(2, 3\), but its input is \(3, 2\)"):
        check(nn.linear_forward, transposed, inputs, rng)
    with pytest.raises(ArgumentError, match="gradient 0 is None"):
        check(nn.linear_forward, lambda grad_out, cache: None, inputs, rng)
    with pytest.raises(ArgumentError, match="returned 4 gradients, but forward took 3 inputs"):
        check(nn.linear_forward, lambda grad_out, cache: (1, 2, 3, 4), inputs, rng)


def test_the_report_names_the_worst_entry(rng: np.random.Generator) -> None:
    def faulty(grad_out: Any, cache: Any) -> Any:
        grad_x, grad_W, grad_b = nn.linear_backward(grad_out, cache)
        grad_W[2, 1] += 5
        return grad_x, grad_W, grad_b

    inputs = [rng.standard_normal(shape) for shape in [(5, 3), (3, 2), (2,)]]
    report = nn.check_gradients(nn.linear_forward, faulty, inputs, rng)
    worst = report.worst
    assert not report.passed
    assert (worst.name, worst.index) == ("W", (2, 1))
    assert worst.analytic - worst.numeric == pytest.approx(5, rel=1e-6)
    first, *lines = str(report).splitlines()
    assert first == "gradient check failed (relative error at most 1e-06), worst at W[2, 1]"
    assert [line.split(":")[0].split("[")[0].strip() for line in lines] == ["x", "W", "b"]


def test_nan_fails_and_is_the_worst(rng: np.random.Generator) -> None:
    def faulty(grad_out: Any, cache: Any) -> Any:
        grad_x, grad_W, grad_b = nn.linear_backward(grad_out, cache)
        return -grad_x, grad_W, grad_b * np.array([1, np.nan])

    inputs = [rng.standard_normal(shape) for shape in [(5, 3), (3, 2), (2,)]]
    report = nn.check_gradients(nn.linear_forward, faulty, inputs, rng)
    assert not report.passed
    assert (report.worst.name, report.worst.index) == ("b", (1,))


def test_a_kink_inside_the_step_fails_a_right_gradient(rng: np.random.Generator) -> None:
    # Documented in gradcheck: the check is only as good as its point.
    near = [np.array([[1e-8, 1.0]])]
    assert not nn.check_gradients(nn.relu_forward, nn.relu_backward, near, rng).passed


def test_functions_without_a_signature_get_numbered_names(rng: np.random.Generator) -> None:
    def forward(*inputs: Any) -> Any:
        return inputs[0] * inputs[1], inputs

    def backward(grad_out: Any, cache: Any) -> Any:
        return grad_out * cache[1], grad_out * cache[0]

    report = nn.check_gradients(forward, backward, [rng.random(3), rng.random(3)], rng)
    assert report.passed
    assert [entry.name for entry in report.entries] == ["inputs[0]", "inputs[1]"]


def test_check_model_refuses(rng: np.random.Generator) -> None:
    with pytest.raises(ArgumentError, match="check_model: model is None, expected a Module"):
        nn.check_model(None, "mse", np.ones((2, 2)), np.ones((2, 1)))
    with pytest.raises(ArgumentError, match="check_model: loss is 'hinge', expected one of"):
        nn.check_model(nn.Linear(2, 1, rng=rng), "hinge", np.ones((2, 2)), np.ones((2, 1)))


class Constant(nn.Module):
    """A layer with a parameter whose gradient it never sets."""

    def __init__(self) -> None:
        self.b = nn.Parameter(np.ones(2))

    def forward(self, x: Any) -> Any:
        return x + self.b.data

    def backward(self, grad_out: Any) -> Any:
        return grad_out

    def parameters(self) -> list[nn.Parameter]:
        return [self.b]


def test_a_model_without_a_gradient_is_named() -> None:
    with pytest.raises(
        ArgumentError, match=r"parameters\(\)\[0\].grad is None after model.backward"
    ):
        nn.check_model(Constant(), "mse", np.ones((3, 2)), np.zeros((3, 2)))


def test_a_function_without_a_signature_has_numbered_inputs() -> None:
    def forward(*inputs: Any) -> Any:
        return inputs[0] * 2, None

    del_signature = type("Forward", (), {"__call__": staticmethod(forward), "__signature__": 3})()
    for function in (forward, del_signature):
        report = nn.check_gradients(
            function, lambda grad_out, cache: 2 * grad_out, [np.ones(3)], np.random.default_rng(0)
        )
        assert report.passed
        assert report.worst.name in ("inputs", "inputs[0]")
    assert report.worst.name == "inputs[0]"


def test_what_cannot_be_checked_is_refused() -> None:
    pairs = [
        (lambda x: x, "forward returned \\(3,\\), expected \\(out, cache\\)"),
        (lambda x: ("text", None), "forward returned 'text', expected floats"),
    ]
    for forward, message in pairs:
        with pytest.raises(ArgumentError, match=message):
            nn.projection_check(forward, forward, [np.ones(3)], np.random.default_rng(0))
    with pytest.raises(ArgumentError, match=r"inputs\[0\] is 2.0, expected an array"):
        nn.check_gradients(
            lambda x: (x * np.ones(2), None),
            lambda grad_out, cache: grad_out,
            [2.0],
            np.random.default_rng(0),
        )
    with pytest.raises(ArgumentError, match="backward returned 2 gradients, but forward took 1"):
        nn.projection_check(
            lambda x: (x, None),
            lambda grad_out, cache: (grad_out, grad_out),
            [np.ones(3)],
            np.random.default_rng(0),
        )
    fixed = np.ones(3)
    fixed.flags.writeable = False
    with pytest.raises(ArgumentError, match="x is read-only"):
        nn.numerical_gradient(np.sum, fixed)
    with pytest.raises(ArgumentError, match=r"h is 1e-300, which 1\.0 of x is too large to feel"):
        nn.numerical_gradient(np.sum, np.ones(3), h=1e-300)
