"""A check's outcomes on one small question, case by case."""

from typing import Any

import numpy as np
import pytest

from bpworkbook.workbook import Mistake, Outcome, Question, SlowAnswer, check
from bpworkbook.workbook.comparison import faults


def column_means(X: Any) -> Any:
    return X.mean(axis=0)


def row_means(X: Any) -> Any:
    return X.mean(axis=1)


def summed(X: Any) -> Any:
    return X.sum(axis=0)


MEANS = Question(
    id="00.9",
    name="column_means",
    points=1,
    reference=column_means,
    cases=lambda rng: [
        (np.array([[1.0, 2.0], [3.0, 5.0], [2.0, 8.0]]),),
        (rng.normal(size=(3, 2)),),
        (rng.normal(size=(4, 4)),),
        (rng.normal(size=(5, 5)),),
        (rng.normal(size=(1, 3)),),
    ],
    mistakes=(Mistake("M21", row_means), Mistake("M20", summed)),
    hints=("Look at the axis.", "Axis 0 runs over rows.", "Average along axis 0."),
    summary="the mean of each column, shape (d,)",
)


def test_float32_that_grows_passes_with_a_remark() -> None:
    feedback = check(MEANS, lambda X: X.astype(np.float64).mean(axis=0))
    assert (feedback.outcome, feedback.mistake) == (Outcome.PASSED_WITH_REMARK, "M08")


def test_float64_that_shrinks_fails() -> None:
    feedback = check(MEANS, lambda X: X.mean(axis=0).astype(np.float32))
    assert feedback.outcome is Outcome.UNKNOWN_MISTAKE
    assert "digits are lost" in feedback.line("not yet")


def test_changed_input_is_named() -> None:
    def answer(X: Any) -> Any:
        X /= len(X)
        return X.sum(axis=0)

    feedback = check(MEANS, answer)
    assert (feedback.outcome, feedback.mistake) == (Outcome.KNOWN_MISTAKE, "M02")
    assert "X had other values" in feedback.line("not yet")


def test_changing_integers_in_place_is_named() -> None:
    def answer(X: Any) -> Any:
        X -= X.mean(axis=0)
        return X

    centred = Question(
        **{
            **MEANS.__dict__,
            "reference": lambda X: X - X.mean(axis=0),
            "mistakes": (),
            "cases": lambda rng: [(np.array([[1, 2], [2, 5]]),), (rng.normal(size=(3, 2)),)],
        }
    )
    assert check(centred, answer).mistake == "M02"


def test_integer_result_is_named() -> None:
    feedback = check(MEANS, lambda X: X.mean(axis=0).astype(int))
    assert feedback.mistake == "M05"


def test_one_fixed_size_is_named() -> None:
    feedback = check(MEANS, lambda X: X.sum(axis=0) / 3)
    assert feedback.mistake == "M06"


def test_no_return_is_named() -> None:
    def answer(X: Any) -> Any:
        X.mean(axis=0)

    assert check(MEANS, answer).mistake == "M01"


def test_a_mistake_is_named_only_if_two_cases_agree() -> None:
    def row_means_once(X: Any) -> Any:
        return X.mean(axis=1) if X.shape == (4, 4) else X.mean(axis=0)

    assert check(MEANS, row_means_once).outcome is Outcome.UNKNOWN_MISTAKE


def test_what_is_right_comes_first_and_the_smallest_example_is_shown() -> None:
    feedback = check(MEANS, lambda X: X.mean(axis=0) + 1)
    assert feedback.lines[0] == ("right", "shapes")
    assert "for X = [[" in feedback.line("not yet")
    assert feedback.line("not yet").count("[") <= 8


def test_an_exception_shows_the_learners_line() -> None:
    def answer(X: Any) -> Any:
        return X.mean(axis=7)

    told = check(MEANS, answer).line("not yet")
    assert "AxisError" in told
    assert "`return X.mean(axis=7)`" in told


def test_an_endless_loop_is_stopped() -> None:
    def answer(X: Any) -> Any:
        while True:
            try:
                X = X + 1
            except Exception:
                continue

    assert "never ends" in check(MEANS, answer).line("not yet")


def test_unfinished_work_is_not_attempted() -> None:
    def answer(X: Any) -> Any:
        total = X.sum(axis=0)
        raise NotImplementedError(total)

    assert check(MEANS, answer).outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize("required", [True, False])
def test_a_slow_loop(required: bool) -> None:
    def loop(X: Any) -> Any:
        means = np.zeros_like(X[0])
        for j in range(X.shape[1]):
            for i in range(X.shape[0]):
                means[j] += X[i, j] / X.shape[0]
        return means

    fields = {
        **MEANS.__dict__,
        "mistakes": (),
        "slow": SlowAnswer(lambda rng: (rng.normal(size=(300, 300)),), times=20, required=required),
    }
    feedback = check(Question(**fields), loop)
    assert feedback.mistake == "M07"
    assert feedback.outcome.passed is not required


def test_an_answer_prints_once_and_its_warnings_are_quiet(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def answer(X: Any) -> Any:
        print("looking")
        np.log(np.zeros(1))
        return X.mean(axis=0)

    assert check(MEANS, answer).outcome is Outcome.PASSED
    assert capsys.readouterr() == ("looking\n", "")


def test_a_card_escapes_what_the_learner_wrote() -> None:
    def answer(X: Any) -> Any:
        raise ValueError("<script>alert(1)</script>")

    html = check(MEANS, answer)._repr_mimebundle_()["text/html"]
    assert "<script>" not in html


def test_a_constant_is_told_from_a_wrong_number() -> None:
    mean = Question(
        **{**MEANS.__dict__, "reference": lambda X: X.mean(), "mistakes": (), "name": "mean"}
    )
    assert "same number everywhere" in check(mean, lambda X: 7.0).line("likely")
    assert "same number" not in check(mean, lambda X: X.mean() ** 3 + 0.1).line("likely")


@pytest.mark.parametrize(
    ("cache", "told"),
    [(("a", "b", "c"), "cache[2] is one too many"), (("a",), "cache[1] is missing")],
)
def test_a_nested_value_too_many_or_too_few_is_named(cache: tuple[str, ...], told: str) -> None:
    fault = faults((1.0, cache), (1.0, ("a", "b")), ("out", "cache"), 1e-6)[0]
    assert told in fault.text
