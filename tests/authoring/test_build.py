"""Building runs the notebooks, changes nothing without cause, and reports what it did."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bpworkbook.authoring import build
from bpworkbook.authoring.build import rebuilt
from bpworkbook.authoring.execute import ExecutionError, kernel_environment
from bpworkbook.authoring.notebook import read_notebook
from bpworkbook.authoring.project import KINDS

if TYPE_CHECKING:
    from tests.authoring.conftest import Demo


@pytest.fixture(scope="module")
def built(small_demo: Demo) -> Demo:
    report = build(progress=False, project=small_demo.project)
    assert report.exit_status == 0, str(report)
    assert [result.status for result in report.results] == ["written"] * 3, str(report)
    return small_demo


def texts(demo: Demo) -> list[str]:
    return [demo.notebook(kind).read_text(encoding="utf-8") for kind in KINDS]


def rebuild_course(demo: Demo, *, fresh: bool = False) -> str:
    project = demo.project
    return rebuilt(project, project.lesson("99"), "course", fresh=fresh)[0]


def test_notebooks_hold_their_outputs(built: Demo) -> None:
    course, exercises, solutions = texts(built)
    assert "not attempted" in course, "the course's check did not run"
    assert "not attempted" in exercises, "the exercises' check did not run"
    assert "passed" in solutions, "the solution does not pass its check"
    assert '"alt": "A line that falls' in course, "the picture has no alt text"


def test_building_again_changes_no_byte(built: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    before = texts(built)
    report = build(project=built.project)
    assert [result.status for result in report.results] == ["unchanged"] * 3, str(report)
    assert texts(built) == before, "a rebuild without a change is a diff"
    shown = capsys.readouterr().out
    for kind in KINDS:
        assert f"{kind}/99-demo/99_tiny.ipynb" in shown, f"progress does not show {kind}"


def test_fresh_build_takes_the_new_picture(built: Demo) -> None:
    assert rebuild_course(built, fresh=True) != texts(built)[0], "the demo's picture never changes"


def test_check_names_the_change_and_writes_nothing(built: Demo) -> None:
    before = texts(built)
    built.replace("print(0)", "print(7)")
    report = build(["99"], check=True, progress=False, project=built.project)
    built.replace("print(7)", "print(0)")
    assert report.exit_status == 1, "a change was not noticed"
    statuses = [result.status for result in report.results]
    assert statuses == ["would change", "unchanged", "unchanged"], str(report)
    assert report.results[0].message.endswith("its source"), report.results[0].message
    assert texts(built) == before, "check wrote a file"


def test_failing_cell_is_named_with_its_traceback(make_demo: Callable[[str], Demo]) -> None:
    demo = make_demo("```{code-cell} python\nvalue = 1 / 0\n```\n")
    with pytest.raises(ExecutionError) as caught:
        rebuild_course(demo)
    message = str(caught.value)
    assert message.startswith("course/99-demo/99_tiny.ipynb, cell 99-"), message
    assert "value = 1 / 0" in message
    assert "ZeroDivisionError: division by zero" in message
    assert "\x1b" not in message, "colour codes are in the message"


def test_dead_kernel_is_named(make_demo: Callable[[str], Demo]) -> None:
    demo = make_demo("```{code-cell} python\nimport os\nos._exit(3)\n```\n")
    with pytest.raises(ExecutionError, match=r"cell 99-\d+: Kernel died"):
        rebuild_course(demo)


def test_cell_that_may_fail_does_not_stop_the_build(make_demo: Callable[[str], Demo]) -> None:
    demo = make_demo("```{code-cell} python\n:tags: [raises-exception]\n1 / 0\n```\n")
    assert '"ename": "ZeroDivisionError"' in rebuild_course(demo)


def test_kernel_works_apart_from_the_author(
    make_demo: Callable[[str], Demo], tmp_path: Path
) -> None:
    demo = make_demo(
        """\
        ```{code-cell} python
        from pathlib import Path
        import bpworkbook
        Path("made-here.txt").write_text("x")
        print(sorted(path.name for path in Path.cwd().iterdir()))
        print(Path(os.environ["BPWORKBOOK_HOME"]).exists(), bpworkbook.__version__)
        ```
        """
    )
    text = rebuild_course(demo)
    assert "['made-here.txt']" in text, "the kernel's folder is not empty"
    assert not list(tmp_path.rglob("made-here.txt")), "the kernel wrote into the project"
    assert f"False {__import__('bpworkbook').__version__}" in text, "progress was kept before"


def test_environment_keeps_the_rest_and_leads_home_elsewhere(tmp_path: Path) -> None:
    environment = kernel_environment(tmp_path)
    assert environment["BPWORKBOOK_HOME"].startswith(str(tmp_path))
    assert environment["PATH"] == os.environ["PATH"]


def test_unreadable_lesson_is_a_failure_of_its_own(make_demo: Callable[[str], Demo]) -> None:
    demo = make_demo("")
    demo.replace("minutes: 5", "minutes: five")
    report = build(progress=False, project=demo.project)
    assert report.exit_status == 1
    assert "lesson.minutes is 'five'" in str(report)


def test_stray_notebook_is_reported(make_demo: Callable[[str], Demo]) -> None:
    demo = make_demo("")
    demo.replace("minutes: 5", "minutes: five")  # so that nothing is run
    stray = demo.root / "course" / "99-demo" / "98_renamed.ipynb"
    stray.parent.mkdir(parents=True)
    stray.write_text("{}", encoding="utf-8")
    report = build(progress=False, project=demo.project)
    assert "stray" in str(report)
    assert "98_renamed.ipynb: no lesson makes it" in str(report)


def test_unknown_lesson_is_answered_with_those_there_are(demo: Demo) -> None:
    with pytest.raises(ValueError, match="no lesson '98'; the lessons are 99"):
        build(["98"], project=demo.project)


def test_damaged_notebook_is_built_anew(built: Demo) -> None:
    path = built.notebook("exercises")
    good = path.read_text(encoding="utf-8")
    path.write_text(good[:100], encoding="utf-8")
    project = built.project
    assert rebuilt(project, project.lesson("99"), "exercises")[0] == good
    path.write_text(good, encoding="utf-8")
    assert read_notebook(path) is not None
