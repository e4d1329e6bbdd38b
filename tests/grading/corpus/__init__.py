"""Hostile, broken, awkward and innocent notebooks, each with what is fair for it.

A `Case` is a notebook of lesson 09 with something done to it. All of its other answers are right,
and must earn all of their points; so must the notebooks that are graded after it in the same box.

| module | what the notebooks do |
|---|---|
| `innocent` | what honest people do: prints, magics, figures, helpers, classes, star imports, ... |
| `formats` | damaged, old and odd files; files that are read too slowly, or into too much memory |
| `hangs` | never end: in Python, in C, in an import, in a destructor, at exit, in a comparison |
| `crashes` | end their process: bad pointers, os._exit, signals, the stack |
| `memory`, `processes`, `floods` | take all memory, start others, fill the disk and the screen |
| `cheats` | want marks for nothing: objects equal to everything, patched NumPy, our own code |
| `behaviour` | behave only where they are looked at; change what other answers use |
| `oracles` | use the right answers that stand in for wrong ones, for what they are not for |
| `leaks` | read what is not theirs, and tell it, or the graded cases, where students read |
| `tampering` | change files, processes, limits and the box itself |
| `wires` | speak on the line to the grader themselves |

``python -m tests.grading.corpus --list`` shows them all with what is fair, ``--write FOLDER`` writes
them as files for any grader.
"""

from tests.grading.corpus import (
    behaviour,
    cheats,
    crashes,
    floods,
    formats,
    hangs,
    innocent,
    leaks,
    memory,
    oracles,
    processes,
    tampering,
    wires,
)
from tests.grading.corpus.case import Case, World

MODULES = (
    *(innocent, formats, hangs, crashes, memory, processes, floods),
    *(cheats, behaviour, oracles, leaks, tampering, wires),
)
CASES: tuple[Case, ...] = tuple(case for module in MODULES for case in module.CASES)

__all__ = ["CASES", "Case", "World"]
