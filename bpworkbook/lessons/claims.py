"""What is commonly said of backpropagation, and which lesson lets the learner see or correct it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

CLAIMS_FILE = Path(__file__).with_name("claims.toml")

TAG = "claim-"
"""A cell that measures a claim carries this and the claim's key as a tag."""


class ClaimError(ValueError):
    """Raised for an entry that is incomplete."""


@dataclass(frozen=True)
class Claim:
    """One thing that is said.

    Parameters
    ----------
    key : str
        Its name in tags.
    says : str
        The claim in one sentence.
    lesson : str
        The number of the lesson that measures it.
    """

    key: str
    says: str
    lesson: str


def load_claims(path: Path = CLAIMS_FILE) -> dict[str, Claim]:
    """Return the claims by key, in the order of the file.

    Raises
    ------
    ClaimError
        An entry lacks what it says or its lesson, or has more than that.

    Examples
    --------
    >>> load_claims()["what-1"].lesson
    '09'
    """
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    for key, entry in entries.items():
        if set(entry) != {"says", "lesson"}:
            raise ClaimError(f"{path.name}: {key} has {', '.join(entry)}, wanted says and lesson")
    return {key: Claim(key, **entry) for key, entry in entries.items()}
