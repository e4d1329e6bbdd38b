"""Layers that differ in training and evaluation, and layer norm: thin objects above functions.

``model.train()`` and ``model.eval()`` switch all layers of a model between the two.
"""

import numpy as np
from numpy.typing import DTypeLike

from bpworkbook.nn import init as initialisers
from bpworkbook.nn.dropout import check_probability, dropout_backward, dropout_forward
from bpworkbook.nn.layer_norm import layer_norm_backward, layer_norm_forward
from bpworkbook.nn.module import Cached, Parameter
from bpworkbook.nn.normalization import (
    batch_norm_backward,
    batch_norm_forward,
    running_averages,
)
from bpworkbook.nn.validation import (
    FloatArray,
    is_array,
    require_count,
    require_number,
    require_rng,
    require_share,
)


class BatchNorm1d(Cached):
    """Batch norm as a layer, with running averages for evaluation, see ``batch_norm_forward``.

    Parameters
    ----------
    num_features : int
        The number of features d.
    eps : float
        Keeps the division finite; above 0.
    momentum : float
        The weight of a new batch in the running averages, from 0 to 1.
    dtype : float32 or float64
        The dtype of the parameters, and so of the batches it takes.

    Attributes
    ----------
    weight, bias : Parameter (d,)
        The scale, which starts at one, and the shift, which starts at zero.
    running_mean, running_var : array (d,)
        The running averages; each forward pass in training moves them. They start at zero and one.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> layer = BatchNorm1d(1)
    >>> layer(np.array([[1.0], [3.0]])).round(3), layer.running_mean
    (array([[-1.],
           [ 1.]]), array([0.2]))
    >>> layer.eval()(np.array([[0.2]])).round(3)
    array([[0.]])
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        *,
        dtype: DTypeLike = np.float64,
    ) -> None:
        require_count("BatchNorm1d", "num_features", num_features)
        require_number("BatchNorm1d", "eps", eps, 0, above=True)
        require_share("BatchNorm1d", "momentum", momentum)
        self.eps, self.momentum = float(eps), float(momentum)
        self.bias = Parameter(initialisers.zeros((num_features,), None, dtype))
        self.weight = Parameter(np.ones_like(self.bias.data))
        self.running_mean = np.zeros_like(self.bias.data)
        self.running_var = np.ones_like(self.bias.data)

    def forward(self, x: FloatArray) -> FloatArray:
        """Normalise with the batch's statistics in training, the running averages in evaluation."""
        weight, bias = self.weight.data, self.bias.data
        fits = is_array(weight) and weight.shape == self.running_mean.shape
        if fits and type(self.running_mean) is not type(weight):
            # The parameters have moved to a GPU: the averages follow.
            self.running_mean = np.asarray(self.running_mean, like=weight)
            self.running_var = np.asarray(self.running_var, like=weight)
        mean, var = self.running_mean, self.running_var
        if not self.training:
            out, self._cache = batch_norm_forward(x, weight, bias, mean, var, self.eps)
            return out
        out, self._cache = batch_norm_forward(x, weight, bias, eps=self.eps)
        self.running_mean, self.running_var = running_averages(
            mean, var, self._cache, self.momentum
        )
        return out

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Set ``weight.grad`` and ``bias.grad`` and return the gradient of ``x``."""
        gradients = batch_norm_backward(grad_out, self._last_cache())
        grad_x, self.weight.grad, self.bias.grad = gradients
        return grad_x

    def parameters(self) -> list[Parameter]:
        """Return the scale and the shift; the running averages are not trained."""
        return [self.weight, self.bias]

    def __repr__(self) -> str:
        return f"BatchNorm1d({self.weight.data.shape[0]})"


class LayerNorm(Cached):
    """Layer norm as a layer, see ``layer_norm_forward``.

    Parameters
    ----------
    d : int
        The number of features, the last axis of the input.
    eps : float
        Keeps the division finite; above 0.
    dtype : float32 or float64
        The dtype of the parameters, and so of the batches it takes.

    Attributes
    ----------
    weight, bias : Parameter (d,)
        The scale, which starts at one, and the shift, which starts at zero.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> LayerNorm(2)(np.array([[1.0, 3.0]])).round(3)
    array([[-1.,  1.]])
    """

    def __init__(self, d: int, eps: float = 1e-5, *, dtype: DTypeLike = np.float64) -> None:
        require_count("LayerNorm", "d", d)
        require_number("LayerNorm", "eps", eps, 0, above=True)
        self.eps = float(eps)
        self.bias = Parameter(initialisers.zeros((d,), None, dtype))
        self.weight = Parameter(np.ones_like(self.bias.data))

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``x`` normalised, scaled and shifted."""
        out, self._cache = layer_norm_forward(x, self.weight.data, self.bias.data, self.eps)
        return out

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Set ``weight.grad`` and ``bias.grad`` and return the gradient of ``x``."""
        gradients = layer_norm_backward(grad_out, self._last_cache())
        grad_x, self.weight.grad, self.bias.grad = gradients
        return grad_x

    def parameters(self) -> list[Parameter]:
        """Return the scale and the shift."""
        return [self.weight, self.bias]

    def __repr__(self) -> str:
        return f"LayerNorm({self.weight.data.shape[0]})"


class Dropout(Cached):
    """Dropout as a layer, see ``dropout_forward``.

    Parameters
    ----------
    p : float
        The probability of a zero, at least 0 and below 1.
    rng : Generator
        Where the decisions come from.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> layer = Dropout(0.5, rng=np.random.default_rng(0))
    >>> layer(np.ones((1, 4)))
    array([[0., 2., 0., 2.]])
    >>> layer.eval()(np.ones((1, 4)))
    array([[1., 1., 1., 1.]])
    """

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator) -> None:
        check_probability("Dropout", p)
        require_rng("Dropout", rng)
        self.p, self.rng = float(p), rng

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``x`` with a new mask in training, and ``x`` in evaluation."""
        out, self._cache = dropout_forward(x, self.p, self.rng, self.training)
        return out

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``, with the mask of the last forward pass."""
        return dropout_backward(grad_out, self._last_cache())

    def __repr__(self) -> str:
        return f"Dropout({self.p})"
