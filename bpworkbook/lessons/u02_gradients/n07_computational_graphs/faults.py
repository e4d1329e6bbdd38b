"""Exercise 07.4: three faulty tables of gradients, and how an answer to them is judged."""

from typing import Any

from bpworkbook.lessons.u02_gradients.n07_computational_graphs import graphs
from bpworkbook.lessons.u02_gradients.n07_computational_graphs.graphs import SEVEN, Values

FAULTS = ("forgotten", "twice", "sign")
RIGHT = (("a", "forgotten"), ("b", "twice"), ("d", "sign"))
CODES = ("M44", "M47", "M52")


def table(node: str, fault: str) -> Values:
    """Return the gradients at x = 4, y = 2 when one fault happens at one node.

    Parameters
    ----------
    node : str
        The node that misses the path from c, that hands on twice, or that forgets its minus.
    fault : str
        One of `FAULTS`; anything else makes the right table.

    Examples
    --------
    >>> for node, fault in (*RIGHT, ("none", "")):
    ...     print(*(f"{name} {grad:.0f}" for name, grad in table(node, fault).items()))
    L 1 c 2 d 12 b 14 a 14 x 14 y 44
    L 1 c 2 d 12 b 14 a 30 x 32 y 108
    L 1 c 2 d 12 b 14 a 16 x 18 y 76
    L 1 c 2 d 12 b 14 a 16 x 18 y 52
    """
    values = graphs.evaluate(SEVEN, {"x": 4.0, "y": 2.0})
    grads = dict.fromkeys("Lcdbaxy", 0.0) | {"L": 1.0}
    for name in ("L", "d", "c", "b", "a"):
        for parent, local in graphs.arrows(SEVEN, values, name):
            slope = abs(local) if (name, fault) == (node, "sign") else local
            times = 2 if (name, fault) == (node, "twice") else 1
            if (parent, name, fault) != (node, "c", "forgotten"):
                grads[parent] += times * grads[name] * slope
    return grads


def find_faults() -> list[tuple[str, str]]:
    """Return the node and the fault of tables A, B and C."""
    return [*RIGHT]


def judge(value: Any, args: tuple[Any, ...]) -> str:
    """Return what is wrong with the pairs: nothing, a mistake's code, or a sentence.

    >>> judge([("a", "forgotten"), ("x", "sign"), ("d", "sign")], ())
    'M47'
    """
    if not isinstance(value, list | tuple) or len(value) != len(RIGHT):
        return "you returned no list of three pairs"
    for name, pair, right, code in zip("ABC", value, RIGHT, CODES, strict=True):
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return f"table {name}: you gave {pair!r:.40}; a pair of node and fault was wanted"
        node, fault = (str(word).strip() for word in pair)
        if node not in SEVEN:
            return f"table {name}: {node!r:.20} is no node of the graph"
        if fault.lower() not in FAULTS:
            return f"table {name}: {fault!r:.20} is no fault; there are {', '.join(FAULTS)}"
        if (node, fault.lower()) != right:
            return code
    return ""
