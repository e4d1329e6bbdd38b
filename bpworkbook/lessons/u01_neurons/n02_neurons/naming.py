"""Lesson 02: how the answers of exercise 02.5, letters for parts and sentences, are judged."""

from typing import Any

from bpworkbook.lessons.u01_neurons.n02_neurons import answers, mistakes
from bpworkbook.workbook.question import AnswerError

PARTS = ("synapse", "dendrite", "soma", "axon")
LETTERS = "ABCD"
SENTENCES = "ABCDEF"


def letters_of_parts(answer: Any) -> dict[str, str]:
    """Return the letter that an answer gives to each part of a cell.

    Raises
    ------
    AnswerError
        It is no dictionary with these four parts, or holds another letter.

    Examples
    --------
    >>> letters_of_parts(lambda: {"synapse": "c", "dendrite": "a", "soma": "d", "axon": "b"})
    {'synapse': 'C', 'dendrite': 'A', 'soma': 'D', 'axon': 'B'}
    """
    given = answer()
    if given is None:
        raise AnswerError("you returned nothing")
    if type(given) is not dict or set(given) != set(PARTS):
        raise AnswerError(f"wanted a dictionary with the four keys {', '.join(PARTS)}")
    read = {}
    for part in PARTS:
        letter = given[part]
        if not isinstance(letter, str) or letter.strip().upper() not in list(LETTERS):
            raise AnswerError(f"{part} has {letter!r:.20}, wanted one of the letters A to D")
        read[part] = letter.strip().upper()
    return read


def judge_parts(given: Any, args: Any) -> str:
    """Return "" for the right letters, else the code of a mistake or a sentence.

    Examples
    --------
    >>> judge_parts({"synapse": "C", "dendrite": "A", "soma": "A", "axon": "B"}, ())
    '3 of the 4 parts are right; look at the soma again'
    """
    right = answers.counterparts()
    if given == right:
        return ""
    exchanged = (mistakes.weight_and_input_exchanged(), mistakes.sum_and_output_exchanged())
    if given in exchanged:
        return "M207"
    wrong = [part for part in PARTS if given[part] != right[part]]
    return f"{4 - len(wrong)} of the 4 parts are right; look at the {wrong[0]} again"


def letters_of_sentences(answer: Any) -> str:
    """Return the letters of an answer such as ``"b, a"``, sorted, each once.

    Raises
    ------
    AnswerError
        It is no text, or is not made of the letters of the sentences.

    Examples
    --------
    >>> letters_of_sentences(lambda: "b, a")
    'AB'
    """
    given = answer()
    if given is None:
        raise AnswerError("you returned nothing")
    if not isinstance(given, str):
        raise AnswerError("wanted a string of letters")
    letters = sorted({sign for sign in given.upper() if sign not in " ,;"})
    if not letters or not set(letters) <= set(SENTENCES):
        raise AnswerError("wanted a string of letters from A to F")
    return "".join(letters)


def judge_sentences(given: Any, args: Any) -> str:
    """Return "" for the right letters, else the code of a mistake or a sentence.

    Examples
    --------
    >>> judge_sentences("AB", ())
    'you named 1 of the 3 that are left out, and 1 that the model has'
    """
    if given == answers.left_out():
        return ""
    if given == mistakes.kept():
        return "M208"
    found = len(set(given) & set(answers.left_out()))
    return (
        f"you named {found} of the 3 that are left out, and {len(given) - found} that the model has"
    )
