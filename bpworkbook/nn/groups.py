"""Groups of parameters with options of their own, and other plumbing of the optimisers."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.module import Parameter
from bpworkbook.nn.validation import FloatArray, require_number

Options: TypeAlias = dict[str, Any]


def make_groups(function: str, params: Any, defaults: Options) -> list[Options]:
    """Return the groups of ``params``, one if it holds no dict, each with all options.

    >>> [group] = make_groups("SGD", [Parameter(np.zeros(2))], {"lr": 0.1})
    >>> group
    {'params': [Parameter(2,)], 'lr': 0.1}
    """
    if not isinstance(params, Iterable):
        raise ArgumentError(
            f"{function}: params is {describe(params)}, expected model.parameters()"
        )
    entries = list(params)
    if not any(isinstance(entry, Mapping) for entry in entries):
        entries = [{"params": entries}]
    seen: dict[int, int] = {}
    groups = []
    for number, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            raise ArgumentError(
                f"{function}: params[{number}] is {describe(entry)}, expected a dict like the rest"
            )
        held = _parameters(function, entry, seen)
        unknown = [name for name in entry if name != "params" and name not in defaults]
        if unknown:
            raise ArgumentError(
                f"{function}: params[{number}] has the option {unknown[0]!r}, "
                f"expected some of {', '.join(defaults)}"
            )
        groups.append({**defaults, **entry, "params": held})
    # "params" first, as a reader of a group expects.
    return [{"params": group.pop("params"), **group} for group in groups]


def _parameters(function: str, entry: Mapping[str, Any], seen: dict[int, int]) -> list[Parameter]:
    held = entry.get("params")
    if not isinstance(held, Iterable):
        raise ArgumentError(
            f"{function}: params is {describe(held)}, expected an iterable of Parameter"
        )
    listed = list(held)
    if not listed:
        raise ArgumentError(f"{function}: params is empty, expected at least one Parameter")
    for parameter in listed:
        position = len(seen)
        if not isinstance(parameter, Parameter):
            raise ArgumentError(
                f"{function}: params[{position}] is {describe(parameter)}, expected a Parameter"
            )
        if id(parameter) in seen:
            raise ArgumentError(
                f"{function}: params[{position}] is params[{seen[id(parameter)]}] again, "
                "expected each Parameter once"
            )
        seen[id(parameter)] = position
    return listed


def blocks(arrays: tuple[FloatArray, ...], length: int) -> list[tuple[FloatArray, ...]]:
    """Cut arrays of one shape into views of at most ``length`` numbers each.

    Arrays that lie on a GPU or are no stretch of memory come back whole.

    >>> [part[0].shape for part in blocks((np.zeros((3, 4)), np.zeros((3, 4))), 10)]
    [(10,), (2,)]
    """
    if not all(type(array) is np.ndarray and array.flags.c_contiguous for array in arrays):
        return [arrays]
    flat = [np.reshape(array, -1) for array in arrays]
    return [
        tuple(array[start : start + length] for array in flat)
        for start in range(0, arrays[0].size, length)
    ]


def from_array(saved: NDArray[Any]) -> Any:
    """Return the option that was saved as an array: a number, True or False, or a tuple.

    >>> from_array(np.array(0.1)), from_array(np.array([0.9, 0.999])), from_array(np.array(True))
    (0.1, (0.9, 0.999), True)
    """
    value = saved.tolist()
    return tuple(value) if isinstance(value, list) else value


def require_below_one(function: str, name: str, value: Any) -> None:
    """Refuse all but a number from 0 to below 1, such as the share that a mean keeps.

    >>> require_below_one("SGD", "momentum", 1)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: SGD: momentum is 1, expected a number from 0 to below 1
    """
    try:
        require_number(function, name, value, 0)
        fits = value < 1
    except ArgumentError:
        fits = False
    if not fits:
        raise ArgumentError(
            f"{function}: {name} is {describe(value)}, expected a number from 0 to below 1"
        )


def require_betas(function: str, options: Options) -> None:
    """Refuse ``betas`` that are no pair of numbers from 0 to below 1, and make them floats.

    >>> require_betas("Adam", {"betas": 0.9})
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: Adam: betas is 0.9, expected two numbers
    """
    betas = options["betas"]
    if not isinstance(betas, tuple | list) or len(betas) != 2:
        raise ArgumentError(f"{function}: betas is {describe(betas)}, expected two numbers")
    for position, beta in enumerate(betas):
        require_below_one(function, f"betas[{position}]", beta)
    options["betas"] = tuple(float(beta) for beta in betas)
