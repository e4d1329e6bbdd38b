"""Grade one submission: every question gets a mark, whatever the notebook does."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError
from bpworkbook.grading.follow import standins
from bpworkbook.grading.proxy import SECONDS, Gone, RemoteFunction, Unsendable
from bpworkbook.grading.reader import Submission
from bpworkbook.grading.recipes import Recipe, answers
from bpworkbook.grading.session import Box, Session
from bpworkbook.workbook import Feedback, Outcome, Question, check
from bpworkbook.workbook.checking import check_right

SHOWN_SEED = 0
"""What a student is told is about the cases of their own notebook, never about the grader's: these,
or those of the student's variant."""

Lines = tuple[tuple[str, str], ...]


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
class Mark:
    """The mark of one question.

    Parameters
    ----------
    question : str
        The question's key, ``"09.1:linear_backward"``.
    outcome : Result
    points, of : float
        The points earned, and those to be earned.
    mistake : str
        The code of a known mistake, or of a remark; ``""`` otherwise.
    lines : tuple of (label, text)
        What the student is told. It holds nothing of the cases that were graded.
    remark : str
        More for the instructor: two definitions of a function, an earlier answer stood in for, ...
    seconds : float
        How long it took.
    """

    question: str
    outcome: Result
    points: float
    of: float
    mistake: str = ""
    lines: Lines = ()
    remark: str = ""
    seconds: float = 0.0


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


def grade_submission(
    submission: Submission,
    questions: Sequence[Question],
    box: Box,
    seed: int,
    seconds: float = SECONDS,
    shown_seed: int = SHOWN_SEED,
) -> list[Mark]:
    """Grade a submission.

    Parameters
    ----------
    submission : Submission
        As `read_notebook` returns it.
    questions : sequence of Question
        In the order of the lesson: an answer may use earlier ones.
    box : Box
        Where the submission's code runs.
    seed : int
        Draws the cases. The same seed gives the same marks.
    seconds : float
        How long the calls of one question may take.
    shown_seed : int
        Draws the cases of the student's own notebook; it changes no mark.

    Returns
    -------
    list of Mark
        One for each question, in their order.

    Examples
    --------
    See ``tests/grading/test_grade.py``; a box is needed.
    """
    session = Session(box, seconds)
    marks: list[Mark] = []
    failed: list[Question] = []
    recipes = answers(submission, [question.name for question in questions])
    try:
        for question in questions:
            start = time.perf_counter()
            recipe = recipes[question.name]
            found = judge(session, question, recipe, seed)
            if not found.outcome.passed:
                found = followed(session, question, recipe, failed, seed) or found
            if not found.outcome.passed:
                failed.append(question)
                found = worded(session, question, recipe, found, shown_seed)
            taken = time.perf_counter() - start
            marks.append(mark_of(question, recipe, found, taken))
    finally:
        session.drop()
    return marks


def mark_of(question: Question, recipe: Recipe, found: Verdict, seconds: float) -> Mark:
    """Return a verdict as a mark."""
    remark = " ".join(text for text in (*recipe.remarks, found.remark) if text)
    return Mark(
        question=question.key,
        outcome=found.outcome,
        points=float(question.points) if found.outcome.passed else 0.0,
        of=float(question.points),
        mistake=found.mistake,
        lines=found.lines,
        remark=remark,
        seconds=seconds,
    )


def judge(session: Session, question: Question, recipe: Recipe, seed: int) -> Verdict:
    """Run the cells of an answer and check it; what to tell of it is still to be found."""
    if not recipe.cells:
        return Verdict(Result.NOT_ATTEMPTED)
    if all(cell.error for cell in recipe.cells if recipe.name in cell.names):
        return Verdict(Result.ERROR, lines=tuple(("not yet", text) for text in recipe.remarks))
    answer = session.function(recipe)
    try:
        return asked(session, question, recipe, answer, seed)
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
        feedback = check(question, answer, seed=seed)
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


def worded(
    session: Session, question: Question, recipe: Recipe, found: Verdict, seed: int
) -> Verdict:
    """Return a verdict with the lines that its student is told."""
    if found.graded is None:
        return found
    return replace(found, lines=shown(session, question, recipe, found.graded, seed), graded=None)


def shown(
    session: Session, question: Question, recipe: Recipe, graded: Feedback, seed: int
) -> Lines:
    """Return what to tell a student: what their own notebook says, of its own cases.

    It is asked in a child that has not seen the grader's cases, for its errors can say anything.
    """
    session.drop()
    answer = session.function(recipe)
    told = None
    with suppress(Gone, Exception):  # the mark stands; only the words for it are missing
        told = check(question, answer, seed=seed)
    session.drop()  # a wrong answer may have changed anything, and others are still to come
    if told is not None and not told.outcome.passed and told.mistake == graded.mistake:
        return told.lines
    # Right in the notebook, wrong here: not a word about cases that the student has not seen.
    return tuple(line for line in graded.lines if line[0] == "likely")


def ended(cause: RemoteError | ChildDied | OutOfTime) -> Verdict:
    """Return the verdict on an answer that has ended its child."""
    if isinstance(cause, OutOfTime):
        text = "it was still running after some seconds: is there a loop that never ends?"
        return Verdict(Result.TIMEOUT, lines=(("not yet", text),))
    # Without the status or signal, which a submission can choose by what the cases hold.
    text = f"its process was ended ({cause.kind})"
    return Verdict(Result.KILLED, lines=(("not yet", text),), remark=str(cause)[:200])


def followed(
    session: Session, question: Question, recipe: Recipe, failed: Sequence[Question], seed: int
) -> Verdict | None:
    """Ask an answer again with right values for earlier ones; None where it earns nothing so."""
    right = standins(question, recipe, failed, seed)
    if not right:
        return None
    session.drop()
    answer = session.function(recipe, right)
    try:
        feedback = check_right(question, answer, seed=seed)
    except (Gone, Exception):  # the mark of the first time stands
        return None
    finally:
        session.drop()  # with all that it may have seen
    if feedback is None or not feedback.outcome.passed or answer.late or not answer.followed:
        return None
    names = " and ".join(right)
    text = f"right, once {names} is right: it was asked with a right one in its place"
    remark = f"Follow-through: {names}."
    return Verdict(Result.REMARK, feedback.mistake, (("remark", text),), remark)
