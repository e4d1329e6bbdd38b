"""The view of an experiment: predict, try, read off. It holds the rules; live.js draws them."""

from typing import TYPE_CHECKING, Any

from bpworkbook.live.choice import Recorder, asked, option, reconcile
from bpworkbook.live.controls import Value
from bpworkbook.live.picture import image_frame, image_output
from bpworkbook.live.static import failure
from bpworkbook.live.widget import LiveWidget, Static
from bpworkbook.nn.errors import ArgumentError

if TYPE_CHECKING:
    from bpworkbook.live.experiment import Experiment, Setting


class ExperimentView(LiveWidget):
    """A widget for any experiment.

    The browser sends one request at a time and keeps only the newest wish while it waits, so the
    kernel is never more than one computation behind the learner's hand.

    Parameters
    ----------
    experiment : Experiment
        What to show.
    store : Recorder, optional
        Where predictions and read-offs are kept.
    lesson : str
        Number of the lesson, for the store.

    Examples
    --------
    >>> from bpworkbook.figures import line_chart
    >>> from bpworkbook.live import Choice, Int, Result, experiment
    >>> ask = Choice("Its square is", ("below 20", "above 20"), answer=1, why="5 times 5 is 25.")
    >>> @experiment(id="E00.9", title="Squares", controls={"n": Int(1, 9, 5)}, predict=ask,
    ...             settings=[{"n": 1}, {"n": 2}, {"n": 3}])
    ... def squares(n: int) -> Result:
    ...     picture = line_chart({"square": (range(n), [k * k for k in range(n)])}, "n", "square")
    ...     return Result(picture, {"square": n * n})
    >>> view = squares.view()
    >>> view.handle({"type": "predict", "choice": 0})
    >>> view.handle({"type": "set", "at": {"n": 2}, "seq": "1"})
    >>> view.frame["values"], view.frame["alt"]
    ([['square', '9']], 'Line chart: square rises from 0 to 4.00 by n 2.')
    """

    def __init__(
        self, experiment: "Experiment", store: Recorder | None = None, lesson: str = ""
    ) -> None:
        self._experiment, self._store, self._lesson = experiment, store, lesson
        self._predicted: int | None = None
        self._last: dict[str, Value] = experiment.defaults
        needed = [*experiment.settings, *experiment.scenarios.values()]
        self._stops = {
            name: control.stops_with(setting[name] for setting in needed)
            for name, control in experiment.controls.items()
        }
        first = self._frame(experiment.defaults, seq="")
        super().__init__(
            self._first_output(first),
            kind="experiment",
            spec=self._spec(),
            state={"phase": "predict", "said": "", "verdict": "", "told": "", "note": ""},
            frame=first,
        )

    def handle(self, message: dict[str, Any]) -> None:
        """Answer the browser: a prediction, a setting, a read-off, or a wish for the answer.

        Raises
        ------
        ArgumentError
            If the message is none of these.
        """
        match message:
            case {"type": "predict", "choice": choice}:
                self._predict(choice)
            case {"type": "set", "at": dict(at), "seq": str(seq)}:
                self._last = {name: self._stops[name][int(i)] for name, i in at.items()}
                self.frame = self._frame(self._last, seq)
            case {"type": "read_off", "choice": choice}:
                self._read_off(option(self._experiment.read_off, choice))
            case {"type": "answer"}:
                self._tell("shown")
            case _:
                raise ArgumentError(f"ExperimentView: message is {message!r}, which has no meaning")

    def _predict(self, choice: Any) -> None:
        ask = self._experiment.predict
        self._predicted = None if choice is None else option(ask, choice)
        said = "" if self._predicted is None else ask.options[self._predicted]
        note = ""
        if self._store is not None:
            note = self._store.record_prediction(
                self._lesson,
                self._experiment.id,
                said or None,
                None if self._predicted is None else self._predicted == ask.answer,
            )
        self.state = {**self.state, "phase": "try", "said": said, "note": note}

    def _read_off(self, choice: int) -> None:
        ask = self._experiment.read_off
        note = ""
        if self._store is not None:
            value = ask.options[choice]
            note = self._store.record_read_off(self._lesson, self._experiment.id, value)
        self.state = {**self.state, "note": note}
        self._tell("right" if choice == ask.answer else "wrong")

    def _tell(self, verdict: str) -> None:
        predict, read_off = self._experiment.predict, self._experiment.read_off
        told = ""
        if verdict != "wrong":
            told = reconcile(predict, self._predicted)
            if read_off is not predict:
                told = f"{read_off.options[read_off.answer]}: {read_off.why} {told}"
        self.state = {
            **self.state,
            "phase": "done" if told else "try",
            "verdict": verdict,
            "told": told,
        }

    def _frame(self, setting: "Setting", seq: str) -> dict[str, Any]:
        at = {name: self._stops[name].index(value) for name, value in setting.items()}
        frame: dict[str, Any] = {"seq": seq, "at": at, "alt": "", "values": [], "error": ""}
        try:
            result = self._experiment.result(**setting)
            values = [[name, text] for name, text in result.texts.items()]
            return {**frame, **image_frame(result.picture), "values": values}
        except Exception as error:  # a learner gets a sentence and a way back, never a traceback
            return {**frame, "error": failure(error)}

    def _first_output(self, first: dict[str, Any]) -> Any:
        name = f"{self._experiment.id} {self._experiment.title}"

        def static() -> Static:
            if first["error"]:
                return {"text/plain": f"{name}\n{first['error']}"}, {}
            return image_output(first, f"{name}\n{first['alt']}")

        return static

    def _spec(self) -> dict[str, Any]:
        it = self._experiment
        controls = [
            {
                "name": name,
                "label": it.label(name),
                "kind": control.kind,
                "texts": [control.text(value) for value in self._stops[name]],
            }
            for name, control in it.controls.items()
        ]
        presets = {**it.scenarios, "Reset": it.defaults}
        return {
            "id": it.id,
            "title": it.title,
            "controls": controls,
            "presets": [
                {"name": name, "at": {n: self._stops[n].index(v) for n, v in setting.items()}}
                for name, setting in presets.items()
            ],
            "predict": asked(it.predict),
            "read_off": asked(it.read_off),
            "again": it.read_off is it.predict,
        }
