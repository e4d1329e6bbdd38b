"""A table of a network: each layer's state, the shape of its output, and its parameter count."""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.module import Module, Parameter
from bpworkbook.nn.modulestate import named_parameters, require_module, walk
from bpworkbook.nn.validation import is_array


class Row(NamedTuple):
    """One layer of a ``Summary``."""

    name: str
    kind: str
    state: dict[str, tuple[int, ...]]
    output: tuple[int, ...] | None
    parameters: int
    frozen: int


class Summary(NamedTuple):
    """What ``summary`` returns: the rows, and the totals; printed, it is a table."""

    rows: tuple[Row, ...]
    parameters: int
    trained: int

    def __str__(self) -> str:
        head = ("layer", "state", "output", "parameters")
        lines = [head, *(_cells(row) for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(4)]
        rule = "  ".join("-" * width for width in widths)
        table = ["  ".join(_fill(line, widths)).rstrip() for line in lines]
        frozen = self.parameters - self.trained
        total = f"{self.parameters:,} parameters" + (f", {frozen:,} of them frozen" * bool(frozen))
        return "\n".join([table[0], rule, *table[1:], rule, total])


def summary(model: Module, x: Any = None) -> Summary:
    """Return a table of the layers of a network.

    Parameters
    ----------
    model : Module
        The network. It is not changed: a copy of it is run.
    x : array, optional
        A batch; with it, the table says the shape of each layer's output, batch first.

    Returns
    -------
    Summary
        Its ``rows`` hold name, kind, state (the shape of each parameter and running average),
        output shape, parameter count and how many of those are frozen. A parameter that stands in
        two layers counts in the first.

    Raises
    ------
    ArgumentError
        If ``model`` is not a ``Module``, or it refuses ``x``.

    Examples
    --------
    >>> import numpy as np
    >>> from bpworkbook.nn.layers import Linear, ReLU
    >>> from bpworkbook.nn.module import Sequential
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Linear(2, 8, rng=rng), ReLU(), Linear(8, 1, rng=rng))
    >>> print(summary(model, np.zeros((5, 2))))
    layer            state             output  parameters
    ---------------  ----------------  ------  ----------
    layers.0 Linear  W (2, 8), b (8,)  (5, 8)          24
    layers.1 ReLU                      (5, 8)           0
    layers.2 Linear  W (8, 1), b (1,)  (5, 1)           9
    ---------------  ----------------  ------  ----------
    33 parameters
    """
    require_module("summary", model)
    if x is not None and not is_array(x):
        raise ArgumentError(f"summary: x is {describe(x)}, expected an array")
    outputs = {} if x is None else _output_shapes(model, x)
    rows: list[Row] = []
    counted: set[int] = set()
    for name, layer in _leaves(model):
        own = [value for _, value in walk(layer) if isinstance(value, Parameter)]
        own += [p for p in layer.parameters() if not any(p is known for known in own)]
        new = [parameter for parameter in own if id(parameter) not in counted]
        counted |= {id(parameter) for parameter in new}
        state = {key: p.data.shape for key, p in named_parameters(layer).items()}
        state |= {key: value.shape for key, value in walk(layer) if is_array(value)}
        size = sum(parameter.data.size for parameter in new)
        frozen = sum(parameter.data.size for parameter in new if not parameter.requires_grad)
        rows.append(Row(name, type(layer).__name__, state, outputs.get(name), size, frozen))
    total = sum(row.parameters for row in rows)
    return Summary(tuple(rows), total, total - sum(row.frozen for row in rows))


def _leaves(module: Module, name: str = "") -> list[tuple[str, Module]]:
    """Return the modules that hold no others, or parameters of their own, with their names."""
    children = _named_children(module)
    direct = any(isinstance(value, Parameter) for value in vars(module).values())
    if not children or direct:
        return [(name, module)]
    prefix = f"{name}." if name else ""
    return [leaf for part, child in children for leaf in _leaves(child, prefix + part)]


def _named_children(module: Module) -> list[tuple[str, Module]]:
    found = []
    for attribute, value in vars(module).items():
        entries = enumerate(value) if isinstance(value, list | tuple) else [("", value)]
        for number, entry in entries:
            if isinstance(entry, Module):
                found.append((f"{attribute}.{number}".rstrip("."), entry))
    return found


def _output_shapes(model: Module, x: Any) -> dict[str, tuple[int, ...]]:
    """Run a copy in which each layer notes the shape of what it returns."""
    shapes: dict[str, tuple[int, ...]] = {}
    twin = copy.deepcopy(model).eval()
    for name, layer in _leaves(twin):
        # An attribute of the object goes before the method of its class.
        setattr(layer, "forward", _noting(layer.forward, name, shapes))  # noqa: B010
    try:
        twin(x)
    except ArgumentError as error:
        raise ArgumentError(f"summary: x is {x.shape}, which model refuses: {error}") from error
    return shapes


def _noting(
    forward: Callable[..., Any], name: str, shapes: dict[str, tuple[int, ...]]
) -> Callable[..., Any]:
    def noting(*args: Any, **kwargs: Any) -> Any:
        out = forward(*args, **kwargs)
        first = out[0] if isinstance(out, tuple) else out
        shapes[name] = first.shape
        return out

    return noting


def _cells(row: Row) -> tuple[str, str, str, str]:
    state = ", ".join(f"{name} {shape}" for name, shape in row.state.items())
    count = f"{row.parameters:,}" + (" frozen" if row.frozen else "")
    return f"{row.name} {row.kind}".strip(), state, str(row.output or ""), count


def _fill(line: tuple[str, ...], widths: list[int]) -> list[str]:
    """Pad the cells of a line: text to the left, the count to the right."""
    texts = [cell.ljust(width) for cell, width in zip(line[:-1], widths, strict=False)]
    return [*texts, line[-1].rjust(widths[-1])]
