"""The outer end of a question: arguments made ready for the wire, and what came back made values.

The other end is `bridge.py`. Functions stay here and are called over the wire; generators travel as
their state; the Values of lesson 10 as columns of numbers. What comes back was written by an
adversary: it becomes plain data, or a stranger of which nothing but its type's name is known.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from operator import attrgetter
from types import FunctionType
from typing import Any

import numpy as np

from bpworkbook.grading.callbacks import Allowance, refusal
from bpworkbook.grading.given import place_of
from bpworkbook.grading.wire import MOST_ELEMENTS, Handle

LONGEST_NAME = 60
AS_IT_IS = frozenset((str, float, int, bool, type(None), np.ndarray, np.float64))
MOST_KEYS = 2_000  # numbers can be chosen so that all fall on one place of a set, which takes long


class Refused(Exception):  # noqa: N818 -- it is not an error of ours
    """What came back is nothing that the bridge would send."""


class Parcel:
    """One call: what was sent with it, so that what comes back can be put in its place.

    Examples
    --------
    >>> parcel = Parcel()
    >>> parcel.pack((np.tanh, [1.0, 2.0]))
    ({'!': 'numpy', 'name': 'tanh'}, [1.0, 2.0])
    >>> parcel.open({"!": "set", "items": [3]})
    {3}
    """

    def __init__(self, allowance: Allowance | None = None) -> None:
        self.handles: dict[int, Callable[..., Any]] = {}
        self._allowance = allowance or Allowance()
        self._numbers: dict[int, int] = {}
        self._nodes: list[Any] = []
        self._places: dict[int, int] = {}
        self._keys = 0

    # what goes in

    def pack(self, value: Any) -> Any:
        """Return a value as it travels."""
        if type(value) in AS_IT_IS:
            return value
        if isinstance(value, np.random.Generator):
            return {"!": "generator", "state": state_of(value)}
        if isinstance(value, tuple | list):
            return type(value)(
                [part if type(part) in AS_IT_IS else self.pack(part) for part in value]
            )
        if isinstance(value, dict):
            if all(isinstance(key, str) for key in value) and "!" not in value:
                return {key: self.pack(part) for key, part in value.items()}
            return {"!": "dict", "items": [[k, self.pack(v)] for k, v in value.items()]}
        if isinstance(value, set | frozenset):
            return {"!": "set", "items": [self.pack(part) for part in value]}
        if is_node(value):
            return {"!": "node", "place": self._place(value)}
        if is_dataclass(value) and not isinstance(value, type):
            packed = {field.name: self.pack(getattr(value, field.name)) for field in fields(value)}
            return {"!": "record", "type": type(value).__name__, "fields": packed}
        name = getattr(value, "__name__", "")
        if isinstance(value, np.ufunc | type) and getattr(np, name, None) is value:
            return {"!": "numpy", "name": name}
        if isinstance(value, FunctionType) and (place := place_of(value)):
            return {"!": "given", "module": place[0], "name": place[1]}
        if callable(value):
            return {"!": "function", "handle": self.handle(value)}
        return value

    def handle(self, function: Callable[..., Any], allowance: Allowance | None = None) -> Handle:
        """Return what stands for a function of ours on the other side."""
        if id(function) not in self._numbers:
            number = self._numbers[id(function)] = len(self._numbers)
            self.handles[number] = answered(function, allowance or self._allowance)
        return Handle(self._numbers[id(function)])

    def columns(self) -> dict[str, Any] | None:
        """Return all nodes behind the packed values as columns, None where there are none."""
        if not self._nodes:
            return None
        nodes = self._nodes
        kinds = type(nodes[0]).__mro__[-2]  # an Example travels as the Value that it is
        ops = sorted({node.op for node in nodes})
        places = {op: place for place, op in enumerate(ops)}
        parents = [self._places[id(parent)] for node in nodes for parent in node.parents]
        derivatives = [part for node in nodes for part in node.derivatives]
        return {
            "module": kinds.__module__,
            "type": kinds.__name__,
            "data": column([node.data for node in nodes]),
            "grad": column([node.grad for node in nodes]),
            "born": np.array([node.born for node in nodes]),
            "names": ops,
            "op": np.array([places[node.op] for node in nodes]),
            "parents": np.array(parents, dtype=np.int64),
            "derivatives": column(derivatives),
            "ends": np.cumsum([len(node.parents) for node in nodes]),
        }

    def _place(self, node: Any) -> int:
        if id(node) not in self._places:
            new: dict[int, Any] = {}
            waiting = [node]
            while waiting:
                one = waiting.pop()
                if (key := id(one)) not in new and key not in self._places:
                    new[key] = one
                    waiting += one.parents
            for one in sorted(new.values(), key=attrgetter("born")):
                self._places[id(one)] = len(self._nodes)
                self._nodes.append(one)
        return self._places[id(node)]

    # what comes back

    def open(self, value: Any) -> Any:
        """Return what was meant by a value that came back.

        Raises
        ------
        Refused
            If it is nothing that the bridge packs.
        """
        if isinstance(value, list):
            return [part if type(part) in AS_IT_IS else self.open(part) for part in value]
        if isinstance(value, tuple):
            return tuple([self.open(part) for part in value])
        if not isinstance(value, dict):
            return value
        try:
            match value:
                case {"!": "node", "place": int(place)} if 0 <= place < len(self._nodes):
                    return self._nodes[place]
                case {"!": "made", "type": str(name), "fields": dict(parts)}:
                    return self._made(name, parts)
                case {"!": "set", "items": list(items)}:
                    self._require_few_keys(len(items))
                    return set(self.open(items))
                case {"!": "dict", "items": list(items)}:
                    self._require_few_keys(len(items))
                    return {self.open(key): self.open(part) for key, part in items}
                case {"!": "generator", "state": tuple(state)}:
                    return generator_at(state)
                case {"!": "array", "dtype": str(name), "shape": tuple(shape)}:
                    return strange_array(name, shape)
                case {"!": "subclass", "type": str(name), "value": np.ndarray() as array}:
                    return array.view(type(type_name(name), (np.ndarray,), {}))
                case {"!": "stranger", "type": str(name)}:
                    return stranger(name)
        except (
            TypeError,
            ValueError,
            OverflowError,
        ) as error:  # a set of lists, ...
            raise Refused(f"a value came that cannot be ({type(error).__name__})") from error
        if "!" in value:
            raise Refused("a value of no known kind came")
        return {key: self.open(part) for key, part in value.items()}

    def _require_few_keys(self, count: int) -> None:
        self._keys += count
        if self._keys > MOST_KEYS:
            raise Refused("sets and dicts of too many parts came")

    def _made(self, name: str, parts: Mapping[str, Any]) -> Any:
        made = stranger(name)
        for key in ("data", "parents", "derivatives"):
            if key in parts:
                setattr(made, key, self.open(parts[key]))
        return made

    def put_back(self, given: Sequence[Any], changed: Mapping[str, Any], nodes: Any) -> None:
        """Give our arguments the values that the answer left in its copies of them."""
        for place, now in changed.items():
            if not place.isdecimal() or int(place) >= len(given):
                raise Refused("an argument changed that was not given")
            imitate(given[int(place)], self.open(now))
        for name in ("data", "grad"):
            if name in nodes:
                self._fill(name, nodes[name])

    def _fill(self, name: str, came: Any) -> None:
        values = came.tolist() if isinstance(came, np.ndarray) else self.open(came)
        if not isinstance(values, list) or len(values) != len(self._nodes):
            raise Refused("nodes changed that were not given")
        for node, value in zip(self._nodes, values, strict=True):
            setattr(node, name, value)


def is_node(value: Any) -> bool:
    """Tell whether a value is one of a record: a number with parents and derivatives."""
    return all(hasattr(value, name) for name in ("data", "parents", "derivatives", "born"))


def column(values: list[Any]) -> Any:
    """Return floats as an array, anything else as it is."""
    return np.array(values) if set(map(type, values)) <= {float} else values


def stranger(name: str) -> Any:
    """Return an object of a type of this name, and nothing else.

    >>> stranger("set")
    <set>
    """
    shown = type_name(name)
    return type(shown, (), {"__repr__": lambda self: f"<{shown}>"})()


def type_name(name: str) -> str:
    """Return a name that a type can have, and a report can show."""
    return name[:LONGEST_NAME] if name.isidentifier() else "object"


def strange_array(name: str, shape: Sequence[Any]) -> Any:
    """Return an array of a type that is not for computing, such as text, without its entries."""
    if math.prod(shape) > MOST_ELEMENTS:
        return stranger("ndarray")
    kind = "U1" if name.startswith("str") else "S1" if name.startswith("bytes") else "O"
    return np.broadcast_to(np.empty((), dtype=kind), tuple(shape))


def state_of(rng: np.random.Generator) -> tuple[Any, ...]:
    """Return where a generator stands; only PCG64, NumPy's own choice, is known."""
    state: Any = rng.bit_generator.state
    inner = state["state"]
    return inner["state"], inner["inc"], state["has_uint32"], state["uinteger"]


