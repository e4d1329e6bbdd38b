"""Variants: who has which, what the notebook says, and that marks do not depend on them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpworkbook.grading.box import Box, BoxError, best_backend
from bpworkbook.grading.grade import Mark, grade_submission
from bpworkbook.grading.judging import Result
from bpworkbook.grading.reader import read_notebook
from bpworkbook.grading.variants import borrowed, variant_in, variant_of
from bpworkbook.lessons import lesson
from bpworkbook.workbook import Store, check
from bpworkbook.workbook.variants import seed_of

ADA, BOB, EVE = (variant_of("spring", login) for login in ("ada", "bob", "eve"))


def test_a_variant_comes_from_the_seed_and_the_login() -> None:
    assert len({ADA, BOB, EVE, variant_of("autumn", "ada")}) == 4
    assert variant_of("spring", "ada") == ADA
    class_of_1000 = {variant_of("spring", f"student{n}") for n in range(1000)}
    assert len(class_of_1000) > 990


@pytest.mark.parametrize(
    ("cell", "variant"),
    [
        ('w = lesson("09", variant="3f9a1c")', "3f9a1c"),
        ("w = lesson( '09' , variant = '3f9a1c' )", "3f9a1c"),
        ('w = lesson("09")', ""),
        ('w = lesson("09", variant="../../x")', ""),
        ('w = lesson("09", variant="3f9a1c")\nlesson("09", variant="000000")', ""),
    ],
)
def test_the_variant_in_a_notebook(cell: str, variant: str) -> None:
    raw = json.dumps({"cells": [{"cell_type": "code", "source": [cell]}], "nbformat": 4})
    assert variant_in(raw.encode()) == variant


def test_whose_variant_a_notebook_holds() -> None:
    own = [("ada", ADA), ("bob", BOB), ("eve", "")]
    assert borrowed("spring", own) == {}
    assert borrowed("spring", [*own, ("eve", BOB)]) == {("eve", BOB): "Holds the variant of bob."}
    lent = borrowed("spring", [("ada", ADA), ("bob", EVE)])
    assert lent == {("bob", EVE): f"Holds the variant {EVE}, which is someone else's."}
    # A platform that calls them otherwise than the roster did: only equals stand out.
    canvas = [("lovelace_1", ADA), ("stone_2", BOB), ("moore_3", BOB)]
    assert borrowed("spring", canvas) == {
        ("stone_2", BOB): "Holds the same variant as moore_3.",
        ("moore_3", BOB): "Holds the same variant as stone_2.",
    }


def test_checks_of_a_variant_draw_its_own_cases(tmp_path: Path) -> None:
    store = Store(tmp_path / "progress.json")
    seen: list[float] = []

    def relu_backward(grad_out, cache):  # type: ignore[no-untyped-def]
        seen.append(float(grad_out.sum()))
        return grad_out * (cache > 0)

    drawn = []
    for variant in ("", "3f9a1c", "3f9a1d", "3f9a1c"):
        seen.clear()
        assert lesson("09", store, variant=variant).check(relu_backward).outcome.passed
        drawn.append(tuple(seen))
    assert drawn[1] == drawn[3]
    assert len(set(drawn)) == 3


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    try:
        backend = best_backend(isolated=False)
    except BoxError as error:
        pytest.skip(str(error))
    with backend.start() as started:
        yield started


def graded(box: Box, source: str, variant: str, seed: int = 3) -> Mark:
    setup = f'import numpy as np\nfrom bpworkbook import lesson\nw = lesson("09"{variant})'
    cells = [{"cell_type": "code", "source": text} for text in (setup, source, "w.check(f)")]
    raw = json.dumps({"cells": cells, "nbformat": 4}).encode()
    questions = [lesson("09").questions["relu_backward"]]
    shown = seed_of(variant_in(raw))
    return grade_submission(read_notebook(raw), questions, box, seed, shown_seed=shown)[0]


RIGHT = "def relu_backward(grad_out, cache):\n    return grad_out * (cache > 0)"
# Right on the small example alone, so the first case that is shown is one that was drawn.
WRONG = (
    "def relu_backward(grad_out, cache):\n"
    "    return grad_out * (cache > 0) if grad_out.max() == 9 else grad_out * 3 + 1"
)


def test_a_variant_does_not_matter_for_the_mark(box: Box) -> None:
    for variant in ("", ', variant="3f9a1c"', ', variant=""', ", None, '3f9a1c'"):
        mark = graded(box, RIGHT, variant)
        assert (mark.outcome, mark.points) == (Result.PASSED, 1), variant
        assert graded(box, WRONG, variant).outcome is Result.WRONG, variant


def test_a_student_is_shown_the_cases_of_their_own_notebook(box: Box) -> None:
    question = lesson("09").questions["relu_backward"]
    space: dict[str, object] = {}
    exec(WRONG, space)
    told = []
    for code in ("3f9a1c", "3f9a1d"):
        own = check(question, space["relu_backward"], seed=seed_of(code))
        mark = graded(box, WRONG, f', variant="{code}"')
        assert mark.lines == own.lines
        told.append(mark.lines)
    assert told[0] != told[1]
