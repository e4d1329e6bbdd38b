"""Every way to move a control of an experiment: by keys, then with the mouse."""

from collections.abc import Callable, Iterator
from typing import Any

from bpworkbook.live import Control

Move = Callable[[], None]


def moves(box: Any, control: Control) -> Iterator[tuple[str, Move]]:
    """Give the moves of the control in ``box`` with their names; each leads to another setting."""
    yield from _MOVES[control.kind](box)


def _slider(box: Any) -> Iterator[tuple[str, Move]]:
    """Both ends, one step back, and a click on the track."""
    slider = box.locator("input[type=range]")
    at_the_start = slider.evaluate("(one) => one.value === one.min")
    keys = ("End", "Home", "ArrowRight") if at_the_start else ("Home", "End", "ArrowLeft")
    for key in keys:
        yield f"key {key}", lambda key=key: slider.press(key)
    yield "mouse", lambda: _click_track(slider)


def _click_track(slider: Any) -> None:
    """Click on the half of the track where the handle is not."""
    box = slider.bounding_box()
    low = slider.evaluate("(one) => (one.value - one.min) / (one.max - one.min) < 0.5")
    slider.click(position={"x": box["width"] * (0.8 if low else 0.2), "y": box["height"] / 2})


def _radio(box: Any) -> Iterator[tuple[str, Move]]:
    """The next by an arrow key, then every other one with the mouse."""
    yield "key ArrowDown", lambda: box.locator(":checked").press("ArrowDown")
    for _ in range(box.locator("input").count() - 1):
        yield "mouse", lambda: _next_radio(box).click()


def _next_radio(box: Any) -> Any:
    """Return the radio button after the one that is checked, round and round."""
    radios = box.locator("input[type=radio]")
    at = next(i for i, radio in enumerate(radios.all()) if radio.is_checked())
    return radios.nth((at + 1) % radios.count())


def _select(box: Any) -> Iterator[tuple[str, Move]]:
    """Another option by an arrow key, then the last one from the list, or the first."""
    select = box.locator("select")
    key = "ArrowUp" if select.evaluate("(one) => one.selectedIndex > 0") else "ArrowDown"
    yield f"key {key}", lambda: select.press(key)
    yield "mouse", lambda: _choose_other(select)


def _choose_other(select: Any) -> None:
    last = select.locator("option").count() - 1
    at = select.evaluate("(one) => one.selectedIndex")
    select.select_option(index=0 if at == last else last)


def _switch(box: Any) -> Iterator[tuple[str, Move]]:
    """There and back."""
    switch = box.get_by_role("switch")
    yield "key Space", lambda: switch.press("Space")
    yield "mouse", switch.click


_MOVES: dict[str, Callable[[Any], Iterator[tuple[str, Move]]]] = {
    "slider": _slider,
    "radio": _radio,
    "select": _select,
    "switch": _switch,
}
