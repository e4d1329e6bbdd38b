"""GELU and softplus as layers. Nothing is computed here that the functions do not compute."""

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.module import Cached
from bpworkbook.nn.smooth import gelu_backward, gelu_forward, softplus_backward, softplus_forward
from bpworkbook.nn.validation import FloatArray, require_number


class GELU(Cached):
    """GELU as a layer, see ``gelu``.

    Parameters
    ----------
    approximate : {"none", "tanh"}
        The exact form, or the faster one by tanh.

    Raises
    ------
    ArgumentError
        If ``approximate`` is neither of the two words.

    Examples
    --------
    >>> GELU(), GELU()(np.array([[-1.0, 1.0]])).round(4)
    (GELU(), array([[-0.1587,  0.8413]]))
    """

    def __init__(self, approximate: str = "none") -> None:
        if not isinstance(approximate, str) or approximate not in ("none", "tanh"):
            raise ArgumentError(
                f'GELU: approximate is {describe(approximate)}, expected "none" or "tanh"'
            )
        self.approximate = approximate

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``gelu(x, approximate)``."""
        a, self._cache = gelu_forward(x, self.approximate)
        return a

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``."""
        return gelu_backward(grad_out, self._last_cache())

    def __repr__(self) -> str:
        return "GELU()" if self.approximate == "none" else f'GELU("{self.approximate}")'


class Softplus(Cached):
    """Softplus as a layer, see ``softplus``.

    Parameters
    ----------
    beta : float
        The sharpness, above 0.

    Raises
    ------
    ArgumentError
        If ``beta`` is not a number above 0.

    Examples
    --------
    >>> Softplus(beta=2.0), Softplus()(np.zeros((1, 2))).round(4)
    (Softplus(2.0), array([[0.6931, 0.6931]]))
    """

    def __init__(self, beta: float = 1.0) -> None:
        require_number("Softplus", "beta", beta, 0, above=True)
        self.beta = beta

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``softplus(x, beta)``."""
        a, self._cache = softplus_forward(x, self.beta)
        return a

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``."""
        return softplus_backward(grad_out, self._last_cache())

    def __repr__(self) -> str:
        return f"Softplus({self.beta})"
