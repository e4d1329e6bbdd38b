"""The reader: any file gives a submission or one sentence, and marks do not hang on its form."""

import ast
import json
import os
import time
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from bpworkbook.grading import cells, reader
from bpworkbook.grading.cells import blanked, cell_of
from bpworkbook.grading.reader import ReadError, Submission, answers, read_notebook

FEW = settings(deadline=None, max_examples=50, derandomize=True)
ROOT = Path(__file__).parents[2]
DEF = "def f(x):\n    return 2 * x"


def notebook(*sources: Any, **more: Any) -> bytes:
    found = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": found, "nbformat": 4, **more}).encode()


def read(*sources: Any, **more: Any) -> Submission:
    return read_notebook(notebook(*sources, **more))


def numbers(submission: Submission, name: str = "f") -> list[int]:
    return [cell.number for cell in answers(submission, [name])[name].cells]


def test_every_exercise_of_the_course_is_found_in_its_notebook() -> None:
    paths = sorted((ROOT / "exercises").glob("*/*.ipynb"))
    assert paths
    for path in paths:
        submission = read_notebook(path)
        assert submission.troubles == (), path.name
        checked = {name for cell in submission.cells for name in cell.checks}
        for name, recipe in answers(submission, checked).items():
            assert recipe.cells, f"{path.name}: {name} is not found"
            checking = [cell.number for cell in recipe.cells if cell.checks]
            assert not checking, f"{path.name}: {name} would run the checks {checking}"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@FEW
@given(JSON, JSON, JSON)
def test_what_stands_beside_the_cells_changes_nothing(meta: Any, version: Any, out: Any) -> None:
    plain = read(DEF, "a = 1")
    found = [{"cell_type": "code", "source": DEF, "outputs": out, "metadata": meta, "id": out}]
    found += [{"cell_type": "markdown", "source": meta}, {"cell_type": "code", "source": "a = 1"}]
    odd = {"cells": found, "nbformat": version, "metadata": meta, "nbformat_minor": out}
    submission = read_notebook(json.dumps(odd).encode())
    assert submission.digest == plain.digest
    assert numbers(submission) == [1]


@FEW
@given(JSON | st.binary())
def test_any_json_and_any_bytes_give_a_submission_or_a_sentence(found: Any) -> None:
    data = found if isinstance(found, bytes) else json.dumps({"cells": found}).encode()
    try:
        assert read_notebook(data).digest
    except ReadError as error:
        told = str(error)
    else:
        return
    assert 5 < len(told) < 200


