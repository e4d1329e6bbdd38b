"""Text that others wrote, made fit for a page; and numbers and times as people read them."""

import unicodedata
from datetime import UTC, datetime, timedelta

from bpworkbook.workbook.cards import inline

LONGEST = 600


def visible(text: str, most: int = LONGEST) -> str:
    r"""Return text in which nothing is hidden, and not too much of it.

    A character that would not be seen, or would turn the rest of the line around, is named.

    Examples
    --------
    >>> visible("a\u202eb\x1b[1m\tc")
    'a[U+202E]b[U+001B][1m c'
    >>> visible("x" * 1000, most=5)
    'xxxx…'
    """
    if len(text) > most:
        text = f"{text[: most - 1]}…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _named(c) for c in text)


def _named(character: str) -> str:
    if character in "\t\n\r" or unicodedata.category(character) == "Zs":
        return " "
    return f"[U+{ord(character):04X}]"


def as_html(text: str, most: int = LONGEST) -> str:
    """Return a line as HTML: escaped, and what stands between backticks as code.

    >>> as_html("`a<b` is not </script>")
    '<code>a&lt;b</code> is not &lt;/script&gt;'
    """
    return inline(visible(text, most))


def lines(text: str, most: int = 4_000) -> list[str]:
    """Return what a person wrote line by line, without empty lines.

    >>> lines("well done\\n\\nsee me")
    ['well done', 'see me']
    """
    return [line for line in text[:most].splitlines() if line.strip()]


def percent(share: float) -> str:
    """Return a share as whole percents.

    >>> percent(0.666)
    '67 %'
    """
    return f"{share * 100:.0f} %"


def count(many: int, what: str) -> str:
    """Return a number with its noun.

    >>> count(1, "student"), count(1200, "answer")
    ('1 student', '1,200 answers')
    """
    return f"{many:,} {what}{'s' * (many != 1)}"


def listed(names: list[str] | tuple[str, ...]) -> str:
    """Return names as a sentence has them.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def moment(time: datetime) -> str:
    """Return a time in UTC, for a page that may be read anywhere.

    >>> moment(datetime(2026, 10, 1, 9, 5, tzinfo=UTC))
    '1 October 2026, 09:05 UTC'
    """
    utc = time.astimezone(UTC)
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC"


def span(time: timedelta) -> str:
    """Return how long something lasted, in its largest unit.

    >>> span(timedelta(hours=30)), span(timedelta(days=3)), span(timedelta(seconds=20))
    ('30 hours', '3 days', '1 minute')
    """
    minutes = max(1, round(time / timedelta(minutes=1)))
    if minutes < 90:
        return count(minutes, "minute")
    hours = round(minutes / 60)
    return count(hours, "hour") if hours < 48 else count(round(hours / 24), "day")


# Not by strftime: its names of months depend on the machine.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
