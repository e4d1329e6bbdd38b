"""A class to look at: right answers and known mistakes mixed, graded as `bpworkbook grade` does.

`python -m tests.grading.demo_class FOLDER` grades it in a box, writes its reports, and takes the
picture of the page of the class for the README; the folder is a temporary one by default.
"""

import ast
import builtins
import inspect
import json
import random
import sys
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.chromium import running_chromium
from bpworkbook.lessons import lesson
from bpworkbook.lessons.catalogue import slug, unit
from bpworkbook.workbook import Question

ROOT = Path(__file__).parents[2]
LESSONS = ("06", "08", "09")
NAMES = tuple(
    """
    abara.chi bauer.jonas castro.ines demir.elif eriksen.nils fontaine.lea gupta.arjun hoang.linh
    ivanova.daria jensen.mads kowalski.ola laurent.hugo moreau.chloe nakamura.yui okafor.ada
    pereira.rui quispe.rosa rossi.marta schmidt.finn tanaka.sora ueda.ren varga.petra wang.mei
    yilmaz.deniz
    """.split()  # noqa: SIM905
)
TOML = """\
name = "02-gradients"
unit = "02-gradients"
lessons = ["06", "08", "09"]
due = 2026-10-01T23:59:00+02:00
seed = "demo"

[late]
per_day = 0.2
"""
IN_TIME, TOO_LATE = "2026-10-01 18:30:00 +0200", "2026-10-02 09:12:00 +0200"
BODIES = {
    "empty": "raise NotImplementedError",
    "error": "return undefined_name",
    "wrong": "return 0.37",
    "timeout": "while True:\n        pass",
    "killed": "import os\n    os._exit(9)",
}


def lay(folder: Path, names: Sequence[str] = NAMES, *, seed: int = 9) -> Path:
    """Write the notebooks of a class in nbgrader's layout, and the assignment beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demo.toml").write_text(TOML, encoding="utf-8")
    submitted = folder / "submitted"
    for place, name in enumerate(names):
        rng = random.Random(f"{seed} {name}")
        home = submitted / name / "02-gradients"
        home.mkdir(parents=True)
        skill = rng.betavariate(2.6, 1.5)
        late = place % 8 == 5
        (home / "timestamp.txt").write_text(TOO_LATE if late else IN_TIME, encoding="utf-8")
        for number in LESSONS:
            special = {"timeout": "example_norms", "killed": "d_quotient"} if place == 11 else {}
            text = notebook(number, rng, skill, special, twice=place == 16)
            (home / f"{slug(number)}.ipynb").write_text(text, encoding="utf-8")
    if len(names) > 3:
        (submitted / names[3] / "02-gradients" / f"{slug('08')}.ipynb").write_text('{"cells": [')
        alone = submitted / "zimmer.kai" / "02-gradients"
        alone.mkdir(parents=True)
        (alone / "homework.pdf").write_bytes(b"%PDF-1.7")
    return submitted


def notebook(
    number: str, rng: random.Random, skill: float, special: dict[str, str], *, twice: bool = False
) -> str:
    """Return a lesson's solutions with some answers exchanged for wrong ones."""
    path = ROOT / "solutions" / unit(number) / f"{slug(number)}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    questions = lesson(number).questions
    wanted = {name: kind for kind, name in special.items() if name in questions}
    gave_up = rng.random() > skill + 0.35
    for place, (name, question) in enumerate(questions.items()):
        if name in wanted or rng.random() < skill + 0.06:
            continue
        late_in_lesson = gave_up and place > len(questions) / 2
        wanted[name] = "empty" if late_in_lesson else _fault(question, rng)
    for cell in content["cells"]:
        cell["outputs"] = [] if cell["cell_type"] == "code" else None
        if cell["cell_type"] == "code":
            cell["source"] = exchanged("".join(cell["source"]), questions, wanted, rng)
        else:
            del cell["outputs"]
    if twice:
        name = next(iter(questions))
        again = [cell for cell in content["cells"] if f"def {name}(" in "".join(cell["source"])]
        content["cells"].append(again[-1])
    return json.dumps(content)


def _fault(question: Question, rng: random.Random) -> str:
    kinds = ["mistake"] * 6 + ["wrong", "error", "empty"]
    return rng.choice(kinds if portable(question) else kinds[6:])


def portable(question: Question) -> list[Callable[..., Any]]:
    """Return the wrong answers that need nothing beside NumPy, so that a learner could have them.

    The first is there more often than the others: classes have favourites.
    """
    known = {"np", "Any", *dir(builtins)}
    found = [m.wrong for m in question.mistakes if inspect.isfunction(m.wrong)]
    found = [one for one in found if not set(one.__code__.co_names) & set(one.__globals__) - known]
    return found[:1] * 3 + found[1:]


def exchanged(source: str, questions: Any, wanted: dict[str, str], rng: random.Random) -> str:
    """Return a cell with the functions named in ``wanted`` replaced."""
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef) and node.name in wanted:
            head = lines[node.lineno - 1]
            body = _body(questions[node.name], wanted[node.name], head, rng)
            lines[node.lineno - 1 : node.end_lineno] = body.splitlines()
    return "\n".join(lines)


def _body(question: Question, kind: str, head: str, rng: random.Random) -> str:
    if kind != "mistake":
        return f"{head}\n    {BODIES[kind]}"
    return as_answer(question, rng.choice(portable(question)))


def as_answer(question: Question, wrong: Callable[..., Any]) -> str:
    """Return a wrong answer as a learner would have written it."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(wrong)))
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.name, function.returns = question.name, None
    for argument in function.args.args:
        argument.annotation = None
    return ast.unparse(function)


def main(folder: Path) -> None:
    """Grade the class in a box, report on it, and take the picture."""
    from typer.testing import CliRunner

    from bpworkbook.cli import app

    submitted = lay(folder)
    place = ["--db", str(folder / "grades.db")]
    steps = (
        ["grade", str(submitted), "--assignment", str(folder / "demo.toml"), *place],
        ["report", "--to", str(folder / "reports"), *place],
    )
    for step in steps:
        print(CliRunner().invoke(app, step).output)
    take_picture(folder / "reports" / "index.html", ROOT / "docs" / "class-report.png")


def take_picture(page_file: Path, target: Path) -> None:
    """Take a picture of a page of the class, down to the end of the first lesson's questions."""
    with running_chromium() as browser:
        page = browser.new_page(viewport={"width": 1000, "height": 1000})
        page.goto(page_file.resolve().as_uri())
        end = page.locator("ol.bars").first.bounding_box()
        assert end is not None, "the page has no questions"
        clip = {"x": 0, "y": 0, "width": 1000, "height": end["y"] + end["height"] + 8}
        page.screenshot(path=target, clip=clip, full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()))
