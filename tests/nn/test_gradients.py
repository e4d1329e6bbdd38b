"""Every backward function agrees with differences of its forward function, in float64."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook import nn

SIZES = [(1, 1), (1, 5), (7, 1), (6, 4)]


@pytest.mark.parametrize(("n", "d"), SIZES)
def test_backward_agrees_with_random_projections(
    pair: Any, n: int, d: int, rng: np.random.Generator
) -> None:
    inputs = pair.draw(rng, n, d, np.float64)
    assert nn.projection_check(pair.forward, pair.backward, inputs, rng) < 1e-6


def test_backward_agrees_entry_by_entry(pair: Any, rng: np.random.Generator) -> None:
    inputs = pair.draw(rng, 3, 4, np.float64)
    report = nn.check_gradients(pair.forward, pair.backward, inputs, rng)
    assert report.passed, report


def test_backward_is_linear_in_grad_out(pair: Any, rng: np.random.Generator) -> None:
    inputs = pair.draw(rng, 3, 4, np.float64)
    out, cache = pair.forward(*inputs)
    once, twice = np.ones_like(out), np.full_like(out, 2)
    doubled = pair.backward(grad_out=twice, cache=cache)
    single = pair.backward(grad_out=once, cache=cache)
    for two, one in zip(as_tuple(doubled), as_tuple(single), strict=True):
        np.testing.assert_allclose(two, 2 * one, rtol=1e-14, atol=1e-15)


def test_losses_default_to_a_grad_out_of_one(pairs: Any, rng: np.random.Generator) -> None:
    for pair in (pair for pair in pairs if pair.is_loss):
        cache = pair.forward(*pair.draw(rng, 3, 4, np.float64))[1]
        np.testing.assert_array_equal(pair.backward(cache), pair.backward(cache, grad_out=1.0))


# Pairs whose arguments are not a batch of rows: the file that holds them against their definition.
OWN_FILES = {
    "test_attention.py": ("scaled_dot_product_attention", "multi_head_attention"),
    "test_convolution.py": ("conv2d",),
    "test_ctc.py": ("ctc_loss",),
    "test_dropout.py": ("dropout",),
    "test_embedding.py": ("embedding",),
    "test_normalization.py": ("batch_norm", "layer_norm"),
    "test_pooling.py": ("max_pool2d", "avg_pool2d", "global_max_pool2d", "global_avg_pool2d"),
    "test_recurrent.py": ("rnn", "lstm", "gru", "rnn_step", "lstm_step", "gru_step"),
    "test_transformer.py": ("transformer_block",),
}


def test_no_pair_is_forgotten(pairs: Any) -> None:
    public = {name for name in nn.__all__ if name.endswith("_backward")}
    elsewhere = {f"{name}_backward" for names in OWN_FILES.values() for name in names}
    assert public == {f"{pair.name}_backward" for pair in pairs} | elsewhere


FAULTS: dict[str, Callable[[Any], Any]] = {
    "all zeros": lambda grad: 0 * grad,
    "all ones": lambda grad: 0 * grad + 1,
    "negated": lambda grad: -grad,
    "doubled": lambda grad: 2 * grad,
    "one entry off by a thousandth": lambda grad: grad * (1 + 1e-3 * (grad == grad.max())),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_both_checks_refuse_a_wrong_backward(
    pair: Any, fault: Callable[[Any], Any], rng: np.random.Generator
) -> None:
    inputs = pair.draw(rng, 4, 3, np.float64)

    def wrong(grad_out: Any, cache: Any) -> Any:
        first, *rest = as_tuple(pair.backward(grad_out=grad_out, cache=cache))
        return (fault(first), *rest)

    assert nn.projection_check(pair.forward, wrong, inputs, rng) > 1e-6
    report = nn.check_gradients(pair.forward, wrong, inputs, rng)
    assert not report.passed, "the report let a wrong gradient pass"
    assert report.worst is report.entries[0], "the report blames the wrong argument"


@pytest.mark.parametrize("loss", ["cross_entropy", "bce_with_logits", "mse"])
@pytest.mark.parametrize("n", [1, 5])
def test_whole_networks(loss: str, n: int, rng: np.random.Generator) -> None:
    model = nn.Sequential(
        nn.Linear(3, 4, rng=rng, init=nn.init.glorot),
        nn.Tanh(),
        nn.Linear(4, 6, rng=rng),
        nn.LeakyReLU(0.2),
        nn.Linear(6, 5, rng=rng),
        nn.Sigmoid(),
        nn.Linear(5, 8, rng=rng),
        nn.ReLU(),
        nn.Linear(8, 3, rng=rng),
    )
    for parameter in model.parameters():
        # Biases of zero hide errors.
        parameter.data += 0.1 * rng.standard_normal(parameter.data.shape)
    y = rng.integers(0, 3, n) if loss == "cross_entropy" else rng.random((n, 3))
    report = nn.check_model(model, loss, rng.standard_normal((n, 3)), y)
    assert report.passed, report
    assert len(report.entries) == 11


def test_check_model_names_a_wrong_parameter(rng: np.random.Generator) -> None:
    class Faulty(nn.Linear):
        def backward(self, grad_out: Any) -> Any:
            grad_x = super().backward(grad_out)
            self.b.grad = self.b.grad / len(grad_out)
            return grad_x

    model = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.Tanh(), Faulty(4, 2, rng=rng))
    before = [parameter.data.copy() for parameter in model.parameters()]
    report = nn.check_model(model, "cross_entropy", rng.standard_normal((5, 3)), np.arange(5) % 2)
    assert report.worst.name == "parameters()[3]"
    for parameter, data in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(parameter.data, data, "a parameter was not restored")


def as_tuple(gradients: Any) -> tuple[Any, ...]:
    return gradients if isinstance(gradients, tuple) else (gradients,)
