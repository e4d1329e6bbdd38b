"""A picture as a notebook stores it."""

import base64

Output = tuple[dict[str, str], dict[str, dict[str, str]]]
"""Data and metadata of an output, by media type."""


def stored_output(png: bytes, alt: str, words: str = "") -> Output:
    """Return a PNG file with its alt text, and words for whoever cannot show it.

    The metadata is what nbconvert writes into the ``alt`` attribute of its ``<img>``. Without
    ``words`` the alt text stands for the picture.

    Examples
    --------
    >>> stored_output(b"png", "A dot.")
    ({'image/png': 'cG5n', 'text/plain': 'A dot.'}, {'image/png': {'alt': 'A dot.'}})
    """
    data = {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": words or alt}
    return data, {"image/png": {"alt": alt}}
