"""Every function, class and method of ``autodiff``, called with one bad argument at a time."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook import autodiff
from bpworkbook.autodiff import PRIMITIVES, Dual, Tensor, Value

Arguments = dict[str, Any]
Recipe = Callable[[], Arguments]


def f(*shape: int) -> Any:
    return 1.5 + np.sin(np.arange(1.0, 1 + np.prod(shape))).reshape(shape)


def cube(x: Any) -> Any:
    return np.sum(x**3)


def along() -> Arguments:
    return {"f": cube, "primals": [f(3)], "tangents": [f(3)]}


PUBLIC: dict[str, Recipe] = {
    **dict.fromkeys(("relu", "sigmoid", "softmax", "log_softmax"), lambda: {"z": f(4, 3)}),
    "leaky_relu": lambda: {"z": f(4, 3), "negative_slope": 0.1},
    "grad": lambda: {"f": cube},
    **dict.fromkeys(("jvp", "hvp"), along),
    "hessian": lambda: {"f": cube, "x": f(3)},
    "no_grad": dict,
    "unbroadcast": lambda: {"g": f(4, 3), "shape": (1, 3)},
    "Tensor": lambda: {"data": f(4, 3), "requires_grad": True},
    "Value": lambda: {"data": 1.5},
    # Records: whatever is put in comes out.
    "Dual": lambda: {"primal": f(3), "tangent": f(3), "rank": 1},
    "Primitive": lambda: {
        **{"name": "cube", "forward": cube, "vjp": cube, "jvp": cube, "domain": "real"},
        **{"inputs": 1, "options": (), "numpy": None, "partials": ()},
    },
}

# The methods of a Tensor that take arguments; those of a Dual are the same.
ARRAY_METHODS: dict[str, Recipe] = {
    **dict.fromkeys(("sum", "mean", "max"), lambda: {"axis": 1, "keepdims": True}),
    "reshape": lambda: {"*shape": (3, 4)},
    "transpose": lambda: {"*axes": (1, 0)},
    "swapaxes": lambda: {"axis1": 0, "axis2": 1},
    "astype": lambda: {"dtype": np.float32},
    "__getitem__": lambda: {"index": (slice(0, 2), np.array([0, 2]))},
    **dict.fromkeys(
        ("__add__", "__rsub__", "__mul__", "__truediv__", "__pow__"), lambda: {"other": f(4, 3)}
    ),
    "__matmul__": lambda: {"other": f(3, 2)},
    "backward": lambda: {"grad_out": f(4, 3)},
}

NUMBER_METHODS: dict[str, Recipe] = {
    **dict.fromkeys(("__add__", "__rsub__", "__mul__", "max"), lambda: {"meets": 2.0}),
    **dict.fromkeys(("__truediv__", "__pow__"), lambda: {"meets": 2.0}),
}

# What the functions of NumPy take besides a tensor.
OPTIONS: dict[str, Recipe] = {
    **dict.fromkeys(("sum", "mean", "max"), lambda: {"axis": 0, "keepdims": False}),
    "reshape": lambda: {"shape": (2, 6)},
    "transpose": lambda: {"axes": (1, 0)},
    "swapaxes": lambda: {"axis1": 0, "axis2": -1},
    "broadcast_to": lambda: {"shape": (2, 4, 3)},
    "concatenate": lambda: {"axis": 1},
}


@pytest.mark.parametrize(
    "name", [name for name in autodiff.__all__ if callable(getattr(autodiff, name))]
)
def test_public_names(name: str, fuzz: Callable[..., None]) -> None:
    fuzz(name, getattr(autodiff, name), PUBLIC[name])


@pytest.mark.parametrize("name", ARRAY_METHODS)
@pytest.mark.parametrize("kind", ["Tensor", "Dual"])
def test_methods_of_arrays(kind: str, name: str, fuzz: Callable[..., None]) -> None:
    """A result is sent backward, where it is one of a Tensor."""

    def call(*args: Any, **named: Any) -> None:
        x = Tensor(f(4, 3)) if kind == "Tensor" else Dual(f(4, 3), f(4, 3), 1)
        out = getattr(x, name)(*args, *named.values())
        if isinstance(out, Tensor):
            out.backward(np.ones_like(out.detach().data))

    if hasattr(getattr(autodiff, kind), name):
        fuzz(f"{kind}.{name}", call, ARRAY_METHODS[name])


@pytest.mark.parametrize("name", NUMBER_METHODS)
def test_methods_of_numbers(name: str, fuzz: Callable[..., None]) -> None:
    def call(meets: Any) -> None:
        out = getattr(Value(1.5), name)(meets)
        if isinstance(out, Value):
            out.backward()

    fuzz(f"Value.{name}", call, NUMBER_METHODS[name])


@pytest.mark.parametrize("name", [name for name, row in PRIMITIVES.items() if row.numpy])
@pytest.mark.parametrize("kind", ["Tensor", "Dual", "Value"])
def test_functions_of_numpy(kind: str, name: str, fuzz: Callable[..., None]) -> None:
    row = PRIMITIVES[name]

    def made() -> Any:
        if kind == "Value":
            return Value(0.5)
        return Tensor(f(4, 3)) if kind == "Tensor" else Dual(f(4, 3), f(4, 3), 1)

    def call(**options: Any) -> None:
        first, meets = made(), options.pop("meets", None)
        given = ([first, meets],) if name == "concatenate" else (first, meets)[: row.inputs]
        out = row.numpy(*given, **options)
        if isinstance(out, Tensor):
            out.backward(np.ones_like(out.detach().data))

    def good() -> Arguments:
        other = f(3, 2) if name == "matmul" else f(4, 3)
        return ({} if row.inputs == 1 else {"meets": other}) | OPTIONS.get(name, dict)()

    if kind == "Value" and row.partials:
        fuzz(f"Value.{name}", call, lambda: {"meets": 2.0} if row.inputs == 2 else {})
    elif kind != "Value":
        fuzz(f"{kind}.{name}", call, good)


def test_the_data_of_a_leaf(fuzz: Callable[..., None]) -> None:
    fuzz("Tensor", lambda data: setattr(Tensor(f(4, 3)), "data", data), lambda: {"data": f(4, 3)})
    fuzz("Value", lambda data: setattr(Value(1.0), "data", data), lambda: {"data": 2.0})


def test_the_function_that_grad_returns(fuzz: Callable[..., None]) -> None:
    fuzz("grad", lambda data: autodiff.grad(cube)(data), lambda: {"data": f(4, 3)})


def test_every_method_with_an_argument_has_a_call() -> None:
    for kind, calls in ((Tensor, ARRAY_METHODS), (Value, NUMBER_METHODS)):
        methods = {
            name
            for name, method in inspect.getmembers(kind, inspect.isfunction)
            if name[0] != "_" and len(inspect.signature(method).parameters) > 1
        }
        assert methods <= set(calls), f"{kind.__name__}: {methods - set(calls)}"
