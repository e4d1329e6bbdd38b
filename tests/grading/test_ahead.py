"""All cases of a question are asked together, and what came is handed out as it was asked."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError
from bpworkbook.grading.proxy import ASK, Gone, RemoteFunction
from bpworkbook.lessons import lesson
from bpworkbook.workbook import Outcome, check, trial
from tests.grading.stand_in import StandIn

NORMS = lesson("09").questions["example_norms"]


class Counting(StandIn):
    """Counts the ways there and back."""

    ways = 0

    def call(self, *args: Any, **kwargs: Any) -> Any:
        self.ways += 1
        return super().call(*args, **kwargs)

    def calls(
        self, name: str, many: Sequence[Sequence[Any]], seconds: float, together: float
    ) -> list[Any]:
        self.ways += 1
        return [StandIn.call(self, name, args, {}, seconds, {}) for args in many]


def test_a_question_is_asked_in_one_way() -> None:
    question = lesson("09").questions["linear_backward"]
    child = Counting(answer=question.reference)
    assert check(question, RemoteFunction(child, "answer", about="function")).outcome.passed
    assert child.ways == 1


def test_functions_of_ours_are_called_case_by_case() -> None:
    question = lesson("11").questions["numerical_gradient"]
    child = Counting(answer=question.reference)
    assert check(question, RemoteFunction(child, "answer")).outcome.passed
    assert child.ways > 5


def test_what_an_answer_changed_is_seen_case_by_case() -> None:
    def answer(x: Any) -> Any:
        x *= 2
        return x.sum()

    function = RemoteFunction(StandIn(answer=answer), "answer")
    cases = [(np.ones(2),), (np.ones(3),)]
    function.ask_ahead(cases)
    assert cases[0][0].tolist() == [1, 1], "it was changed before its turn"
    assert [function(*case) for case in cases] == [4, 6]
    assert cases[1][0].tolist() == [2, 2, 2]


def test_other_arguments_than_those_asked_ahead_are_asked_for_themselves() -> None:
    function = RemoteFunction(StandIn(answer=lambda x: x + 1), "answer")
    function.ask_ahead([(1.0,), (np.ones(1),)])
    assert function(5.0) == 6.0


@pytest.mark.parametrize(
    ("error", "raised"), [(OutOfTime(), trial.OutOfTime), (ChildDied("memory"), Gone)]
)
def test_an_end_is_told_as_that_of_a_call(error: Exception, raised: type) -> None:
    class Ending(StandIn):
        def calls(self, *args: Any) -> Any:
            raise error

    function = RemoteFunction(Ending(), "f")
    with pytest.raises(raised):
        function.ask_ahead([(1,)])
    assert function.late == isinstance(error, OutOfTime)


def test_a_spoilt_bridge_is_an_error_of_the_answer() -> None:
    class Spoilt(StandIn):
        def calls(self, name: str, many: Sequence[Sequence[Any]], *seconds: float) -> list[Any]:
            assert name == ASK
            return [RemoteError("KeyError", "gone")] * len(many)

    function = RemoteFunction(Spoilt(), "f")
    function.ask_ahead([(case := 1.5,)])
    with pytest.raises(KeyError):
        function(case)
    assert function.raised


def norms_by_loop(x: Any, grad_out: Any) -> Any:
    norms = np.zeros(len(x))
    for i in range(len(x)):
        norms[i] = sum(g * g for g in np.outer(x[i], grad_out[i]).ravel())
    return norms


def of_one_size(x: Any, grad_out: Any) -> Any:
    return np.zeros(len(x)) if len(x) == 40 else norms_by_loop(x, grad_out)


def remembering() -> Any:
    known: dict[bytes, Any] = {}

    def answer(x: Any, grad_out: Any) -> Any:
        key = x.tobytes()
        if key not in known:
            known[key] = norms_by_loop(x, grad_out)
        return known[key]

    return answer


@pytest.mark.parametrize("answer", [norms_by_loop, of_one_size, remembering()])
def test_neither_a_made_up_nor_a_remembered_value_is_fast(answer: Any) -> None:
    feedback = check(NORMS, RemoteFunction(StandIn(answer=answer), "answer"), seed=4)
    assert (feedback.outcome, feedback.mistake) == (Outcome.KNOWN_MISTAKE, "M07")


class Waiting(StandIn):
    """Lets 0.1 s pass in each call, and computes for a part of it that the kernel tells."""

    def __init__(self, share: float) -> None:
        super().__init__(answer=lambda: 1)
        self.share = share

    def call(self, *args: Any, **kwargs: Any) -> Any:
        time.sleep(0.1)
        self.computed += 0.1 * self.share
        return super().call(*args, **kwargs)


def test_only_the_time_that_a_child_computes_bounds_its_word() -> None:
    """On a busy machine a quick answer waits; one that sets its clock back computes."""
    taken = {}
    for share in (0.0, 1.0):
        child = Waiting(share)
        child.computed = 1.0
        function = RemoteFunction(child, "answer", about="function")
        function()
        taken[share] = function.seconds_taken
    assert taken[0.0] < 0.02
    assert taken[1.0] > 0.08
