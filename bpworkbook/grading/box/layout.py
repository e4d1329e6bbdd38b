"""What the box sees of this machine: Python, NumPy, IPython, and a copy of its own code."""

import importlib.util
import json
import os
import shutil
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bpworkbook.workbook.blas import ONE_THREAD

HERE = Path(__file__).parent
COPY = "graderbox"  # the package's name in the box
INSIDE = ("limits", "kernel", "seccomp", "rules", "harden", "guard", "cells", "inside", "server")
COMPILED = shutil.ignore_patterns("__pycache__")
NEEDED = ("numpy", "IPython")
LIBRARIES = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/nix/store")
ZONES = ("/usr/share/zoneinfo", "/etc/localtime")

START = (
    "import sys; code, sites, backend, control, settings = sys.argv[1:6]; import json; "
    "sys.path[:] = [p for p in sys.path if p]; sys.path += json.loads(sites); "
    "sys.path.insert(0, code); sys.argv[:] = ['']; "
    f"from {COPY}.box.server import main; main(backend, int(control), json.loads(settings))"
)


@dataclass(frozen=True)
class Layout:
    """The places of a Python installation.

    Parameters
    ----------
    python : str
        The interpreter.
    prefixes : tuple of str
        The folders of the interpreter and its standard library.
    sites : tuple of str
        The folders that hold NumPy, IPython and whatever is installed beside them.
    hidden : tuple of str
        What lies in these folders and may not be seen: this package and its repository.
    """

    python: str
    prefixes: tuple[str, ...]
    sites: tuple[str, ...]
    hidden: tuple[str, ...]

    @classmethod
    def of_this_python(cls) -> "Layout":
        """Find the places of the running interpreter.

        Examples
        --------
        >>> layout = Layout.of_this_python()
        >>> all(Path(site).is_dir() for site in layout.sites)
        True
        """
        package = HERE.parent.parent
        hidden = [package, *package.parent.glob("bpworkbook-*.dist-info")]
        # In a checkout the solutions lie beside the package.
        if (package.parent / "pyproject.toml").exists():
            hidden = [package.parent]
        python = os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)
        sites = dict.fromkeys(str(site) for site in _sites() if site not in hidden)
        return cls(python, _prefixes(python), tuple(sites), tuple(map(str, hidden)))

    def readable(self) -> list[str]:
        """Return files and folders that may be read, without what is hidden."""
        found = [*self.prefixes, *LIBRARIES, *ZONES]
        spared: list[str] = []
        for path in [*found, *self.sites]:
            spared += _without(Path(path), [Path(hidden) for hidden in self.hidden])
        return list(dict.fromkeys(spared))

    def command(self, code: str, backend: str, control: int, settings: str) -> list[str]:
        """Return the command that starts the server."""
        options = ["-S", "-s", "-B", "-P", "-X", "utf8", "-c", START]
        told = [code, json.dumps(self.sites), backend, str(control), settings]
        return [self.python, *options, *told]


def environment(home: str) -> dict[str, str]:
    """Return all environment variables of the box."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return kept | {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": home,
        "MPLCONFIGDIR": home,
        "MPLBACKEND": "Agg",
        "IPYTHONDIR": home,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "MALLOC_ARENA_MAX": "1",
        **ONE_THREAD,
    }


def copy_code() -> str:
    """Copy the code that runs in the box to a new folder, as a package; return the folder."""
    folder = Path(tempfile.mkdtemp(prefix="bpworkbook-box-"))
    box = folder / COPY / "box"
    box.mkdir(parents=True)
    for package in (box, box.parent):
        (package / "__init__.py").write_text("", encoding="utf-8")
    shutil.copytree(HERE.parent / "wire", box.parent / "wire", ignore=COMPILED)
    for name in INSIDE:
        shutil.copyfile(HERE / f"{name}.py", box / f"{name}.py")
    return str(folder)


def _sites() -> list[Path]:
    found = [Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")]
    for name in NEEDED:
        spec = importlib.util.find_spec(name)
        if spec and spec.origin:
            found.append(Path(spec.origin).parent.parent)
    return [site for site in found if site.is_dir()]


def _prefixes(python: str) -> tuple[str, ...]:
    if sys.base_prefix == "/usr":  # all of /usr would be more than Python
        library = sysconfig.get_path("stdlib", vars={"base": "/usr", "installed_base": "/usr"})
        return (python, library, "/usr/lib/python3")
    return (sys.base_prefix,)


def _without(path: Path, hidden: list[Path]) -> list[str]:
    """Return ``path``, or the parts of it that hold nothing hidden."""
    if not path.exists() or any(path == one or one in path.parents for one in hidden):
        # A virtual environment inside the repository is seen, the repository around it is not.
        return [str(path)] if path.exists() and "site-packages" in path.parts else []
    if not any(path in one.parents for one in hidden):
        return [str(path)]
    return [part for child in sorted(path.iterdir()) for part in _without(child, hidden)]
