"""Layers for images (n, c, h, w): thin objects over convolution and pooling.

Nothing is computed here that the functions do not compute.
"""

import numpy as np
from numpy.typing import DTypeLike

from bpworkbook.nn import init as initialisers
from bpworkbook.nn.convolution import (
    conv2d_backward,
    conv2d_backward_parameters,
    conv2d_forward,
)
from bpworkbook.nn.global_pooling import (
    global_avg_pool2d_backward,
    global_avg_pool2d_forward,
    global_max_pool2d_backward,
    global_max_pool2d_forward,
)
from bpworkbook.nn.layers import Initialiser, drawn
from bpworkbook.nn.module import Cached, Parameter
from bpworkbook.nn.pooling import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    max_pool2d_backward,
    max_pool2d_forward,
)
from bpworkbook.nn.validation import FloatArray, require_count, require_floats, require_like
from bpworkbook.nn.windows import Size, as_pair


class Conv2d(Cached):
    """A convolution with weights and a bias, see ``conv2d_forward``.

    Parameters
    ----------
    c_in, c_out : int
        The number of channels that come in and go out.
    kernel_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int)
        The window's step, down and to the right.
    padding : int or (int, int)
        How many rows and columns of zeros stand on each side of the image.
    rng : Generator
        Where the initial weights come from.
    dtype : float32 or float64
        The dtype of the parameters, and so of the batches it takes.
    init : function
        Called as ``init((c_in * k_h * k_w, c_out), rng, dtype)`` for the matrix that a patch is
        multiplied by; ``he`` unless given. The bias starts at zero.

    Attributes
    ----------
    W : Parameter (c_out, c_in, k_h, k_w)
        The weights.
    b : Parameter (c_out,)
        The bias.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> layer = Conv2d(1, 4, 5, padding=2, rng=np.random.default_rng(0))
    >>> layer(np.ones((3, 1, 28, 28))).shape
    (3, 4, 28, 28)
    >>> layer
    Conv2d(1, 4, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))
    """

    def __init__(
        self,
        c_in: int,
        c_out: int,
        kernel_size: int | Size,
        *,
        stride: int | Size = 1,
        padding: int | Size = 0,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float64,
        init: Initialiser = initialisers.he,
    ) -> None:
        require_count("Conv2d", "c_in", c_in)
        require_count("Conv2d", "c_out", c_out)
        k_h, k_w = as_pair("Conv2d", "kernel_size", kernel_size)
        self.stride = as_pair("Conv2d", "stride", stride)
        self.padding = as_pair("Conv2d", "padding", padding, 0)
        matrix = drawn("Conv2d", init, (c_in * k_h * k_w, c_out), rng, dtype)
        self.W = Parameter(np.reshape(matrix.T, (c_out, c_in, k_h, k_w)))
        self.b = Parameter(initialisers.zeros((c_out,), None, dtype))

    def forward(self, x: FloatArray) -> FloatArray:
        """Return the channels that go out, see ``conv2d_forward``."""
        z, self._cache = conv2d_forward(x, self.W.data, self.b.data, self.stride, self.padding)
        return z

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Set ``W.grad`` and ``b.grad`` and return the gradient of ``x``."""
        grad_x, self.W.grad, self.b.grad = conv2d_backward(grad_out, self._last_cache())
        return grad_x

    def backward_parameters(self, grad_out: FloatArray) -> None:
        """Set ``W.grad`` and ``b.grad``, without the gradient of ``x``."""
        self.W.grad, self.b.grad = conv2d_backward_parameters(grad_out, self._last_cache())

    def parameters(self) -> list[Parameter]:
        """Return the weights and the bias."""
        return [self.W, self.b]

    def __repr__(self) -> str:
        c_out, c_in, *kernel = self.W.data.shape
        return (
            f"Conv2d({c_in}, {c_out}, kernel_size={tuple(kernel)}, "
            f"stride={self.stride}, padding={self.padding})"
        )


class MaxPool2d(Cached):
    """Max pooling as a layer, see ``max_pool2d_forward``.

    >>> layer = MaxPool2d(2)
    >>> layer, layer(np.ones((3, 1, 28, 28))).shape
    (MaxPool2d(kernel_size=(2, 2), stride=(2, 2)), (3, 1, 14, 14))
    """

    def __init__(self, kernel_size: int | Size, stride: int | Size | None = None) -> None:
        self.kernel_size = as_pair("MaxPool2d", "kernel_size", kernel_size)
        self.stride = self.kernel_size if stride is None else as_pair("MaxPool2d", "stride", stride)

    def forward(self, x: FloatArray) -> FloatArray:
        """Return the largest value under each place of the window."""
        z, self._cache = max_pool2d_forward(x, self.kernel_size, self.stride)
        return z

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``."""
        return max_pool2d_backward(grad_out, self._last_cache())

    def __repr__(self) -> str:
        return f"MaxPool2d(kernel_size={self.kernel_size}, stride={self.stride})"


