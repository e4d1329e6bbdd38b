"""Several questions with an answer at once; each first answer is kept for spaced review."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bpworkbook.nn.errors import ArgumentError

if TYPE_CHECKING:
    from bpworkbook.live.engine.widget import LiveWidget
    from bpworkbook.workbook import ReviewQuestion, Store


def quiz_view(
    questions: "Sequence[ReviewQuestion]", store: "Store | None" = None, heading: str = "Review"
) -> "LiveWidget":
    """Return a widget that asks questions and answers each at once.

    Parameters
    ----------
    questions : sequence of ReviewQuestion
        What to ask.
    store : Store, optional
        ``record_review`` is called once for each question, with the first answer.
    heading : str
        Words above the questions.

    Returns
    -------
    LiveWidget
        Without a browser it stands as the list of questions and options, without the answers.

    Raises
    ------
    ArgumentError
        If there is no question.

    Examples
    --------
    >>> from bpworkbook.workbook import ReviewQuestion
    >>> ask = ReviewQuestion(id="r1", prompt="Sum?", options=("3", "4"), answer=0, why="1+2.")
    >>> quiz = quiz_view([ask], None, "Review")
    >>> quiz.handle({"type": "answer", "question": 0, "choice": 1})
    >>> quiz.state["answers"]["0"]["told"]
    'Not quite. The answer is “3”. 1+2.'
    """
    if not questions:
        raise ArgumentError("quiz_view: questions is empty, but needs at least one question")
    from bpworkbook.live.engine.widget import LiveWidget
    from bpworkbook.live.static import questions_html, questions_text

    def answer(widget: LiveWidget, message: dict[str, Any]) -> None:
        match message:
            case {"type": "answer", "question": int(index), "choice": choice}:
                widget.state = _answered(widget.state, questions, index, choice, store)
            case _:
                raise ArgumentError(f"quiz_view: message is {message!r}, which has no meaning")

    words = {
        "text/html": questions_html(heading, questions),
        "text/plain": questions_text(heading, questions),
    }
    return LiveWidget(
        lambda: (words, {}),
        answer,
        kind="quiz",
        spec={"title": heading, "questions": [question.asked for question in questions]},
        state={"answers": {}, "note": ""},
    )


def show_quiz(
    questions: "Sequence[ReviewQuestion]", store: "Store | None" = None, heading: str = "Review"
) -> None:
    """Display a quiz in the running notebook; see `quiz_view`. Without questions, say so.

    Examples
    --------
    >>> from bpworkbook.workbook import ReviewQuestion
    >>> ask = ReviewQuestion(id="r1", prompt="Sum?", options=("3", "4"), answer=0, why="1+2.")
    >>> show_quiz([ask])
    Review
    1. Sum?
       a) 3
       b) 4
    """
    from bpworkbook.live.picture import display

    if questions:
        display(quiz_view(questions, store, heading))
    else:
        print(f"{heading}: nothing to ask yet.")


def _answered(
    state: dict[str, Any],
    questions: "Sequence[ReviewQuestion]",
    index: int,
    choice: Any,
    store: "Store | None",
) -> dict[str, Any]:
    if str(index) in state["answers"]:  # only the first answer counts
        return state
    question = questions[index]
    chosen = question.position(choice)
    right = chosen == question.answer
    opening = "Right." if right else f"Not quite. The answer is “{question.right}”."
    answer = {"choice": chosen, "right": right, "told": f"{opening} {question.why}"}
    note = store.record_review(question.id, right) if store is not None else ""
    return {"answers": {**state["answers"], str(index): answer}, "note": note}
