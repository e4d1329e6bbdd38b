"""What stands where there is no browser: tables, questions, pictures; and the quiz."""

import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest

from bpworkbook.figures import bar_chart
from bpworkbook.live import Experiment, quiz_view, show_picture, show_quiz
from bpworkbook.live.static import StaticTable, experiment_table, questions_html
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.workbook import ReviewQuestion


def ask(id: str = "99.r1", answer: int = 1) -> ReviewQuestion:
    options = ("<b>yes</b>", "no & no")
    return ReviewQuestion("Is `a < b`?", options, answer, "Because a > b.", id=id)


class Tags(HTMLParser):
    """Collects tags, and complains about one that is closed out of turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(html)
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Everything that is displayed while a test runs."""
    things: list[Any] = []
    monkeypatch.setattr("bpworkbook.live.picture.display", things.append)
    return things


def test_a_table_is_closed_html_with_its_words_escaped(powers: Experiment) -> None:
    html = experiment_table(powers, "A & B").html()
    tags = Tags(html)
    assert tags.seen[:2] == ["details", "summary"]
    assert tags.seen.count("th") == 6
    assert tags.seen.count("td") == 18
    assert "<n>" not in html
    assert "E99.1 Powers <live>: a table of 3 settings" in tags.words
    assert "The first picture in words: A & B" in tags.words


def test_a_table_is_aligned_text(powers: Experiment) -> None:
    lines = experiment_table(powers).text().splitlines()
    assert lines[0] == "E99.1 Powers <live>: a table of 3 settings"
    assert lines[-1] == "Held fixed: bars off, sign plus."
    starts = {line.index(word) for line, word in zip(lines[1:3], ("last", "3.38"), strict=True)}
    assert len(starts) == 1, "columns do not line up"


def test_a_table_is_the_same_every_time(powers: Experiment) -> None:
    first, second = experiment_table(powers), experiment_table(powers)
    assert first._repr_mimebundle_() == second._repr_mimebundle_()


def test_a_table_of_a_failing_experiment_is_a_sentence(powers: Experiment) -> None:
    powers.settings[0]["n"] = 13
    table = experiment_table(powers)
    assert table.text().endswith("could not be computed (ZeroDivisionError: division by zero).")
    assert "table" not in Tags(table.html()).seen


def test_rows_need_not_have_the_same_columns() -> None:
    table = StaticTable("Two", [{"a": "1"}, {"b": "2"}])
    assert table.text().splitlines()[1:] == ["a  b", "1  –", "–  2"]


def test_showing_an_experiment_gives_the_view_and_then_the_table(
    powers: Experiment, store: Any, shown: list[Any]
) -> None:
    powers.show(store=store, lesson="99")
    view, table = shown
    assert view.kind == "experiment"
    assert view.frame["alt"] in table.html()


def test_showing_a_picture_gives_alt_text_twice(shown: list[Any]) -> None:
    show_picture(bar_chart({"a": 1}, "size", alt="One <bar>."))
    widget, words = shown
    assert widget.frame["alt"] == "One <bar>."
    assert widget._repr_mimebundle_()[1] == {"image/png": {"alt": "One <bar>."}}
    assert "One &lt;bar&gt;." in words.html()
    widget.handle({"type": "predict"})  # a picture has nothing to answer


def test_questions_are_escaped_and_without_answers() -> None:
    html = questions_html("Re<view", [ask()])
    tags = Tags(html)
    assert "b" not in tags.seen
    assert tags.seen.count("code") == 1
    assert "Because" not in html


def test_a_quiz_answers_at_once_and_keeps_the_first_answer(store: Any) -> None:
    quiz = quiz_view([ask(), ask(id="99.r2", answer=0)], store, "Review")
    quiz.handle({"type": "answer", "question": 0, "choice": 1})
    quiz.handle({"type": "answer", "question": 1, "choice": 1})
    quiz.handle({"type": "answer", "question": 1, "choice": 0})
    answers = quiz.state["answers"]
    assert answers["0"] == {"choice": 1, "right": True, "told": "Right. Because a > b."}
    assert answers["1"]["told"] == "Not quite. The answer is “<b>yes</b>”. Because a > b."
    assert store.calls == [("review", "99.r1", True), ("review", "99.r2", False)]


def test_a_quiz_tells_the_browser_no_answers() -> None:
    assert "Because" not in str(quiz_view([ask()], None, "Review").spec)


def test_a_quiz_says_when_an_answer_was_not_saved(broken_store: Any) -> None:
    quiz = quiz_view([ask()], broken_store, "Review")
    quiz.handle({"type": "answer", "question": 0, "choice": 1})
    assert quiz.state["note"] == "Not saved: the folder is read-only."


def test_a_quiz_is_stored_as_questions() -> None:
    data, _ = quiz_view([ask()], None, "Review")._repr_mimebundle_()
    assert data["text/plain"] == "Review\n1. Is `a < b`?\n   a) <b>yes</b>\n   b) no & no"
    assert "image/png" not in data


@pytest.mark.parametrize(
    "message", [{"type": "set"}, {"type": "answer", "question": 0, "choice": 5}]
)
def test_a_quiz_refuses_a_message_without_meaning(message: Any) -> None:
    with pytest.raises(ValueError, match=r"message|choice"):
        quiz_view([ask()], None, "Review").handle(message)


def test_no_questions_are_refused_or_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ArgumentError, match="questions is empty"):
        quiz_view([], None, "Review")
    show_quiz([], None, "Review")
    assert capsys.readouterr().out == "Review: nothing to ask yet.\n"


def test_importing_live_loads_nothing_heavy() -> None:
    script = (
        "import sys; from bpworkbook.live import experiment, Int, quiz_view, show_picture; "
        "print(*{'matplotlib', 'ipywidgets', 'anywidget', 'traitlets', 'IPython', 'PIL'}"
        " & {name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("", "")
