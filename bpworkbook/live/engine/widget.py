"""The one widget class: a model whose state the browser draws, and the scripts that draw it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from bpworkbook.figures.scene_canvas import CANVAS_SCRIPTS
from bpworkbook.figures.stored import Output

Answer = Callable[["LiveWidget", dict[str, Any]], None]
"""Receives the widget and a message from the browser."""

_HERE = Path(__file__).parent

_OWN = ("engine/parts.js", "engine/work.js", "engine/experiment.js", "quiz.js", "engine/live.js")

_SCRIPTS = (*CANVAS_SCRIPTS, *(_HERE.parent / name for name in _OWN))
"""Joined in this order, they are the one module that anywidget sends to the browser.

There is no import between them and no build: what a file declares at its top is known in all the
files after it, so a name may be declared only once, and live.js alone has an export.
"""


class LiveWidget(anywidget.AnyWidget):  # type: ignore[misc, unused-ignore]
    """An experiment, a quiz or a picture, drawn by the browser from four traits.

    Parameters
    ----------
    kind : str
        "experiment", "quiz" or "picture".
    spec : dict
        What never changes: words, controls, options. No answers.
    state : dict
        What the learner has done so far, and what they are told.
    frame : dict
        The last picture: a scene, alt text, values, positions of the controls. It is replaced as
        a whole, so that no picture is ever seen with the numbers of another.
    static : callable
        Returns the data that stand for the widget where there is no browser.
    answer : callable, optional
        Receives what the learner does.
    """

    _esm = "\n".join(script.read_text(encoding="utf-8") for script in _SCRIPTS)
    _css = (_HERE / "live.css").read_text(encoding="utf-8")
    kind = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    frame = traitlets.Dict().tag(sync=True)

    def __init__(
        self, static: Callable[[], Output], answer: Answer | None = None, **traits: Any
    ) -> None:
        self._static, self._answer = static, answer
        super().__init__(**traits)
        self.on_msg(lambda _widget, message, _buffers: self.handle(message))

    def handle(self, message: dict[str, Any]) -> None:
        """Answer a message from the browser. A picture has nothing to answer."""
        if self._answer is not None:
            self._answer(self, message)

    def __repr__(self) -> str:
        return self._static()[0]["text/plain"]

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[Any, Any], dict[Any, Any]]:
        data, metadata = self._static()
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {**data, "application/vnd.jupyter.widget-view+json": view}, metadata
