"""Compare a learner's value with the right one, leaf by leaf, and say what differs."""

from dataclasses import dataclass
from typing import Any

import numpy as np

FLOAT32_RTOL = 1e-4
LONGEST_BITS = 128  # of a whole number that is shown


@dataclass(frozen=True)
class Fault:
    """What is wrong with one returned value.

    Parameters
    ----------
    kind : str
        One of ``missing``, ``structure``, ``type``, ``shape``, ``dtype``, ``nan``, ``value``,
        ``verdict``.
    leaf : str
        Which returned value, such as ``grad_W``; empty where there is only one.
    text : str
        What came and what was wanted, in one line.
    code : str
        The mistake's code where the fault alone tells it.
    """

    kind: str
    leaf: str
    text: str
    code: str = ""


def leaves(value: Any, names: tuple[str, ...] = (), path: str = "") -> dict[str, Any]:
    """Return the arrays and numbers inside nested tuples, lists and dicts, by name.

    >>> leaves((1, [2, 3]), names=("loss", "grads"))
    {'loss': 1, 'grads[0]': 2, 'grads[1]': 3}
    >>> leaves([(1, 2), (3, 4)], names=("grad_W", "grad_b"))["layer 2: grad_W"]
    3
    >>> leaves(5)
    {'': 5}
    """
    if names and not path and _is_list_of_tuples(value, len(names)):
        return {
            f"layer {i}: {name}": part
            for i, row in enumerate(value, start=1)
            for name, part in zip(names, row, strict=True)
        }
    if isinstance(value, dict):
        parts = [(f"{path}[{key!r}]", part) for key, part in value.items()]
    elif isinstance(value, tuple | list):
        labels = names if len(names) == len(value) and len(value) > 1 else ()
        parts = [(labels[i] if labels else f"{path}[{i}]", part) for i, part in enumerate(value)]
    else:
        return {path or (names[0] if len(names) == 1 else ""): value}
    found: dict[str, Any] = {}
    for label, part in parts:
        found.update(leaves(part, path=label))
    return found


def _is_list_of_tuples(value: Any, length: int) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(row, tuple | list) and len(row) == length for row in value)
    )


def faults(got: Any, want: Any, names: tuple[str, ...], rtol: float) -> list[Fault]:
    """Return everything wrong with ``got``, in the order of the returned values.

    >>> faults(np.array([1.0, 2.0]), np.array([1.0, 3.0]), ("grad_b",), 1e-6)[0].text
    'you gave [1, 2], expected [1, 3]'
    """
    if got is None:
        return [Fault("missing", "", "you returned nothing", "M01")]
    wanted = leaves(want, names)
    came = leaves(got, names) if _nested_alike(got, want) else {}
    problem = structure_fault(got, want, names, came, wanted)
    if problem:
        return [problem]
    found = (leaf_fault(label, came[label], right, rtol) for label, right in wanted.items())
    return [fault for fault in found if fault]


def _nested_alike(got: Any, want: Any) -> bool:
    """Tell whether both are a dict, both a list or tuple, or neither is any of them."""
    return all(isinstance(got, kind) == isinstance(want, kind) for kind in (dict, tuple | list))


def structure_fault(
    got: Any,
    want: Any,
    names: tuple[str, ...],
    came: dict[str, Any],
    wanted: dict[str, Any],
) -> Fault | None:
    """Return a fault when ``got``, whose leaves are ``came``, is not nested as ``want`` is."""
    if isinstance(want, tuple | list | dict):
        if not isinstance(got, dict if isinstance(want, dict) else tuple | list):
            listing = ", ".join(wanted) if len(wanted) <= 6 else f"{len(want)} values"
            return Fault("structure", "", f"you returned {kind_of(got)}, expected {listing}")
    elif isinstance(got, tuple | list | dict):
        return Fault(
            "type", next(iter(wanted)), f"you returned {kind_of(got)}, expected {kind_of(want)}"
        )
    if came.keys() == wanted.keys():
        return None
    first, second = _listing(got, names), _listing(want, names)
    if first != second:
        return Fault("structure", "", f"you returned {first}, expected {second}")
    extra, missing = came.keys() - wanted.keys(), wanted.keys() - came.keys()
    told = f"{min(extra)} is one too many" if extra else f"{min(missing)} is missing"
    return Fault("structure", "", f"you returned {first}, but {told}")


