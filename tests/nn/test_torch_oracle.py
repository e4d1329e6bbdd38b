"""PyTorch, where it is installed, arrives at the same values, gradients and training."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook import datasets, nn

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed (pip install torch==2.13.0 runs these tests)"
)
F = torch.nn.functional

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "softmax": lambda z: F.softmax(z, dim=-1),
    "log_softmax": lambda z: F.log_softmax(z, dim=-1),
    "gelu": F.gelu,
    "softplus": lambda z: F.softplus(z, threshold=50),
    "mae": F.l1_loss,
    "huber": F.huber_loss,
    "linear": lambda x, W, b: F.linear(x, W.T, b),
    "mse": F.mse_loss,
    "bce_with_logits": F.binary_cross_entropy_with_logits,
    "cross_entropy": F.cross_entropy,
}
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-12}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("factor", [1, 1000], ids=["ordinary", "extreme"])
@pytest.mark.parametrize(("n", "d"), [(1, 1), (6, 4)])
def test_values_and_gradients(
    pair: Any, n: int, d: int, factor: int, dtype: Any, rng: np.random.Generator
) -> None:
    first, *rest = pair.draw(rng, n, d, dtype)
    inputs = (first * dtype(factor), *rest)
    tensors = [torch.from_numpy(x.copy()) for x in inputs]
    out, cache = pair.forward(*inputs)
    u = rng.standard_normal(np.shape(out)).astype(dtype)[()]
    gradients = pair.backward(grad_out=u, cache=cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    leaves = [tensor.requires_grad_() for tensor in tensors[: len(gradients)]]
    theirs = FUNCTIONS[pair.name](*tensors)
    theirs.backward(torch.tensor(u))
    for ours, other in zip((out, *gradients), (theirs, *(t.grad for t in leaves)), strict=True):
        other = other.detach().numpy()
        assert ours.dtype == other.dtype
        scale = max(1.0, float(np.abs(other).max()))
        np.testing.assert_allclose(ours, other, rtol=0, atol=TOLERANCE[dtype] * scale)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-3)])
def test_training_on_digits(dtype: Any, tolerance: float, rng: np.random.Generator) -> None:
    digits = datasets.digits()
    X, y = digits.X_train.astype(dtype), digits.y_train
    ours = nn.Sequential(
        nn.Linear(64, 32, rng=rng, dtype=dtype), nn.ReLU(), nn.Linear(32, 10, rng=rng, dtype=dtype)
    )
    theirs = torch.nn.Sequential(
        torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)
    ).to(torch.from_numpy(X).dtype)
    copies = [parameter.data.T.copy() for parameter in ours.parameters()]
    with torch.no_grad():
        for parameter, copy in zip(theirs.parameters(), copies, strict=True):
            parameter.copy_(torch.from_numpy(copy))
    sgd = torch.optim.SGD(theirs.parameters(), lr=0.3)
    order = np.random.default_rng(1)
    for _ in range(3):
        for rows in nn.batches(len(X), 32, order):
            sgd.zero_grad()
            F.cross_entropy(theirs(torch.from_numpy(X[rows])), torch.from_numpy(y[rows])).backward()
            sgd.step()
    nn.fit(
        ours,
        "cross_entropy",
        nn.SGD(ours.parameters(), lr=0.3),
        X,
        y,
        epochs=3,
        batch_size=32,
        rng=np.random.default_rng(1),
        progress=False,
    )
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(mine.data.T, other.detach().numpy(), rtol=0, atol=tolerance)
