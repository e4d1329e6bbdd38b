"""Layers of a transformer: multi-head attention, the block, and a residual connection."""

import numpy as np
from numpy.typing import DTypeLike

from bpworkbook.nn import init as initialisers
from bpworkbook.nn.attention import Mask
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.module import Cached, Module, Parameter
from bpworkbook.nn.multi_head import multi_head_attention_backward, multi_head_attention_forward
from bpworkbook.nn.transformer import (
    BlockParameters,
    require_activation,
    transformer_block_backward,
    transformer_block_forward,
)
from bpworkbook.nn.validation import FloatArray, require_count, require_like


class MultiHeadAttention(Cached):
    """Multi-head self-attention as a layer, see ``multi_head_attention_forward``.

    Parameters
    ----------
    d : int
        The number of features.
    num_heads : int
        The number of heads, a divisor of d.
    rng : Generator
        Where the initial weights come from, Glorot's; the biases start at zero.
    is_causal : bool
        True lets each place look at itself and earlier ones only.
    dtype : float32 or float64
        The dtype of the parameters, and so of the batches it takes.

    Attributes
    ----------
    W_in, b_in, W_out, b_out : Parameter (d, 3d), (3d,), (d, d), (d,)
        The projections.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> layer = MultiHeadAttention(8, 2, rng=np.random.default_rng(0), is_causal=True)
    >>> layer, layer(np.ones((3, 5, 8))).shape
    (MultiHeadAttention(8, 2), (3, 5, 8))
    """

    def __init__(
        self,
        d: int,
        num_heads: int,
        *,
        rng: np.random.Generator,
        is_causal: bool = False,
        dtype: DTypeLike = np.float64,
    ) -> None:
        _check_heads("MultiHeadAttention", d, num_heads)
        self.num_heads, self.is_causal = num_heads, is_causal
        self.W_in = Parameter(initialisers.glorot((d, 3 * d), rng, dtype))
        self.b_in = Parameter(initialisers.zeros((3 * d,), None, dtype))
        self.W_out = Parameter(initialisers.glorot((d, d), rng, dtype))
        self.b_out = Parameter(initialisers.zeros((d,), None, dtype))

    def forward(self, x: FloatArray, attn_mask: Mask | None = None) -> FloatArray:
        """Return what each place of ``x`` (n, T, d) found."""
        out, self._cache = multi_head_attention_forward(
            x,
            self.W_in.data,
            self.b_in.data,
            self.W_out.data,
            self.b_out.data,
            self.num_heads,
            attn_mask,
            self.is_causal,
        )
        return out

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Set the gradient of each projection and return that of ``x``."""
        grad_x, *gradients = multi_head_attention_backward(grad_out, self._last_cache())
        for parameter, gradient in zip(self.parameters(), gradients, strict=True):
            parameter.grad = gradient
        return grad_x

    def parameters(self) -> list[Parameter]:
        """Return the input projection and the output projection, each with its bias."""
        return [self.W_in, self.b_in, self.W_out, self.b_out]

    def __repr__(self) -> str:
        return f"MultiHeadAttention({self.W_out.data.shape[0]}, {self.num_heads})"


class TransformerBlock(Cached):
    """The pre-norm transformer block as a layer, see ``transformer_block_forward``.

    Parameters
    ----------
    d : int
        The number of features.
    num_heads : int
        The number of heads, a divisor of d.
    d_mlp : int, optional
        The width of the MLP; four times d unless given.
    rng : Generator
        Where the initial weights come from: He's for the layer before the activation, Glorot's
        elsewhere.
    is_causal : bool
        True lets each place look at itself and earlier ones only.
    activation : {"relu", "gelu"}
        The function in the MLP, ``relu`` or the exact ``gelu``.
    dtype : float32 or float64
        The dtype of the parameters, and so of the batches it takes.

    Attributes
    ----------
    params : dict of str to Parameter
        The twelve parameters, under the names of ``BlockParameters``.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> block = TransformerBlock(8, 2, rng=np.random.default_rng(0))
    >>> block, block(np.ones((3, 5, 8))).shape
    (TransformerBlock(8, 2, d_mlp=32), (3, 5, 8))
    """

    def __init__(
        self,
        d: int,
        num_heads: int,
        d_mlp: int | None = None,
        *,
        rng: np.random.Generator,
        is_causal: bool = False,
        activation: str = "relu",
        dtype: DTypeLike = np.float64,
    ) -> None:
        _check_heads("TransformerBlock", d, num_heads)
        self.d_mlp = 4 * d if d_mlp is None else d_mlp
        require_count("TransformerBlock", "d_mlp", self.d_mlp)
        require_activation("TransformerBlock", activation)
        self.num_heads, self.is_causal, self.activation = num_heads, is_causal, activation

        def zeros(size: int) -> FloatArray:
            return initialisers.zeros((size,), None, dtype)

        arrays = BlockParameters(
            norm1_weight=zeros(d) + 1,
            norm1_bias=zeros(d),
            W_in=initialisers.glorot((d, 3 * d), rng, dtype),
            b_in=zeros(3 * d),
            W_out=initialisers.glorot((d, d), rng, dtype),
            b_out=zeros(d),
            norm2_weight=zeros(d) + 1,
            norm2_bias=zeros(d),
            W1=initialisers.he((d, self.d_mlp), rng, dtype),
            b1=zeros(self.d_mlp),
            W2=initialisers.glorot((self.d_mlp, d), rng, dtype),
            b2=zeros(d),
        )
        self.params = {name: Parameter(array) for name, array in arrays._asdict().items()}

    def forward(self, x: FloatArray, attn_mask: Mask | None = None) -> FloatArray:
        """Return the sequences (n, T, d) for the next block."""
        arrays = BlockParameters(*[parameter.data for parameter in self.parameters()])
        out, self._cache = transformer_block_forward(
            x, arrays, self.num_heads, attn_mask, self.is_causal, self.activation
        )
        return out

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Set the gradient of each parameter and return that of ``x``."""
        grad_x, gradients = transformer_block_backward(grad_out, self._last_cache())
        for parameter, gradient in zip(self.parameters(), gradients, strict=True):
            parameter.grad = gradient
        return grad_x

    def parameters(self) -> list[Parameter]:
        """Return the twelve parameters in the order of ``BlockParameters``."""
        return list(self.params.values())

    def __repr__(self) -> str:
        d = self.params["b2"].data.shape[0]
        return f"TransformerBlock({d}, {self.num_heads}, d_mlp={self.d_mlp})"


