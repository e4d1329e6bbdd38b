"""How NumPy's matrix products are computed: on how many threads, and by which of BLAS's codes."""

from pathlib import Path

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
}
"""For the environment of a kernel, before NumPy is loaded.

The course's matrices are small: threads would spend their time waiting for each other, all the more
where the browser or another kernel needs the same cores. One thread also keeps the order of sums,
and with it the last digits, the same on any number of cores.
"""

PROCESSOR = Path("/proc/cpuinfo")


def openblas_variables(told: str | None = None) -> dict[str, str]:
    r"""Return what has OpenBLAS compute products more quickly than by its own choice.

    AMD's Zen 4 knows AVX-512, but takes 512 bits in two steps. OpenBLAS (0.3.31) sees the one and
    takes the code made for Intel's processors; what it has for the Zens before is quicker, most of
    all where a matrix is narrow, as in convolutions. `python -m benchmarks.training` measures with
    this variable, and without where `OPENBLAS_CORETYPE=SkylakeX` stands before the command.

    Parameters
    ----------
    told : str, optional
        What Linux tells of its processors; unless given, what it tells here.

    Returns
    -------
    dict of str to str
        For the environment of a process, before NumPy is loaded; empty on other processors.

    Examples
    --------
    >>> zen_3 = "vendor_id : AuthenticAMD\ncpu family : 25\nflags : fma avx2"
    >>> openblas_variables(zen_3), openblas_variables(zen_3 + " avx512f")
    ({}, {'OPENBLAS_CORETYPE': 'Zen'})
    """
    if told is None:
        told = PROCESSOR.read_text(errors="replace") if PROCESSOR.is_file() else ""
    fields = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    known = {name.strip(): value.split() for name, value in fields.items()}
    zen_3_or_4 = known.get("vendor_id") == ["AuthenticAMD"] and known.get("cpu family") == ["25"]
    zen_4 = zen_3_or_4 and "avx512f" in known.get("flags", [])
    return {"OPENBLAS_CORETYPE": "Zen"} if zen_4 else {}
