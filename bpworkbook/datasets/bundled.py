"""Files with data that come with scikit-learn, found without importing it, which takes a second."""

from importlib.util import find_spec
from pathlib import Path


def bundled(name: str) -> Path | None:
    """Return the file of this name among scikit-learn's data; None where it ships none.

    Parameters
    ----------
    name : str
        Such as ``"iris.csv"``.

    Examples
    --------
    >>> bundled("no such file") is None
    True
    """
    spec = find_spec("sklearn")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder, "datasets", "data", name)
        if path.is_file():
            return path
    return None
