"""PyTorch, where it is installed, arrives at the same values, gradients and Hessian products."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook import autodiff
from bpworkbook.autodiff import Tensor

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed (pip install torch==2.13.0 runs these tests)"
)

ROWS = np.array([0, 0, 2])

# Shapes, the function here, the function there.
FUNCTIONS: dict[str, tuple[list[tuple[int, ...]], Callable[..., Any], Callable[..., Any]]] = {
    "matrix by vector": ([(4, 3), (3,)], np.matmul, torch.matmul),
    "vector by stack": ([(3,), (5, 3, 2)], np.matmul, torch.matmul),
    "stack by matrix": ([(5, 4, 3), (3, 2)], np.matmul, torch.matmul),
    "broadcast stacks": ([(5, 1, 4, 3), (2, 3, 1)], np.matmul, torch.matmul),
    "repeated rows": ([(3, 2)], lambda x: x[ROWS] ** 2, lambda x: x[ROWS] ** 2),
    "largest of each row": (
        [(4, 3)],
        lambda x: np.max(x * x, axis=1),
        lambda x: torch.amax(x * x, dim=1),
    ),
    "division": ([(4, 1), (3,)], lambda a, b: a / (2 + b * b), lambda a, b: a / (2 + b * b)),
    "powers": (
        [(4,), (4,)],
        lambda a, b: (a * a + 1) ** b,
        lambda a, b: (a * a + 1) ** b,
    ),
    "log-softmax": (
        [(4, 3)],
        autodiff.log_softmax,
        lambda z: torch.log_softmax(z, dim=-1),
    ),
    "softmax": ([(2, 4, 3)], autodiff.softmax, lambda z: torch.softmax(z, dim=-1)),
    "squashing": (
        [(4, 3)],
        lambda z: autodiff.sigmoid(z) * np.tanh(z) + autodiff.relu(z) ** 2,
        lambda z: torch.sigmoid(z) * torch.tanh(z) + torch.relu(z) ** 2,
    ),
    "means and shapes": (
        [(2, 3, 4)],
        lambda x: np.exp(x.transpose(2, 0, 1).reshape(4, 6)).mean(axis=0),
        lambda x: torch.exp(x.permute(2, 0, 1).reshape(4, 6)).mean(dim=0),
    ),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_gradients_and_hessian_products(name: str) -> None:
    shapes, ours, theirs = FUNCTIONS[name]
    rng = np.random.default_rng(0)
    inputs = [rng.standard_normal(shape) for shape in shapes]
    v = [rng.standard_normal(shape) for shape in shapes]
    tensors = [Tensor(x) for x in inputs]
    leaves = tuple(torch.tensor(x, requires_grad=True) for x in inputs)
    out, other = ours(*tensors), theirs(*leaves)
    np.testing.assert_allclose(out.data, other.detach().numpy(), rtol=1e-12, atol=1e-14)
    u = rng.standard_normal(out.shape)
    out.backward(u)
    other.backward(torch.tensor(u))
    for tensor, leaf in zip(tensors, leaves, strict=True):
        np.testing.assert_allclose(tensor.grad, leaf.grad.numpy(), rtol=1e-10, atol=1e-12)
    # The square makes linear functions curved too.
    products = autodiff.hvp(lambda *xs: np.sum(u * ours(*xs) ** 2), inputs, v)
    _, expected = torch.autograd.functional.hvp(
        lambda *xs: torch.sum(torch.tensor(u) * theirs(*xs) ** 2),
        tuple(torch.tensor(x) for x in inputs),
        tuple(torch.tensor(x) for x in v),
    )
    products = products if isinstance(products, tuple) else (products,)
    for product, wanted in zip(products, expected, strict=True):
        np.testing.assert_allclose(product, wanted.numpy(), rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize(
    ("ours", "theirs"), [(np.maximum, torch.maximum), (np.minimum, torch.minimum)]
)
def test_ties(ours: Callable[..., Any], theirs: Callable[..., Any]) -> None:
    data = [np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])]
    tensors, leaves = [Tensor(x) for x in data], [torch.tensor(x).requires_grad_() for x in data]
    ours(*tensors).sum().backward()
    theirs(*leaves).sum().backward()
    for tensor, leaf in zip(tensors, leaves, strict=True):
        np.testing.assert_array_equal(tensor.grad, leaf.grad.numpy())
