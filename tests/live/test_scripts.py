"""The scripts of the widget are one module once they are joined; and the engine stays small."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import bpworkbook
from bpworkbook.live.engine import widget

PACKAGE = Path(bpworkbook.__file__).parent
NAMES = re.compile(r"^(?:async )?(?:const|let|class|function)\*? (\w+)", re.MULTILINE)


def test_every_script_is_joined() -> None:
    theirs = [path for room in ("live", "figures") for path in (PACKAGE / room).rglob("*.js")]
    assert sorted(widget._SCRIPTS) == sorted(theirs)


def test_no_name_is_declared_twice() -> None:
    """Not even in two files: the browser refuses such a module, and nothing would be drawn."""
    counts = Counter(NAMES.findall(widget.LiveWidget._esm))
    assert [name for name, times in counts.items() if times > 1] == []
    assert {"drawScene", "workBox", "PAPER"} <= set(counts), "the names are not found any more"


def test_only_the_last_script_exports() -> None:
    texts = [script.read_text(encoding="utf-8") for script in widget._SCRIPTS]
    assert [len(re.findall(r"^export ", text, re.MULTILINE)) for text in texts] == [
        0,
        0,
        0,
        0,
        0,
        0,
        1,
    ]
    assert not any(re.search(r"^import ", text, re.MULTILINE) for text in texts)


MOST_LINES = 600
"""Of code in ``live/engine``, styles included."""


def code_lines(path: Path) -> int:
    """Count the lines that are neither blank, nor a comment, nor part of a docstring."""
    text = path.read_text(encoding="utf-8")
    told = set(documented(text)) if path.suffix == ".py" else set()
    lines = enumerate(text.splitlines(), 1)
    return sum(
        bool(line.strip()) and not line.lstrip().startswith(("#", "//")) and number not in told
        for number, line in lines
    )


def documented(text: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def test_the_engine_stays_small() -> None:
    files = [path for path in Path(widget.__file__).parent.iterdir() if path.is_file()]
    counted = {path.name: code_lines(path) for path in files}
    assert {"view.py", "widget.py", "work.js", "live.css"} <= set(counted)
    assert sum(counted.values()) <= MOST_LINES, counted
