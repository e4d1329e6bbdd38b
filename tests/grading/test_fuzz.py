"""The fuzz of the wire and the reader, in small; `python -m tests.grading.fuzz` tries more."""

import pytest

from bpworkbook.grading import cells, reader
from bpworkbook.grading.wire import frames, packing, terms
from tests.grading import fuzz


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_no_input_of_5000_ends_otherwise_than_it_may(target: str) -> None:
    ends = fuzz.run(target, inputs=5_000)
    for end in ("accepted", "refused"):
        assert ends[end] > 500, f"the fuzz of the {target} says little: {dict(ends)}"


def test_the_fuzz_would_notice_another_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_require_envelope", lambda fields: None)
    with pytest.raises(fuzz.FuzzError, match=r"wire, seed 0, input \d+: AttributeError"):
        fuzz.run("wire", inputs=5_000)


def test_the_fuzz_would_notice_a_text_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (terms, packing):
        monkeypatch.setattr(module, "writable", str)
    with pytest.raises(fuzz.FuzzError, match="surrogates not allowed"):
        fuzz.run("wire", inputs=5_000)


def test_the_fuzz_would_notice_a_parser_that_gets_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "cell_of", cells._looked_at)
    with pytest.raises(fuzz.FuzzError, match=r"reader, seed 0, input \d+: SyntaxError"):
        fuzz.run("reader", inputs=5_000)
