r"""Adam, and AdamW, which keeps weight decay out of the gradient.

Options and their defaults are those of ``torch.optim``. A step of a large array goes block by block
(see ``blocks``), with one block for scratch.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from bpworkbook.nn.adaptive import Buffers, check_common, decayed, move_mean
from bpworkbook.nn.groups import Options, require_betas
from bpworkbook.nn.optim import Optimizer
from bpworkbook.nn.validation import FloatArray


class Adam(Optimizer):
    r"""Adam: a running mean of the gradients over the root of a running mean of their squares.

    $$m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2) g^2,
    \qquad \theta \leftarrow \theta - \eta \frac{\hat m}{\sqrt{\hat v} + \epsilon}$$

    Both means start at zero and are too small at first by the factor $1 - \beta^t$ in step $t$, so
    $\hat m = m / (1 - \beta_1^t)$ and $\hat v = v / (1 - \beta_2^t)$. The first step is therefore
    $\eta$ times the sign of the gradient, whatever its size.

    Parameters
    ----------
    params : iterable of Parameter, or of dict
        What is trained, as ``model.parameters()``, or groups with options of their own.
    lr : float
        The learning rate $\eta$, at least 0.
    betas : (float, float)
        The shares $\beta_1, \beta_2$ of the last means that are kept, from 0 to below 1.
    eps : float
        The number $\epsilon$ above 0 that keeps the quotient finite.
    weight_decay : float
        The factor $\lambda$, at least 0; it joins the gradient, see ``AdamW``.

    Raises
    ------
    ArgumentError
        If ``params`` does not suit an optimiser, or an option is none of these.

    References
    ----------
    Kingma and Ba (2015), Adam: a method for stochastic optimization, algorithm 1.

    Examples
    --------
    >>> from bpworkbook.nn.module import Parameter
    >>> parameter = Parameter(np.array([1.0, 2.0]))
    >>> parameter.grad = np.array([10.0, -0.1])
    >>> Adam([parameter], lr=0.5).step()
    >>> parameter.data.round(6)
    array([0.5, 2.5])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, betas=betas, eps=eps, weight_decay=weight_decay)

    def buffer_names(self, options: Options) -> tuple[str, ...]:
        """Return the names of the two means."""
        return ("exp_avg", "exp_avg_sq")

    def check_options(self, options: Options) -> None:
        """Refuse options out of range."""
        check_common(type(self).__name__, options)
        require_betas(type(self).__name__, options)

    def update(
        self, data: FloatArray, grad: FloatArray, buffers: Buffers, step: int, options: Options
    ) -> None:
        """Add the weight decay to the gradient, then take Adam's step."""
        self._adam(data, decayed(data, grad, options), buffers, step, options)

    def _adam(
        self, data: FloatArray, grad: FloatArray, buffers: Buffers, step: int, options: Options
    ) -> None:
        (m, v), (beta1, beta2), work = buffers, options["betas"], self.scratch(data)
        move_mean(m, grad, 1.0, beta1, work)
        move_mean(v, grad, grad, beta2, work)
        # m_hat / (sqrt(v_hat) + eps), with both corrections drawn out as in the paper's section 2.
        root = math.sqrt(1 - beta2**step)
        np.sqrt(v, out=work)
        work += options["eps"] * root
        np.divide(m, work, out=work)
        work *= options["lr"] * root / (1 - beta1**step)
        data -= work


class AdamW(Adam):
    r"""Adam with decoupled weight decay: weights shrink by themselves, not through the gradient.

    $$\theta \leftarrow (1 - \eta \lambda) \theta, \qquad \text{then Adam's step with the bare } g$$

    In Adam the decay would be divided by $\sqrt{\hat v}$ and act least where gradients are large.

    Parameters
    ----------
    params : iterable of Parameter, or of dict
        What is trained, as ``model.parameters()``, or groups with options of their own.
    lr : float
        The learning rate $\eta$, at least 0.
    betas : (float, float)
        The shares of the last means that are kept, from 0 to below 1, see ``Adam``.
    eps : float
        The number above 0 that keeps the quotient finite.
    weight_decay : float
        The factor $\lambda$, at least 0.

    Raises
    ------
    ArgumentError
        If ``params`` does not suit an optimiser, or an option is none of these.

    References
    ----------
    Loshchilov and Hutter (2019), Decoupled weight decay regularization, algorithm 2, with the decay
    scaled by $\eta$ as in ``torch.optim.AdamW``.

    Examples
    --------
    >>> from bpworkbook.nn.module import Parameter
    >>> parameter = Parameter(np.array([1.0, 2.0]))
    >>> parameter.grad = np.array([10.0, -0.1])
    >>> AdamW([parameter], lr=0.5, weight_decay=0.1).step()
    >>> parameter.data.round(6)
    array([0.45, 2.4 ])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)

    def update(
        self, data: FloatArray, grad: FloatArray, buffers: Buffers, step: int, options: Options
    ) -> None:
        """Shrink the weights, then take Adam's step."""
        data *= 1 - options["lr"] * options["weight_decay"]
        self._adam(data, grad, buffers, step, options)
