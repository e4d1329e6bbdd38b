"""What a backward function says when its cache is not that of the forward function.

A cache holds what the forward function kept: several arrays that fit one another. Looking at each
would cost a backward function more lines than its formula has. So nothing is looked at, and what
fails on a wrong cache is told as an error of the cache.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from bpworkbook.nn.errors import ArgumentError

P = ParamSpec("P")
R = TypeVar("R")


def cache_of(forward: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function whose ``cache`` comes from the function ``forward``.

    ``grad_out`` must be looked at by the function itself: then only the cache can be at fault.

    >>> @cache_of("cube_forward")
    ... def cube_backward(grad_out, cache):
    ...     return grad_out * 3 * cache**2
    >>> cube_backward(1.0, 2.0)
    12.0
    >>> cube_backward(1.0, None)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: cube_backward: cache is not that of cube_forward: unsupp...
    """

    def mark(backward: Callable[P, R]) -> Callable[P, R]:
        @wraps(backward)
        def marked(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return backward(*args, **kwargs)
            except ArgumentError:
                raise
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
                inspect.signature(backward).bind(*args, **kwargs)  # a wrong call stays a TypeError
                raise ArgumentError(
                    f"{backward.__name__}: cache is not that of {forward}: {error}"
                ) from error

        return marked

    return mark
