"""Exercises 10.2 and 10.6: the sweep back over the record, and clearing after it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n10_autodiff_engine import engine
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.engine import (
    Value,
    add,
    exp,
    multiply,
    oldest_first,
    power,
)
from bpworkbook.workbook import Mistake, Question
from bpworkbook.workbook.comparison import kind_of
from bpworkbook.workbook.examples import digit
from bpworkbook.workbook.question import AnswerError

Rng = np.random.Generator
CHAIN = 10_000


class Example(Value):
    """The end of an expression of two leaves a and b, which says how it came about."""

    words = ""
    tape: Sequence[Value] = ()

    def __repr__(self) -> str:
        return self.words

    def __deepcopy__(self, memo: dict[int, Any]) -> "Example":
        # A copy would go down the chain by recursion; `gradients_kept` undoes a sweep instead.
        return self


def example(words: str, made: Value) -> Example:
    """Return the last Value of an expression, with words for the feedback."""
    root = Example(made.data, made.parents, made.derivatives, made.op)
    root.tape = oldest_first(root)
    a, b = given(root)
    root.words = f"{words}, a = {a.data:.3g}, b = {b.data:.3g}"
    return root


@contextmanager
def gradients_kept(nodes: Sequence[Value]) -> Iterator[None]:
    """Put the gradients back afterwards: a case is used more than once."""
    before = [node.grad for node in nodes]
    try:
        yield
    finally:
        for node, grad in zip(nodes, before, strict=True):
            node.grad = grad


def given(root: Example) -> list[Value]:
    """Return the Values of a record that were not computed."""
    return [node for node in root.tape if not node.parents]


def leaf_gradients(answer: Callable[..., Any], root: Example) -> Any:
    """Run a sweep and return the gradients of a and b."""
    with gradients_kept(root.tape):
        try:
            returned = answer(root)
        except RecursionError as error:
            raise AnswerError(
                f"RecursionError on a chain of {CHAIN:,} Values: a function that calls itself runs "
                "out of stack. Keep a list of Values that wait, and loop over it"
            ) from error
        _refuse_result("backward", returned)
        return tuple(leaf.grad for leaf in given(root))


def _refuse_result(name: str, returned: Any) -> None:
    if returned is not None:
        came = kind_of(returned)
        raise AnswerError(f"{name} writes into grad and returns nothing; yours returned {came}")


# 10.2 backward


@lru_cache
def _long_chain() -> Example:
    a, b = Value(1.25), Value(0.5)
    node = a
    for _ in range(CHAIN):
        node = add(node, b)
    return example(f"a + b + b + ... ({CHAIN:,} times)", node)


def chain() -> Example:
    """Return the same long chain each time, since making it takes longer than a sweep."""
    root = _long_chain()
    for node in root.tape:
        node.grad = 0.0
    return root


def expression_cases(rng: Rng) -> list[Any]:
    def leaves() -> tuple[Value, Value]:
        a, b = rng.uniform(0.5, 1.5, size=2)
        return Value(float(a)), Value(float(b))

    def long_way(a: Value, b: Value) -> Example:
        q = multiply(a, b)
        return example("a * (exp(q) * q) + q with q = a * b",
                       add(multiply(a, multiply(exp(q), q)), q))  # fmt: skip

    def diamond(a: Value, b: Value) -> Example:
        q = add(a, b)
        return example("q**2 * q + a with q = a + b", add(multiply(power(q, 2), q), a))

    def swept(root: Example) -> Example:
        engine.backward(root)
        a, _ = given(root)
        root.words += f", after a sweep that left a.grad = {a.grad:.3g}"
        return root

    def product_and_a(a: Value, b: Value) -> Example:
        return example("a * b + a", add(multiply(a, b), a))

    def a_twice(a: Value, b: Value) -> Example:
        return example("(a + a) * b", multiply(add(a, a), b))

    drawn = [long_way(*leaves()), diamond(*leaves()), long_way(*leaves()), diamond(*leaves())]
    again = [swept(long_way(*leaves())), swept(diamond(*leaves()))]
    small = [product_and_a(Value(2.0), Value(3.0)), a_twice(Value(3.0), Value(4.0))]
    return [(root,) for root in (*small, *drawn, chain(), *again)]


def own_numbers(rng: Rng) -> Any:
    """Return a * b + a with other numbers, written as the call that makes it."""
    a, b = Value(digit(rng)), Value(float(rng.integers(2, 10)))
    root = example("", add(multiply(a, b), a))
    root.words = f"add(multiply(a := {a}, b := {b}), a)"
    return (root,)


def overwritten(root: Value) -> None:
    flow = {root: 1.0}
    for node in reversed(oldest_first(root)):
        node.grad += flow[node]
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            flow[parent] = flow[node] * derivative


def in_the_order_of_meeting(root: Value) -> None:
    flow, seen, waiting = defaultdict(float, {root: 1.0}), {root}, [root]
    while waiting:
        node = waiting.pop(0)
        node.grad += flow[node]
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            flow[parent] += flow[node] * derivative
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)


def oldest_node_first(root: Value) -> None:
    flow = defaultdict(float, {root: 1.0})
    for node in oldest_first(root):
        node.grad += flow[node]
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            flow[parent] += flow[node] * derivative


def once_for_each_meeting(root: Value) -> None:
    flow, met = defaultdict(float, {root: 1.0}), [root]
    for node in oldest_first(root)[::-1]:
        met += node.parents
    for node in sorted(met, key=lambda node: -node.born):
        node.grad += flow[node]
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            flow[parent] += flow[node] * derivative


def without_a_seed(root: Value) -> None:
    for node in reversed(oldest_first(root)):
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            parent.grad += node.grad * derivative


def old_gradients_flow_again(root: Value) -> None:
    root.grad = 1.0
    for node in reversed(oldest_first(root)):
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            parent.grad += node.grad * derivative


def clear_then_sweep(root: Value) -> None:
    order = list(reversed(oldest_first(root)))
    for node in order:
        if node.parents:
            node.grad = 0.0
    root.grad = 1.0
    for node in order:
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            parent.grad += node.grad * derivative


def users_counted(root: Value) -> None:
    users: dict[Value, int] = defaultdict(int)
    for node in oldest_first(root):
        for parent in node.parents:
            users[parent] += 1
    flow, ready = defaultdict(float, {root: 1.0}), [root]
    while ready:
        node = ready.pop()
        node.grad += flow[node]
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            flow[parent] += flow[node] * derivative
            users[parent] -= 1
            if users[parent] == 0:
                ready.append(parent)


BACKWARD = Question(
    id="10.2",
    name="backward",
    points=4,
    reference=engine.backward,
    cases=expression_cases,
    example=own_numbers,
    apply=leaf_gradients,
    mistakes=(
        Mistake("M45", overwritten, "A Value that is used twice gets two contributions: `+=`."),
        Mistake("M46", in_the_order_of_meeting),
        Mistake(
            "M46",
            oldest_node_first,
            "You started with the oldest Values. The sweep starts at the root: newest first.",
        ),
        Mistake("M47", once_for_each_meeting),
        Mistake("M48", without_a_seed),
        Mistake(
            "M49",
            old_gradients_flow_again,
            "Right once. In the next call, what the last one left in grad flowed on again. "
            "Keep the flow of a call apart from grad.",
        ),
    ),
    hints=(
        "First collect every Value behind root, each once; a list of those that wait is enough.",
        "Newest first, every user of a Value has reported before the Value hands its sum on.",
        "Start the flow at root with 1. For each Value, newest first: add its flow to its grad, "
        "and its flow times each derivative to the flow of that parent.",
    ),
    also_right=(clear_then_sweep, users_counted),
    outputs=("a.grad", "b.grad"),
    summary="nothing; it adds to the grad of every Value behind root",
)


# 10.6 zero_grad


def cleared(answer: Callable[..., Any], params: list[Value]) -> Any:
    """Clear some Values and return their gradients and numbers."""
    with gradients_kept(params):
        _refuse_result("zero_grad", answer(params))
        if any(p.grad is None for p in params):
            raise AnswerError("grad became None, but backward adds to it: make it the number 0")
        return [p.grad for p in params], [p.data for p in params]


def parameter_cases(rng: Rng) -> list[Any]:
    def case(*numbers: float) -> Any:
        params = [Value(float(x)) for x in numbers]
        for p in params:
            engine.backward(power(p, 2))
        return (params,)

    return [case(2, 3), case(1), *(case(*rng.uniform(1, 3, size=n)) for n in (2, 3, 5))]


def new_name(params: list[Value]) -> None:
    for p in params:
        p = Value(p.data)


def cleared_by_index(params: list[Value]) -> None:
    for i in range(len(params)):
        params[i].grad -= params[i].grad


ZERO_GRAD = Question(
    id="10.6",
    name="zero_grad",
    points=1,
    reference=engine.zero_grad,
    cases=parameter_cases,
    apply=cleared,
    mistakes=(
        Mistake(
            "M49",
            new_name,
            "Each Value still has its gradient: `p = ...` only gives a name to something else. "
            "Assign to `p.grad`.",
        ),
    ),
    hints=(
        "Each of the Values has a grad that is to be 0 again.",
        "Assigning to a loop variable changes nothing; assigning to its attribute does.",
        "For each p in params: p.grad becomes 0.0.",
    ),
    also_right=(cleared_by_index,),
    outputs=("grads", "numbers"),
    summary="nothing; it sets the grad of each Value to 0",
)
