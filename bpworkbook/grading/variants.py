"""Which variant a student has, and who holds another's.

A variant is made of the assignment's seed and the student's login, so nothing has to be kept for
it. It decides what a student is shown, never a mark.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping

LENGTH = 6
IN_A_NOTEBOOK = re.compile(
    rb"""(?:\b|\\n)lesson\(\s*\\?["']\d\d\\?["']\s*,\s*variant\s*=\s*\\?["']([0-9a-f]{6})\\?["']"""
)


def variant_of(seed: str, login: str) -> str:
    """Return the variant of a student in an assignment with this seed.

    Examples
    --------
    >>> variant_of("spring", "ada")
    '243269'
    """
    return hashlib.sha256(f"variant\0{seed}\0{login}".encode()).hexdigest()[:LENGTH]


def variant_in(raw: bytes) -> str:
    r"""Return the variant that a notebook opens its lesson with, ``""`` where it has none.

    Examples
    --------
    >>> variant_in(b'"w = lesson(\\"09\\", variant=\\"3f9a1c\\")"')
    '3f9a1c'
    """
    found = {match[1].decode() for match in IN_A_NOTEBOOK.finditer(raw)}
    return found.pop() if len(found) == 1 else ""


def borrowed(seed: str, held: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """Return a remark for each pair of a student and a variant that was made for someone else.

    Parameters
    ----------
    seed : str
        The assignment's.
    held : iterable of (login, variant)
        What was handed in.

    Examples
    --------
    >>> ada, bob = variant_of("spring", "ada"), variant_of("spring", "bob")
    >>> borrowed("spring", [("ada", ada), ("bob", ada), ("eve", "")])
    {('bob', '243269'): 'Holds the variant of ada.'}
    """
    held = list(held)
    pairs = list(dict.fromkeys((login, variant) for login, variant in held if variant))
    owners = {variant_of(seed, login): login for login, _ in held}
    # Where nobody has their own, the platform gave other names than the roster did.
    known = any(owners.get(variant) == login for login, variant in pairs)
    holders: dict[str, list[str]] = {}
    for login, variant in pairs:
        holders.setdefault(variant, []).append(login)
    remarks: dict[tuple[str, str], str] = {}
    for login, variant in pairs:
        if variant == variant_of(seed, login):
            continue
        others = [other for other in holders[variant] if other != login]
        if variant in owners:
            remarks[login, variant] = f"Holds the variant of {owners[variant]}."
        elif others:
            remarks[login, variant] = f"Holds the same variant as {', '.join(others[:5])}."
        elif known:
            remarks[login, variant] = f"Holds the variant {variant}, which is someone else's."
    return remarks
