"""What a notebook works with: ``w = lesson("09")``, then ``w.check(...)`` and the rest."""

import asyncio
import inspect
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpworkbook.lessons import catalogue
from bpworkbook.workbook import (
    Card,
    Feedback,
    Outcome,
    Question,
    ReviewQuestion,
    Store,
    Tone,
    check,
    default_store,
)
from bpworkbook.workbook.variants import seed_of

if TYPE_CHECKING:
    from bpworkbook.figures import Picture
    from bpworkbook.lessons.source import LessonSource
    from bpworkbook.live import Experiment

MARKING = "NBGRADER_EXECUTION"  # set in notebooks that nbgrader runs to mark or to validate them
OPENS_AFTER = 3  # attempts after which a solution is shown
BREATH = 0.05  # seconds between two steps of what is prepared while a learner reads


def lesson(number: str, store: Store | None = None, variant: str = "") -> "Lesson":
    """Open a lesson.

    Parameters
    ----------
    number : str
        The lesson's number, ``"09"``.
    store : Store, optional
        Where progress is kept; the learner's own by default.
    variant : str
        Whose numbers the checks draw, such as ``"3f9a1c"``; by default those of all learners.

    Raises
    ------
    ValueError
        If there is no such lesson.

    Examples
    --------
    >>> lesson("09").number
    '09'
    """
    catalogue.folder(number)
    if MARKING in os.environ:
        from bpworkbook.lessons.marked import MarkedLesson

        return MarkedLesson(number, variant)
    opened = Lesson(number, store or default_store(), variant)
    _prepare_while_idle(opened)
    return opened


