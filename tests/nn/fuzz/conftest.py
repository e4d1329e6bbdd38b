"""The fuzz: a good call, with one argument, or a part of one, replaced by something bad or odd.

A bad argument may give a result, for it may be good enough, though not NaN or a text for a number.
What else may come of it is an ``ArgumentError`` that names the argument; nothing else, no warning.
"""

import inspect
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpworkbook.nn import ArgumentError

Arguments = dict[str, Any]
Recipe = Callable[[], Arguments]
# What is no number and no array, and what puts together whatever it is given.
HOPELESS = ("nan", "'text'", "an object")
RECORDS = ("Run", "Dual", "Primitive", "GradientReport", "is_device_array")
# RuntimeErrors that the documentation promises.
PROMISED = "call forward first|nothing was recorded|no GPU here"
# The label of a bad value, and the value.
Bad = tuple[str, Any]

# The first five stand for all in parts of an argument, as every fourth bad array does.
NUMBERS = (1.5, np.nan, -1, 0, np.float32(2), np.inf, -np.inf, -0.5, 1, 3, 1e-320, 2 + 1j)
OTHERS = (None, "text", True, (), [1.0], "", b"bytes", {}, [], (1, 2), {"a": 1}, {1})


def bad_arrays(x: Any) -> Iterator[Bad]:
    """Yield arrays that are like ``x`` in all but one thing."""
    yield "transposed", x.T
    yield "one axis more", x[None]
    yield "one axis more, last", x[..., None]
    yield "without axes", x.reshape(-1)[0].reshape(())
    yield "a scalar", x.reshape(-1)[0]
    yield "flat", x.reshape(-1)
    yield "empty", x.reshape(-1)[:0]
    yield "twice as long", np.concatenate([x, x]) if x.ndim else np.stack([x, x])
    for axis in range(x.ndim):
        yield f"axis {axis} left out", np.take(x, 0, axis=axis)
        yield f"axis {axis} of size 1", np.take(x, [0], axis=axis)
        yield f"axis {axis} empty", np.take(x, [], axis=axis)
        yield f"axis {axis} shorter", np.delete(x, -1, axis=axis)
    kinds = (np.int64, np.uint8, bool, complex, object, np.float16, np.float32, np.float64, str)
    with np.errstate(all="ignore"):
        yield from [(f"as {np.dtype(kind).name}", x.astype(kind)) for kind in kinds]
    yield "of the other byte order", x.astype(x.dtype.newbyteorder())
    yield "of dates", np.zeros(x.shape, "M8[s]")
    yield "as a list", x.tolist()
    yield "as a masked array", np.ma.masked_array(x)
    yield "not contiguous", np.repeat(x, 2, axis=0)[::2] if x.ndim else x
    for number in (0, -1, 1000) + ((np.nan, np.inf) if x.dtype.kind == "f" else ()):
        yield f"full of {number}", np.full_like(x, number)
        if x.size:
            yield f"holding {number}", with_one(x, number)


def with_one(x: Any, number: Any) -> Any:
    """Return ``x`` with one entry changed."""
    changed = np.array(x)
    changed.reshape(-1)[-1] = number
    return changed


def bad_values(good: Any, depth: int = 0) -> Iterator[Bad]:
    """Yield bad values for one argument, and for each part of it."""
    most = 5 if depth else None
    yield from ((f"{value!r}"[:20], value) for value in (*NUMBERS[:most], *OTHERS[:most]))
    yield from (("an object", object()), ("an array", np.ones((2, 2))), ("an iterator", iter("ab")))
    if type(good) is float:  # A count of that size would not come to an end.
        yield "10**400", 10**400
    if not callable(good):
        yield "a type", int
    elif not inspect.isclass(good):
        results = (None, "text", 1.5, np.ones(5), (), (1, 2), (np.ones(5), 3), object())
        yield from ((f"returning {x!r}"[:30], lambda *a, x=x, **k: x) for x in results)
    if isinstance(good, np.ndarray | np.generic):
        yield from list(bad_arrays(np.asarray(good)))[:: 4 if depth else 1]
    if isinstance(good, tuple | list):
        rebuilt = type(good)._make if hasattr(good, "_make") else type(good)
        for place, part in enumerate(good):
            for label, bad in bad_values(part, depth + 1):
                yield f"[{place}] {label}", rebuilt([*good[:place], bad, *good[place + 1 :]])
        yield from (("shorter", tuple(good[:-1])), ("longer", (*good, None)))
        yield from (("as a list", list(good)), ("as a tuple", tuple(good)), ("doubled", good * 2))
    if isinstance(good, dict):
        for key, part in good.items():
            for label, bad in bad_values(part, depth + 1):
                yield f"[{key!r}] {label}", good | {key: bad}
            yield f"without {key!r}", {name: x for name, x in good.items() if name != key}
        yield from (("with more", good | {"more": np.ones(2)}), ("with 3", good | {3: np.ones(2)}))


