r"""Optimisers: they change the parameters, given the gradients that ``backward`` left there.

An optimiser holds the parameters in groups, each with its own options, and for each parameter what
it remembers from step to step. ``step()`` changes every parameter in place, and ``zero_grad()``
forgets the gradients, so that a step without a fresh backward pass is noticed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import is_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.groups import (
    Options,
    blocks,
    from_array,
    make_groups,
)
from bpworkbook.nn.module import Parameter
from bpworkbook.nn.modulestate import require_arrays
from bpworkbook.nn.validation import (
    FloatArray,
    require_like,
    require_number,
)


@dataclass(slots=True)
class Slot:
    """One parameter: its place in ``params``, its group, and what is remembered of it.

    That is how many steps it has taken, and arrays of its shape.

    >>> Slot(0, Parameter(np.zeros(2)), {"lr": 0.1}).step
    0
    """

    position: int
    parameter: Parameter
    options: Options
    step: int = 0
    buffers: tuple[FloatArray, ...] = ()


class Optimizer:
    """What all optimisers share: groups of parameters, the learning rate, state, ``zero_grad``.

    A subclass defines ``update``, which changes one array given its gradient, names in
    ``buffer_names`` what it remembers, and looks at its options in ``check_options``.

    Parameters
    ----------
    params : iterable of Parameter, or of dict
        What is trained, as ``model.parameters()``; or groups with options of their own, as
        ``[{"params": first.parameters()}, {"params": last.parameters(), "lr": 0.01}]``.
    lr : float
        The learning rate, at least 0. The attribute may be changed between steps; that changes the
        rate of all groups.
    **options : float or bool
        What else a group may set, with the value it has if it does not.

    Attributes
    ----------
    params : list of Parameter
        The parameters of all groups.
    param_groups : list of dict
        The groups: "params", "lr" and the other options.

    Raises
    ------
    ArgumentError
        If ``params`` is empty, holds anything but parameters or holds one twice, or an option is
        unknown or out of range.

    Examples
    --------
    >>> Optimizer([], lr=0.1)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: Optimizer: params is empty, expected at least one Parameter
    """

    # Numbers a block, where a step of a part of an array is that part of the step, else None. With
    # its gradient, two buffers and scratch such a block fits into a processor's last cache.
    block: int | None = 2**17

    def __init__(self, params: Iterable[Any], lr: float, **options: Any) -> None:
        name = type(self).__name__
        self.param_groups = make_groups(name, params, {"lr": lr, **options})
        for group in self.param_groups:
            self._check_group(group)
        held = [(group, parameter) for group in self.param_groups for parameter in group["params"]]
        self.params: list[Parameter] = [parameter for _, parameter in held]
        self._slots = [
            Slot(place, parameter, group) for place, (group, parameter) in enumerate(held)
        ]
        self._checked: dict[int, tuple[Any, ...]] = {}
        self._scratch: dict[tuple[int, ...], FloatArray] = {}

    def buffer_names(self, options: Options) -> tuple[str, ...]:
        """Return the names of the arrays that are remembered for each parameter."""
        return ()

    def check_options(self, options: Options) -> None:
        """Refuse options out of range; ``lr`` has been looked at."""

    def update(
        self,
        data: FloatArray,
        grad: FloatArray,
        buffers: tuple[FloatArray, ...],
        step: int,
        options: Options,
    ) -> None:
        """Change ``data`` and ``buffers`` in place by one step, the ``step``-th counted from 1."""
        raise NotImplementedError(f"{type(self).__name__} has no update")

    def step(self, closure: Callable[[], object] | None = None) -> None:
        """Change every parameter that is not frozen by one step.

        Parameters
        ----------
        closure : function, optional
            Computes the gradients at the present parameters. ``SAM`` calls it; others do not.

        Raises
        ------
        ArgumentError
            If a gradient is missing, or has not the shape and dtype of its parameter. All are
            looked at before any parameter is changed.
        """
        self._take_in_options()
        for slot, grad in self.check_gradients():
            data = slot.parameter.data
            slot.step += 1
            if self.block is None or data.size <= self.block:
                self.update(data, grad, slot.buffers, slot.step, slot.options)
                continue
            # A large array goes block by block, so that each block stays in the cache.
            for part in blocks((data, grad, *slot.buffers), self.block):
                self.update(part[0], part[1], part[2:], slot.step, slot.options)

    def check_gradients(self) -> list[tuple[Slot, FloatArray]]:
        """Return the gradients that a step would use, each with what it belongs to."""
        checked = []
        for slot in self._slots:
            parameter = slot.parameter
            if parameter.requires_grad:
                data = parameter.data
                grad: Any = parameter.grad
                alike = type(grad) is type(data) and grad.dtype is data.dtype
                if not alike or grad.shape != data.shape:
                    self._look_closer(slot.position, data, grad)
                checked.append((slot, grad))
        return checked

    def zero_grad(self) -> None:
        """Forget the gradients: each becomes None, as in PyTorch."""
        for parameter in self.params:
            parameter.grad = None

    @property
    def lr(self) -> float:
        """The learning rate: that of the first group. Setting it sets that of all groups."""
        rate: float = self.param_groups[0]["lr"]
        return rate

    @lr.setter
    def lr(self, value: float) -> None:
        require_number(type(self).__name__, "lr", value, 0)
        for group in self.param_groups:
            group["lr"] = float(value)  # A NumPy float64 would widen float32 on the way.

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Return all options, step counts and remembered arrays, as copies by name.

        ``save_arrays`` writes them, and ``load_state_dict`` of an optimiser with groups of the same
        sizes takes them back.
        """
        self._take_in_options()
        saved: dict[str, NDArray[Any]] = {}
        for number, group in enumerate(self.param_groups):
            for name, value in group.items():
                if name != "params":
                    saved[f"param_groups.{number}.{name}"] = np.copy(value)
        for slot in self._slots:
            saved[f"state.{slot.position}.step"] = np.copy(slot.step)
            for name, buffer in zip(self.buffer_names(slot.options), slot.buffers, strict=True):
                saved[f"state.{slot.position}.{name}"] = np.copy(buffer)
        return saved

    def load_state_dict(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take over what ``state_dict`` returned.

        Raises
        ------
        ArgumentError
            If an array is missing, superfluous or of another shape or dtype, or an option is out of
            range. Nothing has been changed then.
        """
        function = f"{type(self).__name__}.load_state_dict"
        require_arrays(function, "the optimiser", self.state_dict(), arrays)
        groups = []
        for number, group in enumerate(self.param_groups):
            names = [name for name in group if name != "params"]
            loaded = {name: from_array(arrays[f"param_groups.{number}.{name}"]) for name in names}
            self._check_group(loaded)
            groups.append(loaded)
        for group, loaded in zip(self.param_groups, groups, strict=True):
            group.update(loaded)
        self._take_in_options()
        for slot in self._slots:
            slot.step = int(arrays[f"state.{slot.position}.step"])
            for name, buffer in zip(self.buffer_names(slot.options), slot.buffers, strict=True):
                buffer[...] = np.asarray(arrays[f"state.{slot.position}.{name}"], like=buffer)

    def _take_in_options(self) -> None:
        """Look at the options of groups that have changed, and make the buffers that they need."""
        for number, group in enumerate(self.param_groups):
            values = self._checked.get(number, ())
            # By identity, which is quick and asks nothing of the values.
            if len(values) == len(group) and all(map(is_, group.values(), values)):
                continue
            self._check_group(group)
            self._checked[number] = tuple(group.values())
            names = self.buffer_names(group)
            for slot in self._slots:
                if slot.options is group:
                    # Momentum may have been switched on or off; what comes first in names stays.
                    missing = names[len(slot.buffers) :]
                    made = tuple(np.zeros_like(slot.parameter.data) for _ in missing)
                    slot.buffers = slot.buffers[: len(names)] + made

    def _check_group(self, options: Options) -> None:
        require_number(type(self).__name__, "lr", options["lr"], 0)
        self.check_options(options)
        for name, value in options.items():
            if name != "params" and not isinstance(value, bool | tuple):
                options[name] = float(value)

    def scratch(self, data: FloatArray) -> FloatArray:
        """Return an array like ``data`` to compute in; its content does not outlive ``update``.

        It is kept, because fresh memory for a large array comes from the system each time.
        """
        kept = self._scratch.get(data.shape)
        if kept is None or kept.dtype != data.dtype or type(kept) is not type(data):
            kept = self._scratch[data.shape] = np.empty_like(data)
        return kept

    def _look_closer(self, position: int, data: FloatArray, grad: Any) -> None:
        function, name = f"{type(self).__name__}.step", f"params[{position}].grad"
        if grad is None:
            raise ArgumentError(f"{function}: {name} is None, expected {data.shape}: call backward")
        require_like(function, name, grad, data.shape, data.dtype, f"params[{position}].data is")