def _prepare_while_idle(opened: "Lesson") -> None:
    """Compute what experiments show first once the kernel has answered: learners read meanwhile."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # no notebook: it is computed when it is needed
        return

    def go_on(steps: Iterator[None]) -> None:
        # One at a time, so that a cell that is run meanwhile need not wait for all of them.
        if next(steps, steps) is not steps:
            loop.call_later(BREATH, go_on, steps)

    loop.call_later(0.2, go_on, _preparation(opened))


def _preparation(opened: "Lesson") -> Iterator[None]:
    for name in ("bpworkbook.live.engine.view", "bpworkbook.figures.scene_paper"):
        import_module(name)
        yield
    work = {one.id: one.prepare() for one in opened.experiments.values()}
    # Nobody can tell which is wanted first, so all take a step; then comes what has most to do.
    left = dict.fromkeys(work, math.inf)
    while left:
        name = max(left, key=left.__getitem__)
        start = time.perf_counter()
        try:
            steps = next(work[name], 0)
        except Exception:  # it will say so where it is shown, not under another cell
            steps = 0
        left[name] = steps * (time.perf_counter() - start)
        if not steps:
            del left[name]
        yield


class Lesson:
    """A lesson, as its notebook sees it."""

    def __init__(self, number: str, store: Store, variant: str = "") -> None:
        self.number = number
        self.store = store
        self.seed = seed_of(variant)

    def __repr__(self) -> str:
        return f"Lesson {self.number}: {self.source.title}"

    @cached_property
    def source(self) -> "LessonSource":
        """The lesson's text and front matter."""
        from bpworkbook.lessons.source import read_lesson

        return read_lesson(catalogue.lesson_source(self.number))

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """The lesson's questions by the name of the function that answers them."""
        questions = catalogue.module(self.number, "questions").QUESTIONS
        return {question.name: question for question in questions}

    @cached_property
    def experiments(self) -> "Mapping[str, Experiment]":
        """The lesson's experiments by name."""
        experiments = catalogue.module(self.number, "experiments").EXPERIMENTS
        return {experiment.name: experiment for experiment in experiments}

    @property
    def review_questions(self) -> tuple[ReviewQuestion, ...]:
        """The questions that later lessons ask about this one."""
        questions: tuple[ReviewQuestion, ...] = catalogue.module(self.number, "questions").REVIEW
        return questions

    def check(self, answer: Callable[..., Any]) -> Feedback:
        """Check an answer, keep the outcome, and return what to do next."""
        question = self._question_of(answer)
        feedback = check(question, answer, seed=self.seed)
        saved = self.store.record_check(feedback, _source(answer))
        return self._with_notes(feedback, question, saved)

    def hint(self, name: str | Callable[..., Any]) -> Card:
        """Show the next of three hints: where to look, the principle, the line in words."""
        question = self._question_of(name)
        level = min(self.store.question(question.key)["hints"] + 1, len(question.hints))
        saved = self.store.record_hint(question.key, level)
        lines = [(f"hint {i + 1} of 3", question.hints[i]) for i in range(level)]
        if level < len(question.hints):
            lines.append(("more", f'`w.hint("{question.name}")` again'))
        else:
            lines.append(("more", f'`w.solution("{question.name}")`'))
        return Card(f"{question.id} {question.name}", Tone.INFO, tuple(lines + _note(saved)))

    def solution(self, name: str | Callable[..., Any]) -> Card:
        """Show a worked answer and why it is right, after a pass or three attempts."""
        question = self._question_of(name)
        record = self.store.question(question.key)
        heading = f"{question.id} {question.name}"
        if not record["passed"] and record["attempts"] < OPENS_AFTER:
            left = OPENS_AFTER - record["attempts"]
            text = f"opens when your answer passes, or after {left} more attempt{'s' * (left > 1)}"
            return Card(f"{heading}: solution", Tone.NEUTRAL, (("solution", text),))
        code, why = self.source.answer(question.name)
        return Card(f"{heading}: one solution", Tone.INFO, (("why", why),) if why else (), code)

    def use(self, answer: Callable[..., Any]) -> Callable[..., Any]:
        """Return the learner's function once it is right, else the workbook's, and say which."""
        question = self._question_of(answer)
        if check(question, answer, seed=self.seed).outcome.passed:
            print(f"{question.name}: yours")
            return answer
        print(f"{question.name}: the workbook's stands in until yours passes")
        return question.reference

    def experiment(self, name: str, state: str = "") -> None:
        """Show a live experiment; in a reader without a kernel, its picture and table.

        Parameters
        ----------
        name : str
            Name of the experiment.
        state : str
            The setting to start at, as its Copy button gives it: ``"E09.3 lr=3 width=64"``.

        Raises
        ------
        ValueError
            If this lesson has no such experiment, or the state is none of the experiment's.
        """
        if name not in self.experiments:
            names = ", ".join(self.experiments)
            raise ValueError(f"experiment: name is {name!r}, but lesson {self.number} has {names}")
        self.experiments[name].show(self.store, self.number, state)

    def show(self, picture: "Picture") -> None:
        """Show a picture with its alt text."""
        from bpworkbook.live import show_picture

        show_picture(picture)

    def review(self) -> None:
        """Ask three questions from earlier lessons."""
        from bpworkbook.live import show_quiz
        from bpworkbook.workbook.review import choose

        earlier = [number for number in catalogue.all_lessons() if number < self.number]
        bank = {number: Lesson(number, self.store).review_questions for number in earlier}
        chosen = choose(self.number, bank, self.store.load()["review"])
        show_quiz(chosen, self.store, "Warm-up: three questions from earlier lessons")

    def quiz(self) -> None:
        """Ask this lesson's own review questions."""
        from bpworkbook.live import show_quiz

        show_quiz(self.review_questions, self.store, "What do you take away?")

    def progress(self) -> Card:
        """Show how far the learner is in this lesson."""
        records = [(q, self.store.question(q.key)) for q in self.questions.values()]
        rows = [("exercise", "outcome", "attempts", "hints")]
        rows += [
            (f"{q.id} {q.name}", r["outcome"], str(r["attempts"]), str(r["hints"]))
            for q, r in records
        ]
        passed = sum(record["passed"] for _, record in records)
        heading = f"Lesson {self.number}: {passed} of {len(rows) - 1} exercises passed"
        return Card(heading, Tone.INFO, table=tuple(rows))

    def export(self, path: str | Path = "progress.csv") -> Card:
        """Write the progress of all lessons to a CSV or JSON file, and say where."""
        from bpworkbook.workbook.export import export_progress

        written = export_progress(self.store, Path(path))
        return Card("Progress exported", Tone.INFO, (("file", written.name),))

    def _question_of(self, answer: str | Callable[..., Any]) -> Question:
        name = answer if isinstance(answer, str) else getattr(answer, "__name__", None)
        if name is None or name not in self.questions:
            known = ", ".join(self.questions)
            raise ValueError(
                f"lesson {self.number} has no exercise named {name or answer!r}: it has {known}"
            )
        return self.questions[name]

    def _with_notes(self, feedback: Feedback, question: Question, saved: str) -> Feedback:
        lines = list(feedback.lines)
        record = self.store.question(question.key)
        if feedback.outcome.passed:
            lines.append(("more", f'`w.solution("{question.name}")` shows one way and why'))
        elif feedback.outcome is not Outcome.NOT_ATTEMPTED and record["attempts"] >= OPENS_AFTER:
            lines = [line for line in lines if line[0] != "more"]
            lines.append(
                ("more", f'`w.hint("{question.name}")` or `w.solution("{question.name}")`')
            )
        return Feedback(
            feedback.id,
            feedback.name,
            feedback.outcome,
            feedback.mistake,
            tuple(lines + _note(saved)),
        )


def _note(saved: str) -> list[tuple[str, str]]:
    return [("note", saved)] if saved else []


def _source(answer: Callable[..., Any]) -> str:
    try:
        return inspect.getsource(answer)
    except (OSError, TypeError):  # a function made by exec has no source to keep
        return ""
