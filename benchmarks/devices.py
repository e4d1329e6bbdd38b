"""Where arrays lie and how time is taken there: on the CPU, or on a GPU with CUDA events."""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.timing import Clock, wall_clock
from bpworkbook import nn


@dataclass(frozen=True)
class Device:
    """A place to train.

    Parameters
    ----------
    title : str
        Its name in a report.
    torch : str
        Its name in PyTorch.
    move : function
        Brings a NumPy array there.
    clock : function
        Times work that is done there.
    """

    title: str
    torch: str
    move: Callable[[Any], Any]
    clock: Clock


def cpu() -> Device:
    """Return the CPU."""
    return Device("CPU", "cpu", lambda array: array, wall_clock)


def gpu() -> Device:
    """Return the GPU; ``missing_gpu`` says whether there is one."""
    cupy = importlib.import_module("cupy")
    properties = cupy.cuda.runtime.getDeviceProperties(cupy.cuda.Device().id)
    return Device(properties["name"].decode(), "cuda", nn.to_device, event_clock(cupy.cuda))


def event_clock(cuda: Any) -> Clock:
    """Return a clock that times work by two CUDA events on the default stream.

    CuPy and PyTorch both work on it, so the events enclose either's work, gaps in it included.

    Parameters
    ----------
    cuda : module
        ``cupy.cuda``, of which ``Event`` and ``get_elapsed_time`` are used.
    """

    def clock(work: Callable[[], None]) -> float:
        start, stop = cuda.Event(), cuda.Event()
        start.record()
        work()
        stop.record()
        stop.synchronize()
        return float(cuda.get_elapsed_time(start, stop)) / 1000

    return clock


def missing_gpu() -> str:
    """Return one sentence on why nothing can be measured on a GPU here, or nothing."""
    if nn.has_gpu():
        return ""
    if importlib.util.find_spec("cupy") is None:
        return "No GPU was measured: CuPy is not installed here."
    return "No GPU was measured: CuPy is installed, but sees no GPU."
