"""The reference implementation: pure functions beneath, thin objects above.

    z, cache = linear_forward(x, W, b)            # x (n, d_in), W (d_in, d_out), b (d_out,)
    grad_x, grad_W, grad_b = linear_backward(grad_out, cache)

Every layer is a pair of functions whose backward half is derived by hand. The batch comes first, a
gradient has the shape of what it belongs to, losses are a mean over the batch, float32 stays
float32. A bad argument raises ``ArgumentError``, which names it.

>>> import numpy as np
>>> from bpworkbook import nn
>>> rng = np.random.default_rng(0)
>>> X, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
>>> model = nn.Sequential(nn.Linear(2, 8, rng=rng), nn.Tanh(), nn.Linear(8, 2, rng=rng))
>>> sgd = nn.SGD(model.parameters(), lr=0.5)
>>> history = nn.fit(model, "cross_entropy", sgd, X, y, epochs=200, batch_size=4, rng=rng)
>>> nn.accuracy(model(X), y)
1.0
"""

from bpworkbook.nn import init
from bpworkbook.nn.activations import (
    sigmoid,
    sigmoid_backward,
    sigmoid_forward,
    tanh,
    tanh_backward,
    tanh_forward,
)
from bpworkbook.nn.device import has_gpu, is_device_array, to_device, to_numpy
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.gradcheck import numerical_gradient, projection_check, relative_error
from bpworkbook.nn.gradreport import GradientReport, check_gradients, check_model
from bpworkbook.nn.layers import LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from bpworkbook.nn.linear import linear_backward, linear_forward
from bpworkbook.nn.losses import (
    bce_with_logits,
    bce_with_logits_backward,
    bce_with_logits_forward,
    cross_entropy,
    cross_entropy_backward,
    cross_entropy_forward,
    mse,
    mse_backward,
    mse_forward,
)
from bpworkbook.nn.losstable import LOSSES
from bpworkbook.nn.module import Module, Parameter, Sequential
from bpworkbook.nn.optim import SGD, Optimizer
from bpworkbook.nn.probabilities import (
    log_softmax,
    log_softmax_backward,
    log_softmax_forward,
    softmax,
    softmax_backward,
    softmax_forward,
)
from bpworkbook.nn.rectifiers import (
    leaky_relu,
    leaky_relu_backward,
    leaky_relu_forward,
    relu,
    relu_backward,
    relu_forward,
)
from bpworkbook.nn.training import accuracy, batches, fit

__all__ = [
    "LOSSES",
    "SGD",
    "ArgumentError",
    "GradientReport",
    "LeakyReLU",
    "Linear",
    "Module",
    "Optimizer",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "accuracy",
    "batches",
    "bce_with_logits",
    "bce_with_logits_backward",
    "bce_with_logits_forward",
    "check_gradients",
    "check_model",
    "cross_entropy",
    "cross_entropy_backward",
    "cross_entropy_forward",
    "fit",
    "has_gpu",
    "init",
    "is_device_array",
    "leaky_relu",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "linear_backward",
    "linear_forward",
    "log_softmax",
    "log_softmax_backward",
    "log_softmax_forward",
    "mse",
    "mse_backward",
    "mse_forward",
    "numerical_gradient",
    "projection_check",
    "relative_error",
    "relu",
    "relu_backward",
    "relu_forward",
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_forward",
    "softmax",
    "softmax_backward",
    "softmax_forward",
    "tanh",
    "tanh_backward",
    "tanh_forward",
    "to_device",
    "to_numpy",
]
