"""Follow-through credit: a right answer is not lost to a wrong one that it uses.

An answer that fails is asked once more, with right values in the place of earlier answers of its
lesson that failed. Right values are an oracle, so they are given with care: only for questions
whose own mark stands; never for the function that is asked; never where the earlier function alone
would be the whole answer; in a child of its own that is thrown away; and as often as a case needs.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpworkbook.grading.recipes import Recipe
from bpworkbook.workbook import Question
from bpworkbook.workbook.checking import expected
from bpworkbook.workbook.comparison import faults
from bpworkbook.workbook.trial import call


def standins(
    question: Question, recipe: Recipe, failed: Sequence[Question], seed: int
) -> Mapping[str, Callable[..., Any]]:
    """Return the right functions that may stand in while ``question`` is asked again.

    Parameters
    ----------
    question : Question
        The one to be asked.
    recipe : Recipe
        Its cells.
    failed : sequence of Question
        Those before it whose answers failed.
    seed : int
        Draws the cases.

    Returns
    -------
    mapping of str to callable
        Empty where there is nothing to follow.
    """
    used = frozenset().union(*(cell.needs for cell in recipe.cells))
    return {
        earlier.name: earlier.reference
        for earlier in failed
        if earlier.name in used
        and earlier.name != question.name
        and earlier.lesson == question.lesson
        and earlier.apply is None
        and not is_whole_answer(earlier, question, seed)
    }


def is_whole_answer(earlier: Question, question: Question, seed: int) -> bool:
    """Tell whether the earlier function, called as it is, would answer the question.

    Then its right values would be the answer itself, and nothing would be left to be earned.
    """
    for args, want in expected(question, seed):
        got, error = call(question, earlier.reference, copy.deepcopy(args))
        if error is not None:
            return False
        if question.accept is not None:
            if question.accept(got, args):
                return False
        elif faults(got, want, question.outputs, question.rtol):
            return False
    return True
