"""A tiny lesson that obeys every rule, in a folder of its own, for tests to build and to break."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from bpworkbook.authoring.project import Project, open_project

SENTENCE = "The gradient of the loss tells each weight of the network which way it should move. "

# The demo's own workbook: its picture has other bytes each time, as if Matplotlib had changed.
SETUP = """
import base64, os
from IPython.display import display

class Workbook:
    def review(self):
        print("three questions")
    def experiment(self, name):
        png = base64.b64encode(os.urandom(30)).decode()
        alt = "A line that falls from 2.30 at epoch 0 to 0.12 at epoch 20"
        data = {"image/png": png, "text/plain": alt}
        display(data, metadata={"image/png": {"alt": alt}}, raw=True)
    def check(self, answer):
        try:
            print("passed" if answer(2) == 4 else "wrong")
        except NotImplementedError:
            print("not attempted")

w = Workbook()
"""

LESSON = """\
---
jupytext: {{text_representation: {{extension: .md, format_name: myst}}}}
kernelspec: {{display_name: Python 3, language: python, name: python3}}
lesson:
  number: "99"
  title: A tiny lesson
  minutes: 5
  prerequisites: ["09"]
  objectives:
    - {{text: "double a number", exercises: ["99.1"]}}
  references: [werbos1990]
---

```{{code-cell}} python
:tags: [setup]
{setup}
```

```{{code-cell}} python
w.review()
```

## Why

It was found more than once [@werbos1990].

{filler}

Predict first: does the line fall?

```{{code-cell}} python
:tags: [claim-what-1]
w.experiment("falling")
```

+++ {{"tags": ["exercise"]}}

### Exercise 99.1

Return twice `x`.

```{{code-cell}} python
:tags: [answer]
def double(x):
    \"\"\"Return twice x.\"\"\"
    ### BEGIN SOLUTION
    twice_the_number = x + x
    return twice_the_number
    ### END SOLUTION
```

```{{code-cell}} python
:tags: [check]
w.check(double)
```

+++ {{"tags": ["explanation"]}}

Adding a number to itself doubles it.

+++

## Summary

Three sentences stand here.

| thing | shape |
|---|---|
| `x` | number |
"""

QUESTIONS = """\
from bpworkbook.workbook import Question

QUESTIONS = (
    Question(
        id="99.1", name="double", points=2, reference=lambda x: 2 * x,
        cases=lambda rng: [(2,)], mistakes=(), hints=("a", "b", "c"),
    ),
)
REVIEW = ()
"""

EXPERIMENTS = """\
@experiment(id="E99.1")
def falling(*, seed=0):
    return None
"""


def lesson_text(fillers: int = 16) -> str:
    """Return the lesson with so many more text cells, each between two code cells."""
    filler = "\n\n".join(
        f"{SENTENCE * 4}\n\n```{{code-cell}} python\nprint({number})\n```"
        for number in range(fillers // 2)
    )
    filler += "\n\n+++\n\n" + "\n\n+++\n\n".join([SENTENCE * 4] * (fillers // 2))
    return LESSON.format(setup=SETUP.strip(), filler=f"{filler}\n\n+++")


class Demo:
    """The lesson's folder and the project it belongs to."""

    def __init__(self, root: Path, text: str) -> None:
        self.folder = root / "lessons" / "u99_demo" / "n99_tiny"
        self.folder.mkdir(parents=True)
        self.path = self.folder / "lesson.md"
        self.path.write_text(text, encoding="utf-8")
        (self.folder / "questions.py").write_text(QUESTIONS, encoding="utf-8")
        (self.folder / "experiments.py").write_text(EXPERIMENTS, encoding="utf-8")
        self.root = root

    @property
    def project(self) -> Project:
        """Open the project anew, so that it reads the lesson as it is now."""
        return open_project(self.root / "lessons", self.root)

    def notebook(self, kind: str) -> Path:
        """Return the path of one of the three notebooks."""
        return self.root / kind / "99-demo" / "99_tiny.ipynb"

    def replace(self, old: str, new: str) -> None:
        """Change the lesson's text in one place."""
        text = self.path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the demo lesson"
        self.path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    """Return a lesson that obeys every rule."""
    return Demo(tmp_path, lesson_text())


@pytest.fixture(scope="module")
def small_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return a short lesson that a module's tests share and build."""
    return Demo(tmp_path_factory.mktemp("small"), lesson_text(fillers=2))


@pytest.fixture
def make_demo(tmp_path: Path) -> Callable[[str], Demo]:
    """Return a maker of a lesson with other cells before its summary."""

    def make(cells: str) -> Demo:
        text = lesson_text(fillers=2).replace("## Summary", f"{textwrap.dedent(cells)}\n## Summary")
        return Demo(tmp_path, text)

    return make
