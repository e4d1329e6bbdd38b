"""Stochastic gradient descent; what it shares with the other optimisers is in ``optim.py``."""

from collections.abc import Iterable
from typing import Any

from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.groups import Options, require_below_one
from bpworkbook.nn.optim import Optimizer
from bpworkbook.nn.validation import FloatArray, require_flag, require_number


class SGD(Optimizer):
    r"""Stochastic gradient descent, with momentum, Nesterov's variant and weight decay.

    With $g$ the gradient, to which $\lambda \theta$ is added for weight decay $\lambda$:

    $$v \leftarrow \mu v + g, \qquad \theta \leftarrow \theta - \eta v
    \quad \text{or, after Nesterov,} \quad \theta \leftarrow \theta - \eta (g + \mu v)$$

    Parameters
    ----------
    params : iterable of Parameter, or of dict
        What is trained, as ``model.parameters()``, or groups with options of their own.
    lr : float
        The learning rate $\eta$, at least 0.
    momentum : float
        The share $\mu$ of the last velocity $v$ that is kept, from 0 to below 1.
    weight_decay : float
        The factor $\lambda$, at least 0.
    nesterov : bool
        Look one step of momentum ahead; needs momentum.

    Raises
    ------
    ArgumentError
        If ``params`` is empty, holds anything but parameters or holds one twice, or an option is
        none of these.

    References
    ----------
    Robbins and Monro (1951), A stochastic approximation method. Sutskever, Martens, Dahl and Hinton
    (2013), On the importance of initialization and momentum in deep learning, equations 1 to 4; in
    the form of PyTorch's ``torch.optim.SGD``, where $\eta$ stands outside $v$.

    Examples
    --------
    >>> from bpworkbook.nn.module import Parameter
    >>> parameter = Parameter(np.array([1.0, 2.0]))
    >>> parameter.grad = np.array([10.0, -10.0])
    >>> SGD([parameter], lr=0.1).step()
    >>> parameter.data
    array([0., 3.])
    """

    block = None  # Each number is used once or twice: there is nothing that a cache could keep.

    def __init__(
        self,
        params: Iterable[Any],
        lr: float,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(
            params, lr, momentum=momentum, weight_decay=weight_decay, nesterov=nesterov
        )

    def buffer_names(self, options: Options) -> tuple[str, ...]:
        """Return the name of the velocity, where there is momentum."""
        return ("momentum_buffer",) if options["momentum"] else ()

    def check_options(self, options: Options) -> None:
        """Refuse options out of range."""
        require_below_one("SGD", "momentum", options["momentum"])
        require_number("SGD", "weight_decay", options["weight_decay"], 0)
        require_flag("SGD", "nesterov", options["nesterov"])
        if options["nesterov"] and not options["momentum"]:
            raise ArgumentError("SGD: nesterov is True, but momentum is 0, expected it above 0")

    def update(
        self,
        data: FloatArray,
        grad: FloatArray,
        buffers: tuple[FloatArray, ...],
        step: int,
        options: Options,
    ) -> None:
        """Move against the gradient, or along the velocity."""
        momentum, weight_decay = options["momentum"], options["weight_decay"]
        if weight_decay:
            grad = grad + weight_decay * data
        if momentum:
            (velocity,) = buffers
            velocity *= momentum
            velocity += grad
            grad = grad + momentum * velocity if options["nesterov"] else velocity
        data -= options["lr"] * grad
