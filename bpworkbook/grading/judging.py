"""Judge one answer in its box: which cells run, what is asked, and what the replies mean."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError
from bpworkbook.grading.proxy import Gone, RemoteFunction, Unsendable
from bpworkbook.grading.recipes import Recipe
from bpworkbook.grading.session import Session
from bpworkbook.workbook import Feedback, Outcome, Question
from bpworkbook.workbook.checking import check_right

Lines = tuple[tuple[str, str], ...]
Checker = Callable[..., Feedback]


class Result(StrEnum):
    """What a question can end with."""

    PASSED = "passed"
    REMARK = "passed with remark"
    KNOWN = "known mistake"
    WRONG = "wrong"
    ERROR = "error"
    TIMEOUT = "timeout"
    KILLED = "killed"
    NOT_ATTEMPTED = "not attempted"
    NOT_GRADABLE = "not gradable"

    @property
    def passed(self) -> bool:
        """Whether it earns the points."""
        return self in (Result.PASSED, Result.REMARK)


@dataclass(frozen=True)
class Verdict:
    """What was found out about an answer, before it becomes a mark.

    `graded` is what the check said of the grader's own cases, where a student may be told of it
    only what `worded` makes of it.
    """

    outcome: Result
    mistake: str = ""
    lines: Lines = ()
    remark: str = ""
    graded: Feedback | None = None


def check_until_wrong(question: Question, answer: RemoteFunction, *, seed: int) -> Feedback:
    """Check an answer as `check` does, but do not ask why it is wrong."""
    right = check_right(question, answer, seed=seed)
    return right or Feedback(question.id, question.name, Outcome.UNKNOWN_MISTAKE)


def judge(
    session: Session, question: Question, recipe: Recipe, seed: int, checked: Checker
) -> Verdict:
    """Run the cells of an answer and check it; what to tell of it is still to be found."""
    if not recipe.cells:
        return Verdict(Result.NOT_ATTEMPTED)
    if all(cell.error for cell in recipe.cells if recipe.name in cell.names):
        return Verdict(Result.ERROR, lines=tuple(("not yet", text) for text in recipe.remarks))
    answer = session.function(recipe)
    try:
        return asked(session, question, recipe, answer, seed, checked)
    except Gone as gone:
        session.drop()
        return ended(gone.cause)
    except Unsendable as error:
        return Verdict(Result.NOT_GRADABLE, remark=f"A case cannot be sent to the box: {error}.")


def asked(
    session: Session,
    question: Question,
    recipe: Recipe,
    answer: RemoteFunction,
    seed: int,
    checked: Checker,
) -> Verdict:
    """Check an answer whose cells have run."""
    if answer.kind not in ("function", "stub"):
        # What is told of its cell could come of what this child was asked before.
        session.drop()
        answer = session.function(recipe)
    kind = answer.kind
    lost = session.lost(recipe)
    if kind in ("missing", "stub"):
        return ended(lost) if lost else never_defined(session, recipe, kind)
    if kind != "function":
        text = f"{question.name} is a value of type {kind}, but a function is wanted"
        return Verdict(Result.WRONG, lines=(("not yet", text),))
    try:
        feedback = checked(question, answer, seed=seed)
    except Exception as error:
        # A value that our own code cannot take: nobody's run may end for it, and someone must look.
        session.drop()
        told = f"The check itself failed: {type(error).__name__}: {str(error)[:200]}."
        return Verdict(Result.NOT_GRADABLE, remark=told)
    if answer.late:
        session.drop()
        return ended(OutOfTime())
    found = verdict(question, feedback, answer)
    if found.outcome.passed:
        return found
    if lost:
        return ended(lost)
    if found.outcome is Result.NOT_ATTEMPTED:
        return found
    return Verdict(found.outcome, found.mistake, graded=feedback)


def never_defined(session: Session, recipe: Recipe, kind: str) -> Verdict:
    """Return the verdict on a function that its cell has not made, or left empty."""
    error = session.trouble(recipe)
    if kind == "stub" or error is None:
        return Verdict(Result.NOT_ATTEMPTED)
    if isinstance(error, RemoteError) and error.kind == "MemoryError":
        return ended(ChildDied("memory"))
    return Verdict(Result.ERROR, lines=(("not yet", f"the cell raised {error}"),))


def verdict(question: Question, feedback: Feedback, answer: RemoteFunction) -> Verdict:
    """Return what a feedback means for the mark."""
    lines, mistake = feedback.lines, feedback.mistake
    if feedback.outcome is Outcome.PASSED:
        return Verdict(Result.PASSED)
    if feedback.outcome is Outcome.PASSED_WITH_REMARK:
        return Verdict(Result.REMARK, mistake, lines)
    if feedback.outcome is Outcome.NOT_ATTEMPTED:
        return Verdict(Result.NOT_ATTEMPTED)
    if only_changed_inputs(question, feedback):
        likely = tuple(("remark", text) for label, text in lines if label == "likely")
        return Verdict(Result.REMARK, mistake, likely)
    if feedback.outcome is Outcome.KNOWN_MISTAKE:
        return Verdict(Result.KNOWN, mistake)
    return Verdict(Result.ERROR if answer.raised else Result.WRONG)


def only_changed_inputs(question: Question, feedback: Feedback) -> bool:
    """Tell whether all values are right, and an input was changed that no one asked to keep.

    Where the exercise is about that, the mistake is one of its own, and counts.
    """
    told = feedback.line("not yet").startswith("after the call, ")
    return feedback.mistake == "M02" and told and question.mistake("M02") is None


def ended(cause: RemoteError | ChildDied | OutOfTime) -> Verdict:
    """Return the verdict on an answer that has ended its child."""
    if isinstance(cause, OutOfTime):
        text = "it was still running after some seconds: is there a loop that never ends?"
        return Verdict(Result.TIMEOUT, lines=(("not yet", text),))
    # Without the status or signal, which a submission can choose by what the cases hold.
    text = f"its process was ended ({cause.kind})"
    return Verdict(Result.KILLED, lines=(("not yet", text),), remark=str(cause)[:200])
