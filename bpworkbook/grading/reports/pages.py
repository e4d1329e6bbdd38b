"""The pages as HTML: our templates, filled in. Each page is one file that needs no other."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bpworkbook.grading.exports.sheets import number
from bpworkbook.grading.reports import student as students
from bpworkbook.grading.reports.outcomes import LOOKS, Look
from bpworkbook.grading.reports.overview import ClassPage
from bpworkbook.grading.reports.student import StudentPage
from bpworkbook.grading.reports.texts import as_html, count, lines, moment, percent, visible


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("bpworkbook.grading.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    safe = made.filters["safe"]
    made.filters |= {
        "told": lambda text: safe(as_html(text)),
        "lines": lines,
        "number": number,
        "percent": percent,
        "moment": moment,
        "points": students.points,
    }
    made.globals |= {"count": count, "css": safe(_css())}
    # A page has dozens of these; they are made once for each outcome.
    made.globals["swatch"] = cache(lambda look: _swatch(made, look))
    return made


def _swatch(environment: Environment, look: Look) -> Any:
    """Return the sign of an outcome on its fill, which need not be escaped again."""
    made = environment.get_template("swatch.html.jinja").render(look=look)
    return environment.filters["safe"](made)


def _shown(value: object) -> object:
    """Make whatever a template puts out visible; it is escaped after that."""
    return visible(value) if type(value) is str else value


def _css() -> str:
    """Return the style: ours without what only its author reads, and the fill of each outcome."""
    text = files(__package__).joinpath("templates/report.css").read_text(encoding="utf-8")
    fills = [
        f".o-{look.css} {{ --fill: {look.color}; --on: {look.ink}; --hatch: {_hatch(look)} }}"
        for look in LOOKS.values()
    ]
    return "\n".join([re.sub(r"/\*.*?\*/\s*", "", text, flags=re.S).strip(), *fills])


def _hatch(look: Look) -> str:
    return f"url(#h-{look.hatch})" if look.hatch else "none"


def render_student(page: StudentPage) -> bytes:
    """Return a student's page."""
    return _render("student.html.jinja", page)


def render_class(page: ClassPage) -> bytes:
    """Return the page of the class."""
    return _render("class.html.jinja", page)


def _render(template: str, page: StudentPage | ClassPage) -> bytes:
    return _environment().get_template(template).render(page=page).encode("utf-8", "replace")
