"""``Value``: the chain rule on single numbers."""

import math
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook.autodiff import Tensor, Value, leaky_relu
from bpworkbook.nn import ArgumentError

FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "arithmetic": lambda x, y: (x * y - 3 / x + 2 * y - (1 - x)) / (y + 5),
    "powers": lambda x, y: x**3 + x**y + 2**y,
    "exp and log": lambda x, y: (x * y).exp() + x.log(),
    "squashing": lambda x, y: (x - y).tanh() * (x + y).sigmoid(),
    "relu": lambda x, y: (x - y).relu() + (y - x).relu() * 2,
    "max of two": lambda x, y: x.max(y) * x.max(-1) + y.max(7),
    "functions of NumPy": lambda x, y: np.sin(x) * np.sqrt(y) + np.abs(-x),
    "leaky ReLU": lambda x, y: leaky_relu(-x, 0.1) * y,
}


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_derivatives_agree_with_differences(f: Callable[[Any, Any], Any]) -> None:
    x, y, h = Value(1.3), Value(0.7), 1e-6
    out = f(x, y)
    out.backward()
    for value, dx, dy in ((x, h, 0), (y, 0, h)):
        above = f(Value(1.3 + dx), Value(0.7 + dy)).data
        below = f(Value(1.3 - dx), Value(0.7 - dy)).data
        assert value.grad == pytest.approx((above - below) / (2 * h), rel=1e-6)


# On a Tensor, ``max`` is a reduction.
@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "max of two"])
def test_a_tensor_arrives_at_the_same_numbers(name: str) -> None:
    f = FUNCTIONS[name]
    values = Value(1.3), Value(0.7)
    tensors = Tensor(np.array(1.3)), Tensor(np.array(0.7))
    for pair in (values, tensors):
        f(*pair).backward()
    for value, tensor in zip(values, tensors, strict=True):
        assert value.grad == pytest.approx(float(tensor.grad), rel=1e-14)


def test_parents_and_local_derivatives_are_plain() -> None:
    x, y = Value(2.0), Value(5.0)
    z = x * y
    assert z.parents == (x, y)
    assert z.derivatives == (5.0, 2.0)
    assert all(type(number) is float for number in (*z.derivatives, z.data))
    assert (x + 1).parents == (x,), "a constant is no parent"


def test_a_node_that_is_used_twice() -> None:
    x = Value(3.0)
    (x * x + x).backward()
    assert x.grad == 7
    assert (x + x).derivatives == (1.0, 1.0)


def test_diamonds_are_not_walked_path_by_path() -> None:
    y = x = Value(1.0)
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad == 2.0**60


def test_gradients_add_up_over_calls_and_are_zeroed() -> None:
    x = Value(3.0)
    y = x * x
    z = y * 2
    z.backward()
    z.backward()
    assert (x.grad, y.grad, z.grad) == (24, 4, 2)
    z.zero_grad()
    assert (x.grad, y.grad, z.grad) == (0, 0, 0)


def test_a_long_chain_takes_no_recursion_and_no_time() -> None:
    start = time.process_time()
    y = x = Value(1.0)
    for _ in range(100_000):
        y = y * 1.00001
    y.backward()
    # A debugger or a measurement of coverage takes several times as long.
    assert sys.gettrace() is not None or time.process_time() - start < 2
    assert x.grad == pytest.approx(math.exp(100_000 * math.log(1.00001)))


def test_new_values() -> None:
    x = Value(3.0)
    y = x * x
    x.data = 10
    y.backward()
    assert (x.data, y.data, x.grad) == (10, 9, 6)
    with pytest.raises(ArgumentError, match=r"^Value\.data: this number was computed"):
        y.data = 1.0


def test_words() -> None:
    assert repr(Value(0.5)) == "Value(0.5, grad=0)"
    assert Value(2.0) > 1
    assert not Value(0.0)
    assert float(Value(2.0)) == 2


BAD: dict[str, Callable[[Value], Any]] = {
    r"Value: data is 'a', expected a number": lambda v: Value("a"),  # type: ignore[arg-type]
    r"Value: data is True, expected a number": lambda v: Value(True),
    r"Value: what it meets is \(3,\), expected a number": lambda v: v * np.ones(3),
    r"Value: what it meets is None, expected a number": lambda v: v + None,
    r"Value: matmul needs an array": lambda v: v @ v,
    r"Value: np\.sum needs an array": lambda v: np.sum(v),
    r"Value: a number has no elements": lambda v: v[0],
    r"add: out= and in-place": lambda v: np.add(v, 1, out=np.zeros(())),
    r"Value: np\.arctan has no derivative here": lambda v: np.arctan(v),
}


@pytest.mark.parametrize(("message", "call"), BAD.items(), ids=BAD.keys())
def test_bad_input(message: str, call: Callable[[Value], Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{message}"):
        call(Value(1.0))


def test_in_place_is_refused() -> None:
    v = Value(1.0)
    with pytest.raises(ArgumentError, match=r"write t = t \+"):
        v += 1
