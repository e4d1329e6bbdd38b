"""What a code cell of a submission defines and needs, found without running it.

A cell may hold what only IPython understands: magics, ``!commands``, ``help?``, pasted prompts.
For looking at it these lines are blanked, with as many lines left; what runs is the cell itself.
"""

import ast
import re
import symtable
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from bpworkbook.workbook.syntax import one_at_a_time, parsed

MOST_SOURCE = 100_000  # characters of a cell
LONGEST_KNOWN = 4_000  # characters of a cell that is remembered
MOST_PARTS = 50_000  # of its syntax tree; an honest cell has some hundred
# Cell magics whose body is not Python, or does not run in the notebook's own namespace.
FOREIGN = re.compile(
    "!|bash|cmd|cython|file|html5?|javascript|js|latex|markdown|perl|pypy|python[23]?|r|ruby|script"
    "|sh|sql|svg|sx|system|timeit|writefile"
)
# What is called on ``w`` changes nothing that an answer could use.
WORKBOOK = frozenset(
    ("check", "experiment", "export", "hint", "progress", "quiz", "review", "show", "solution")
)
PROMPT = re.compile(r"(?m)^[ \t]*(?:>>> |\.\.\. |>>>$|\.\.\.$|In \[\d+\]: |   \.\.\.: )")
# What opens or closes something in code: comments and texts are stepped over in one go.
TOKEN = re.compile(
    r"#[^\n]*|'''|\"\"\"|'(?:[^'\\\n]|\\.)*+'?|\"(?:[^\"\\\n]|\\.)*+\"?|[(\[{]|[)\]}]|\\\n|\n",
    re.DOTALL,
)
ENDS = {mark: re.compile(rf"(?s)(?:[^\\]|\\.)*?{mark}") for mark in ("'''", '"""')}
COMMAND = re.compile(r"[%!?,;/]|[\w.*]+\?\??$")
ASSIGNED = re.compile(r"([\w ,.*\[\]'\"]+=\s*)[!%].*")
HEADING = re.compile(r"(?m)^(?:async\s+)?(?:def|class)\s+(\w+)")
WILD = re.compile(
    r"(?m)\b(?:exec|globals|locals|vars|setattr|run_line_magic)\s*\(|^[ \t]*%(?:run|pylab)\b"
)


@dataclass(frozen=True)
class Cell:
    """A code cell of a submission.

    Parameters
    ----------
    number : int
        Its place among all cells of the notebook, from 1.
    source : str
        Its text, as the student wrote it.
    names : frozenset of str
        What running it binds: functions, classes, variables, imported names.
    needs : frozenset of str
        The global names that it uses, in the bodies of its functions too.
    first : frozenset of str
        Those of ``names`` that it uses before it binds them: ``x = x + 1``.
    changes : frozenset of str
        The names whose value it may change without binding them: ``params.append(0)``.
    checks : frozenset of str
        The functions that it hands to ``w.check``.
    imports : frozenset of (str, str)
        What imports bind, and to what: ``("np", "numpy")``.
    wild : bool
        Whether it can bind names that cannot be seen: ``from x import *``, ``exec``, ``%run``.
    error : str
        Why it is no Python; then ``names`` holds what its headings promise.
    """

    number: int
    source: str
    names: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    imports: frozenset[tuple[str, str]] = frozenset()
    wild: bool = False
    error: str = ""


def cell_of(number: int, source: str) -> Cell:
    """Look at a cell without running it. Whatever the text, this returns a cell.

    Examples
    --------
    >>> cell = cell_of(4, "%matplotlib inline\\nhalf = 0.5\\ndef f(x):\\n    return half * g(x)")
    >>> sorted(cell.names), sorted(cell.needs)
    (['f', 'half'], ['g', 'half'])
    >>> cell_of(5, "def f(x)\\n    return x").error
    "expected ':', line 1"
    """
    if len(source) > MOST_SOURCE:
        return Cell(number, "", error=f"it is longer than {MOST_SOURCE:,} characters")
    look = _known if len(source) < LONGEST_KNOWN else _read
    return replace(look(source), number=number)


def _read(source: str, number: int = 0) -> Cell:
    try:
        with one_at_a_time, warnings.catch_warnings():  # they are the whole process's
            warnings.simplefilter("ignore")
            return _looked_at(number, source)
    except Exception as error:  # the parser has more ways to fail than it promises
        names = frozenset(HEADING.findall(source))
        return Cell(number, source, names, error=in_a_line(error), wild=False)


_known = lru_cache(maxsize=512)(_read)
"""A class has many equal cells: the set-up, what was given, what is still empty."""


