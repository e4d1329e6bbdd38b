r"""Lion: an optimiser that keeps only the sign of its momentum, found by a search over programs."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from bpworkbook.nn.groups import Options, require_betas
from bpworkbook.nn.optim import Optimizer
from bpworkbook.nn.validation import FloatArray, require_number


class Lion(Optimizer):
    r"""Lion: every weight moves by the learning rate, up or down.

    $$c = \beta_1 m + (1 - \beta_1) g, \qquad
    \theta \leftarrow \theta - \eta (\operatorname{sign}(c) + \lambda \theta), \qquad
    m \leftarrow \beta_2 m + (1 - \beta_2) g$$

    It remembers one array where Adam remembers two. As every step has full size, its learning rate
    is chosen 3 to 10 times smaller than Adam's, and its weight decay as much larger.

    Parameters
    ----------
    params : iterable of Parameter, or of dict
        What is trained, as ``model.parameters()``, or groups with options of their own.
    lr : float
        The learning rate $\eta$, at least 0.
    betas : (float, float)
        $\beta_1$ weighs the momentum $m$ in a step, $\beta_2$ is the share of it that is kept; from
        0 to below 1.
    weight_decay : float
        The factor $\lambda$, at least 0.

    Raises
    ------
    ArgumentError
        If ``params`` does not suit an optimiser, or an option is none of these.

    References
    ----------
    Chen, Liang, Huang and others (2023), Symbolic discovery of optimization algorithms,
    algorithm 2.

    Examples
    --------
    >>> from bpworkbook.nn.module import Parameter
    >>> parameter = Parameter(np.array([1.0, 2.0]))
    >>> parameter.grad = np.array([10.0, -0.1])
    >>> Lion([parameter], lr=0.5).step()
    >>> parameter.data
    array([0.5, 2.5])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, betas=betas, weight_decay=weight_decay)

    def buffer_names(self, options: Options) -> tuple[str, ...]:
        """Return the name of the momentum."""
        return ("exp_avg",)

    def check_options(self, options: Options) -> None:
        """Refuse options out of range."""
        require_betas("Lion", options)
        require_number("Lion", "weight_decay", options["weight_decay"], 0)

    def update(
        self,
        data: FloatArray,
        grad: FloatArray,
        buffers: tuple[FloatArray, ...],
        step: int,
        options: Options,
    ) -> None:
        """Step by the sign, then update the momentum."""
        (m,), (beta1, beta2), lr = buffers, options["betas"], options["lr"]
        direction = np.sign(beta1 * m + (1 - beta1) * grad)
        data *= 1 - lr * options["weight_decay"]
        data -= lr * direction
        m *= beta2
        m += (1 - beta2) * grad
