r"""Muon: momentum whose singular values are all made about 1, for the matrices of a network.

And ``Together``, which trains a network with two optimisers at once: Muon for the matrices, another
for the biases.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.groups import Options, require_below_one
from bpworkbook.nn.modulestate import require_arrays
from bpworkbook.nn.optim import Optimizer
from bpworkbook.nn.validation import (
    FloatArray,
    require_count,
    require_flag,
    require_floats,
    require_number,
)

# The quintic that Jordan chose: steep at 0, so that five rounds suffice; it ends near 1, not at it.
COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def newton_schulz(G: FloatArray, steps: int = 5, eps: float = 1e-7) -> FloatArray:
    r"""Return a matrix with the singular vectors of ``G`` and singular values of about 1.

    $$X_0 = \frac{G}{\lVert G \rVert_F}, \qquad
    X_{k+1} = a X_k + \left(b A_k + c A_k^2\right) X_k, \qquad A_k = X_k X_k^T$$

    Each round applies $p(\sigma) = a \sigma + b \sigma^3 + c \sigma^5$ to the singular values,
    with $(a, b, c) = (3.4445, -4.7750, 2.0315)$. After five rounds those that were above two
    thousandths of the norm lie between 0.68 and 1.21. It needs products of matrices only.

    Parameters
    ----------
    G : array (rows, columns)
        Any matrix.
    steps : int
        Rounds, at least 1.
    eps : float
        The least norm that is divided by, above 0.

    Returns
    -------
    array (rows, columns)
        Close to $U V^T$ where $G = U S V^T$.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Jordan and others (2024), Muon: an optimizer for hidden layers in neural networks,
    kellerjordan.github.io/posts/muon, ``newtonschulz5``; there in bfloat16, here in the dtype of
    ``G``.

    Examples
    --------
    >>> G = np.array([[3.0, 0.0], [0.0, -1.0]])
    >>> newton_schulz(G).round(2)
    array([[ 0.75,  0.  ],
           [ 0.  , -1.13]])
    """
    require_floats("newton_schulz", "G", G, ("rows", "columns"))
    require_count("newton_schulz", "steps", steps)
    require_number("newton_schulz", "eps", eps, 0, above=True)
    a, b, c = COEFFICIENTS
    tall = G.shape[0] > G.shape[1]  # X @ X.T is the smaller product for a wide matrix.
    X = G.T if tall else G
    X = X / max(float(np.linalg.norm(X)), eps)
    for _ in range(steps):
        A = X @ X.T
        X = a * X + (b * A + c * (A @ A)) @ X
    return X.T if tall else X


class Muon(Optimizer):
    r"""Muon: momentum, orthogonalised by ``newton_schulz``.

    $$m \leftarrow \mu m + (1 - \mu) g, \qquad
    O = \mathrm{NS}\big((1 - \mu) g + \mu m\big), \qquad
    \theta \leftarrow (1 - \eta \lambda) \theta - \eta \sqrt{\max(1, d_{out} / d_{in})} \, O$$

    It takes matrices ``(d_in, d_out)`` only; see ``Together`` for the rest of a network. Without
    ``nesterov``, $O = \mathrm{NS}(m)$.

    Parameters
    ----------
    params : iterable of Parameter, or of dict
        The matrices, or groups of them with options of their own.
    lr : float
        The learning rate $\eta$, at least 0.
    weight_decay : float
        The factor $\lambda$, at least 0.
    momentum : float
        The factor $\mu$, from 0 to below 1.
    nesterov : bool
        Mix the gradient in once more before orthogonalising.
    ns_steps : int
        Rounds of ``newton_schulz``, the same for all groups.

    Raises
    ------
    ArgumentError
        If ``params`` does not suit an optimiser, one is no matrix, or an option is none of these.

    References
    ----------
    Jordan and others (2024), Muon: an optimizer for hidden layers in neural networks, algorithm 2,
    in the form of ``torch.optim.Muon``. PyTorch's weights are ``(d_out, d_in)``, ours transposed.

    Examples
    --------
    >>> from bpworkbook.nn.module import Parameter
    >>> parameter = Parameter(np.zeros((2, 2)))
    >>> parameter.grad = np.array([[30.0, 0.0], [0.0, -10.0]])
    >>> Muon([parameter], lr=1.0).step()
    >>> parameter.data.round(2)
    array([[-0.75,  0.  ],
           [ 0.  ,  1.13]])
    """

    block = None

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_steps: int = 5,
    ) -> None:
        require_count("Muon", "ns_steps", ns_steps)
        self.ns_steps = ns_steps
        super().__init__(
            params, lr, weight_decay=weight_decay, momentum=momentum, nesterov=nesterov
        )
        for position, parameter in enumerate(self.params):
            if parameter.data.ndim != 2:
                raise ArgumentError(
                    f"Muon: params[{position}] is {parameter.data.shape}, expected (d_in, d_out): "
                    "Together(Muon(...), AdamW(...)) trains the rest"
                )

    def buffer_names(self, options: Options) -> tuple[str, ...]:
        """Return the name of the momentum."""
        return ("momentum_buffer",)

    def check_options(self, options: Options) -> None:
        """Refuse options out of range."""
        require_number("Muon", "weight_decay", options["weight_decay"], 0)
        require_below_one("Muon", "momentum", options["momentum"])
        require_flag("Muon", "nesterov", options["nesterov"])

    def update(
        self,
        data: FloatArray,
        grad: FloatArray,
        buffers: tuple[FloatArray, ...],
        step: int,
        options: Options,
    ) -> None:
        """Update the momentum and step along its orthogonalised self."""
        (m,), mu, lr = buffers, options["momentum"], options["lr"]
        m *= mu
        m += (1 - mu) * grad
        direction = (1 - mu) * grad + mu * m if options["nesterov"] else m
        d_in, d_out = data.shape
        data *= 1 - lr * options["weight_decay"]
        data -= lr * math.sqrt(max(1.0, d_out / d_in)) * newton_schulz(direction, self.ns_steps)


class Together(Optimizer):
    """Several optimisers as one, each for parameters of its own.

    Parameters
    ----------
    *optimizers : Optimizer
        At least one; no parameter may stand in two.

    Raises
    ------
    ArgumentError
        If there is none, one is no ``Optimizer``, or a parameter stands in two.

    Examples
    --------
    >>> from bpworkbook.nn.adam import AdamW
    >>> from bpworkbook.nn.layers import Linear
    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> both = Together(Muon([layer.W], lr=0.02), AdamW([layer.b], lr=0.001))
    >>> both.params
    [Parameter(3, 2), Parameter(2,)]
    """

    def __init__(self, *optimizers: Optimizer) -> None:
        if not optimizers:
            raise ArgumentError("Together: optimizers is empty, expected at least one Optimizer")
        held: set[int] = set()
        for position, optimizer in enumerate(optimizers):
            name = f"optimizers[{position}]"
            if not isinstance(optimizer, Optimizer):
                raise ArgumentError(
                    f"Together: {name} is {describe(optimizer)}, expected an Optimizer"
                )
            own = {id(parameter) for parameter in optimizer.params}
            if held & own:
                raise ArgumentError(f"Together: {name} holds a Parameter that stands in another")
            held |= own
        self.optimizers = optimizers
        self.params = [parameter for part in optimizers for parameter in part.params]
        self.param_groups = [group for part in optimizers for group in part.param_groups]

    def step(self, closure: Callable[[], object] | None = None) -> None:
        """Take a step with each; all gradients are looked at first."""
        for optimizer in self.optimizers:
            optimizer.check_gradients()
        for optimizer in self.optimizers:
            optimizer.step(closure)

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Return what the optimisers remember, each name after its optimiser's number."""
        return {
            f"{number}.{name}": array
            for number, optimizer in enumerate(self.optimizers)
            for name, array in optimizer.state_dict().items()
        }

    def load_state_dict(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take over what ``state_dict`` returned."""
        require_arrays("Together.load_state_dict", "the optimiser", self.state_dict(), arrays)
        for number, optimizer in enumerate(self.optimizers):
            start = f"{number}."
            own = {k.removeprefix(start): a for k, a in arrays.items() if k.startswith(start)}
            optimizer.load_state_dict(own)
