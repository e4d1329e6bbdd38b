"""Films, slow experiments, scenes in the view, and the state string that restores a setting."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bpworkbook.authoring.experiments import find_problems
from bpworkbook.figures import Scene, lines_panel
from bpworkbook.live import Choice, Experiment, Float, FloatLog, Int, Menu, Result, Toggle
from bpworkbook.live import experiment as make_experiment
from bpworkbook.live.engine.view import ExperimentView
from bpworkbook.nn.errors import ArgumentError

ASK = Choice("Which?", ("this", "that"), answer=0, why="So it is.")
ROWS = [{"n": 1}, {"n": 2}, {"n": 3}]


def curve(n: int, step: int) -> Scene:
    xs = range(step + 1)
    return Scene(lines_panel({"power": (xs, [n**x for x in xs])}, xlabel="step", ylabel="y"))


def powers(n: int, *, seed: int = 0) -> Iterator[Result]:
    for step in range(4):
        if n == 8 and step == 2:
            raise ZeroDivisionError("lost")
        yield Result(curve(n, step), {"step": step, "power": n**step})


def make(run: Callable[..., Any], **changed: Any) -> Experiment:
    given: dict[str, Any] = {"controls": {"n": Int(1, 9, 5)}, "settings": ROWS, "predict": ASK}
    return make_experiment(id="E99.3", title="Film", **{**given, **changed})(run)


@pytest.fixture
def view() -> ExperimentView:
    return make(powers).view()


def test_the_result_of_a_film_is_its_last_frame() -> None:
    film = make(powers)
    assert film.film
    assert film.result(n=2).values == film(2).values == {"step": 3, "power": 8}
    assert [frame.values["step"] for frame in film.frames(n=2)] == [0, 1, 2, 3]
    assert film.table()[1] == {"n": "2", "step": "3", "power": "8"}


def test_a_film_starts_at_its_first_frame_and_is_stored_with_its_last(view: ExperimentView) -> None:
    assert dict(view.frame["values"])["step"] == "0"
    assert "step 3" in view._repr_mimebundle_()[0]["text/plain"]
    assert view.alt.endswith("by step 3.")


def test_each_wish_shows_one_frame_and_the_last_is_said_to_be(view: ExperimentView) -> None:
    seen = []
    for seq in "1234":
        view.handle({"type": "step", "at": {}, "seq": seq})
        seen.append((view.frame["seq"], dict(view.frame["values"])["step"], view.frame["done"]))
    assert seen == [("1", "1", False), ("2", "2", False), ("3", "3", False), ("4", "3", True)]


def test_a_film_can_be_run_to_its_end_and_a_control_starts_it_again(view: ExperimentView) -> None:
    view.handle({"type": "end", "seq": "1"})
    assert (dict(view.frame["values"])["power"], view.frame["done"]) == ("125", True)
    view.handle({"type": "set", "at": {"n": 1}, "seq": "2"})
    assert (dict(view.frame["values"])["step"], view.frame["done"]) == ("0", False)
    view.handle({"type": "step", "seq": "3"})
    assert dict(view.frame["values"])["power"] == "2"


def test_an_error_in_a_film_is_a_sentence(view: ExperimentView) -> None:
    view.handle({"type": "set", "at": {"n": 7}, "seq": "1"})
    view.handle({"type": "end", "seq": "2"})
    assert view.frame["error"] == "This setting could not be computed (ZeroDivisionError: lost)."
    view.handle({"type": "step", "seq": "3"})
    assert view.frame["seq"] == "3"


def test_a_scene_is_sent_to_be_drawn_and_stored_as_a_picture(view: ExperimentView) -> None:
    assert view.frame["scene"]["size"] == [540.0, 306.0]
    assert isinstance(view.frame["values32"], bytes)
    told = {name: value for name, value in view.frame.items() if name != "values32"}
    json.dumps(told, allow_nan=False)
    assert view._repr_mimebundle_()[0]["image/png"].startswith("iVBOR")


def test_the_browser_is_told_what_is_a_film_and_what_is_slow() -> None:
    assert make(powers).view().spec["film"]
    slow = make(lambda n: Result(curve(n, 3), {"n": n}), slow=True)
    assert (slow.view().spec["film"], slow.view().spec["slow"]) == (False, True)


def empty(n: int) -> Iterator[Result]:
    yield from ()


def test_a_film_without_a_frame_is_named() -> None:
    with pytest.raises(ArgumentError, match="empty yields no frame"):
        make(empty).result()
    assert "yields no frame" in make(empty).view().frame["error"]


def warns(n: int) -> Iterator[Result]:
    import numpy as np

    for step in range(3):
        np.exp(np.float64(1000.0 * n))
        yield Result(curve(n, step), {"n": n})


def test_overflow_in_a_film_is_quiet(recwarn: pytest.WarningsRecorder) -> None:
    make(warns).result()
    assert not recwarn.list


# State strings -----------------------------------------------------------------------------------


@pytest.fixture
def controls() -> Experiment:
    def run(lr: float, width: int, share: float, loss: str, bars: bool) -> Result:
        return Result(curve(width, 2), {"lr": lr})

    given: dict[str, Any] = {"lr": FloatLog(1e-3, 10, 0.3), "width": Int(2, 64, 8)}
    given |= {"share": Float(0, 1, 0.5, step=1 / 3), "bars": Toggle(False)}
    given["loss"] = Menu(("squared error", "cross-entropy"), "cross-entropy")
    return make(run, controls=given, settings=[{"width": 2}, {"width": 3}, {"width": 4}])


def test_a_state_names_what_was_moved_and_is_read_back(controls: Experiment) -> None:
    assert controls.state_text(controls.defaults) == "E99.3"
    moved: dict[str, Any] = {"lr": 3.0, "share": 1 / 3, "loss": "squared error", "bars": True}
    text = controls.state_text(moved)
    assert text == "E99.3 lr=3 share=0.333333333333 bars=on 'loss=squared error'"
    assert controls.read_state(text) == controls.complete({**moved, "share": 0.333333333333})
    assert controls.read_state("E99.3") == controls.defaults


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("", "state is '', but must begin with E99.3"),
        ("E98.3 lr=3", "must begin with E99.3"),
        ("E99.3 lr", "state has 'lr', wanted each name=value once"),
        ("E99.3 lr=1 lr=2", "state has 'lr=2'"),
        ("E99.3 speed=1", "no control is called speed; there are lr, width"),
        ("E99.3 lr=fast", "lr is 'fast', but must be a number from 0.001 to 10"),
        ("E99.3 lr=99", "lr is 99.*must be a number"),
        ("E99.3 width=2.5", "width is 2.5, but must be a whole number"),
        ("E99.3 loss=hinge", "loss is 'hinge', but must be one of 'squared error'"),
        ("E99.3 bars=maybe", "bars is 'maybe'"),
        ("E99.3 'lr=1", "must begin with E99.3"),
    ],
)
def test_a_state_that_is_none_is_refused(controls: Experiment, state: str, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        controls.read_state(state)


def test_a_view_starts_at_its_state_and_tells_where_it_stands(controls: Experiment) -> None:
    view = controls.view(state="E99.3 width=9 lr=0.0123")
    assert view.frame["state"] == "E99.3 lr=0.0123 width=9"
    assert dict(view.frame["values"])["lr"] == "0.0123"
    view.handle({"type": "set", "at": view.spec["presets"][-1]["at"], "seq": "1"})
    assert view.frame["state"] == "E99.3"


# The free test -----------------------------------------------------------------------------------


def other_names(n: int) -> Iterator[Result]:
    for step in range(3):
        yield Result(curve(n, step), {f"at {step}": n})


def same_words(n: int) -> Iterator[Result]:
    for _ in range(3):
        yield Result(curve(n, 2), {"n": n})


def takes_long(n: int) -> Result:
    total = sum(range(10_000_000))
    return Result(curve(n, 2), {"n": n * total})


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (other_names, "at n 1: the names of the values change during the film"),
        (same_words, "at n 1: the alt text never changes during the film"),
        (takes_long, "s, more than 0.1 s"),
        (powers, "lost"),
    ],
)
def test_the_free_test_finds(run: Callable[..., Any], words: str) -> None:
    controls = {"n": Int(1, 8, 5)}
    assert any(words in problem for problem in find_problems(make(run, controls=controls)))


def test_the_free_test_passes_a_sound_film_and_a_slow_experiment() -> None:
    assert find_problems(make(powers, controls={"n": Int(2, 7, 5)}, settings=ROWS[1:] * 2)) == []
    assert find_problems(make(takes_long, slow=True)) == []
