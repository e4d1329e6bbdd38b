"""A gradebook with everything in it that a report can be about, made without grading."""

from datetime import UTC, datetime

from bpworkbook.grading.gradebook import (
    BY_HAND,
    NOT_GRADABLE,
    NOT_GRADED,
    NOT_HANDED_IN,
    Asked,
    Cell,
    Gradebook,
    Row,
)
from bpworkbook.lessons import lesson

LESSONS = ("08", "09")
DUE = datetime(2026, 10, 1, 22, tzinfo=UTC)
LATE = datetime(2026, 10, 2, 4, tzinfo=UTC)
GRADED = datetime(2026, 10, 3, 9, 30, tzinfo=UTC)
QUESTIONS = tuple(
    Asked(question.key, number, float(question.points))
    for number in LESSONS
    for question in lesson(number).questions.values()
)
SECRET_SEED, SECRET_REMARK = "8230561", "instructors-only"
FOLLOWED = "right, once relu_backward is right: it was asked with a right one in its place"
SHARED = {"seed": SECRET_SEED, "box": "bubblewrap", "graded": GRADED}


def found(outcome: str, asked: Asked) -> Cell:
    """Return a mark as the grader gives it."""
    points = asked.points if outcome.startswith("passed") else 0.0
    kinds = {
        "passed with remark": {"mistake": "M08", "lines": (("remark", "it was widened"),)},
        "known mistake": {
            "mistake": "M23",
            "lines": (
                ("right", "shapes"),
                ("not yet", "you gave 1, expected -1 (for x = 2)"),
                ("likely", "The sign is the opposite."),
                ("more", "`w.hint()`"),
            ),
        },
        "wrong": {"lines": (("not yet", "the values differ"),)},
        "error": {"lines": (("not yet", "NameError in your line 2: `return x`"),)},
        "timeout": {"lines": (("not yet", "it was still running after some seconds"),)},
        "killed": {"lines": (("not yet", "its process was ended"),), "remark": SECRET_REMARK},
        NOT_GRADABLE: {"remark": SECRET_REMARK},
    }
    counts = outcome not in (NOT_GRADABLE, NOT_GRADED)
    return Cell(outcome, points, counts, **{**SHARED, **kinds.get(outcome, {})})  # type: ignore[arg-type]


def student(login: str, *outcomes: str, name: str = "", late: bool = False) -> Row:
    """Return a student whose answers ended so, in turn."""
    row = Row(login, name, due=DUE)
    for place, asked in enumerate(QUESTIONS):
        row.cells[asked.key] = found(outcomes[place % len(outcomes)], asked)
    for number in LESSONS:
        row.submitted[number] = LATE if late else DUE
        row.late[number] = 0.75 if late else 1.0
    return row


def by_hand(row: Row, key: str, points: float, comment: str) -> None:
    """Mark an answer by hand."""
    row.cells[key] = Cell(BY_HAND, points, remark=comment, before=row.cells[key])


def book(*rows: Row, unread: tuple[tuple[str, str], ...] = ()) -> Gradebook:
    """Return a gradebook of these students."""
    ordered = tuple(sorted(rows, key=lambda row: row.login))
    return Gradebook("02-gradients", DUE, QUESTIONS, ordered, unread)


def whole_class() -> Gradebook:
    """Return a class in which every outcome, and all that can be odd, is there."""
    ada = student("ada", "passed", name="Ada Lovelace")
    eve = student("eve", "known mistake", "passed", "wrong", "error", "not attempted", late=True)
    by_hand(eve, QUESTIONS[0].key, 2.0, "Well argued.\nSee me for the rest.")
    kim = student("kim", "passed", "timeout", "killed", "passed with remark")
    kim.cells["09.4:mlp_backward"] = Cell(
        "passed with remark",
        3.0,
        lines=(("remark", FOLLOWED),),
        remark="Follow-through: relu_backward.",
        **SHARED,  # type: ignore[arg-type]
    )
    lou = student("lou", NOT_GRADABLE, NOT_GRADED, NOT_HANDED_IN, "passed")
    lou.troubles = ["two notebooks for lesson 09"]
    pat = student("pat", "known mistake", "passed")
    pat.cells[QUESTIONS[1].key] = Cell("passed", 1.0, box="plain, not isolated", graded=GRADED)
    return book(ada, eve, kim, lou, pat, unread=(("zoe", "no notebook, but homework.pdf"),))
