"""A virtual environment for the libraries compared, made when it is first needed.

The project itself does not depend on them. This file needs nothing but Python: it runs before
anything is installed. The installation is repeated only when what is to be installed has changed.
"""

import argparse
import ctypes
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"

TORCH = "torch==2.13.0"
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
"""PyTorch's own index: what PyPI has for Linux brings gigabytes of CUDA along."""

PEERS = (
    "numpy>=2.2,<3",
    "scikit-learn>=1.6,<2",
    "autograd>=1.7,<2",
    "matplotlib>=3.10,<4",
    "threadpoolctl>=3.5,<4",
    "rich>=13.9,<16",
)
NEEDED = ("numpy", "matplotlib", "PIL", "rich")
"""What the benchmarks import, peers aside."""

THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Read by the libraries when they are loaded, so they are set before a process starts."""


class BenchmarkError(Exception):
    """The benchmark cannot do what was asked; the message is one sentence."""


def enter(module: str, arguments: Sequence[str], *, gpu: bool = False, here: bool = False) -> None:
    """Go on as ``python -m module`` in the environment; return only where this process is there.

    Parameters
    ----------
    module : str
        The module that was started, such as "benchmarks.training".
    arguments : sequence of str
        Its arguments.
    gpu : bool
        Take the environment with CuPy, and PyTorch for the GPU.
    here : bool
        Stay in this Python and use what is installed there.

    Raises
    ------
    BenchmarkError
        If the environment cannot be made, or ``here`` and something needed is missing here.
    """
    os.chdir(ROOT)
    if here:
        missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
        if missing:
            raise BenchmarkError(
                f"this Python lacks {', '.join(missing)}; leave out --here and --no-peers."
            )
        return
    folder = ROOT / (".benchmark-venv-gpu" if gpu else ".benchmark-venv")
    if Path(sys.prefix).resolve() != folder.resolve():
        python = make(folder, gpu=gpu)
        become([str(python), "-m", module, *arguments])


def run_in_project(
    module: str,
    arguments: Sequence[str],
    options: argparse.Namespace,
    run: Callable[[argparse.Namespace], int],
    *,
    needed: Sequence[str],
    without: str,
) -> int:
    """Go on in the project's .venv where this Python lacks something; return the exit code.

    Parameters
    ----------
    module, arguments : str, sequence of str
        What was started, as `enter` takes it.
    options : Namespace
        Of these arguments, with ``output``, a folder.
    run : function
        Does the work, given the options.
    needed : sequence of str
        What it imports.
    without : str
        What to say where neither this Python nor .venv has it.
    """
    options.output = options.output.resolve()  # before the working folder is changed
    try:
        os.chdir(ROOT)
        if not all(importlib.util.find_spec(name) for name in needed):
            folder = ROOT / ".venv"
            python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
            if Path(sys.prefix).resolve() == folder.resolve() or not python.exists():
                raise BenchmarkError(without)
            become([str(python), "-m", module, *arguments, "--output", str(options.output)])
        return run(options)
    except BenchmarkError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def become(command: Sequence[str]) -> NoReturn:
    """Run a command in the place of this process."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], list(command))  # this passes Ctrl-C straight on to it
    sys.exit(subprocess.call(list(command)))


def make(
    folder: Path,
    installed: Sequence[tuple[str, Sequence[str]]] | None = None,
    *,
    gpu: bool = False,
) -> Path:
    """Make or refresh an environment unless it is as it should be; return its Python.

    It holds what ``installed`` lists as ``steps`` does; without that, what ``steps`` lists.
    """
    installed = steps(gpu=gpu) if installed is None else installed
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "benchmarks-installed.txt"
    wanted = stamp_text(installed)
    if python.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    started = time.monotonic()
    print(f"Making {folder.name} for the libraries compared (once, a few minutes):", flush=True)
    print("  virtual environment", flush=True)
    _run([sys.executable, "-m", "venv", "--clear", str(folder)], "Python's venv did not work")
    # Git, and the tools that read its lists, pass the folder over.
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    for name, arguments in installed:
        print(f"  {name}", flush=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        _run([*pip, *arguments], f"installing {name} did not work (no network, perhaps)")
    stamp.write_text(wanted, encoding="utf-8")
    print(f"Ready in {time.monotonic() - started:.0f} s.", flush=True)
    return python


def steps(*, gpu: bool = False) -> list[tuple[str, list[str]]]:
    """Return what is installed, in this order: a name, and the arguments of `pip install`."""
    torch = [TORCH]
    if sys.platform.startswith("linux") and not gpu:
        torch += ["--extra-index-url", CPU_WHEELS]
    peers = [*PEERS, *([cupy()] if gpu else [])]
    return [("PyTorch", torch), ("the other peers", peers), ("the project", ["--editable", "."])]


def stamp_text(installed: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return what the stamp file says after this installation of this state of the project.

    The project's own requirements count, and so do its folder and the version of Python.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    state = repr([project["dependencies"], *((name, list(words)) for name, words in installed)])
    return f"{VERSION} {hashlib.sha256(state.encode()).hexdigest()} {ROOT}\n"


def thread_environment(threads: int) -> dict[str, str]:
    """Return this process's environment, with every library held to ``threads`` threads.

    OpenBLAS is told what `bpworkbook lab` tells it, unless the caller's environment says otherwise.
    """
    from bpworkbook.workbook.blas import openblas_variables

    threads_each = dict.fromkeys(THREAD_VARIABLES, str(threads))
    return {**openblas_variables(), **os.environ, **threads_each}


def nvidia_devices() -> tuple[int, int]:
    """Return how many NVIDIA GPUs the driver sees and the CUDA version that it offers, or (0, 0).

    The driver is asked directly, so that nothing large is installed where there is no GPU.
    """
    name = "nvcuda.dll" if os.name == "nt" else "libcuda.so.1"
    try:
        driver = ctypes.CDLL(name)
        count, version = ctypes.c_int(0), ctypes.c_int(0)
        if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
            return 0, 0
        driver.cuDriverGetVersion(ctypes.byref(version))
    except (OSError, AttributeError):
        return 0, 0
    return count.value, version.value // 1000


def cupy() -> str:
    """Return the CuPy to install: wheels are made for one major version of CUDA."""
    _, cuda = nvidia_devices()
    return "cupy-cuda12x>=13.3" if cuda < 13 else "cupy-cuda13x>=13.6"


def _run(command: list[str], trouble: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        reason = f": {said[-1]}" if said else ""
        raise BenchmarkError(f"{trouble}{reason.rstrip('.')}.")
