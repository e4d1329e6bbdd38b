"""Two threads may parse at once."""

import ast
import gc
import inspect
import threading
from collections.abc import Callable, Iterator

import pytest

from bpworkbook.workbook.syntax import parsed

LONG = inspect.getsource(ast)


@pytest.fixture
def meanwhile() -> Iterator[Callable[[Callable[[], object]], threading.Thread]]:
    """A function that has another thread do something in the middle of what this one does next.

    The collector of garbage lets others in there, as it does by chance where many objects are made.
    """
    before, here = gc.get_threshold(), threading.current_thread()
    callbacks = list(gc.callbacks)

    def arrange(work: Callable[[], object]) -> threading.Thread:
        other = threading.Thread(target=work, daemon=True)

        def let_in(phase: str, info: dict[str, int]) -> None:
            if threading.current_thread() is here and other.ident is None:
                other.start()
                other.join(0.3)

        gc.set_threshold(20)
        gc.callbacks.append(let_in)
        return other

    yield arrange
    gc.callbacks[:] = callbacks
    gc.set_threshold(*before)


def test_two_threads_may_parse_at_once(
    meanwhile: Callable[[Callable[[], object]], threading.Thread],
) -> None:
    found: list[ast.Module] = []
    other = meanwhile(lambda: found.append(parsed("x = 1")))
    tree = parsed(LONG)
    other.join(10)
    assert ast.unparse(tree) == ast.unparse(parsed(LONG))
    assert [ast.unparse(one) for one in found] == ["x = 1"]
