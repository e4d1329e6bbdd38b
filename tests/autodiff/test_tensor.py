"""``Tensor``: recording, accumulating, and refusing to change what was recorded."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook import autodiff, nn
from bpworkbook.autodiff import Tensor, grad, log_softmax, no_grad, unbroadcast
from bpworkbook.nn import ArgumentError


def test_a_tensor_that_is_used_twice() -> None:
    x = Tensor(np.array([3.0]))
    (x * x + x).backward()
    np.testing.assert_array_equal(x.grad, [7])


def test_diamonds_are_not_walked_path_by_path() -> None:
    y = x = Tensor(np.ones(2))
    for _ in range(60):
        y = y + y
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, 2.0**60)


def test_gradients_add_up_until_zeroed() -> None:
    x = Tensor(np.ones(2))
    y = np.sum(x * 3)
    y.backward()
    first = x.grad
    y.backward()
    np.testing.assert_array_equal(x.grad, 6)
    np.testing.assert_array_equal(first, 3, "an earlier gradient was overwritten")
    x.zero_grad()
    assert x.grad is None


def test_gradients_are_not_shared() -> None:
    x, y = Tensor(np.ones(3)), Tensor(np.ones(3))
    (x + y).backward(seed := np.ones(3))
    x.grad[0] = 99
    np.testing.assert_array_equal(y.grad, 1)
    np.testing.assert_array_equal(seed, 1)


def test_a_long_chain_takes_no_recursion_and_little_time() -> None:
    start = time.process_time()
    y = x = Tensor(np.ones(()))
    for _ in range(100_000):
        y = y + 1.0
    y.backward()
    # A debugger or a measurement of coverage takes several times as long.
    assert sys.gettrace() is not None or time.process_time() - start < 3
    assert x.grad == 1


def test_arrays_and_tensors_mix_both_ways() -> None:
    a, t = np.array([[1.0, 2.0]]), Tensor(np.array([[3.0], [4.0]]))
    for out in (a @ t, a * t, t * a, a - t, t - a, a / t, 2 * t, t**2, 2**t, np.float64(2) * t):
        assert isinstance(out, Tensor)
        assert out.requires_grad
    assert np.allclose((a @ t).data, 11)
    assert not isinstance(t > 3, Tensor)
    np.testing.assert_array_equal(t == 3, [[True], [False]])


def test_methods_and_functions_agree() -> None:
    t = Tensor(np.arange(1.0, 7.0).reshape(2, 3))
    pairs: list[tuple[Any, Any]] = [
        (t.sum(axis=0), np.sum(t, 0)),
        (t.mean(), np.mean(t)),
        (t.max(1, keepdims=True), np.max(t, axis=1, keepdims=True)),
        (t.reshape(3, 2), np.reshape(t, (3, 2))),
        (t.T, np.transpose(t)),
        (t.transpose(1, 0), np.swapaxes(t, 0, 1)),
        (t.swapaxes(0, 1), t.T),
        (t.exp(), np.exp(t)),
        (t.log().tanh(), np.tanh(np.log(t))),
        (t.relu(), autodiff.relu(t)),
        (t.sigmoid(), autodiff.sigmoid(t)),
        (t.softmax(), autodiff.softmax(t)),
        (t.log_softmax(), np.log(autodiff.softmax(t))),
        (np.concatenate([t, t]), np.concatenate((t, t.data), axis=0)),
    ]
    for method, function in pairs:
        np.testing.assert_allclose(method.data, function.data, rtol=1e-15)
    assert [row.shape for row in t] == [(3,), (3,)]
    assert (len(t), t.ndim, t.size, t.shape) == (2, 2, 6, (2, 3))
    assert np.shape(t) == (2, 3)
    assert float(t[0, 0]) == 1
    assert repr(Tensor(np.zeros(1))) == "Tensor(array([0.]))"
    assert len({t, t}) == 1


def test_no_grad_and_detach() -> None:
    x = Tensor(np.ones(2))
    with no_grad():
        assert not (x * 2).requires_grad
        np.testing.assert_array_equal(grad(lambda z: (z * z).sum())(np.ones(2)), 2)
        seen: list[bool] = []
        thread = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
        thread.start()
        thread.join()
    assert seen == [True], "another thread stopped recording"
    (x * (x * 3).detach()).sum().backward()
    np.testing.assert_array_equal(x.grad, 3)
    constant = Tensor(np.ones(2), requires_grad=False)
    (x * constant).sum().backward()
    assert constant.grad is None
    assert not (constant * 2).requires_grad


def test_no_grad_ends_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (Tensor(np.ones(1)) * 2).requires_grad


IN_PLACE: dict[str, Callable[[Tensor], Any]] = {
    "t[0] = ...": lambda t: t.__setitem__(0, 5.0),
    "t += ...": lambda t: t.__iadd__(1),
    "t *= tensor": lambda t: t.__imul__(t),
    "array += t": lambda t: np.zeros(3).__iadd__(t),
    "out=": lambda t: np.exp(t, out=np.zeros(3)),
    "t.data[0] = ...": lambda t: t.data.__setitem__(0, 5.0),
    "t.data += ...": lambda t: t.data.__iadd__(1),
    "result.data[0] = ...": lambda t: (t * t).data.__setitem__(0, 5.0),
    "view.data[0] = ...": lambda t: t.reshape(3, 1).data.__setitem__(0, 5.0),
    "result.data = ...": lambda t: setattr(t * t, "data", np.zeros(3)),
}


@pytest.mark.parametrize("change", IN_PLACE.values(), ids=IN_PLACE.keys())
def test_in_place_changes_are_refused(change: Callable[[Tensor], Any]) -> None:
    t = Tensor(np.ones(3))
    with pytest.raises(ValueError, match=r"backward needs|read-only|was computed"):
        change(t)
    np.testing.assert_array_equal(t.data, 1)


def test_arrays_that_were_recorded_may_be_written_to_by_their_owner() -> None:
    x, c, rows = np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([0, 0])
    t = Tensor(x)
    picked = [0, 0]
    out = np.sum(t * c + t[rows] + t[picked] + t[(rows,)])
    x[:], c[:], rows[:], picked[:] = 99, 99, 1, [1, 1]
    out.backward()
    np.testing.assert_array_equal(t.grad, [9, 4])


def test_a_leaf_gets_new_values_and_earlier_records_keep_the_old() -> None:
    w = Tensor(np.array([2.0]))
    before = w * w
    w.data = w.data - 1
    before.backward()
    np.testing.assert_array_equal(w.grad, [4])
    np.testing.assert_array_equal((w * w).data, [1])


def test_a_float64_constant_does_not_widen_a_gradient() -> None:
    t = Tensor(np.ones(2, dtype=np.float32))
    out = np.sum(t * np.array([1.0, 2.0]))
    assert out.dtype == np.float64
    out.backward()
    assert t.grad.dtype == np.float32
    wide = t.astype(np.float64)
    assert wide.dtype == np.float64


def test_losses_of_nn_by_recording() -> None:
    """``nn.cross_entropy`` itself computes in place, which a tensor refuses."""
    rng = np.random.default_rng(0)
    z, labels, y = rng.standard_normal((5, 3)), rng.integers(0, 3, 5), rng.random((5, 3))
    ours = grad(lambda z: -np.mean(log_softmax(z)[np.arange(5), labels]))(z)
    theirs = nn.cross_entropy_backward(nn.cross_entropy_forward(z, labels)[1])
    np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=1e-16)
    ours = grad(lambda z: np.mean((z - y) ** 2))(z)
    np.testing.assert_allclose(ours, nn.mse_backward(z - y), rtol=1e-13)


def test_reductions_by_their_ufuncs() -> None:
    x = np.array([[1.0, 5.0, 2.0], [4.0, 3.0, 6.0]])
    for function, plain in ((np.add, np.sum), (np.maximum, np.max)):
        for axis in (0, 1, None):
            ours = grad(lambda t, f=function, axis=axis: np.sum(f.reduce(t, axis=axis) ** 2))(x)
            theirs = grad(lambda t, f=plain, axis=axis: np.sum(f(t, axis=axis) ** 2))(x)
            np.testing.assert_array_equal(ours, theirs)
    assert np.add.reduce(Tensor(x)).shape == (3,)


def test_unbroadcast_of_every_kind() -> None:
    g = np.arange(24.0).reshape(2, 3, 4)
    for shape in [(), (4,), (3, 1), (1, 3, 4), (2, 1, 4), (2, 3, 4), (1, 1, 1)]:
        assert unbroadcast(g, shape).shape == shape
        assert unbroadcast(g, shape).sum() == g.sum()


BAD: dict[str, Callable[[Tensor], Any]] = {
    r"Tensor: data is a list": lambda t: Tensor([1.0]),
    r"Tensor: data has dtype int64": lambda t: Tensor(np.arange(3)),
    r"Tensor: data is \(0,\), which is an empty batch": lambda t: Tensor(np.zeros(0)),
    r"Tensor: data is a Tensor already": lambda t: Tensor(t),
    r"Tensor: data is \(2,\), but it was \(3,\)": lambda t: setattr(t, "data", np.ones(2)),
    r"Tensor\.backward: grad_out is None, but the tensor is \(3,\)": lambda t: t.backward(),
    r"Tensor\.backward: grad_out is \(2,\), but tensor was \(3,\)": lambda t: t.backward(
        np.ones(2)
    ),
    r"Tensor\.backward: grad_out has dtype float32": lambda t: t.backward(
        np.ones(3, dtype=np.float32)
    ),
    r"multiply: a Tensor met a list": lambda t: t * [1, 2, 3],
    r"add: a Tensor met None": lambda t: t + None,
    r"add: operands could not be broadcast.*\(3,\) and \(2,\)": lambda t: t + np.ones(2),
    r"matmul: ": lambda t: t @ np.ones((2, 2)),
    r"reshape: cannot reshape": lambda t: t.reshape(2, 2),
    r"sum: axis 1 is out of bounds": lambda t: t.sum(axis=1),
    r"index: index 3 is out of bounds": lambda t: t[3],
    r"index: ": lambda t: t["a"],
    r"Tensor: np\.cumsum has no derivative here": lambda t: np.cumsum(t),
    r"Tensor: np\.arctan has no derivative here": lambda t: np.arctan(t),
    r"multiply: \.reduce has no derivative": lambda t: np.multiply.reduce(t),
    r"add: \.accumulate has no derivative": lambda t: np.add.accumulate(t),
    r"Tensor: requires_grad is 3, expected True or False": lambda t: Tensor(t.data, 3),  # type: ignore[arg-type]
    r"grad: f is 3, expected a function": lambda t: grad(3),  # type: ignore[arg-type]
    r"unbroadcast: g is \(4, 3\), which \(3, 4\) does": lambda t: unbroadcast(
        np.ones((4, 3)), (3, 4)
    ),
    r"unbroadcast: g is \(3,\), which \(1, 3\) does": lambda t: unbroadcast(np.ones(3), (1, 3)),
    r"concatenate: axis is None": lambda t: np.concatenate([t, t], axis=None),
    r"sum: dtype cannot be used": lambda t: np.sum(t, dtype=float),
    r"sum: these 5 arguments cannot": lambda t: np.sum(t, 0, None, None, False),
    r"softmax: z is \(\), expected 1 or more axes": lambda t: t.sum().softmax(),
    r"Tensor: turning one into an array": lambda t: np.asarray(t),
    r"grad: f returned \(3,\), expected one number": lambda t: grad(lambda x: x)(np.ones(3)),
    r"grad: f returned a tuple": lambda t: grad(lambda x: (x,))(np.ones(1)),
    r"grad: no argument came": lambda t: grad(lambda: 1.0)(),
}


@pytest.mark.parametrize(("message", "call"), BAD.items(), ids=BAD.keys())
def test_bad_input(message: str, call: Callable[[Tensor], Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{message}"):
        call(Tensor(np.ones(3)))


def test_backward_of_nothing() -> None:
    with pytest.raises(RuntimeError, match="nothing was recorded"):
        Tensor(np.ones(1)).detach().backward()


def test_a_gradient_that_does_not_depend_on_the_argument_is_zero() -> None:
    np.testing.assert_array_equal(grad(lambda x: np.float64(3))(np.ones(2)), 0)
    first, second = grad(lambda x, y: x.sum())(np.ones(2), np.ones(3))
    np.testing.assert_array_equal(first, 1)
    np.testing.assert_array_equal(second, 0)