def _looked_at(number: int, source: str) -> Cell:
    try:
        # A pasted ``In [1]: x = 2`` would be an annotation.
        code = blanked(source) if PROMPT.match(source) else source
        tree = parsed(code)
    except SyntaxError:
        code = blanked(source)
        tree = parsed(code)
    nodes = _parts(tree)
    table = symtable.symtable(code, "<cell>", "exec")
    names, needs = _bound_and_needed(table)
    first = frozenset(_first(tree)) & names
    imports = frozenset(_imported(nodes))
    return Cell(
        number,
        source,
        names=frozenset(names),
        needs=frozenset(needs) | first,
        first=first,
        changes=frozenset(_changed(tree)) - names,
        checks=frozenset(_checked(nodes)),
        imports=imports,
        wild=any(name == "*" for name, _ in imports) or WILD.search(source) is not None,
    )


def _parts(tree: ast.Module) -> list[ast.AST]:
    """Return all nodes of a tree, as ``ast.walk`` does in several times as long."""
    found: list[ast.AST] = [tree]
    for node in found:  # it grows on the way
        for part in vars(node).values():
            if isinstance(part, ast.AST):
                found.append(part)
            elif type(part) is list:
                found += [one for one in part if isinstance(one, ast.AST)]
        if len(found) > MOST_PARTS:
            raise ValueError("it is too much code for one cell")
    return found


def in_a_line(error: Exception) -> str:
    """Say in at most 120 characters why Python cannot read a cell."""
    if isinstance(error, SyntaxError):
        return f"{error.msg!s:.100}, line {error.lineno or 1}"
    if isinstance(error, RecursionError | MemoryError):
        return "it is nested too deeply"
    return f"{error!s:.100}" or type(error).__name__


def _bound_and_needed(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    """Return the global names that a module binds and those that it uses."""
    bound: set[str] = set()
    needed: set[str] = set()
    scopes = [table]
    while scopes:
        scope = scopes.pop()
        scopes += scope.get_children()
        for symbol in scope.get_symbols():
            top = scope is table
            if not (top or symbol.is_global()):
                continue
            if symbol.is_assigned() or symbol.is_imported() or (top and symbol.is_namespace()):
                bound.add(symbol.get_name())
            if symbol.is_referenced() or not top:
                needed.add(symbol.get_name())
    return bound, needed


def _changed(tree: ast.Module) -> Iterator[str]:
    """Yield the names whose values top-level statements change: ``a[0] = 1``, ``a.append(1)``."""
    for node in _statements(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = [t for t in node.targets if isinstance(t, ast.Subscript | ast.Attribute)]
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            known = not isinstance(called, ast.Attribute) or called.attr in WORKBOOK
            targets = [] if known else [called]
        for target in targets:
            while isinstance(target, ast.Subscript | ast.Attribute):
                target = target.value
            if isinstance(target, ast.Name):
                yield target.id


def _first(tree: ast.Module) -> Iterator[str]:
    """Yield the names that top-level statements use before the cell binds them."""
    bound: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
            continue
        names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
        stored = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
        yield from {name.id for name in names if isinstance(name.ctx, ast.Load)} - bound
        yield from stored - bound if isinstance(node, ast.AugAssign) else ()
        bound |= stored


def _imported(nodes: list[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _checked(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(attr="check"), args=[ast.Name(id=name), *_]):
                yield name


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements outside functions and classes, those in loops and branches too."""
    left: list[ast.AST] = [tree]
    while left:
        node = left.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            left += ast.iter_child_nodes(node)


def blanked(source: str) -> str:
    """Return the code with ``pass`` in place of what only IPython understands.

    Examples
    --------
    >>> print(blanked("%%time\\nfiles = !ls\\nif files:\\n    !rm x\\nnp?\\ntext = '''\\n%d'''"))
    pass
    files = None
    if files:
        pass
    pass
    text = '''
    %d'''
    """
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[first].lstrip().startswith("%%"):
        magic = (lines[first].lstrip()[2:].split() or [""])[0].lower()
        if FOREIGN.fullmatch(magic):
            return "pass" + "\n" * (len(lines) - 1)
        lines[first] = "pass"
    if PROMPT.match(lines[first]):
        lines = [PROMPT.sub("", line, count=1) for line in lines]
    indent = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    lines = [line.removeprefix(indent) for line in lines]
    starts = _line_starts("\n".join(lines))
    return "\n".join(_plain(line) if i in starts else line for i, line in enumerate(lines))


def _plain(line: str) -> str:
    text = line.strip()
    if found := ASSIGNED.fullmatch(line):
        return f"{found[1]}None"
    if COMMAND.match(text):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return line


def _line_starts(code: str) -> set[int]:
    """Return the numbers of the lines, from 0, on which a statement can begin."""
    starts, line, depth, at = {0}, 0, 0, 0
    while found := TOKEN.search(code, at):
        mark, at = found[0], found.end()
        if mark in ENDS:
            end = ENDS[mark].match(code, at)
            stop = end.end() if end else len(code)
            line, at = line + code.count("\n", at, stop), stop
            continue
        line += mark.count("\n")
        if mark == "\n" and depth == 0:
            starts.add(line)
        elif mark in ("(", "[", "{"):
            depth += 1
        elif mark in (")", "]", "}"):
            depth = max(0, depth - 1)
    return starts
