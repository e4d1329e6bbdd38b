"""The scripts of the widget are one module once they are joined."""

import re
from collections import Counter
from pathlib import Path

from bpworkbook.live import widget

FOLDER = Path(widget.__file__).parent
PACKAGE = FOLDER.parent
NAMES = re.compile(r"^(?:async )?(?:const|let|class|function)\*? (\w+)", re.MULTILINE)


def test_every_script_is_joined() -> None:
    theirs = [*FOLDER.glob("*.js"), *(PACKAGE / "figures").glob("*.js")]
    assert sorted(widget._SCRIPTS) == sorted(theirs)


def test_no_name_is_declared_twice() -> None:
    """Not even in two files: the browser refuses such a module, and nothing would be drawn."""
    counts = Counter(NAMES.findall(widget.LiveWidget._esm))
    assert [name for name, times in counts.items() if times > 1] == []
    assert {"drawScene", "workBox", "PAPER"} <= set(counts), "the names are not found any more"


def test_only_the_last_script_exports() -> None:
    texts = [script.read_text(encoding="utf-8") for script in widget._SCRIPTS]
    assert [len(re.findall(r"^export ", text, re.MULTILINE)) for text in texts] == [0, 0, 0, 0, 1]
    assert not any(re.search(r"^import ", text, re.MULTILINE) for text in texts)
