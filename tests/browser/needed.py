"""Whether the browser tests may be skipped.

Run as a module, this prints one line on how to get a browser where they will be.
"""

import os

from benchmarks.chromium import NO_BROWSER, find_chromium

SKIPPED = f"The browser tests are skipped: {NO_BROWSER}"


def must_have_one() -> bool:
    """Say whether the tests may not be skipped for want of a browser."""
    return os.environ.get("CI", "").lower() in ("true", "1")


if __name__ == "__main__" and find_chromium() is None and not must_have_one():
    print(SKIPPED)
