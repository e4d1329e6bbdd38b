"""Set up and run the project: `python tasks.py course`, `test`, `lint`, `build` or `browser`.

Needs only Python 3.11 or newer. It makes `.venv` beside this file, installs the project there, and
runs the command in it; the installation is repeated only after `pyproject.toml` has changed.
"""

import argparse
import hashlib
import io
import os
import subprocess
import sys
import time
from pathlib import Path

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"

# First, and without newer syntax in this file, so that an older Python can still say it.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        f"Error: this project needs Python 3.11 or newer, but this is Python {VERSION}. "
        "Install one from https://www.python.org/downloads/ and run `python3.11 tasks.py ...`."
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "bpworkbook-installed.txt"
OLDEST_PIP = (25, 1)  # the first that installs dependency groups

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy", "bpworkbook", "benchmarks", "tasks.py"],
    "lessons": ["bpworkbook", "lint"],
}


class SetupError(Exception):
    """The project cannot be set up or run; the message is one sentence."""


def main() -> int:
    """Run the task named on the command line and return its exit code."""
    parser = argparse.ArgumentParser(prog="tasks.py", description=__doc__.split("\n\n", 1)[0])
    tasks = {"course": course, "test": test, "lint": lint, "build": build, "browser": browser}
    helps = {
        "course": "open the course in JupyterLab; further arguments go to `bpworkbook lab`",
        "test": "run everything that CI runs; further arguments go to pytest",
        "lint": "run the checks of `test` that need no test",
        "build": "build the notebooks; further arguments go to `bpworkbook build`",
        "browser": "download a browser for the browser tests",
    }
    parser.add_argument(
        "task", choices=tasks, help="; ".join(f"{k}: {v}" for k, v in helps.items())
    )
    name, arguments = parser.parse_args(sys.argv[1:2]).task, sys.argv[2:]
    os.chdir(ROOT)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an old Windows code page lacks some signs
    try:
        return tasks[name](arguments)
    except SetupError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def course(arguments: list[str]) -> int:
    """Install what a learner needs and open JupyterLab."""
    install(with_tests=False)
    command = [str(PYTHON), "-m", "bpworkbook", "lab", *arguments]
    if os.name == "posix":
        # Becoming the command passes Ctrl-C and a closing terminal straight on to JupyterLab.
        sys.stdout.flush()
        os.execv(command[0], command)
    return subprocess.call(command)


def test(arguments: list[str]) -> int:
    """Run every check, then every test; pytest's own summary is the last line when all is well."""
    install(with_tests=True)
    failed = run_checks()
    browser_notice()
    command = [str(PYTHON), "-m", "pytest", "-n", "2", "--dist", "worksteal", *arguments]
    code = subprocess.call(command)
    if failed and code == 0:
        print(f"Error: the tests passed, but these failed: {', '.join(failed)}.", file=sys.stderr)
        return 1
    return code


def lint(arguments: list[str]) -> int:
    """Run the checks that need no test."""
    if arguments:
        raise SetupError(f"lint takes no arguments, but got {' '.join(arguments)}.")
    install(with_tests=True)
    return 1 if run_checks() else 0


def build(arguments: list[str]) -> int:
    """Build the notebooks from the lessons."""
    install(with_tests=True)
    return subprocess.call([str(PYTHON), "-m", "bpworkbook", "build", *arguments])


def browser(arguments: list[str]) -> int:
    """Download Playwright's own browser into the user's cache."""
    install(with_tests=True)
    return subprocess.call([str(PYTHON), "-m", "playwright", "install", "chromium", *arguments])


def run_checks() -> list[str]:
    """Run the checks one after the other, print one line on all, and return those that failed."""
    results = {}
    for name, (module, *arguments) in CHECKS.items():
        done = subprocess.run(
            [str(PYTHON), "-m", module, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        results[name] = done.returncode == 0
        if not results[name]:
            print(f"--- {name} ---\n{done.stdout.rstrip()}")
    print(
        " · ".join(f"{name} {'ok' if ok else 'FAILED'}" for name, ok in results.items()), flush=True
    )
    return [name for name, ok in results.items() if not ok]


def browser_notice() -> None:
    """Say in one line how to get a browser where the browser tests will find none."""
    command = [str(PYTHON), "-m", "tests.browser.needed"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    if done.stdout.strip():
        print(done.stdout.strip(), flush=True)


def install(*, with_tests: bool) -> None:
    """Make `.venv` and install the project there, unless that was done for its present state."""
    wanted = {wanted_stamp(True)} if with_tests else {wanted_stamp(True), wanted_stamp(False)}
    if STAMP.is_file() and PYTHON.exists() and STAMP.read_text(encoding="utf-8") in wanted:
        return
    started = time.monotonic()
    print(f"Setting up {VENV.name} (once; this takes a minute or two) ...", flush=True)
    if not venv_works():
        make_venv()
    STAMP.unlink(missing_ok=True)
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    if pip_version() < OLDEST_PIP:
        run([*pip, "install", "--quiet", "--upgrade", "pip>=25.1"])
    groups = ["--group", "test"] if with_tests else []
    run([*pip, "install", "--quiet", "--editable", ".", *groups])
    STAMP.write_text(wanted_stamp(with_tests), encoding="utf-8")
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def wanted_stamp(with_tests: bool) -> str:
    """Return what the stamp file says after an installation of this state of the project."""
    kind = "test" if with_tests else "course"
    state = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    # The folder counts because an editable installation points to where the project was.
    return f"{kind} {VERSION} {state} {ROOT}\n"


def venv_works() -> bool:
    """Say whether `.venv` holds a Python of this version; moving or upgrading things breaks it."""
    probe = "import sys, pip; print(f'{sys.version_info[0]}.{sys.version_info[1]}')"
    try:
        done = subprocess.run([str(PYTHON), "-c", probe], capture_output=True, text=True)
    except OSError:
        return False
    return done.stdout.strip() == VERSION


def make_venv() -> None:
    """Make `.venv` anew."""
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True
    )
    if done.returncode:
        hint = ""
        if "ensurepip" in done.stdout + done.stderr:
            hint = " (on Debian and Ubuntu: `sudo apt install python3-venv`)"
        raise SetupError(
            f"making {VENV} did not work{hint}: {(done.stderr or done.stdout).strip()}"
        )


def pip_version() -> tuple[int, ...]:
    """Return the version of pip in `.venv`, as numbers."""
    probe = "import importlib.metadata as m; print(m.version('pip'))"
    done = subprocess.run([str(PYTHON), "-c", probe], capture_output=True, text=True, check=True)
    return tuple(int(part) for part in done.stdout.split(".")[:2] if part.strip().isdigit())


def run(command: list[str]) -> None:
    """Run a step of the set-up; stop with one sentence where it fails."""
    if subprocess.call(command):
        raise SetupError(
            "the installation stopped, see above (no network, perhaps); run this again to retry."
        )


if __name__ == "__main__":
    sys.exit(main())