def leaf_fault(label: str, got: Any, want: Any, rtol: float) -> Fault | None:
    """Return what is wrong with one array or number, or None."""
    if got is None:
        return Fault("missing", label, "is None", "M01")
    if isinstance(want, str | bool | np.bool_):
        same = isinstance(got, str | bool | np.bool_) and got == want
        return (
            None if same else Fault("value", label, f"you gave {show(got)}, expected {show(want)}")
        )
    if is_scalar(want) and not is_scalar(got) and not isinstance(got, np.ndarray):
        return Fault("type", label, f"you gave {kind_of(got)}, expected a number")
    if not is_scalar(want) and type(got) is not np.ndarray:
        return Fault("type", label, f"you gave {kind_of(got)}, expected {kind_of(want)}")
    return (
        _shape_fault(label, got, want)
        or _dtype_fault(label, got, want)
        or _value_fault(label, got, want, rtol)
    )


def _shape_fault(label: str, got: Any, want: Any) -> Fault | None:
    came, wanted = np.shape(got), np.shape(want)
    if came == wanted:
        return None
    code = ""
    if len(came) > 1 and came == wanted[::-1]:
        code = "M03"
    elif len(came) == 2 and wanted in ((came[0],), (came[0], 1)) and came[0] == came[1] > 1:
        code = "M04"
    return Fault("shape", label, f"your shape is {came}, expected {wanted}", code)


def _dtype_fault(label: str, got: Any, want: Any) -> Fault | None:
    came, wanted = np.asarray(got).dtype, np.asarray(want).dtype
    if came.kind not in "iuf" or (wanted.kind in "iu" and came.kind == "f" and not _whole(got)):
        return Fault("dtype", label, f"your numbers have type {came}, expected {wanted}")
    if wanted.kind == "f" and came.kind in "iu" and isinstance(got, np.ndarray):
        return Fault("dtype", label, f"your numbers have type {came}, expected {wanted}", "M05")
    if (
        isinstance(got, np.ndarray | np.floating)
        and wanted.kind == came.kind == "f"
        and (came.itemsize < wanted.itemsize)
    ):
        return Fault(
            "dtype", label, f"your numbers have type {came}, expected {wanted}: digits are lost"
        )
    return None


def _value_fault(label: str, got: Any, want: Any, rtol: float) -> Fault | None:
    if close(got, want, rtol):
        return None
    if not np.isfinite(got).all() and np.isfinite(want).all():
        return Fault("nan", label, f"you gave {show(got)}, expected {show(want)}")
    return Fault("value", label, f"you gave {show(got)}, expected {show(want)}")


def close(got: Any, want: Any, rtol: float) -> bool:
    """Tell whether two numeric values agree; NaN agrees with NaN, infinity with itself.

    The error of each entry is compared with ``rtol * (|entry| + largest |entry|)``, since entries
    that are small through cancellation carry the rounding error of the large ones.
    """
    try:
        a, b = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
    except OverflowError:  # a whole number of hundreds of digits
        return False
    if a.shape != b.shape:
        return False
    if a.tobytes() == b.tobytes():
        return True
    finite = np.isfinite(b)
    if not np.array_equal(finite, np.isfinite(a)):
        return False
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return False
    a, b = a[finite], b[finite]
    size = np.abs(b)
    largest = size.max(initial=0.0)
    if np.asarray(want).dtype == np.float32 or np.asarray(got).dtype == np.float32:
        rtol = max(rtol, FLOAT32_RTOL)
    return bool((np.abs(a - b) <= rtol * (size + largest) + 1e-14).all())