def parts(good: Any, name: str) -> set[str]:
    """Return the names by which a message may call an argument: its own, and those of its parts."""
    names = {name.lstrip("*"), name.split(".")[-1]}
    if isinstance(good, dict):
        return names.union({"more", "3"}, *(parts(value, str(key)) for key, value in good.items()))
    return (
        names | set(getattr(good, "_fields", ())) | ({"gradient"} if name == "backward" else set())
    )


def complaint(run: Callable[[], Any], name: str, allowed: set[str], refused: bool) -> str:
    """Run it, and say what is wrong with what came of it; nothing is an empty string."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", RuntimeWarning)  # from the numbers, as nan - inf
            run()
            return "a result, though nobody can have meant it" * refused
    except ArgumentError as error:
        form = re.fullmatch(r"([\w.]+): (.+)", str(error), re.DOTALL)
        if form is None:
            return f"a message without the name of a function: {error}"
        # A function that was called on the way speaks of its own arguments.
        own = form[1].split(".")[0].removesuffix("_forward") == name.split(".")[0].removesuffix(
            "_forward"
        )
        if own and not any(re.search(rf"(?<!\w){re.escape(a)}(?!\w)", form[2]) for a in allowed):
            return f"a message that names none of the arguments: {error}"
    except TypeError as error:
        if not re.search("positional argument|keyword argument", str(error)):
            return f"TypeError: {error}"
    except RuntimeError as error:
        return "" if re.search(PROMISED, str(error)) else f"{type(error).__name__}: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def call(function: Callable[..., Any], recipe: Recipe, **changed: Any) -> Any:
    """Call a function with good arguments, but for those that are given."""
    arguments = recipe() | changed
    unpacked = [arguments.pop(key) for key in tuple(arguments) if key[0] == "*"]
    return function(*(unpacked[0] if unpacked else ()), **arguments)


def complaints(name: str, function: Callable[..., Any], recipe: Recipe) -> Iterator[str]:
    """Replace one argument after the other, and yield what is wrong with what came of it."""
    # Of two arguments that do not fit together, either may be named.
    allowed = parts(recipe(), name)
    for argument, good in recipe().items():
        of_number = type(good) in (int, float, np.ndarray) and name not in RECORDS
        for label, bad in bad_values(good):
            if argument[0] == "*" and not isinstance(bad, tuple):
                continue
            # An array may hold NaN, and what an operator meets may be NaN.
            refused = of_number and label in HOPELESS and argument not in ("data", "other", "meets")
            run = partial(call, function, recipe, **{argument: bad})
            said = complaint(run, name, allowed, refused)
            if said:
                yield f"{argument} {label}: {said}"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bad path may be good enough to be written to."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def fuzz() -> Callable[..., None]:
    """Return the fuzz of one function, given a recipe for good arguments by name."""

    def fuzz(name: str, function: Callable[..., Any], recipe: Recipe) -> None:
        with suppress(RuntimeError):  # There may be no GPU.
            call(function, recipe)
        signature = inspect.signature(function).parameters.values()
        named = {p.name for p in signature if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
        left_out = named - set(recipe())
        assert not left_out or "*" in str([*recipe()]), f"{name}: {left_out} have no good value"
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", RuntimeWarning)  # from the numbers, as nan - inf
            found = list(complaints(name, function, recipe))
        assert not found, f"{len(found)} of {name}:\n" + "\n".join(found)

    return fuzz