class Residual(Module):
    """A layer with a way past it: ``x + layer(x)``.

    Parameters
    ----------
    layer : Module
        What is added to its own input; its output must have the shape of its input.

    Raises
    ------
    ArgumentError
        If ``layer`` is not a Module, or changes the shape of its input.

    References
    ----------
    He, Zhang, Ren and Sun (2016), Deep residual learning for image recognition, equation 1.

    Examples
    --------
    >>> from bpworkbook.nn.layers import ReLU
    >>> Residual(ReLU())(np.array([[-1.0, 2.0]]))
    array([[-1.,  4.]])
    """

    def __init__(self, layer: Module) -> None:
        if not isinstance(layer, Module):
            raise ArgumentError(f"Residual: layer is {describe(layer)}, expected a Module")
        self.layer = layer

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``x + layer(x)``."""
        out = self.layer(x)
        require_like("Residual", "layer(x)", out, x.shape, x.dtype, "x is")
        return x + out

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the sum of both ways: ``grad_out`` and what the layer makes of it."""
        return grad_out + self.layer.backward(grad_out)

    def parameters(self) -> list[Parameter]:
        """Return the parameters of the layer."""
        return self.layer.parameters()

    def __repr__(self) -> str:
        return f"Residual({self.layer!r})"


def _check_heads(function: str, d: int, num_heads: int) -> None:
    require_count(function, "d", d)
    require_count(function, "num_heads", num_heads)
    if d % num_heads:
        raise ArgumentError(
            f"{function}: num_heads is {num_heads}, but d is {d}: expected a divisor of {d}"
        )
