"""Which browser is driven: the one named by CHROMIUM_PATH, the system's, or Playwright's own.

Run as a script, this prints one line on how to get a browser where there is none.
"""

import os
import shutil
from pathlib import Path

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "%PROGRAMFILES%/Google/Chrome/Application/chrome.exe",
    "%PROGRAMFILES(X86)%/Microsoft/Edge/Application/msedge.exe",
)
NO_BROWSER = (
    "No browser: the browser tests are skipped; "
    "`python tasks.py browser` gets one (about 150 MB), or install Chromium."
)


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None where there is none."""
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        return named if Path(named).is_file() else None
    for found in (*map(shutil.which, NAMES), *map(os.path.expandvars, PLACES)):
        if found and Path(found).is_file():
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


def must_have_one() -> bool:
    """Say whether the tests may not be skipped for want of a browser."""
    return os.environ.get("CI", "").lower() in ("true", "1")


if __name__ == "__main__" and find_chromium() is None and not must_have_one():
    print(NO_BROWSER)
