"""Recurrent networks as layers: ``RNN``, ``LSTM`` and ``GRU``, and ``LastStep``.

A layer takes sequences (n, t, d_in) and returns the states of all steps (n, t, d_h). Afterwards
``layer.state`` holds the last state. Give it to the next call to go on where the last one stopped:
a long sequence is then trained piece by piece (truncated BPTT), since no gradient passes from one
call to the one before.

``backward`` returns the gradient of the sequences and keeps that of the initial state in
``layer.grad_state``.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from bpworkbook.nn import init as initialisers
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.gru import gru_backward, gru_backward_parameters, gru_forward
from bpworkbook.nn.layers import Initialiser, drawn
from bpworkbook.nn.lstm import lstm_backward, lstm_backward_parameters, lstm_forward
from bpworkbook.nn.module import Cached, Parameter
from bpworkbook.nn.recurrent import rnn_backward, rnn_backward_parameters, rnn_forward
from bpworkbook.nn.sequences import require_truncate
from bpworkbook.nn.validation import (
    FloatArray,
    require_count,
    require_floats,
    require_like,
    require_number,
)


class _Recurrent(Cached):
    """What the three layers share: their weights, one block of columns a gate."""

    _gates = 1
    _biases: tuple[str, ...] = ("b",)

    def __init__(
        self,
        d_in: int,
        d_h: int,
        *,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float64,
        init: Initialiser = initialisers.glorot,
        truncate: int | None = None,
    ) -> None:
        name = type(self).__name__
        require_count(name, "d_in", d_in)
        require_count(name, "d_h", d_h)
        require_truncate(name, truncate)

        def weights(rows: int) -> Parameter:
            # Gate by gate: side by side they would look like one layer with many outputs.
            blocks = [drawn(name, init, (rows, d_h), rng, dtype) for _ in range(self._gates)]
            return Parameter(np.concatenate(blocks, axis=1))

        self.W_x, self.W_h = weights(d_in), weights(d_h)
        for bias in self._biases:
            setattr(self, bias, Parameter(initialisers.zeros((self._gates * d_h,), None, dtype)))
        self.truncate = truncate
        self.state: Any = None
        self.grad_state: Any = None

    def __call__(self, x: FloatArray, state: Any = None) -> FloatArray:
        """Return ``forward(x, state)``."""
        return self.forward(x, state)

    def forward(self, x: FloatArray, state: Any = None) -> FloatArray:
        """Return the states of all steps, starting from ``state``, or from zeros."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def parameters(self) -> list[Parameter]:
        """Return the weights of the input, those of the state, and the biases."""
        return [self.W_x, self.W_h, *(getattr(self, bias) for bias in self._biases)]

    def _keep(self, grads: Sequence[FloatArray]) -> None:
        """Keep the gradients of the initial states, then those of the parameters."""
        parameters = self.parameters()
        *states, last = grads[: -len(parameters)]
        self.grad_state = (*states, last) if states else last
        for parameter, grad in zip(parameters, grads[-len(parameters) :], strict=True):
            parameter.grad = grad

    def _zeros(self, x: FloatArray) -> FloatArray:
        require_floats(type(self).__name__, "x", x, ("n", "t", "d_in"))
        return np.zeros((x.shape[0], self.W_h.data.shape[0]), x.dtype, like=x)

    def __repr__(self) -> str:
        d_in, d_h = self.W_x.data.shape[0], self.W_h.data.shape[0]
        return f"{type(self).__name__}({d_in}, {d_h})"


