"""The same engine on arrays: a Value that holds an array, and a small network to train with it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.datasets import two_moons
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised import network
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine import engine
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.engine import Value

Pull = Callable[[Any], Any]


class Rule:
    """A local derivative that is no number: ``grad * rule`` is what goes back.

    Parameters
    ----------
    pull : callable
        Takes the gradient of a result and returns that of one of its parents.

    Examples
    --------
    >>> (np.ones((4, 3)) * Rule(lambda grad: grad.sum(axis=0))).tolist()
    [4.0, 4.0, 4.0]
    """

    __array_ufunc__ = None  # without it, NumPy would try to multiply number by number

    def __init__(self, pull: Pull) -> None:
        self.pull = pull

    def __rmul__(self, grad: Any) -> Any:
        return self.pull(grad)

    __mul__ = __rmul__


def tensor_class(
    backward: Callable[[Value], None] = engine.backward,
    unbroadcast: Callable[[Any, tuple[int, ...]], Any] = engine.unbroadcast,
    matmul_vjp: Callable[[Any, Any, Any], tuple[Any, Any]] = engine.matmul_vjp,
) -> Any:
    """Return a class of arrays that remember, made of the three functions of the lesson.

    Parameters
    ----------
    backward, unbroadcast, matmul_vjp : callable
        The answers to exercises 10.2, 10.3 and 10.4.

    Examples
    --------
    >>> Tensor = tensor_class()
    >>> X, W, b = Tensor(np.ones((4, 2))), Tensor(np.zeros((2, 3))), Tensor(np.zeros(3))
    >>> (X @ W + b).cross_entropy(np.zeros(4, dtype=int)).backward()
    >>> W.grad.shape, b.grad.round(2).tolist()
    ((2, 3), [-0.67, 0.33, 0.33])
    """

    class Tensor(Value):
        """An array that remembers what it was computed from."""

        def __add__(self, other: "Tensor") -> "Tensor":
            rules = [Rule(_to_shape(unbroadcast, x.data.shape)) for x in (self, other)]
            return Tensor(self.data + other.data, (self, other), rules, "add")

        def __matmul__(self, other: "Tensor") -> "Tensor":
            a, b = self.data, other.data
            rules = [Rule(_part(matmul_vjp, a, b, i)) for i in (0, 1)]
            return Tensor(a @ b, (self, other), rules, "matmul")

        def relu(self) -> "Tensor":
            return Tensor(nn.relu(self.data), (self,), (1.0 * (self.data > 0),), "relu")

        def tanh(self) -> "Tensor":
            out = np.tanh(self.data)
            return Tensor(out, (self,), (1 - out**2,), "tanh")

        def cross_entropy(self, labels: Any) -> "Tensor":
            loss, cache = nn.cross_entropy_forward(self.data, labels)
            return Tensor(loss, (self,), (nn.cross_entropy_backward(cache),), "cross-entropy")

        def backward(self) -> None:
            backward(self)

    return Tensor


def _to_shape(unbroadcast: Callable[..., Any], shape: tuple[int, ...]) -> Pull:
    return lambda grad: unbroadcast(grad, shape)


def _part(vjp: Callable[..., Any], a: Any, b: Any, i: int) -> Pull:
    return lambda grad: vjp(grad, a, b)[i]


def moons_network(Tensor: Any, sizes: tuple[int, ...], seed: int = 0) -> tuple[Any, Any, list[Any]]:
    """Return the points and labels of lesson 09's film, and its first weights as tensors.

    Examples
    --------
    >>> X, y, layers = moons_network(tensor_class(), (2, 8, 2))
    >>> X.shape, [(W.data.shape, b.data.shape) for W, b in layers]
    ((120, 2), [((2, 8), (8,)), ((8, 2), (2,))])
    """
    X, y = two_moons(120, 0.15, np.random.default_rng(1))
    params = network.new_params(sizes, np.random.default_rng(seed))
    return X, y, [(Tensor(W), Tensor(b)) for W, b in params]


def forward(Tensor: Any, X: Any, layers: list[Any], bend: Callable[[Any], Any]) -> Any:
    """Return the scores of the network of lesson 09, recorded; ``bend`` is its activation.

    Examples
    --------
    >>> Tensor = tensor_class()
    >>> X, y, layers = moons_network(Tensor, (2, 8, 2))
    >>> forward(Tensor, X, layers, Tensor.tanh).data.shape
    (120, 2)
    """
    a = Tensor(X)
    for W, b in layers:
        z = a @ W + b
        a = bend(z)
    return z
