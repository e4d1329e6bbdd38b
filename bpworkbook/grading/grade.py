"""Grade one submission: every question gets a mark, whatever the notebook does."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from bpworkbook.grading.follow import standins
from bpworkbook.grading.judging import Lines, Result, Verdict, check_until_wrong, judge
from bpworkbook.grading.proxy import SECONDS, Gone
from bpworkbook.grading.reader import Submission
from bpworkbook.grading.recipes import Recipe, answers
from bpworkbook.grading.session import Box, Session
from bpworkbook.workbook import Feedback, Question, check
from bpworkbook.workbook.checking import check_right

SHOWN_SEED = 0
"""What a student is told is about the cases of their own notebook, never about the grader's: these,
or those of the student's variant."""


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
    failed: list[Question] = []
    recipes = answers(submission, [question.name for question in questions])
    try:
        timed = []
        for question in questions:
            start = time.perf_counter()
            recipe = recipes[question.name]
            found = judged(session, question, recipe, failed, seed)
            if not found.outcome.passed:
                failed.append(question)
            timed.append((found, time.perf_counter() - start))
        session.drop()  # what is told comes from a child that has not seen the grader's cases
        marks = []
        for question, (found, taken) in zip(questions, timed, strict=True):
            start = time.perf_counter()
            recipe = recipes[question.name]
            told = worded(session, question, recipe, found, shown_seed)
            taken += time.perf_counter() - start
            marks.append(mark_of(question, recipe, told, taken))
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


def judged(
    session: Session, question: Question, recipe: Recipe, failed: Sequence[Question], seed: int
) -> Verdict:
    """Judge an answer, and ask one that fails again where a wrong one before it may be the reason.

    That one may have changed anything in its child, or be used by this one.
    """
    right = standins(question, recipe, failed, seed)
    stained = session.stained
    if stained or right:
        found = judge(session, question, recipe, seed, check_until_wrong)
        if found.outcome.passed or found.outcome is Result.NOT_ATTEMPTED:
            return found
        session.drop()
        followed = right and follow(session, question, recipe, right, seed)
        if followed:
            return followed
        if not stained and found.graded is None:  # nobody else is to blame, and why is known
            return found
    found = judge(session, question, recipe, seed, check)
    session.stained |= found.graded is not None
    return found


def follow(
    session: Session,
    question: Question,
    recipe: Recipe,
    right: Mapping[str, Callable[..., Any]],
    seed: int,
) -> Verdict | None:
    """Ask an answer with right values for earlier ones; None where it earns nothing so."""
    answer = session.function(recipe, right)
    try:
        feedback = check_right(question, answer, seed=seed)
    except (Gone, Exception):
        return None
    finally:
        session.drop()  # with all that it may have seen
    if feedback is None or not feedback.outcome.passed or answer.late or not answer.followed:
        return None
    names = " and ".join(right)
    text = f"right, once {names} is right: it was asked with a right one in its place"
    remark = f"Follow-through: {names}."
    return Verdict(Result.REMARK, feedback.mistake, (("remark", text),), remark)


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
    answer = session.function(recipe)
    told = None
    with suppress(Gone, Exception):  # the mark stands; only the words for it are missing
        told = check(question, answer, seed=seed)
    if told is None or answer.late:
        session.drop()
    if told is not None and not told.outcome.passed and told.mistake == graded.mistake:
        return told.lines
    # Right in the notebook, wrong here: not a word about cases that the student has not seen.
    return tuple(line for line in graded.lines if line[0] == "likely")