class AvgPool2d(Cached):
    """Mean pooling as a layer, see ``avg_pool2d_forward``.

    >>> layer = AvgPool2d(2, stride=1)
    >>> layer, layer(np.ones((3, 1, 28, 28))).shape
    (AvgPool2d(kernel_size=(2, 2), stride=(1, 1)), (3, 1, 27, 27))
    """

    def __init__(self, kernel_size: int | Size, stride: int | Size | None = None) -> None:
        self.kernel_size = as_pair("AvgPool2d", "kernel_size", kernel_size)
        self.stride = self.kernel_size if stride is None else as_pair("AvgPool2d", "stride", stride)

    def forward(self, x: FloatArray) -> FloatArray:
        """Return the mean under each place of the window."""
        z, self._cache = avg_pool2d_forward(x, self.kernel_size, self.stride)
        return z

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``."""
        return avg_pool2d_backward(grad_out, self._last_cache())

    def __repr__(self) -> str:
        return f"AvgPool2d(kernel_size={self.kernel_size}, stride={self.stride})"


class GlobalMaxPool2d(Cached):
    """Global max pooling as a layer, see ``global_max_pool2d_forward``.

    >>> GlobalMaxPool2d()(np.ones((3, 4, 28, 28))).shape
    (3, 4)
    """

    def forward(self, x: FloatArray) -> FloatArray:
        """Return the largest value of each channel."""
        z, self._cache = global_max_pool2d_forward(x)
        return z

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``."""
        return global_max_pool2d_backward(grad_out, self._last_cache())


class GlobalAvgPool2d(Cached):
    """Global mean pooling as a layer, see ``global_avg_pool2d_forward``.

    >>> GlobalAvgPool2d()(np.ones((3, 4, 28, 28))).shape
    (3, 4)
    """

    def forward(self, x: FloatArray) -> FloatArray:
        """Return the mean of each channel."""
        z, self._cache = global_avg_pool2d_forward(x)
        return z

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``."""
        return global_avg_pool2d_backward(grad_out, self._last_cache())


class Flatten(Cached):
    """Each example as one row: (n, c, h, w) becomes (n, c h w).

    >>> Flatten()(np.ones((3, 4, 7, 7))).shape
    (3, 196)
    """

    def forward(self, x: FloatArray) -> FloatArray:
        """Return each example as one row, of any axes after the first."""
        require_floats("Flatten.forward", "x", x, least_axes=2)
        self._cache = x.shape, x.dtype
        return np.reshape(x, (x.shape[0], -1))

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``, of its shape."""
        shape, dtype = self._last_cache()
        flat = (shape[0], int(np.prod(shape[1:])))
        require_like("Flatten.backward", "grad_out", grad_out, flat, dtype, "the output was")
        return np.reshape(grad_out, shape)
