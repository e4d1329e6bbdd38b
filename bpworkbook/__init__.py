"""A workbook on backpropagation: references, live experiments, and checks that name the mistake.

>>> from bpworkbook import lesson
>>> w = lesson("09")
>>> w.number
'09'
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpworkbook.lessons import lesson as lesson

__all__ = ["lesson"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # A lazy import: `import bpworkbook` must cost next to nothing beside `import numpy`.
    if name == "lesson":
        from bpworkbook.lessons import lesson

        return lesson
    raise AttributeError(f"module 'bpworkbook' has no attribute {name!r}")
