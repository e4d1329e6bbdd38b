"""The one error that ``bpworkbook`` raises for a bad argument, and the words it uses.

A message names the function, the argument, what came and what was wanted:

    linear_backward: grad_out is (8, 3), but z was (8, 4)
"""

from typing import Any


class ArgumentError(ValueError):
    """An argument has a wrong type, shape, dtype or value.

    Examples
    --------
    >>> raise ArgumentError("linear_backward: grad_out is (8, 3), but z was (8, 4)")
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: linear_backward: grad_out is (8, 3), but z was (8, 4)
    """


def describe(value: Any) -> str:
    """Say in a few words what ``value`` is: an array by its shape, a number or text as itself.

    Parameters
    ----------
    value : Any
        Whatever came in as an argument.

    Returns
    -------
    str
        Words that fit after "is".

    Examples
    --------
    >>> import numpy as np
    >>> describe(np.zeros((8, 3))), describe([1, 2]), describe(-0.5), describe("hinge")
    ('(8, 3)', 'a list', '-0.5', "'hinge'")
    >>> describe(None), describe(np.float64(0.1)), describe(len)
    ('None', '0.1', 'a builtin_function_or_method')
    """
    if value is None or isinstance(value, bool | str):
        return repr(value)
    if isinstance(value, int | float):
        # str, because repr(np.float64(0.1)) is "np.float64(0.1)".
        return str(value)
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return str(shape)
    return with_article(type(value).__name__)


def with_article(noun: str) -> str:
    """Put "a" or "an" before a noun.

    Parameters
    ----------
    noun : str
        A word, such as the name of a type.

    Returns
    -------
    str
        The word with its article.

    Examples
    --------
    >>> with_article("list"), with_article("int")
    ('a list', 'an int')
    """
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
