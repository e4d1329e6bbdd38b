"""Moving arrays to a GPU and back, with a stand-in for CuPy and, where there is one, on a GPU."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bpworkbook import nn


class FakeArray:
    """As much of ``cupy.ndarray`` as the device functions use."""

    __module__ = "cupy"

    def __init__(self, data: Any) -> None:
        self.data = np.array(data)

    def get(self) -> Any:
        return self.data


def install(monkeypatch: pytest.MonkeyPatch, devices: Any) -> None:
    cupy = ModuleType("cupy")
    cupy.asarray = FakeArray
    cupy.cuda = SimpleNamespace(runtime=SimpleNamespace(getDeviceCount=devices))
    monkeypatch.setitem(sys.modules, "cupy", cupy)


def no_driver() -> int:
    raise RuntimeError("cudaErrorInsufficientDriver")


def test_arrays_go_there_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, lambda: 1)
    x = np.arange(3.0)
    there = nn.to_device(x)
    assert nn.is_device_array(there)
    assert nn.to_device(there) is there
    np.testing.assert_array_equal(nn.to_numpy(there), x)
    assert not nn.is_device_array(x)
    assert nn.to_numpy(x) is x


@pytest.mark.parametrize("devices", [lambda: 0, no_driver], ids=["no device", "no driver"])
def test_cupy_without_a_gpu(monkeypatch: pytest.MonkeyPatch, devices: Any) -> None:
    install(monkeypatch, devices)
    assert nn.has_gpu() is False
    with pytest.raises(RuntimeError, match="to_device: no GPU here"):
        nn.to_device(np.ones(2))


def test_no_cupy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)  # importing it raises ImportError
    assert nn.has_gpu() is False
    with pytest.raises(RuntimeError, match="to_device: no GPU here"):
        nn.to_device(np.ones(2))


@pytest.mark.skipif(not nn.has_gpu(), reason="no GPU with CuPy here")
def test_training_on_a_gpu_agrees_with_the_cpu(rng: np.random.Generator) -> None:
    X, y = rng.standard_normal((50, 4)), rng.integers(0, 3, 50)
    weights = []
    for move in (nn.to_numpy, nn.to_device):
        model = nn.Linear(4, 3, rng=np.random.default_rng(0))
        for parameter in model.parameters():
            parameter.data = move(parameter.data)
        sgd = nn.SGD(model.parameters(), lr=0.1)
        options: dict[str, Any] = {"epochs": 3, "batch_size": 8, "rng": np.random.default_rng(1)}
        nn.fit(model, "cross_entropy", sgd, move(X), move(y), progress=False, **options)
        weights.append(nn.to_numpy(model.W.data))
    np.testing.assert_allclose(weights[0], weights[1], rtol=1e-10)
