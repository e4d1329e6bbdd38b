"""A student's own worked example of an exercise, as a paragraph below its text."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpworkbook.workbook import Question
from bpworkbook.workbook.literals import literal
from bpworkbook.workbook.variants import seed_of

LONGEST = 100  # characters of a call that stands on a line of the text
PLACES = 4  # digits of a result that is no whole number


def your_numbers(question: Question, variant: str, parameters: Sequence[str]) -> str:
    """Return the paragraph with a student's own example, ``""`` where a question has none.

    Parameters
    ----------
    question : Question
    variant : str
        The student's variant.
    parameters : sequence of str
        What the learner's function calls its arguments.

    Examples
    --------
    >>> from bpworkbook.lessons import lesson
    >>> question = lesson("09").questions["relu_backward"]
    >>> print(your_numbers(question, "3f9a1c", ["grad_out", "cache"])[:44])
    **Your numbers.** `relu_backward(grad_out=[[
    """
    if question.example is None:
        return ""
    args = question.example(np.random.default_rng(seed_of(f"{variant} {question.key}")))
    parts = [f"{name}={literal(value)}" for name, value in zip(parameters, args, strict=True)]
    call = f"{question.name}({', '.join(parts)})"
    told = result(question, question.value(question.reference, args))
    if len(call) <= LONGEST:
        return f"**Your numbers.** `{call}` gives {told}."
    lines = "".join(f"    {part},\n" for part in parts)
    return f"**Your numbers.**\n\n```python\n{question.name}(\n{lines})\n```\n\ngives {told}."


def result(question: Question, value: Any) -> str:
    """Return what a right answer gives, each output under its name where there are several."""
    names = question.outputs
    if isinstance(value, tuple) and 1 < len(names) == len(value):
        told = [
            f"`{name} = {literal(part, PLACES)}`" for name, part in zip(names, value, strict=True)
        ]
        return f"{', '.join(told[:-1])} and {told[-1]}"
    return f"`{literal(value, PLACES)}`"
