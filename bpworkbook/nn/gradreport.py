"""Gradient checks with a report: which entry of which gradient is wrong, and by how much.

Where ``projection_check`` says yes or no at little cost, these look at every entry and name the
worst. They are for small cases: the forward function runs twice for each entry.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.gradcheck import (
    call_backward,
    call_forward,
    numerical_gradient,
    random_like,
    relative_error,
    require_pair,
)
from bpworkbook.nn.losstable import find_loss
from bpworkbook.nn.module import Module
from bpworkbook.nn.validation import FloatArray, require_floats, require_number, require_rng


@dataclass(frozen=True)
class Entry:
    """The worst entry of one gradient.

    Parameters
    ----------
    name : str
        What the gradient belongs to.
    index : tuple of int
        Where the entry stands.
    analytic, numeric : float
        What backward says, and what the difference says.
    error : float
        The relative error, see ``relative_error``.
    """

    name: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    error: float

    @property
    def place(self) -> str:
        """The entry as one would write it, such as ``W[2, 0]``."""
        return f"{self.name}[{', '.join(map(str, self.index))}]" if self.index else self.name

    def __str__(self) -> str:
        return (
            f"{self.place}: backward {self.analytic:.6g}, difference {self.numeric:.6g}, "
            f"relative error {self.error:.1e}"
        )


@dataclass(frozen=True)
class GradientReport:
    """The outcome of a gradient check: for each gradient its worst entry.

    Parameters
    ----------
    entries : tuple of Entry
        One for each argument or parameter.
    tolerance : float
        The relative error allowed.

    Examples
    --------
    >>> wrong, right = Entry("W", (2, 0), 1.5, -1.5, 2.0), Entry("b", (1,), 0.25, 0.25, 0.0)
    >>> print(GradientReport((wrong, right), tolerance=1e-6))
    gradient check failed (relative error at most 1e-06), worst at W[2, 0]
      W[2, 0]: backward 1.5, difference -1.5, relative error 2.0e+00
      b[1]: backward 0.25, difference 0.25, relative error 0.0e+00
    """

    entries: tuple[Entry, ...]
    tolerance: float

    @property
    def worst(self) -> Entry:
        """The entry with the largest error; nan counts as larger than any number."""
        return max(self.entries, key=lambda entry: np.nan_to_num(entry.error, nan=np.inf))

    @property
    def passed(self) -> bool:
        """Whether every error is within the tolerance."""
        return all(entry.error <= self.tolerance for entry in self.entries)

    def __str__(self) -> str:
        verdict = "passed" if self.passed else "failed"
        head = f"gradient check {verdict} (relative error at most {self.tolerance:g})"
        return "\n  ".join([f"{head}, worst at {self.worst.place}", *map(str, self.entries)])


def check_gradients(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    inputs: Sequence[Any],
    rng: np.random.Generator,
    *,
    h: float = 1e-6,
    tolerance: float = 1e-6,
) -> GradientReport:
    """Compare every entry of every gradient with a central difference.

    The output is weighted with random numbers, so that no two entries can cancel.

    Parameters
    ----------
    forward, backward : function
        The pair: ``out, cache = forward(*inputs)`` and ``backward(grad_out=..., cache=...)``, which
        returns the gradient of the first input or a tuple for the first inputs.
    inputs : sequence
        The arguments of ``forward``; they are not changed.
    rng : Generator
        Where the weights come from.
    h : float
        The step of the difference, above 0.
    tolerance : float
        The relative error allowed.

    Returns
    -------
    GradientReport
        Print it, or ask ``.passed`` and ``.worst``.

    Raises
    ------
    ArgumentError
        If an argument is none of these, ``forward`` returns no pair of an output and a cache, or a
        gradient has not the shape of its input.

    Examples
    --------
    >>> from bpworkbook.nn import linear_backward, linear_forward
    >>> rng = np.random.default_rng(0)
    >>> inputs = [rng.standard_normal(shape) for shape in [(5, 3), (3, 2), (2,)]]
    >>> report = check_gradients(linear_forward, linear_backward, inputs, rng)
    >>> report.passed, [entry.name for entry in report.entries]
    (True, ['x', 'W', 'b'])
    """
    require_pair("check_gradients", forward, backward, inputs)
    require_rng("check_gradients", rng)
    require_number("check_gradients", "tolerance", tolerance, 0)
    names = _argument_names(forward, len(inputs))
    out, cache = call_forward("check_gradients", forward, inputs)
    u = random_like(out, rng)
    gradients = call_backward("check_gradients", backward, u, cache, inputs)
    entries = []
    for position, (name, gradient) in enumerate(zip(names, gradients, strict=False)):

        def weighted(x: Any, position: int = position) -> float:
            moved = [*inputs[:position], x, *inputs[position + 1 :]]
            return float(np.sum(u * forward(*moved)[0]))

        numeric = numerical_gradient(weighted, np.copy(inputs[position]), h)
        entries.append(_worst_entry(name, gradient, numeric))
    return GradientReport(tuple(entries), tolerance)


def check_model(
    model: Module,
    loss: str,
    X: FloatArray,
    y: NDArray[Any],
    *,
    h: float = 1e-6,
    tolerance: float = 1e-6,
) -> GradientReport:
    """Compare every gradient of a whole network, its input's too, with a central difference.

    Parameters
    ----------
    model : Module
        The network. Its parameters are restored; its gradients are those of this loss afterwards.
    loss : {"cross_entropy", "bce_with_logits", "mse", "mae", "huber"}
        A key of ``LOSSES``.
    X, y : array
        A small batch, as for ``fit``.
    h : float
        The step of the difference, above 0.
    tolerance : float
        The relative error allowed.

    Returns
    -------
    GradientReport
        One entry for ``X`` and one for each of ``model.parameters()``.

    Raises
    ------
    ArgumentError
        If an argument is none of these, or if ``model`` or ``loss`` refuses the batch.

    Examples
    --------
    >>> from bpworkbook.nn import Linear, Sequential, Tanh
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Linear(2, 3, rng=rng), Tanh(), Linear(3, 1, rng=rng))
    >>> check_model(model, "mse", rng.standard_normal((4, 2)), np.ones((4, 1))).passed
    True
    """
    if not isinstance(model, Module):
        raise ArgumentError(f"check_model: model is {describe(model)}, expected a Module")
    function = find_loss("check_model", loss)
    require_floats("check_model", "X", X)
    require_number("check_model", "tolerance", tolerance, 0)

    def value(x: FloatArray) -> float:
        return float(function.forward(model(x), y)[0])

    cache = function.forward(model(X), y)[1]
    grad_x = model.backward(function.backward(cache))
    entries = [_worst_entry("X", grad_x, numerical_gradient(value, np.copy(X), h))]
    for position, parameter in enumerate(model.parameters()):
        name = f"parameters()[{position}]"
        if parameter.grad is None:
            raise ArgumentError(f"check_model: {name}.grad is None after model.backward")
        # numerical_gradient moves the entries in place, and the model sees it.
        numeric = numerical_gradient(lambda _: value(X), parameter.data, h)
        entries.append(_worst_entry(name, parameter.grad, numeric))
    return GradientReport(tuple(entries), tolerance)


def _argument_names(forward: Callable[..., Any], count: int) -> list[str]:
    try:
        names = list(inspect.signature(forward).parameters)
    except (TypeError, ValueError):
        # Some functions written in C have no signature.
        names = []
    return names if len(names) >= count else [f"inputs[{i}]" for i in range(count)]


def _worst_entry(name: str, analytic: Any, numeric: FloatArray) -> Entry:
    place = int(np.argmax(np.abs(analytic - numeric)))
    index = tuple(int(i) for i in np.unravel_index(place, numeric.shape))
    error = relative_error(analytic, numeric)
    return Entry(name, index, float(analytic[index]), float(numeric[index]), error)
