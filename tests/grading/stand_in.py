"""A child without a box, for tests: the same wire and bridge, in this process."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bpworkbook.grading import bridge
from bpworkbook.grading.errors import RemoteError
from bpworkbook.grading.wire import Decoder, Handle, encode

BRIDGE = compile(Path(bridge.__file__).read_text("utf-8"), "<bridge>", "exec")


class StandIn:
    """Has what a `Child` has. Everything that crosses is encoded and decoded on the way."""

    output = ""
    computed: float | None = None

    def __init__(self, **functions: Callable[..., Any]) -> None:
        self.namespace: dict[str, Any] = {"__builtins__": __builtins__}
        exec(BRIDGE, self.namespace)
        self.namespace.update(functions)

    def run_cell(self, source: str, seconds: float) -> None:
        try:
            exec(compile(source, "<cell>", "exec"), self.namespace)
        except Exception as error:
            raise RemoteError(type(error).__name__, str(error)) from error

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        seconds: float,
        handles: Mapping[int, Callable[..., Any]],
    ) -> Any:
        def inside(handle: Handle) -> Callable[..., Any]:
            return lambda *given: across(handles[handle.number](*across(given)))

        return across(self.namespace[name](*across(tuple(args), inside), **kwargs))

    def calls(
        self, name: str, many: Sequence[Sequence[Any]], seconds: float, together: float
    ) -> list[Any]:
        return [self.call(name, args, {}, seconds, {}) for args in many]

    def close(self) -> None:
        """There is nothing to close."""


def across(value: Any, handle: Callable[[Handle], Any] | None = None) -> Any:
    """Send a value over the wire."""
    return Decoder(handle).feed(encode({"op": "value", "id": 1, "value": value}))[0]["value"]
