"""The view of an experiment: predict, try, read off. It holds the rules; the scripts draw."""

from collections import deque
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from bpworkbook.figures.stored import Output, stored_output
from bpworkbook.live.engine.widget import LiveWidget
from bpworkbook.live.static import failure
from bpworkbook.nn.errors import ArgumentError

if TYPE_CHECKING:
    from bpworkbook.live.experiment import Experiment
    from bpworkbook.live.result import Result
    from bpworkbook.live.settings import Setting
    from bpworkbook.workbook import Store

LOOK_AGAIN = "That is not what it shows. Move the controls and look again, or ask for the answer."


class ExperimentView(LiveWidget):
    """A widget for any experiment.

    The browser sends one request at a time and keeps only the newest wish while it waits, so the
    kernel is never more than one computation behind the learner's hand.

    Parameters
    ----------
    experiment : Experiment
        What to show.
    store : Store, optional
        Where predictions and read-offs are kept.
    lesson : str
        Number of the lesson, for the store.
    state : str
        Where to start, such as "E09.3 lr=3"; the defaults without it.

    Raises
    ------
    ArgumentError
        If ``state`` is none of this experiment.

    Examples
    --------
    >>> from bpworkbook.figures import Scene, lines_panel
    >>> from bpworkbook.live import Choice, Int, Result, experiment
    >>> ask = Choice("Its square is", ("below 20", "above 20"), answer=1, why="5 times 5 is 25.")
    >>> @experiment(id="E00.9", title="Squares", controls={"n": Int(1, 9, 5)}, predict=ask,
    ...             settings=[{"n": 1}, {"n": 2}, {"n": 3}])
    ... def squares(n: int) -> Result:
    ...     line = {"square": (range(n), [k * k for k in range(n)])}
    ...     return Result(Scene(lines_panel(line, xlabel="n", ylabel="square")), {"square": n * n})
    >>> view = squares.view()
    >>> view.handle({"type": "predict", "choice": 0})
    >>> view.handle({"type": "set", "at": {"n": 2}, "seq": "1"})
    >>> view.frame["values"], view.frame["alt"]
    ([['square', '9']], 'Square rises from 0 to 4.00 by n 2.')
    """

    def __init__(
        self,
        experiment: "Experiment",
        store: "Store | None" = None,
        lesson: str = "",
        state: str = "",
    ) -> None:
        self._experiment, self._store, self._lesson = experiment, store, lesson
        self._predicted: int | None = None
        self._still: Result | None = None
        start = experiment.read_state(state) if state else experiment.defaults
        needed = [start, *experiment.settings, *experiment.scenarios.values()]
        self._stops = {
            name: control.stops_with(setting[name] for setting in needed)
            for name, control in experiment.controls.items()
        }
        first = self._begin(start, seq="")
        if experiment.film and not first["error"]:
            self._still = experiment.settled(**start)
        super().__init__(
            lambda: self._output,
            kind="experiment",
            spec=self._spec(),
            state={"phase": "predict", "said": "", "verdict": "", "told": "", "note": ""},
            frame=first,
        )

    @property
    def alt(self) -> str:
        """What the stored picture shows, in words."""
        return self._still.picture.alt if self._still else ""

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
                setting = {name: self._stops[name][int(i)] for name, i in at.items()}
                self.frame = self._begin(setting, seq)
            case {"type": "step" | "end" as how_far, "seq": str(seq)}:
                self.frame = self._next(seq, to_the_end=how_far == "end")
            case {"type": "read_off", "choice": choice}:
                self._read_off(self._experiment.read_off.position(choice))
            case {"type": "answer"}:
                self._tell("shown")
            case _:
                raise ArgumentError(f"ExperimentView: message is {message!r}, which has no meaning")

    def _predict(self, choice: Any) -> None:
        ask = self._experiment.predict
        self._predicted = said = right = None
        if choice is not None:
            self._predicted = ask.position(choice)
            said, right = ask.options[self._predicted], self._predicted == ask.answer
        note = ""
        if self._store is not None:
            where = self._lesson, self._experiment.id
            note = self._store.record_prediction(*where, said, right)
        self.state = {**self.state, "phase": "try", "said": said or "", "note": note}

    def _read_off(self, choice: int) -> None:
        ask = self._experiment.read_off
        right, note = choice == ask.answer, ""
        if self._store is not None:
            seen = self._lesson, self._experiment.id, ask.options[choice], right
            note = self._store.record_read_off(*seen)
        self._tell("right" if right else "wrong", note)

    def _tell(self, verdict: str, note: str = "") -> None:
        predict, read_off = self._experiment.predict, self._experiment.read_off
        phase, told = "try", LOOK_AGAIN
        if verdict != "wrong":
            phase, told = "done", predict.reconcile(self._predicted)
            if read_off is not predict:
                told = f"{read_off.right}: {read_off.why} {told}"
        self.state = {**self.state, "phase": phase, "verdict": verdict, "told": told, "note": note}

    def _begin(self, setting: "Setting", seq: str) -> dict[str, Any]:
        it = self._experiment
        # What is seen first stands on paper too, and may have been computed while nobody waited.
        first = not (seq or it.film)
        self._frames = (it.settled(**s) for s in (setting,)) if first else it.frames(**setting)
        self._here = {"at": self._at(setting), "state": self._experiment.state_text(setting)}
        return self._next(seq)

    def _at(self, setting: "Setting") -> dict[str, int]:
        return {name: self._stops[name].index(value) for name, value in setting.items()}

    def _next(self, seq: str, *, to_the_end: bool = False) -> dict[str, Any]:
        frame: dict[str, Any] = {"seq": seq, **self._here, "alt": "", "values": [], "error": ""}
        try:
            rest = deque(islice(self._frames, None if to_the_end else 1), maxlen=1)
            if not rest:
                return {**self.frame, "seq": seq, "done": True}
            result = rest.pop()
            if not seq:
                self._still = result
            values = [[name, text] for name, text in result.texts.items()]
            return {**frame, **result.picture.packed(), "values": values, "done": to_the_end}
        except Exception as error:  # a learner gets a sentence and a way back, never a traceback
            return {**frame, "error": failure(error)}

    @cached_property
    def _output(self) -> Output:
        name = f"{self._experiment.id} {self._experiment.title}"
        if self._still is None:
            return {"text/plain": f"{name}\n{self.frame['error']}"}, {}
        return stored_output(self._still.png, self.alt, f"{name}\n{self.alt}")

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
            "film": it.film,
            "slow": it.slow,
            "controls": controls,
            "presets": [{"name": name, "at": self._at(s)} for name, s in presets.items()],
            "predict": it.predict.asked,
            "read_off": it.read_off.asked,
            "again": it.read_off is it.predict,
        }