def same_value(
    first: Any, second: Any, rtol: float, names: tuple[str, ...], only: set[str]
) -> bool:
    """Tell whether two answers agree on the leaves ``only`` (on all where it is empty)."""
    if first is None or second is None:
        return first is second
    a, b = leaves(first, names), leaves(second, names)
    if only:
        a = {label: part for label, part in a.items() if label in only}
        b = {label: part for label, part in b.items() if label in only}
    if a.keys() != b.keys():
        return False
    return all(_same_leaf(a[label], b[label], rtol) for label in a)


def _same_leaf(a: Any, b: Any, rtol: float) -> bool:
    if not (_numeric(a) and _numeric(b)):
        return type(a) is type(b) and isinstance(a, str | bool | None) and a == b
    return close(a, b, rtol)


def _numeric(value: Any) -> bool:
    return is_scalar(value) or (isinstance(value, np.ndarray) and value.dtype.kind in "iuf")


def is_scalar(value: Any) -> bool:
    """Tell whether ``value`` is a plain real number (0-d arrays count, booleans do not).

    >>> is_scalar(3), is_scalar(np.float32(1)), is_scalar(True), is_scalar(np.ones(1))
    (True, True, False, False)
    """
    if isinstance(value, bool | np.bool_):
        return False
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iuf"
    return isinstance(value, int | float | np.integer | np.floating)


def kind_of(value: Any) -> str:
    """Name a value's type the way a beginner would: "a list of 3", "an array of shape (2, 3)"."""
    if isinstance(value, np.ndarray):
        name = "array" if type(value) is np.ndarray else type(value).__name__
        return f"an {name} of shape {value.shape}" if value.ndim else "a number"
    if isinstance(value, list | tuple | dict):
        return f"a {type(value).__name__} of {len(value)}"
    if is_scalar(value):
        return "a number"
    return f"a value of type {type(value).__name__}"


def show(value: Any, limit: int = 12) -> str:
    """Write a value in one short line.

    >>> show(np.array([[1.0, 2.5], [3.0, 4.0]]))
    '[[1, 2.5], [3, 4]]'
    >>> show(np.zeros((10, 10)))
    'an array of shape (10, 10)'
    """
    if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "iufcb":
        if value.size > limit:
            return kind_of(value)
        text = np.array2string(
            value,
            precision=4,
            suppress_small=True,
            separator=", ",
            threshold=limit + 1,
            formatter={"float_kind": _number},  # type: ignore[arg-type]
        )
        return " ".join(text.split()).replace("[ ", "[")
    if isinstance(value, int) and value.bit_length() > LONGEST_BITS:
        return f"a whole number of {value.bit_length():,} bits"
    if is_scalar(value):
        return _number(float(value)) if not isinstance(value, int | np.integer) else str(int(value))
    if isinstance(value, tuple | list) and len(value) <= 6:
        inner = ", ".join(show(part, limit) for part in value)
        return f"({inner})" if isinstance(value, tuple) else f"[{inner}]"
    if callable(value):
        return getattr(value, "__name__", "a function")
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _number(value: float) -> str:
    return f"{float(value) + 0.0:.4g}"  # adding 0.0 turns -0.0 into 0.0


def _whole(value: Any) -> bool:
    numbers = np.asarray(value, dtype=np.float64)
    return bool(np.isfinite(numbers).all() and (numbers == np.round(numbers)).all())


def _listing(value: Any, names: tuple[str, ...]) -> str:
    if isinstance(value, dict):
        return f"{kind_of(value)} with keys {sorted(map(str, value))}"
    named = isinstance(value, tuple | list) and len(names) == len(value) > 1
    return kind_of(value) + (f" ({', '.join(names)})" if named else "")
