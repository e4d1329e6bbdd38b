"""One code path for CPU and GPU: everything goes through NumPy's dispatch.

``Recorder`` stands for a GPU array. Like CuPy's it implements ``__array_ufunc__`` and
``__array_function__``, refuses to become a NumPy array, and refuses to be mixed with one.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.lib.mixins import NDArrayOperatorsMixin

from bpworkbook import nn


class Recorder(NDArrayOperatorsMixin):
    """An array elsewhere, which records the NumPy functions that reach it."""

    def __init__(self, data: Any, calls: list[str]) -> None:
        self._data = np.asarray(data)  # so that a part of it is a view, as on a GPU
        self.calls = calls

    shape = property(lambda self: self._data.shape)
    dtype = property(lambda self: self._data.dtype)
    ndim = property(lambda self: self._data.ndim)
    size = property(lambda self: self._data.size)
    T = property(lambda self: self._wrap(self._data.T))

    def dot(self, other: Any) -> Any:
        self.calls.append("dot")
        return self._wrap(self._data.dot(other._data))

    def argmin(self) -> Any:
        return self._wrap(self._data.argmin())

    def argmax(self) -> Any:
        return self._wrap(self._data.argmax())

    def ravel(self) -> Any:
        return self._wrap(self._data.ravel())

    def max(self, **kwargs: Any) -> Any:
        return self._wrap(self._data.max(**kwargs))

    def astype(self, dtype: Any) -> Any:
        return self._wrap(self._data.astype(dtype))

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("implicit conversion to a NumPy array")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        self.calls.append(ufunc.__name__)
        out = kwargs.pop("out", None)
        result = getattr(ufunc, method)(*self._unwrap(inputs), **self._unwrap(kwargs))
        if out is None:
            return self._wrap(result)
        out[0]._data[...] = result
        return out[0]

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        self.calls.append(func.__name__)
        # An array that is made "like" this one may be made from an array of the CPU.
        if func is np.asarray:
            return self._wrap(func(*args, **kwargs))
        return self._wrap(func(*self._unwrap(args), **self._unwrap(kwargs)))

    def __getitem__(self, index: Any) -> Any:
        return self._wrap(self._data[self._unwrap(index)])

    def __setitem__(self, index: Any, value: Any) -> None:
        self._data[self._unwrap(index)] = self._unwrap(value)

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("iteration would fetch every number on its own")

    def __bool__(self) -> bool:
        return bool(self._data)

    def __int__(self) -> int:
        return int(self._data)

    def __float__(self) -> float:
        return float(self._data)

    def fetch(self) -> Any:
        return self._data

    def _wrap(self, result: Any) -> Any:
        return (
            Recorder(result, self.calls) if isinstance(result, np.ndarray | np.generic) else result
        )

    def _unwrap(self, value: Any) -> Any:
        if isinstance(value, Recorder):
            return value._data
        if isinstance(value, np.ndarray):
            raise TypeError("a NumPy array met an array that lies elsewhere")
        if isinstance(value, tuple | list):
            return type(value)(self._unwrap(part) for part in value)
        if isinstance(value, dict):
            return {key: self._unwrap(part) for key, part in value.items()}
        return value


def fetch(value: Any) -> Any:
    """Bring a value, or each of a tuple, back to the CPU; nothing may be there already."""
    if isinstance(value, tuple):
        return tuple(fetch(part) for part in value)
    assert isinstance(value, Recorder), f"{type(value).__name__} came back from elsewhere"
    return value.fetch()


def moved(model: nn.Module, calls: list[str]) -> nn.Module:
    for parameter in model.parameters():
        parameter.data = Recorder(parameter.data, calls)
    return model


def network() -> nn.Sequential:
    rng = np.random.default_rng(0)
    return nn.Sequential(
        nn.Linear(3, 5, rng=rng),
        nn.Sigmoid(),
        nn.Linear(5, 5, rng=rng),
        nn.Tanh(),
        nn.Linear(5, 5, rng=rng),
        nn.LeakyReLU(),
        nn.Linear(5, 5, rng=rng),
        nn.ReLU(),
        nn.Linear(5, 3, rng=rng),
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_forward_and_backward_stay_elsewhere(
    pair: Any, dtype: Any, rng: np.random.Generator
) -> None:
    inputs = pair.draw(rng, 4, 3, dtype)
    calls: list[str] = []
    there = [Recorder(x, calls) for x in inputs]
    out, cache = pair.forward(*inputs)
    out_there, cache_there = pair.forward(*there)
    assert calls, "no NumPy function reached the array"
    grads = pair.backward(grad_out=np.ones_like(out), cache=cache)
    grads_there = pair.backward(grad_out=np.ones_like(out_there), cache=cache_there)
    grads, grads_there = (g if isinstance(g, tuple) else (g,) for g in (grads, grads_there))
    for here, elsewhere in zip((out, *grads), fetch((out_there, *grads_there)), strict=True):
        np.testing.assert_array_equal(here, elsewhere)
        assert here.dtype == elsewhere.dtype


@pytest.mark.parametrize("loss", ["cross_entropy", "bce_with_logits", "mse"])
def test_training_stays_elsewhere(loss: str, rng: np.random.Generator) -> None:
    X, labels = rng.standard_normal((10, 3)), rng.integers(0, 3, 10)
    y = labels if loss == "cross_entropy" else np.eye(3)[labels]
    calls: list[str] = []
    here, there = network(), moved(network(), calls)
    histories = []
    for model, data, targets in ((here, X, y), (there, Recorder(X, calls), Recorder(y, calls))):
        sgd = nn.SGD(model.parameters(), lr=0.1)
        options: dict[str, Any] = {"epochs": 3, "batch_size": 4, "progress": False}
        options |= {"rng": np.random.default_rng(1), "validation": (data, targets)}
        histories.append(nn.fit(model, loss, sgd, data, targets, **options))
    assert histories[0] == histories[1]
    for mine, other in zip(here.parameters(), there.parameters(), strict=True):
        np.testing.assert_array_equal(mine.data, fetch(other.data))
    assert "dot" in calls


def test_accuracy_elsewhere() -> None:
    calls: list[str] = []
    scores, labels = Recorder(np.eye(3), calls), Recorder([0, 1, 1], calls)
    assert nn.accuracy(scores, labels) == pytest.approx(2 / 3)


def test_a_bad_label_elsewhere_is_named() -> None:
    calls: list[str] = []
    with pytest.raises(nn.ArgumentError, match=r"labels holds 7 at \[1\], expected 0 to 2"):
        nn.cross_entropy(Recorder(np.eye(3), calls), Recorder([0, 7, 1], calls))


def test_projection_check_elsewhere(pair: Any, rng: np.random.Generator) -> None:
    calls: list[str] = []
    inputs = [Recorder(x, calls) for x in pair.draw(rng, 4, 3, np.float64)]
    assert nn.projection_check(pair.forward, pair.backward, inputs, rng) < 1e-6


def test_the_recorder_refuses_what_a_gpu_array_refuses() -> None:
    there = Recorder(np.ones(3), [])
    for mistake in (lambda: np.asarray(there), lambda: there + np.ones(3), lambda: list(there)):
        with pytest.raises(TypeError):
            mistake()
