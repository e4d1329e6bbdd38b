"""How many threads the matrix products of a kernel may use."""

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