def generator_at(state: Sequence[Any]) -> np.random.Generator:
    """Return a generator that stands at ``state``.

    >>> rng = np.random.default_rng(5)
    >>> bool(generator_at(state_of(rng)).random() == rng.random())
    True
    """
    number, step, has, left = state
    whole = all(type(part) is int and 0 <= part < 2**128 for part in state)
    if not whole or max(has, left) >= 2**32:
        raise ValueError("a generator's state is made of four whole numbers")
    source = np.random.PCG64()
    source.state = {
        "bit_generator": "PCG64",
        "state": {"state": number, "inc": step},
        "has_uint32": has,
        "uinteger": left,
    }
    return np.random.Generator(source)


def answered(function: Callable[..., Any], allowance: Allowance) -> Callable[..., Any]:
    """Return ``function`` for callers in the box: data in, data out, and errors as data."""

    def call(*packed: Any) -> Any:
        parcel = Parcel()
        try:
            args = tuple(parcel.open(part) for part in packed)
            value = allowance.serve(function, args)
            states = [state_of(a) if isinstance(a, np.random.Generator) else None for a in args]
            return parcel.pack(value), states
        except Exception as error:
            return refusal(error)

    return call


def imitate(ours: Any, theirs: Any) -> None:
    """Change our value in place to what theirs has become, as far as that is possible."""
    if isinstance(ours, np.ndarray):
        same = isinstance(theirs, np.ndarray) and theirs.shape == ours.shape
        if same and theirs.dtype == ours.dtype:
            ours[...] = theirs
        elif ours.size:  # another shape or dtype: that something changed is all that is asked
            ours.view(np.uint8 if ours.flags.c_contiguous else ours.dtype).flat[0] += 1
    elif isinstance(ours, list):
        if isinstance(theirs, list) and len(theirs) == len(ours):
            _imitate_all(zip(ours, theirs, strict=True))
            for place, part in enumerate(theirs):
                if not isinstance(ours[place], np.ndarray | list | tuple | dict):
                    ours[place] = part
        elif isinstance(theirs, list):
            ours[:] = theirs
    elif isinstance(ours, tuple) and isinstance(theirs, tuple):
        _imitate_all(zip(ours, theirs, strict=False))
    elif isinstance(ours, dict) and isinstance(theirs, dict):
        _imitate_all((ours[key], theirs[key]) for key in ours.keys() & theirs.keys())
        for key in ours.keys() - theirs.keys():
            del ours[key]
        for key, part in theirs.items():
            if not isinstance(ours.get(key), np.ndarray | list | tuple | dict):
                ours[key] = part


def _imitate_all(pairs: Iterable[tuple[Any, Any]]) -> None:
    for ours, theirs in pairs:
        imitate(ours, theirs)
