"""The state of a network by name: its parameters, and the running averages of batch norm.

A name is the path of attributes that leads there, such as ``layers.0.W``. What is saved to a file,
kept as the best copy and shown by ``summary`` is this state.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.module import Module, Parameter
from bpworkbook.nn.validation import FloatArray, is_array

# An array that a module keeps besides its parameters has a name that starts with this.
RUNNING = "running_"


def named_parameters(model: Module) -> dict[str, Parameter]:
    """Return the parameters of a network by name, each once.

    Parameters
    ----------
    model : Module
        A layer, or a whole network.

    Returns
    -------
    dict of Parameter
        In the order in which the modules hold them. One that only ``model.parameters()`` knows is
        called after its place there, as ``parameters.3``.

    Raises
    ------
    ArgumentError
        If ``model`` is not a ``Module``.

    Examples
    --------
    >>> from bpworkbook.nn.layers import Linear, ReLU
    >>> from bpworkbook.nn.module import Sequential
    >>> model = Sequential(ReLU(), Linear(3, 2, rng=np.random.default_rng(0)))
    >>> named_parameters(model)
    {'layers.1.W': Parameter(3, 2), 'layers.1.b': Parameter(2,)}
    """
    require_module("named_parameters", model)
    named: dict[str, Parameter] = {}
    seen: set[int] = set()
    for name, value in walk(model):
        if isinstance(value, Parameter) and id(value) not in seen:
            seen.add(id(value))
            named[name] = value
    for position, parameter in enumerate(model.parameters()):
        if id(parameter) not in seen:
            seen.add(id(parameter))
            named[f"parameters.{position}"] = parameter
    return named


def get_state(model: Module) -> dict[str, FloatArray]:
    """Return copies of all arrays of a network's state, by name.

    Parameters
    ----------
    model : Module
        A layer, or a whole network.

    Returns
    -------
    dict of arrays
        The parameters, then the running averages.

    Raises
    ------
    ArgumentError
        If ``model`` is not a ``Module``.

    Examples
    --------
    >>> from bpworkbook.nn.layers import Linear
    >>> get_state(Linear(1, 2, rng=np.random.default_rng(0)))["b"]
    array([0., 0.])
    """
    require_module("get_state", model)
    return {name: np.copy(array) for name, array in live_arrays(model).items()}


def set_state(model: Module, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Put arrays into a network's state, in place.

    Parameters
    ----------
    model : Module
        A layer, or a whole network.
    arrays : dict of arrays
        What ``get_state`` returned for a network of the same structure.

    Raises
    ------
    ArgumentError
        If an array is missing, superfluous, or of another shape or dtype. Nothing has been changed
        then.

    Examples
    --------
    >>> from bpworkbook.nn.layers import Linear
    >>> layer = Linear(1, 2, rng=np.random.default_rng(0))
    >>> set_state(layer, {"W": np.ones((1, 2)), "b": np.zeros(3)})
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: set_state: b is (3,), but b of model is (2,)
    """
    require_module("set_state", model)
    put_arrays("set_state", "model", live_arrays(model), arrays)


def put_arrays(
    function: str, owner: str, live: Mapping[str, FloatArray], arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Copy ``arrays`` into the arrays of the same names in ``live``, all or none.

    >>> live = {"b": np.zeros(2)}
    >>> put_arrays("set_state", "model", live, {"b": np.ones(2)})
    >>> live
    {'b': array([1., 1.])}
    """
    require_arrays(function, owner, live, arrays)
    for name, array in live.items():
        array[...] = np.asarray(arrays[name], like=array)


def require_arrays(
    function: str, owner: str, wanted: Mapping[str, NDArray[Any]], arrays: Any
) -> None:
    """Refuse arrays that have not the names, shapes and dtypes of those that are ``wanted``.

    >>> require_arrays("load_weights", "model", {"W": np.zeros(2)}, {})
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: load_weights: W is missing, but W of model is (2,)
    """
    if not isinstance(arrays, Mapping):
        raise ArgumentError(f"{function}: arrays is {describe(arrays)}, expected a dict of arrays")
    for name, own in wanted.items():
        if name not in arrays:
            raise ArgumentError(
                f"{function}: {name} is missing, but {name} of {owner} is {own.shape}"
            )
    for name, array in arrays.items():
        if name not in wanted:
            raise ArgumentError(f"{function}: {name} is superfluous, {owner} has no such array")
        own = wanted[name]
        if not is_array(array) or array.shape != own.shape:
            raise ArgumentError(
                f"{function}: {name} is {describe(array)}, but {name} of {owner} is {own.shape}"
            )
        if array.dtype != own.dtype:
            raise ArgumentError(
                f"{function}: {name} has dtype {array.dtype}, but {name} of {owner} has {own.dtype}"
            )


def live_arrays(model: Module) -> dict[str, FloatArray]:
    """Return the arrays of a network's state themselves, by name.

    >>> from bpworkbook.nn.layers import Linear
    >>> layer = Linear(1, 2, rng=np.random.default_rng(0))
    >>> live_arrays(layer)["b"] is layer.b.data
    True
    """
    arrays = {name: parameter.data for name, parameter in named_parameters(model).items()}
    return arrays | {name: value for name, value in walk(model) if is_array(value)}


def walk(
    module: Module, prefix: str = "", seen: set[int] | None = None
) -> Iterator[tuple[str, Any]]:
    """Yield each parameter and each running average with its name, depth first.

    >>> from bpworkbook.nn.norm_layers import BatchNorm1d
    >>> [name for name, value in walk(BatchNorm1d(3))]
    ['bias', 'weight', 'running_mean', 'running_var']
    """
    seen = set() if seen is None else seen
    if id(module) in seen:
        return
    seen.add(id(module))
    for attribute, value in vars(module).items():
        name = f"{prefix}{attribute}"
        if isinstance(value, list | tuple):
            entries = [(f"{name}.{number}", entry) for number, entry in enumerate(value)]
        elif isinstance(value, dict):
            entries = [(f"{name}.{key}", entry) for key, entry in value.items()]
        else:
            entries = [(name, value)]
        for path, entry in entries:
            if isinstance(entry, Module):
                yield from walk(entry, f"{path}.", seen)
            elif isinstance(entry, Parameter) or (
                attribute.startswith(RUNNING) and is_array(entry)
            ):
                yield path, entry


def require_module(function: str, model: Any) -> None:
    """Refuse what is not a ``Module``.

    >>> require_module("summary", None)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: summary: model is None, expected a Module
    """
    if not isinstance(model, Module):
        raise ArgumentError(f"{function}: model is {describe(model)}, expected a Module")
