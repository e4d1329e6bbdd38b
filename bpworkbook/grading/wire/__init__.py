"""The wire between the grader and the box: frames of JSON that hold data, and nothing that runs.

A frame is its length in four bytes, the highest first, and a JSON object in UTF-8. What JSON has is
written as it is; anything else is an object that names its kind: ``{"tuple": [...]}``,
``{"dict": {...}}``, ``{"array": base64, "dtype": "float64", "shape": [2, 3]}``,
``{"scalar": base64, "dtype": "float32"}``, ``{"handle": 3}``, ``{"int": "8000000000000000"}``,
``{"float": "nan"}``, ``{"complex": base64}``. Nothing is pickled, nothing is evaluated.

Both ends hold the same limits. `Decoder` answers any bytes with messages or `WireError`; what it
lets through can be printed and computed with. These files run in the box too and import no others.
"""

from .frames import HEADER, Decoder, encode
from .terms import (
    DTYPES,
    MOST_BITS,
    MOST_BYTES,
    MOST_DEPTH,
    MOST_ELEMENTS,
    Handle,
    Message,
    WireError,
)

__all__ = [
    "DTYPES",
    "HEADER",
    "MOST_BITS",
    "MOST_BYTES",
    "MOST_DEPTH",
    "MOST_ELEMENTS",
    "Decoder",
    "Handle",
    "Message",
    "WireError",
    "encode",
]
