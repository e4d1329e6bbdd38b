"""Moving arrays between the CPU and a GPU: the one file that knows CuPy.

All other functions of ``nn`` work on either side, because NumPy's functions dispatch on the type of
their arguments. To train on a GPU, move the data and the parameters there:

    X, y = to_device(X), to_device(y)
    for parameter in model.parameters():
        parameter.data = to_device(parameter.data)

CuPy is imported when ``has_gpu`` or ``to_device`` is first called, and nothing needs it otherwise.
"""

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import is_array


def has_gpu() -> bool:
    """Tell whether CuPy is installed and sees a GPU.

    Returns
    -------
    bool
        False too where CuPy is installed but its driver or libraries do not load.

    Examples
    --------
    >>> has_gpu() in (True, False)
    True
    """
    try:
        cupy = importlib.import_module("cupy")
        return int(cupy.cuda.runtime.getDeviceCount()) > 0
    except (ImportError, OSError, RuntimeError):
        # CuPy raises a RuntimeError of its own where there is no driver.
        return False


def is_device_array(x: Any) -> bool:
    """Tell whether ``x`` is an array on a GPU. CuPy is not imported for it.

    Parameters
    ----------
    x : Any
        What may be an array.

    Returns
    -------
    bool
        True for a ``cupy.ndarray``, False for anything else.

    Examples
    --------
    >>> is_device_array(np.zeros(3)), is_device_array([0.0])
    (False, False)
    """
    return type(x).__module__.split(".")[0] == "cupy" and hasattr(x, "get")


def to_numpy(x: Any) -> NDArray[Any]:
    """Return ``x`` as a NumPy array, copied from the GPU if it lies there.

    Parameters
    ----------
    x : array
        On either side.

    Returns
    -------
    NumPy array, shape and dtype of ``x``
        ``x`` itself where it is one.

    Raises
    ------
    ArgumentError
        If ``x`` is no array.

    Examples
    --------
    >>> x = np.zeros(3)
    >>> to_numpy(x) is x
    True
    """
    if is_device_array(x):
        host: NDArray[Any] = x.get()
        return host
    if not isinstance(x, np.ndarray | np.generic):
        raise ArgumentError(f"to_numpy: x is {describe(x)}, expected an array")
    return np.asarray(x)


def to_device(x: Any) -> Any:
    """Return ``x`` as an array on the GPU, copied there unless it is there already.

    Parameters
    ----------
    x : array
        On either side.

    Returns
    -------
    CuPy array
        ``x`` itself where it is one.

    Raises
    ------
    ArgumentError
        If ``x`` is no array.
    RuntimeError
        If there is no GPU, or no CuPy.

    Examples
    --------
    >>> to_device([1.0])
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: to_device: x is a list, expected an array
    """
    if is_device_array(x):
        return x
    if not is_array(x):
        raise ArgumentError(f"to_device: x is {describe(x)}, expected an array")
    if not has_gpu():
        raise RuntimeError(
            "to_device: no GPU here, or no CuPy that sees it (docs.cupy.dev says how to install it)"
        )
    return importlib.import_module("cupy").asarray(x)
