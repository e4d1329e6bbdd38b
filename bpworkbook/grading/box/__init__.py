"""Boxes that run submissions: the same questions, answered where they can do no harm."""

from bpworkbook.grading.box.backend import BACKENDS, Backend, backend_named, best_backend
from bpworkbook.grading.box.box import Box, BoxError
from bpworkbook.grading.box.child import Child
from bpworkbook.grading.box.limits import Limits

__all__ = [
    "BACKENDS",
    "Backend",
    "Box",
    "BoxError",
    "Child",
    "Limits",
    "backend_named",
    "best_backend",
]
