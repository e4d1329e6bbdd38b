"""Run a submission's cells as a notebook would. This file runs in the box."""

import __future__

import ast
import asyncio
import inspect
import linecache
import traceback
from functools import cache
from types import CodeType, TracebackType
from typing import Any

import numpy as np

LONGEST = 1000
RUN_ITS_BODY = {"time", "timeit", "capture", "prun", "python", "python3", "pypy"}

Namespace = dict[str, Any]


class Cells:
    """Runs cells in one namespace.

    Examples
    --------
    >>> cells = Cells({})
    >>> cells.run("%matplotlib inline\\nx = 2")
    >>> cells.namespace["x"]
    2
    """

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self._count = 0
        shell = Shell(self)
        # Nobody is there to answer; and a notebook that lost its set-up cell still has its answers.
        namespace.update(get_ipython=lambda: shell, display=print, input=nothing_typed, np=np)

    def run(self, source: str) -> None:
        """Run a cell; what it raises comes through."""
        self._count += 1
        name = f"<cell {self._count}>"
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        code = compiled(source, name)
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(eval(code, self.namespace))
        else:
            exec(code, self.namespace)


def compiled(source: str, name: str) -> CodeType:
    """Compile a cell; one that is not Python is first read as IPython reads it."""
    try:
        tree = ast.parse(source, name)
    except SyntaxError:
        tree = ast.parse(transformer().transform_cell(source), name)
    # Type hints are not looked at: one that names nothing costs no answer.
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | __future__.annotations.compiler_flag
    code: CodeType = compile(tree, name, "exec", flags=flags, dont_inherit=True)
    return code


@cache
def transformer() -> Any:
    """Return IPython's reader of cells."""
    from IPython.core.inputtransformer2 import TransformerManager

    manager: Any = TransformerManager
    return manager()


def nothing_typed(prompt: object = "") -> str:
    """Answer ``input`` as someone does who only presses Enter."""
    print(prompt)
    return ""


class Shell:
    """Stands for IPython: magics run what is Python in them, and do nothing else."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    def run_line_magic(self, name: str, line: str, *args: object) -> None:
        """Run the statement of ``%time statement``."""
        if name == "time" and line.strip():
            self._cells.run(line)

    def run_cell_magic(self, name: str, line: str, body: str) -> None:
        """Run the cell under ``%%time``, not one in another language."""
        if name in RUN_ITS_BODY:
            self._cells.run(body)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None


def described(error: BaseException) -> dict[str, Any]:
    """Return an error as data: its kind, its text, and the submission's own line."""
    try:
        message = str(error)
    except BaseException:  # an error whose text cannot be made is still an error
        message = ""
    line, source = own_line(error, error.__traceback__)
    # NumPy has a MemoryError of its own.
    kind = "MemoryError" if isinstance(error, MemoryError) else type(error).__name__
    return {
        "kind": kind[:LONGEST],
        "message": message[:LONGEST],
        "line": line,
        "source": source.strip()[:LONGEST],
    }


def own_line(error: BaseException, trace: TracebackType | None) -> tuple[int, str]:
    """Return the number and text of the innermost line that stands in a cell."""
    if isinstance(error, SyntaxError) and str(error.filename).startswith("<cell "):
        return _count(error.lineno), str(error.text or "")
    if isinstance(error, RecursionError):  # the stack is thousands of lines long
        trace = _first_in_cell(trace)
        frames = traceback.extract_tb(trace, limit=1)
    else:
        frames = traceback.extract_tb(trace)
    own = [frame for frame in frames if frame.filename.startswith("<cell ")]
    if not own:
        return 0, ""
    number = _count(own[-1].lineno)
    return number, linecache.getline(own[-1].filename, number)


def _first_in_cell(trace: TracebackType | None) -> TracebackType | None:
    while trace and not trace.tb_frame.f_code.co_filename.startswith("<cell "):
        trace = trace.tb_next
    return trace


def _count(number: object) -> int:
    return number if type(number) is int and 0 <= number < 2**31 else 0
