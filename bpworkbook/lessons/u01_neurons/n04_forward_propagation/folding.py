"""ReLU networks on a line: build one that folds it, and count the straight pieces exactly.

The construction is that of Montúfar, Pascanu, Cho and Bengio (2014) for one input: every layer but
the last folds the stretch from 0 to 1 onto itself, and the last cuts each fold into width + 1
pieces. It reaches their lower bound, width ** (layers - 1) * (width + 1).
"""

from typing import Any

import numpy as np

from bpworkbook.nn.validation import FloatArray

Params = list[tuple[FloatArray, FloatArray]]

_SAME = 1e-9  # kinks closer than this are one


def forward(x: FloatArray, params: Params) -> FloatArray:
    """Return the output (n,) of a ReLU network for inputs ``x`` (n,)."""
    a = x[:, None]
    for W, b in params[:-1]:
        a = np.maximum(a @ W + b, 0)
    W, b = params[-1]
    return np.asarray((a @ W + b)[:, 0])


def folded(width: int, layers: int) -> Params:
    """Return weights set by hand: ``layers`` hidden layers that fold [0, 1], and a linear output.

    Examples
    --------
    >>> len(pieces(folded(3, 2))) - 1
    12
    """
    params: Params = []
    read: FloatArray = np.ones((1, 1))  # how the next layer reads the folded line t
    for _ in range(layers - 1):
        # t -> width * t - k: unit k starts to rise at t = k / width.
        params.append((read @ np.full((1, width), float(width)), -np.arange(width, dtype=float)))
        zigzag = 2.0 * (-1.0) ** np.arange(width)
        zigzag[0] = 1.0
        read = zigzag[:, None]
    kinks = np.arange(1, width + 1) / (width + 1)
    slopes = (-1.0) ** np.arange(width)
    slopes[0] = 2.0
    # The last unit rises to the left. Otherwise the first piece would be flat, and so melt into
    # its mirror image beyond the fold.
    facing = np.ones(width)
    facing[-1] = -1.0
    params.append((read @ facing[None, :], -facing * kinks))
    params.append((np.append(np.diff(slopes), -slopes[0])[:, None], np.zeros(1)))
    return params


def drawn(width: int, layers: int, rng: np.random.Generator) -> Params:
    """Return random weights: He's for the weights, biases that put kinks inside [0, 1]."""
    W = rng.normal(size=(1, width)) * np.sqrt(2)
    params: Params = [(W, -W[0] * rng.uniform(size=width))]
    for _ in range(layers - 1):
        W = rng.normal(size=(width, width)) * np.sqrt(2 / width)
        params.append((W, rng.normal(size=width) * 0.3))
    params.append((rng.normal(size=(width, 1)) / np.sqrt(width), np.zeros(1)))
    return params


def pieces(params: Params, low: float = 0.0, high: float = 1.0) -> FloatArray:
    """Return the ends of the straight pieces of the network's output between low and high.

    Layer by layer: between two known kinks every unit is straight, so it changes sign once at
    most, at a place that a straight line gives exactly.

    Returns
    -------
    array (pieces + 1,)
        Rising positions; the first is ``low`` and the last is ``high``.
    """
    x = np.array([low, high])
    for depth in range(1, len(params)):
        z = _sums(x, params[:depth])
        left, right = z[:-1], z[1:]
        crosses = (left * right < 0) & (np.minimum(abs(left), abs(right)) > _SAME)
        gap, unit = np.nonzero(crosses)
        share = left[gap, unit] / (left[gap, unit] - right[gap, unit])
        x = _distinct(np.append(x, x[gap] + share * (x[gap + 1] - x[gap])))
    slopes = np.diff(forward(x, params)) / np.diff(x)
    bends = abs(np.diff(slopes)) > 1e-6 * max(1.0, float(abs(slopes).max()))
    return np.concatenate([x[:1], x[1:-1][bends], x[-1:]])


def _sums(x: FloatArray, params: Params) -> Any:
    """Return the weighted sums (n, width) of the last layer of ``params``, before its ReLU."""
    a = x[:, None]
    for W, b in params[:-1]:
        a = np.maximum(a @ W + b, 0)
    W, b = params[-1]
    return a @ W + b


def _distinct(x: FloatArray) -> FloatArray:
    x = np.sort(x)
    return np.asarray(x[np.append(True, np.diff(x) > _SAME)])
