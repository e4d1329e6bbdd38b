"""The reports as people see them: dark, on a phone, enlarged, and with a screen reader."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bpworkbook.grading.gradebook import Cell
from bpworkbook.grading.reports import page_name, write_reports
from tests.grading.marked_class import QUESTIONS, student, whole_class

pytestmark = pytest.mark.browser

LONG = "x" * 100
PAGES = (
    "index.html",
    "students/eve.html",
    "students/lou.html",
    "students/kim.html",
    f"students/{page_name(LONG)}",
)
OPEN_ALL = "for (const box of document.querySelectorAll('details')) box.open = true"
WIDER = """() => {
  const wide = [...document.querySelectorAll('body *')].filter((one) =>
    !one.closest('.scroll') && one.getBoundingClientRect().right > innerWidth + 1);
  const over = document.documentElement.scrollWidth - innerWidth;
  return [over, wide.map((one) => one.outerHTML.slice(0, 99))];
}"""


@cache
def _axe() -> Any:
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports of a class, one of whom writes words without end."""
    folder = tmp_path_factory.mktemp("reports")
    made, row = whole_class(), student(LONG, "wrong")
    told = (("not yet", f"`{LONG * 6}` {LONG * 4}"), (LONG, LONG))
    row.cells[QUESTIONS[0].key] = Cell("killed", lines=told, remark=LONG * 3)
    write_reports(replace(made, rows=(*made.rows, row)), folder)
    return folder


@pytest.fixture
def look(browser: Any, reports: Path) -> Iterator[Callable[..., Any]]:
    """A function that opens a page of the reports, without a network."""
    opened = []

    def open_it(name: str, width: int = 1000, height: int = 844, scheme: str = "light") -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
        )
        opened.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto((reports / name).as_uri())
        page.evaluate(OPEN_ALL)
        return page

    yield open_it
    for context in opened:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(look: Callable[..., Any], name: str, scheme: str) -> None:
    page = look(name, scheme=scheme)
    found = _axe().run(page, options={"resultTypes": ["violations"]})
    told = [
        f"{violation['id']}: {violation['help']}: {node['html'][:300]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
    assert told == []
    assert len(page.asked) == 1, page.asked


# A phone, and a window of 1000 pixels at 200 %.
@pytest.mark.parametrize("width", [390, 500])
@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_page_is_not_scrolled_sideways(
    look: Callable[..., Any], name: str, width: int
) -> None:
    too_wide, what = look(name, width).evaluate(WIDER)
    assert (too_wide, what) == (0, [])


def test_the_table_of_all_students_keeps_names_in_sight(look: Callable[..., Any]) -> None:
    page = look("index.html", 390)
    name = page.locator(".matrix tbody th").first
    box = page.locator(".scroll.tall")
    before = name.bounding_box()["x"]
    box.evaluate("(one) => { one.scrollLeft = 200 }")
    assert box.evaluate("(one) => one.scrollLeft") > 50, "the table is not scrolled"
    assert name.bounding_box()["x"] == pytest.approx(before, abs=1)


def test_paper_shows_the_whole_table(look: Callable[..., Any]) -> None:
    page = look("index.html")
    page.emulate_media(media="print")
    box = page.locator(".scroll.tall")
    assert box.evaluate("(one) => getComputedStyle(one).maxHeight") == "none"
    assert not page.locator("nav").is_visible()
