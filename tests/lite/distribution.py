"""Python and NumPy for a kernel in the browser, in one folder: made of what npm and PyPI have.

On the open Internet JupyterLite takes all this from Pyodide's own server. Here it is put together,
so that the experiments can be tried where that cannot be reached, and always with the same parts.
Pyodide is on npm, and so is a NumPy built for it. Matplotlib and igraph are not to be had so: names
stand in for Matplotlib, and experiments that lay out graphs are left out.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

PYODIDE = "pyodide@0.27.6"
NUMPY = "@emscripten-forge/numpy@2.0.1-py312h4e66579-0"
WIDGETS = ("anywidget==0.9.18", "jupyterlab-widgets==3.0.15")
"""In the kernel and in the page alike: those of the page fit JupyterLite's JupyterLab, 4.4."""

WHEELS = (
    *WIDGETS, "asttokens", "comm", "cycler", "decorator", "executing", "filelock",
    "ipython<9", "ipywidgets==8.1.7", "jedi", "matplotlib-inline",
    "micropip==0.9.0", "packaging", "parso", "platformdirs", "prompt-toolkit", "psygnal",
    "pure-eval", "pygments", "six", "stack-data", "traitlets", "typing-extensions", "wcwidth",
)  # fmt: skip
"""What the kernel and the widgets need, all of it pure Python."""

ANY_NAME = """
def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (), {})
"""
"""A module in which every name is there, and none does anything."""

MATPLOTLIB = (
    "__init__", "axes", "axis", "figure", "lines", "patches", "ticker", "backends/__init__",
    "backends/backend_agg",
)  # fmt: skip
SQLITE = """
class Connection: pass
class DatabaseError(Exception): pass
class OperationalError(DatabaseError): pass
class IntegrityError(DatabaseError): pass
PARSE_DECLTYPES = PARSE_COLNAMES = 0
def register_converter(name, converter): pass
"""
"""IPython imports it for the history that a kernel in the browser does not keep."""

Files = Iterable[tuple[str, bytes | str]]


def make(folder: Path, python: Path, kernel: Path, project: Path, data: Path) -> list[str]:
    """Fill a new folder and return the names of the packages in it.

    Parameters
    ----------
    folder : Path
        What becomes `static/pyodide` of the site.
    python : Path
        The interpreter that has pip.
    kernel : Path
        The wheels that come with the kernel.
    project : Path
        The project's own folder.
    data : Path
        scikit-learn's folder of data sets.
    """
    work = folder.parent / "downloads"
    work.mkdir(parents=True)
    shutil.copytree(packed(PYODIDE, work), folder)
    _mend(folder / "pyodide.asm.js")
    numpy = packed(NUMPY, work) / "pkg"
    with tarfile.open(next(numpy.glob("*.tar.gz"))) as archive:
        archive.extractall(numpy, filter="data")
    found = next(numpy.glob("lib/*/site-packages"))
    wheel(folder, "numpy", "2.0.1", files_in(found, "numpy"), "cp312-cp312-pyodide_2024_0_wasm32")
    stand_ins(folder, data)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    only = ["--only-binary=:all:", "--python-version=3.12", "--platform=any"]
    run([*pip, "download", "--no-deps", f"--dest={folder}", *only, *WHEELS])
    run([*pip, "wheel", "--no-deps", f"--wheel-dir={folder}", str(project)])
    for one in kernel.glob("*.whl"):
        if not one.name.startswith("widgetsnbextension-3"):
            shutil.copy(one, folder)
    return lock(folder)


def stand_ins(folder: Path, data: Path) -> None:
    """Write wheels in the place of packages of which little is needed: names, or data sets."""
    parts = ("__init__.py", "datasets/__init__.py", "datasets/data/__init__.py")
    sets = [(f"sklearn/datasets/data/{one.name}", one.read_bytes()) for one in data.glob("*.csv*")]
    wheel(folder, "scikit_learn", "1.6", [*((f"sklearn/{name}", "") for name in parts), *sets])
    names = [(f"matplotlib/{name}.py", ANY_NAME) for name in MATPLOTLIB]
    wheel(folder, "matplotlib", "3.10", names)
    wheel(folder, "pillow", "11", [("PIL/__init__.py", ""), ("PIL/Image.py", ANY_NAME)])
    wheel(folder, "sqlite3", "1", [("sqlite3/__init__.py", SQLITE)])
    wheel(folder, "ssl", "1", [])


def packed(name: str, folder: Path) -> Path:
    """Get a package from npm and return the folder of its files."""
    told = run(["npm", "pack", "--silent", "--pack-destination", str(folder), name])
    place = folder / re.sub(r"\W+", "-", name)
    with tarfile.open(folder / told.split()[-1]) as archive:
        archive.extractall(place, filter="data")
    return place / "package"


def files_in(folder: Path, name: str) -> Files:
    """Give the files of an installed package but its tests."""
    for one in sorted((folder / name).rglob("*")):
        if one.is_file() and not {"tests", "__pycache__"} & set(one.parts):
            yield str(one.relative_to(folder)), one.read_bytes()


def wheel(folder: Path, name: str, version: str, files: Files, tag: str = "py3-none-any") -> None:
    """Write a wheel."""
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-{tag}.whl", "w", zipfile.ZIP_DEFLATED) as made:
        for path, content in files:
            made.writestr(path, content)
        made.writestr(
            f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        made.writestr(f"{about}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        made.writestr(f"{about}/RECORD", "")


def lock(folder: Path) -> list[str]:
    """List the wheels of a folder where Pyodide looks for packages; return their names."""
    path = folder / "pyodide-lock.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    listed["packages"] = {}
    for one in sorted(folder.glob("*.whl")):
        dist, version = one.name.split("-")[:2]
        name = re.sub(r"[-_.]+", "-", dist).lower()
        with zipfile.ZipFile(one) as archive:
            tops = {path.split("/")[0].removesuffix(".py") for path in archive.namelist()}
        listed["packages"][name] = {
            "name": name, "version": version, "file_name": one.name, "install_dir": "site",
            "sha256": hashlib.sha256(one.read_bytes()).hexdigest(), "package_type": "package",
            "imports": sorted(top for top in tops if "." not in top), "depends": [],
            "unvendored_tests": False,
        }  # fmt: skip
    path.write_text(json.dumps(listed), encoding="utf-8")
    return sorted(listed["packages"])


def _mend(script: Path) -> None:
    """Give NumPy the one function of the C library that it was built with and Pyodide lacks."""
    text = script.read_text(encoding="utf-8")
    start = "wasmImports={"
    if text.count(start) != 1:
        raise ValueError(f"{script.name} does not say {start!r} once: another Pyodide?")
    script.write_text(text.replace(start, f"{start}backtrace:()=>0,"), encoding="utf-8")


def run(command: list[str], folder: Path | None = None) -> str:
    """Run a command, in a folder if one is given, and return what it prints."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        told = (done.stdout + done.stderr).strip()[-2000:]
        raise RuntimeError(f"{' '.join(command[:4])} ...: {told}")
    return done.stdout
