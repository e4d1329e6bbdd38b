"""A function in the box behaves as one here, and its failures are told apart."""

from typing import Any

import numpy as np
import pytest

from bpworkbook.grading.callbacks import Allowance, NotServed
from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError
from bpworkbook.grading.proxy import Gone, RemoteFunction, Unsendable, as_builtin
from bpworkbook.workbook import trial
from tests.grading.stand_in import StandIn


class Failing(StandIn):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def call(self, *args: Any, **kwargs: Any) -> Any:
        raise self.error


def test_errors_keep_their_name_text_and_line() -> None:
    def answer() -> None:
        raise KeyError("W")

    source = "\n" * (answer.__code__.co_firstlineno) + "    raise KeyError('W')"
    with pytest.raises(KeyError) as caught:
        RemoteFunction(StandIn(answer=answer), "answer", source)()
    told = trial.describe_error(caught.value, answer)
    number = answer.__code__.co_firstlineno + 1
    assert told == f"KeyError: 'W', in your line {number}: `raise KeyError('W')`"


@pytest.mark.parametrize(
    "types", [["ExceptionGroup"], ["a b", "\0"], ["KeyboardInterrupt"], ["print"]]
)
def test_any_name_of_an_error_makes_one(types: list[str]) -> None:
    error = as_builtin(RemoteError(types[0], "text"), types)
    assert isinstance(error, Exception)
    assert str(error) == "text"


def test_too_long_is_told_to_the_check_and_death_ends_it() -> None:
    late = RemoteFunction(Failing(OutOfTime()), "f")
    with pytest.raises(trial.OutOfTime):
        late()
    assert late.late
    with pytest.raises(Gone) as caught:
        RemoteFunction(Failing(ChildDied("memory")), "f")()
    assert caught.value.cause.kind == "memory"


def test_memory_that_ran_out_is_no_error_of_the_answer() -> None:
    def answer() -> None:
        raise MemoryError

    with pytest.raises(Gone) as caught:
        RemoteFunction(StandIn(answer=answer), "answer")()
    assert caught.value.cause.kind == "memory"


def test_kinds() -> None:
    def stub() -> None:
        """Nothing."""

    child = StandIn(stub=stub, function=len, number=3)
    kinds = [RemoteFunction(child, name).kind for name in ("stub", "function", "number", "none")]
    assert kinds == ["stub", "function", "int", "missing"]


def test_stand_ins_are_there_for_one_call_only() -> None:
    def double(x: Any) -> Any:
        return 3 * x

    def answer(x: Any) -> Any:
        return namespace["double"](x) + namespace["also"](x)

    child = StandIn(double=double, also=double, answer=answer)
    namespace = child.namespace
    asked = RemoteFunction(child, "answer", standins={"double": lambda x: 2 * x})
    assert asked(np.ones(2)).tolist() == [4, 4], "a second name of the function stands for it too"
    assert asked.followed == 2
    assert namespace["double"] is namespace["also"] is double


def test_stand_ins_are_rationed() -> None:
    def answer(n: int) -> Any:
        for _ in range(n):
            namespace["double"](1.0)
        return n

    child = StandIn(double=len, answer=answer)
    namespace = child.namespace
    asked = RemoteFunction(child, "answer", standins={"double": lambda x: 2 * x})
    assert asked(100) == 100
    with pytest.raises(ValueError, match="too often"):
        asked(101)


@pytest.mark.parametrize(
    "args",
    [(np.zeros(30_000),), (10**9,), ("a" * 50,), (len,), ([[[[[[[1]]]]]]],), ({1},)],
    ids=repr,
)
def test_what_would_make_work_is_not_served(args: tuple[Any, ...]) -> None:
    with pytest.raises(NotServed):
        Allowance().serve(lambda x: x, args)


@pytest.mark.parametrize(("seconds", "first"), [(8.0, 3.0), (16.0, 6.0)])
def test_one_call_gets_its_share_of_the_time(seconds: float, first: float) -> None:
    asked: list[float] = []

    class Timed(StandIn):
        def call(self, name: Any, args: Any, kwargs: Any, seconds: float, handles: Any) -> Any:
            asked.append(seconds)
            return super().call(name, args, kwargs, seconds, handles)

    RemoteFunction(Timed(f=len), "f", seconds=seconds)("abc")
    assert asked == [first]


def test_a_case_that_cannot_be_sent_is_no_fault_of_the_answer() -> None:
    with pytest.raises(Unsendable, match="cannot be sent"):
        RemoteFunction(StandIn(f=len), "f")(object())
