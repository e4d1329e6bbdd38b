"""What a submission finds in the box where it imports ``bpworkbook``: no answers.

``lesson`` is there, because every notebook opens with it, and does nothing. Anything else says that
it is not there, unless the grader has given it. This file runs in the box: it imports the standard
library alone.
"""

import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

PACKAGE = "bpworkbook"
NOT_HERE = "{} is not there while your work is graded: use your own functions"

Given = dict[str, dict[str, Any]]


class Guard(MetaPathFinder, Loader):
    """Answers ``import bpworkbook`` with stand-ins.

    Parameters
    ----------
    given : dict of dict
        What the grader gives nevertheless: names by module, such as
        ``{"bpworkbook.nn": {"sigmoid": f}}``.
    """

    def __init__(self, given: Given) -> None:
        self.given = given

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Claim the package and all that is in it."""
        if name.split(".")[0] != PACKAGE:
            return None
        if name != PACKAGE and not self._reaches(name):
            raise ImportError(NOT_HERE.format(name), name=name)
        return ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a module that holds what was given."""
        names = dict(self.given.get(spec.name, {}))
        if spec.name == PACKAGE:
            names |= {"lesson": Lesson, "__version__": "graded"}
        return _StandIn(spec.name, names)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: the module is complete."""

    def install(self) -> None:
        """Be asked before anything else."""
        sys.meta_path.insert(0, self)

    def _reaches(self, name: str) -> bool:
        return any(f"{module}.".startswith(f"{name}.") for module in self.given)


class _StandIn(ModuleType):
    """A module without the names that would be answers."""

    def __init__(self, name: str, names: Mapping[str, Any]) -> None:
        super().__init__(name, "A stand-in while an answer is graded.")
        self.__dict__.update(names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.__name__ == PACKAGE:
            # `from bpworkbook import lesson, nn` opens a notebook: it may fail when nn is used.
            try:
                return importlib.import_module(f"{PACKAGE}.{name}")
            except ImportError:
                return Absent(f"{PACKAGE}.{name}")
        raise ImportError(NOT_HERE.format(f"{self.__name__}.{name}"), name=self.__name__)


class Absent:
    """Says that it is not there as soon as it is used.

    Examples
    --------
    >>> Absent("bpworkbook.nn").relu
    Traceback (most recent call last):
    ...
    ImportError: bpworkbook.nn is not there while your work is graded: use your own functions
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError(NOT_HERE.format(self._name), name=self._name)

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Say so."""
        raise ImportError(NOT_HERE.format(self._name), name=self._name)


class Lesson:
    """The object ``w`` of a notebook, without its effects.

    Examples
    --------
    >>> w = Lesson("09")
    >>> w.use(len) is len
    True
    >>> w.check(len)
    """

    def __init__(self, number: object = "", store: object = None, variant: object = "") -> None:
        self.number = number

    def use(self, answer: Any) -> Any:
        """Return the learner's own function."""
        return answer

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


def _nothing(*args: object, **kwargs: object) -> None:
    return None
