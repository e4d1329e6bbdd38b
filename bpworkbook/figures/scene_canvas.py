"""The scripts that draw a scene on a canvas in a browser, as ``scene_paper`` draws it on paper.

They are joined to the module of a widget: ``drawScene`` is theirs, and none of them has an export.

>>> [script.name for script in CANVAS_SCRIPTS]
['scene_marks.js', 'scene.js']
"""

from pathlib import Path

CANVAS_SCRIPTS = tuple(Path(__file__).parent / name for name in ("scene_marks.js", "scene.js"))
"""In the order in which they are joined: a name is declared before it is used."""
