"""The sourced time line: events as data, read from events.toml."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STRANDS = ("control", "differentiation", "learning", "neuroscience")
"""The four strands, in the order in which they are drawn, from the top."""


@dataclass(frozen=True)
class Event:
    """A dated work.

    Parameters
    ----------
    year : int
    who, strand, evidence : str
        Authors, one of `STRANDS`, and one line on what the work holds.
    works : tuple of str
        Two keys of the bibliography: the work, and an independent one that dates or credits it.
    sweep : bool
        Whether slopes are computed backwards in it.
    card : str
        Its letter in exercise 12.1, if it has one.
    disputed : str
        What is not agreed, and by whom.
    """

    year: int
    who: str
    strand: str
    evidence: str
    works: tuple[str, ...]
    sweep: bool = False
    card: str = ""
    disputed: str = ""


@cache
def all_events() -> tuple[Event, ...]:
    """Return the events in order of years.

    Examples
    --------
    >>> events = all_events()
    >>> len(events), events[0].who, events[-1].year
    (23, 'McCulloch and Pitts', 1989)
    >>> all(len(set(event.works)) == 2 and event.strand in STRANDS for event in events)
    True
    """
    text = Path(__file__).with_name("events.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["event"]
    events = (Event(**{**row, "works": tuple(row["works"])}) for row in rows)
    return tuple(sorted(events, key=lambda event: event.year))


def chosen(strand: str = "all", first: int = 1940, last: int = 1989) -> tuple[Event, ...]:
    """Return the events of one strand, or of all, from one year to another.

    Examples
    --------
    >>> [event.who for event in chosen("control", 1960, 1961)]
    ['Kelley', 'Bryson']
    """
    return tuple(
        event
        for event in all_events()
        if first <= event.year <= last and strand in ("all", event.strand)
    )


def cards() -> dict[str, Event]:
    """Return the ten events of exercise 12.1 by letter.

    Examples
    --------
    >>> "".join(sorted(cards())), len({event.year for event in cards().values()})
    ('ABCDEFGHIJ', 10)
    """
    return {event.card: event for event in all_events() if event.card}


def by_decade(which: Callable[[Event], bool]) -> dict[str, int]:
    """Count the events of a kind in each decade.

    Examples
    --------
    >>> by_decade(lambda event: event.sweep)
    {'1940s': 0, '1950s': 0, '1960s': 4, '1970s': 4, '1980s': 5}
    """
    counts = {f"{decade}s": 0 for decade in range(1940, 1990, 10)}
    for event in all_events():
        counts[f"{event.year // 10 * 10}s"] += which(event)
    return counts


def as_lines(events: Sequence[Event]) -> str:
    """Return one line for each event: the year, who, what, and the two works behind it.

    Examples
    --------
    >>> print(as_lines(chosen("neuroscience", 1949, 1949)))
    1949  Hebb: a rule for synapses: what fires together is joined more strongly
          [hebb1949, schmidhuber2015]
    """
    return "\n".join(
        f"{event.year}  {event.who}: {event.evidence}\n      [{', '.join(event.works)}]"
        for event in events
    )
