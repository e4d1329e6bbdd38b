r"""Positional encoding: what tells a transformer where in the sequence a token stands.

Attention treats its inputs as a set. Adding a row of this table to each token's vector marks its
place by waves, from one that turns with every token to one that turns once in 62,832.
"""

import numpy as np
from numpy.typing import DTypeLike

from bpworkbook.nn.init import require_float_dtype
from bpworkbook.nn.validation import FloatArray, require_count


def positional_encoding(T: int, d: int, dtype: DTypeLike = np.float64) -> FloatArray:
    r"""Return the sinusoidal positional encoding of the places 0 to T - 1.

    $$P_{t, 2i} = \sin \frac{t}{10000^{2i/d}}, \qquad P_{t, 2i+1} = \cos \frac{t}{10000^{2i/d}}$$

    The encoding of a place $k$ further on is a rotation of each pair (sine, cosine) by an angle
    that depends on $k$ alone, so a linear layer can look "k back".

    Parameters
    ----------
    T : int
        The number of places.
    d : int
        The number of features, that of the tokens' vectors. An odd ``d`` ends with a sine.
    dtype : float32 or float64
        The dtype of the result; it is computed in float64 and rounded.

    Returns
    -------
    array (T, d)
        Add it to tokens (n, T, d). It has no parameters, so it needs no backward pass: the
        gradient of the sum passes to the tokens unchanged.

    Raises
    ------
    ArgumentError
        If ``T`` or ``d`` is not an integer of at least 1, or ``dtype`` none of these.

    References
    ----------
    Vaswani and others (2017), Attention is all you need, section 3.5.

    Examples
    --------
    >>> positional_encoding(3, 4).round(2)
    array([[ 0.  ,  1.  ,  0.  ,  1.  ],
           [ 0.84,  0.54,  0.01,  1.  ],
           [ 0.91, -0.42,  0.02,  1.  ]])
    """
    require_count("positional_encoding", "T", T)
    require_count("positional_encoding", "d", d)
    require_float_dtype("positional_encoding", dtype)
    wavelengths = 10000.0 ** (np.arange(0, d, 2) / d)
    angles = np.arange(T)[:, None] / wavelengths
    encoding = np.empty((T, d), dtype)
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles[:, : d // 2])
    return encoding
