"""A real PostgreSQL of its own for the tests, in a temporary folder, reached by a socket there."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/pgsql-*/bin")
USERS = ("postgres", "nobody")  # the server refuses to run as root


def programs() -> Path | None:
    """Return the folder with initdb and pg_ctl, None where PostgreSQL is not installed."""
    found = [path for place in PLACES for path in sorted(Path("/").glob(place[1:]))]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    whole = [path for path in found if (path / "initdb").exists() and (path / "pg_ctl").exists()]
    return whole[-1] if whole else None


def why_not() -> str:
    """Say why the tests with PostgreSQL are skipped, "" where they run."""
    if os.name != "posix" or programs() is None:
        return "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and _user() is None:
        return "PostgreSQL does not run as root, and there is no user postgres or nobody"
    return ""


def _user() -> str | None:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in USERS if name in known), None)


@contextmanager
def server() -> Iterator[str]:
    """Start a server, give the URL of its databases without their name, and end it."""
    bin_folder = programs()
    assert bin_folder is not None
    # Not pytest's folder: its parents are closed to other users, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="bp-pg-"))
    user = _user() if os.geteuid() == 0 else None
    options = {} if user is None else {"user": user}
    if user is not None:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(bin_folder / program), *arguments],
            cwd=folder,
            env={**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=(folder / "output").open("ab"),
            stderr=subprocess.STDOUT,
            timeout=60,
            **options,
        )
        assert done.returncode == 0, (folder / "output").read_text("utf-8", "replace")[-2000:]

    (folder / "output").touch()
    if user is not None:
        shutil.chown(folder / "output", user)
    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "grader", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = f"-F -c listen_addresses= -c unix_socket_directories={folder}"
        run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-w", "-o", settings, "start")
        try:
            yield f"postgresql://grader@/{{}}?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