@FEW
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r")), st.integers(1, 5))
def test_the_source_is_what_the_student_wrote(text: str, step: int) -> None:
    parts = [text[i : i + step] for i in range(0, len(text), step)]
    assert read(parts).cells[0].source == text
    assert read(text).digest == read(parts).digest


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + notebook(DEF),
        notebook(DEF).decode().encode("utf-16"),
        b"\n " + notebook(DEF) + b"\n\0\0",
        notebook(DEF, nbformat=99),
        notebook(DEF, metadata={"kernelspec": {"name": "gone", "language": "python"}}),
        notebook(DEF, execution_count=int("9" * 4000)).replace(b"9" * 4000, b"9" * 5000),
        notebook(DEF.replace("\n", "\r\n")),
        json.dumps(
            {"worksheets": [{"cells": [{"cell_type": "code", "input": DEF}]}], "nbformat": 3}
        ).encode(),
    ],
    ids=lambda data: repr(data[:24]),
)
def test_the_form_of_a_file_costs_nothing(data: bytes) -> None:
    assert read_notebook(data).digest == read(DEF).digest


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\0" * 100, "empty"),
        (b"PK\3\4", "archive"),
        (b"<!DOCTYPE html>", "web page"),
        (b"[]", "no notebook"),
        (b"{}", "no list of cells"),
        (b'{"cells": "text"}', "no list of cells"),
        (b"<<<<<<< HEAD", "web page"),
        (notebook(DEF)[:-3], "damaged in line 1"),
        (b'{"cells": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"cells": [' + b"1," * 6000 + b"1]}", "5,000 cells"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_file_that_is_no_notebook_is_told_in_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(ReadError, match=why):
        read_notebook(data)


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (notebook(DEF) + b"more", "Something follows"),
        (notebook(DEF).replace(b"2 * x", b"2 * x # \xe9"), "bytes that are no text"),
        (notebook(DEF, nbformat="4"), "format is unknown"),
        (notebook(DEF, metadata={"kernelspec": {"language": "R"}}), "language is 'R'"),
        (notebook(DEF, [5, "a = 1"]), "Cell 2 holds something that is no text"),
        (notebook(DEF, "b = = 1"), "Cell 2 cannot be read as Python: invalid syntax, line 1"),
        (notebook(DEF, "x" * 150_000), "Cell 2 cannot be read as Python: it is longer"),
        (notebook(DEF, "x\n" * 50_000), "Cell 2 cannot be read as Python: it is too much code"),
        (
            notebook(DEF, *["'" + "x" * 90_000 + "'"] * 9),
            "too much code: what comes from cell 7",
        ),
        (
            notebook(DEF).replace(b"[{", b'[5, {"cell_type": "raw", "source": "def f"}, {'),
            "Cell 1 is",
        ),
        (
            notebook(DEF).replace(b"[{", b'[{"cell_type": "raw", "source": "def g"}, {'),
            "looks like",
        ),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_what_is_odd_is_told_and_costs_nothing_else(data: bytes, trouble: str) -> None:
    submission = read_notebook(data)
    assert any(trouble in told for told in submission.troubles), submission.troubles
    assert len(numbers(submission)) == 1, "the answer is lost"


def test_files_that_are_no_files_are_refused_without_waiting(tmp_path: Path) -> None:
    good = tmp_path / "good.ipynb"
    good.write_bytes(notebook(DEF))
    assert read_notebook(good) == read_notebook(str(good)) == read(DEF)
    for path, why in ((tmp_path, "read|ordinary"), (tmp_path / "no", "No such"), ("a\0b", "name")):
        with pytest.raises(ReadError, match=why):
            read_notebook(path)
    if os.name == "posix":
        (tmp_path / "link.ipynb").symlink_to(good)
        os.mkfifo(tmp_path / "pipe.ipynb")
        for name, why in (("link", "link"), ("pipe", "no ordinary file")):
            with pytest.raises(ReadError, match=why):
                read_notebook(tmp_path / f"{name}.ipynb")
        with pytest.raises(ReadError, match="no ordinary file"):
            read_notebook("/dev/zero")


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_BYTES", 10)
    with pytest.raises(ReadError, match="larger"):
        read(DEF)


def test_fifty_megabytes_of_output_are_stepped_over() -> None:
    text = [{"output_type": "stream", "text": ["x" * 1000 + "\n"] * 50_000}]
    found = [{"cell_type": "code", "source": DEF, "outputs": text}]
    data = json.dumps({"cells": found}).encode()
    assert len(data) > 50e6
    assert read_notebook(data).digest == read(DEF).digest


@pytest.mark.parametrize(
    ("sources", "wanted"),
    [
        pytest.param([DEF, "f(1)", "w.check(f)", "1 / 0"], [1], id="trials"),
        pytest.param([DEF, "x", DEF], [3], id="the last definition counts"),
        pytest.param([DEF, "def f(x:"], [1], id="a broken later one does not"),
        pytest.param(["def f(x:"], [1], id="a broken one alone is run to give its error"),
        pytest.param(["f = lambda x: x"], [1], id="lambda"),
        pytest.param(["if True:\n    class f: pass"], [1], id="within if"),
        pytest.param(["x = 1"], [], id="not attempted"),
        pytest.param(["# def f(x): pass\n'''\ndef f(x): pass\n'''"], [], id="only in text"),
        pytest.param(["k = 1", "z = 2", "def g(): return k", "def f(): return g()"], [1, 3, 4]),
        pytest.param(["def f(): return k", "w.check(f)", "k = 1"], [1, 3], id="helper below"),
        pytest.param(["k = 1", "def f(): return k", "k = 2"], [1, 2], id="changed afterwards"),
        pytest.param(
            ["k = 1", "def f(): return k", "k = 2", "w.check(f)", "k = 3"], [1, 2, 3], id="checked"
        ),
        pytest.param(["x = 5", "def f(x): return x", "x = slow()"], [2], id="local names"),
        pytest.param(["k = []", "k.append(1)", "z()", "def f(): return k[0]"], [1, 2, 4]),
        pytest.param(["k = {}", "k['a'] = 1", "def f(): return k"], [1, 2, 3], id="items"),
        pytest.param(["class f: pass", "f.go = len", "w.check(f)"], [1, 2], id="methods later"),
        pytest.param(["x = 1", "x = x + 1\n" + DEF], [1, 2], id="used before bound"),
        pytest.param(["x = 1", "x += 1\n" + DEF], [1, 2], id="counted up"),
        pytest.param(
            ["import numpy as np", "import numpy as np\nslow()", "np.seterr()", "def f(): np.e"],
            [1, 4],
            id="an import repeated",
        ),
        pytest.param(
            ["from m import g", "from n import g", "def f(x): return g(x)"], [1, 2, 3], id="imports"
        ),
        pytest.param(["from m import *", "def f(x): return g(x)"], [1, 2], id="star"),
        pytest.param(["from m import *", "def f(x): return len(x)"], [2], id="built in"),
        pytest.param(
            ["w = lesson('09')", "w.experiment('e')", DEF + "\nw.check(f)", "w.check(g)"], [1, 3]
        ),
        pytest.param(["def g(): pass\ndef f(): g()", "def g(): pass\ndef f(: pass"], [1]),
        pytest.param(
            ["k = 1\ndef f(): pass", "def f(): return k", "k = 2\ndef f(): 1", "w.check(f)"],
            [3],
            id="a cell that defines its own constant",
        ),
    ],
)
def test_the_cells_to_run(sources: list[str], wanted: list[int]) -> None:
    assert numbers(read(*sources)) == wanted


def test_remarks_say_which_definition_counts_and_what_is_broken() -> None:
    found = answers(read(DEF, DEF, "def g(x:\n    pass"), ["f", "g", "h"])
    assert found["f"].remarks == ("f is defined in cells 1 and 2; the last one counts.",)
    assert "Cell 3 cannot be read as Python" in found["g"].remarks[0]
    assert (found["h"].cells, found["h"].remarks) == ((), ())


IPYTHON = (
    *("%matplotlib inline\nf = 1", "f = !ls"),
    *("f = %timeit -o 1", "!ls\nif 1:\n    !ls\n    f = 2", "f?", "?f\nf = 1", "np.f??\nf = 1"),
    *(
        "    f = 1\n    g = 2",
        ">>> f = 1\n>>> g = 2",
        "In [1]: f = 1",
        "f = '''\n%time\n!ls'''\n%x",
    ),
    *(
        "f = (1\n%2)\n%x",
        "f = 1 \\\n % 2\n%x",
        "%%bash\nf=1",
        "%%writefile f.py\nf = 1",
        "%%html\n<b>",
    ),
    *(
        "# it's\n%x\nf = 1",
        "f = 'a\\'b'\n%x",
        'f = """\n"\n!x"""\n!y',
        "%%timeit\nf = 1",
        "a, f = !ls",
    ),
    *(
        "f = 1  # why?\n%x\ng = 2",
        "%x\nfor f in y:\n    %time f",
        "/f 1\ng = 1",
        "%x\n%y\n%z\nf = [1,\n2]",
    ),
)


@pytest.mark.parametrize("source", IPYTHON)
def test_cells_bind_what_they_bind_in_jupyter(source: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = TransformerManager().transform_cell(source)
    cell = cell_of(1, source)
    assert cell.error == ""
    assert sorted(cell.names) == sorted(cell_of(1, plain).names)
    assert len(blanked(source).split("\n")) == len(source.split("\n")), "the lines have moved"
    ast.parse(blanked(source))


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%prun -q", "\n%%timeit_all"])
def test_a_magic_above_python_hides_nothing(magic: str) -> None:
    cell = cell_of(1, f"{magic}\n!ls\n{DEF}")
    assert (sorted(cell.names), cell.error) == (["f"], "")


@pytest.mark.parametrize(
    "source",
    [
        *("-" * 90_000 + "1", "(" * 10_000, "f" + ".f" * 45_000, "1" + "+1" * 45_000, "\0"),
        *("lambda: " * 12_000, "[" * 150 + "]" * 150, "9" * 5000, "'''" * 30_000, "\\\n" * 50_000),
        *(
            "if 1:\n" + " " * 9 + "x\n" + " " * 5 + "y",
            "%x\n" * 30_000,
            "a = 1\n" * 15_000,
            "f'{" * 300,
        ),
        *(
            "x = !" + "=" * 90_000 + "\n(",
            "a " * 45_000 + "= !\n(",
            "'" * 99_999,
            "{" * 99 + "'" * 99,
        ),
    ],
    ids=lambda source: f"{source[:12]!r}{len(source)}",
)
def test_code_made_to_break_the_parser_gives_a_cell(source: str) -> None:
    cell = cell_of(1, source)
    assert len(cell.error) <= 130
    assert cell.error.isprintable()


def test_thousands_of_cells_that_need_each_other_take_no_minutes() -> None:
    chain = read(*(f"def f{i}(): return f{i + 1}" for i in range(2_000)))
    start = time.process_time()
    assert len(numbers(chain, "f0")) == 2_000
    assert time.process_time() - start < 2, "choosing cells is quadratic"


def test_warnings_of_the_parser_stay_away(recwarn: pytest.WarningsRecorder) -> None:
    warnings.simplefilter("error")
    assert cell_of(1, "a = '\\d'\nb = 1 is 1").error == ""
    assert not recwarn.list
    assert cells.MOST_SOURCE < reader.MOST_CODE
