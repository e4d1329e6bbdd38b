"""Whole networks: what was derived by hand in ``nn`` and what was recorded are the same numbers."""

import doctest
import importlib
import importlib.util
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bpworkbook import autodiff, nn
from bpworkbook.autodiff import Tensor
from bpworkbook.autodiff.dispatch import Traced


def layers_of(rng: np.random.Generator, dtype: Any) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(4, 6, rng=rng, dtype=dtype),
        nn.Tanh(),
        nn.Linear(6, 5, rng=rng, dtype=dtype),
        nn.ReLU(),
        nn.Linear(5, 5, rng=rng, dtype=dtype),
        nn.Sigmoid(),
        nn.Linear(5, 4, rng=rng, dtype=dtype),
        nn.LeakyReLU(0.2),
        nn.Linear(4, 3, rng=rng, dtype=dtype),
    )


def recorded(x: Any, labels: Any, tensors: list[Tensor]) -> Tensor:
    """The same network, and the cross-entropy as in the book."""
    steps = [autodiff.Tensor.tanh, Tensor.relu, Tensor.sigmoid]
    steps.append(lambda z: autodiff.leaky_relu(z, 0.2))
    pairs = list(zip(tensors[::2], tensors[1::2], strict=True))
    for step, (W, b) in zip(steps, pairs, strict=False):
        x = step(x @ W + b)
    W, b = pairs[-1]
    log_probs = autodiff.log_softmax(x @ W + b)
    return -log_probs[np.arange(len(labels)), labels].mean()


@pytest.mark.parametrize("n", [1, 8])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-13), (np.float32, 1e-5)])
def test_a_recorded_network_agrees_with_the_hand_written_backward(
    n: int, dtype: Any, tolerance: float
) -> None:
    rng = np.random.default_rng(0)
    model = layers_of(rng, dtype)
    for parameter in model.parameters():
        parameter.data += (0.1 * rng.standard_normal(parameter.data.shape)).astype(dtype)
    X, labels = rng.standard_normal((n, 4)).astype(dtype), rng.integers(0, 3, n)
    loss, cache = nn.cross_entropy_forward(model(X), labels)
    grad_X = model.backward(nn.cross_entropy_backward(cache))
    tensors = [Tensor(parameter.data) for parameter in model.parameters()]
    x = Tensor(X)
    ours = recorded(x, labels, tensors)
    ours.backward()
    assert float(ours) == pytest.approx(float(loss), rel=tolerance)
    by_hand = [*(parameter.grad for parameter in model.parameters()), grad_X]
    for recorded_grad, grad in zip([t.grad for t in (*tensors, x)], by_hand, strict=True):
        assert recorded_grad.dtype == dtype
        assert nn.relative_error(recorded_grad, grad) < tolerance


def test_training_by_tensors_and_by_hand_takes_the_same_way() -> None:
    rng = np.random.default_rng(1)
    model = layers_of(rng, np.float64)
    X, labels = rng.standard_normal((20, 4)), rng.integers(0, 3, 20)
    tensors = [Tensor(parameter.data) for parameter in model.parameters()]
    for _ in range(20):
        model.backward(nn.cross_entropy_backward(nn.cross_entropy_forward(model(X), labels)[1]))
        for parameter in model.parameters():
            parameter.data = parameter.data - 0.5 * parameter.grad
        for tensor in tensors:
            tensor.zero_grad()
        recorded(X, labels, tensors).backward()
        for tensor in tensors:
            tensor.data = tensor.data - 0.5 * tensor.grad
    for tensor, parameter in zip(tensors, model.parameters(), strict=True):
        np.testing.assert_allclose(tensor.data, parameter.data, rtol=0, atol=1e-12)


def recorder_class() -> Any:
    """The array of ``tests/nn`` that stands for one on a GPU; like CuPy's it lets others go first.

    It is read from its file, for tests are no package.
    """
    path = Path(__file__).parents[1] / "nn" / "test_dispatch.py"
    spec = importlib.util.spec_from_file_location("dispatch_of_nn", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    class Elsewhere(module.Recorder):  # type: ignore[name-defined, misc]
        def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
            if any(isinstance(x, Traced) for x in inputs):
                return NotImplemented
            return super().__array_ufunc__(ufunc, method, *inputs, **kwargs)

        def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
            if any(issubclass(kind, Traced) for kind in types):
                return NotImplemented
            return super().__array_function__(func, types, args, kwargs)

        def _wrap(self, result: Any) -> Any:
            is_array = isinstance(result, np.ndarray | np.generic)
            return Elsewhere(result, self.calls) if is_array else result

        def astype(self, dtype: Any) -> Any:
            return self._wrap(self._data.astype(dtype))

    return Elsewhere


def test_everything_stays_elsewhere() -> None:
    Recorder = recorder_class()
    rng, calls = np.random.default_rng(2), []  # type: ignore[var-annotated]
    W, v = rng.standard_normal((3, 4)), rng.standard_normal((3, 4))
    X, rows = rng.standard_normal((5, 3)), np.array([0, 0, 4])

    def loss(X: Any, rows: Any) -> Any:
        def f(W: Any) -> Any:
            z = autodiff.sigmoid(X @ W)[rows] + autodiff.relu(X @ W)[:3]
            z = np.concatenate([z, np.max(z, axis=0, keepdims=True)])
            return -autodiff.log_softmax(z).mean() + np.sum(z.T[1:] ** 2)

        return f

    here = [autodiff.grad(loss(X, rows))(W), autodiff.hvp(loss(X, rows), [W], [v])]
    there_loss = loss(Recorder(X, calls), Recorder(rows, calls))
    W_there, v_there = Recorder(W, calls), Recorder(v, calls)
    there = [autodiff.grad(there_loss)(W_there), autodiff.hvp(there_loss, [W_there], [v_there])]
    assert "matmul" in calls
    for mine, other in zip(here, there, strict=True):
        assert isinstance(other, Recorder)
        np.testing.assert_array_equal(mine, other.fetch())
    t = Tensor(W_there)
    t.data[0] = 99.0
    assert t.data.fetch()[0, 0] == W[0, 0], "a change of .data reached the record"


MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.iter_modules(autodiff.__path__, "bpworkbook.autodiff.")
]


@pytest.mark.parametrize("module", [*MODULES, autodiff], ids=lambda module: module.__name__)
def test_examples_run(module: ModuleType) -> None:
    failed, tried = doctest.testmod(module, extraglobs={"np": np})
    assert tried
    assert not failed


@pytest.mark.parametrize("name", [n for n in autodiff.__all__ if n != "PRIMITIVES"])
def test_every_public_name_has_an_example(name: str) -> None:
    tests = doctest.DocTestFinder(recurse=False).find(getattr(autodiff, name))
    assert tests[0].examples
