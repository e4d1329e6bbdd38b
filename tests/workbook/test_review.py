"""Review picks one recent, one older and one missed question."""

from bpworkbook.workbook import ReviewQuestion
from bpworkbook.workbook.review import choose

BANK = {
    f"{n:02}": [
        ReviewQuestion("?", ("a", "b"), 0, "Because.", id=f"{n:02}.r{k}") for k in (1, 2, 3)
    ]
    for n in range(10)
}


def ids(lesson: str, records: dict[str, dict[str, int]]) -> list[str]:
    return [question.id for question in choose(lesson, BANK, records)]


def test_nothing_before_the_first_lesson() -> None:
    assert ids("00", {}) == []


def test_recent_older_and_missed() -> None:
    missed = {"00.r2": {"box": 1, "seen": 1}, "01.r1": {"box": 2, "seen": 1}}
    assert ids("09", missed) == ["08.r1", "04.r1", "00.r2"]


def test_later_lessons_are_never_asked() -> None:
    assert all(name < "03" for name in ids("03", {}))


def test_known_questions_come_back_last() -> None:
    known = {"08.r1": {"box": 3, "seen": 2}}
    assert ids("09", known)[0] == "08.r2"
