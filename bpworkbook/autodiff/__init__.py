"""Automatic differentiation: what the hand-written backward passes of ``nn`` are held against.

One table of primitives serves three kinds of number. ``Value`` is one number with the chain rule in
plain sight, ``Tensor`` an array for whole networks, both in reverse mode; ``jvp`` runs forward mode
on dual numbers. ``hvp`` puts forward over reverse, for the curvature.

>>> import numpy as np
>>> from bpworkbook.autodiff import Tensor, grad, hvp
>>> X, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 0.0])
>>> w = Tensor(np.zeros(2))
>>> loss = np.mean((X @ w - y) ** 2)
>>> loss.backward()
>>> w.grad
array([-1., -2.])
"""

from bpworkbook.autodiff.dispatch import Primitive
from bpworkbook.autodiff.forward import Dual, jvp
from bpworkbook.autodiff.gradient import grad
from bpworkbook.autodiff.hessian import hessian, hvp
from bpworkbook.autodiff.methods import leaky_relu, log_softmax, relu, sigmoid, softmax
from bpworkbook.autodiff.primitives import PRIMITIVES
from bpworkbook.autodiff.rules import unbroadcast
from bpworkbook.autodiff.scalar import Value
from bpworkbook.autodiff.tensor import Tensor, no_grad

__all__ = [
    "PRIMITIVES",
    "Dual",
    "Primitive",
    "Tensor",
    "Value",
    "grad",
    "hessian",
    "hvp",
    "jvp",
    "leaky_relu",
    "log_softmax",
    "no_grad",
    "relu",
    "sigmoid",
    "softmax",
    "unbroadcast",
]