class RNN(_Recurrent):
    """The plain recurrent network with tanh as a layer, see ``rnn_forward``.

    Parameters
    ----------
    d_in, d_h : int
        The length of an input and of the state; PyTorch's ``input_size`` and ``hidden_size``.
    rng : Generator
        Where the initial weights come from.
    dtype : float32 or float64
        The dtype of the parameters, and so of the batches it takes.
    init : function
        Called as ``init((rows, d_h), rng, dtype)`` for each block of weights; ``glorot`` unless
        given. The bias starts at zero.
    truncate : int, optional
        The steps of truncated BPTT, see ``rnn_backward``; full BPTT without it.

    Attributes
    ----------
    W_x, W_h, b : Parameter (d_in, d_h), (d_h, d_h), (d_h,)
        The weights of the input and of the state, and the bias.
    state, grad_state : array (n, d_h)
        The last state of the last forward pass; the gradient of its first state.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> layer = RNN(3, 4, rng=np.random.default_rng(0))
    >>> layer, layer(np.ones((5, 9, 3))).shape, layer.state.shape
    (RNN(3, 4), (5, 9, 4), (5, 4))
    """

    b: Parameter

    def forward(self, x: FloatArray, state: FloatArray | None = None) -> FloatArray:
        """Return the states of all steps, starting from ``state`` (n, d_h), or from zeros."""
        h0 = self._zeros(x) if state is None else state
        out, self._cache = rnn_forward(x, h0, self.W_x.data, self.W_h.data, self.b.data)
        self.state = out[:, -1]
        return out

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Set the gradients of the parameters and ``grad_state``; return that of ``x``."""
        grad_x, *grads = rnn_backward(grad_out, self._last_cache(), self.truncate)
        self._keep(grads)
        return grad_x

    def backward_parameters(self, grad_out: FloatArray) -> None:
        """Set what ``backward`` sets, without the gradient of ``x``."""
        self._keep(rnn_backward_parameters(grad_out, self._last_cache(), self.truncate))


class LSTM(_Recurrent):
    """The LSTM as a layer, see ``lstm_forward``.

    Parameters
    ----------
    d_in, d_h, rng, dtype, init, truncate
        As for ``RNN``.
    forget_bias : float
        Where the bias of the forget gate starts: at 1 the cell is kept from the beginning
        (Jozefowicz, Zaremba and Sutskever, 2015). The other biases start at zero.

    Attributes
    ----------
    W_x, W_h, b : Parameter (d_in, 4 * d_h), (d_h, 4 * d_h), (4 * d_h,)
        The weights and the bias, gates i, f, g, o side by side.
    state, grad_state : (h, c), arrays (n, d_h)
        The last state and cell of the last forward pass; the gradients of the first.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> layer = LSTM(3, 4, rng=np.random.default_rng(0))
    >>> out = layer(np.ones((5, 9, 3)))
    >>> out.shape, layer(np.ones((5, 2, 3)), layer.state).shape
    ((5, 9, 4), (5, 2, 4))
    """

    _gates = 4
    b: Parameter

    def __init__(
        self,
        d_in: int,
        d_h: int,
        *,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float64,
        init: Initialiser = initialisers.glorot,
        truncate: int | None = None,
        forget_bias: float = 1.0,
    ) -> None:
        super().__init__(d_in, d_h, rng=rng, dtype=dtype, init=init, truncate=truncate)
        require_number("LSTM", "forget_bias", forget_bias)
        self.b.data[d_h : 2 * d_h] = forget_bias

    def forward(
        self, x: FloatArray, state: tuple[FloatArray, FloatArray] | None = None
    ) -> FloatArray:
        """Return the states of all steps, starting from ``state`` (h, c), or from zeros."""
        if state is None:
            state = (self._zeros(x), self._zeros(x))
        if not isinstance(state, tuple) or len(state) != 2:
            raise ArgumentError(f"LSTM: state is {describe(state)}, expected (h, c)")
        out, self._cache = lstm_forward(x, *state, self.W_x.data, self.W_h.data, self.b.data)
        self.state = (out[:, -1], self._cache.c[-1])
        return out

    def backward(self, grad_out: FloatArray, grad_c: FloatArray | None = None) -> FloatArray:
        """Set the gradients of the parameters and ``grad_state``; return that of ``x``.

        ``grad_c`` is the gradient of the last cell, where that is used by itself.
        """
        grad_x, *grads = lstm_backward(grad_out, self._last_cache(), self.truncate, grad_c)
        self._keep(grads)
        return grad_x

    def backward_parameters(self, grad_out: FloatArray, grad_c: FloatArray | None = None) -> None:
        """Set what ``backward`` sets, without the gradient of ``x``."""
        cache = self._last_cache()
        self._keep(lstm_backward_parameters(grad_out, cache, self.truncate, grad_c))


class GRU(_Recurrent):
    """The GRU as a layer, see ``gru_forward``.

    Parameters
    ----------
    d_in, d_h, rng, dtype, init, truncate
        As for ``RNN``. Both biases start at zero.

    Attributes
    ----------
    W_x, W_h, b_x, b_h : Parameter (d_in, 3 * d_h), (d_h, 3 * d_h), (3 * d_h,), (3 * d_h,)
        The weights and the biases, gates r, z, g side by side.
    state, grad_state : array (n, d_h)
        The last state of the last forward pass; the gradient of its first state.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> layer = GRU(3, 4, rng=np.random.default_rng(0))
    >>> layer, layer(np.ones((5, 9, 3))).shape, layer.state.shape
    (GRU(3, 4), (5, 9, 4), (5, 4))
    """

    _gates = 3
    _biases = ("b_x", "b_h")
    b_x: Parameter
    b_h: Parameter

    def forward(self, x: FloatArray, state: FloatArray | None = None) -> FloatArray:
        """Return the states of all steps, starting from ``state`` (n, d_h), or from zeros."""
        h0 = self._zeros(x) if state is None else state
        weights = (parameter.data for parameter in self.parameters())
        out, self._cache = gru_forward(x, h0, *weights)
        self.state = out[:, -1]
        return out

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Set the gradients of the parameters and ``grad_state``; return that of ``x``."""
        grad_x, *grads = gru_backward(grad_out, self._last_cache(), self.truncate)
        self._keep(grads)
        return grad_x

    def backward_parameters(self, grad_out: FloatArray) -> None:
        """Set what ``backward`` sets, without the gradient of ``x``."""
        self._keep(gru_backward_parameters(grad_out, self._last_cache(), self.truncate))


class LastStep(Cached):
    """Keep the last step of each sequence: (n, t, d) becomes (n, d), for one answer a sequence.

    >>> LastStep()(np.array([[[1.0], [2.0], [3.0]]]))
    array([[3.]])
    """

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``x[:, -1]``."""
        require_floats("LastStep", "x", x, ("n", "t", "d"))
        self._cache = x
        return x[:, -1]

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return zeros at all steps but the last, which gets ``grad_out``."""
        x: FloatArray = self._last_cache()
        n, _, d = x.shape
        require_like("LastStep.backward", "grad_out", grad_out, (n, d), x.dtype, "out was")
        grad_x = np.zeros_like(x)
        grad_x[:, -1] = grad_out
        return grad_x
