r"""Connectionist temporal classification (CTC): the loss of a sequence without an alignment.

A network scores T frames, and the target is a shorter row of labels. Nobody says which frame says
which label, so CTC adds up all ways. A path gives each frame a label or the blank; repeats are
merged and then blanks dropped, so "–cc–aa–t" reads "cat". The target's probability is the sum over
all paths that read as the target, and the loss is its negative logarithm.

There are exponentially many paths; the sum takes T steps. The target, with a blank before, between
and after its labels, is a chain of 2S + 1 states: – c – a – t –. From frame to frame a path stays
in its state, moves on by one, or skips the blank between two different labels. $\alpha_t(s)$ sums
all beginnings that are in state $s$ at frame $t$, and $\beta_t(s)$ all that can follow (forward and
backward here are directions in time; both are in log space).

``ctc_loss(scores, …)`` returns the loss, ``ctc_loss_forward(scores, …)`` returns it with a cache,
and ``ctc_loss_backward(cache)`` returns the gradient with respect to the scores.

References
----------
Graves, Fernández, Gomez and Schmidhuber (2006), Connectionist temporal classification: labelling
unsegmented sequence data with recurrent neural networks.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.ctcchecks import require_ctc_arguments
from bpworkbook.nn.losses import Scalar
from bpworkbook.nn.probabilities import log_softmax
from bpworkbook.nn.validation import FloatArray, IntArray, require_cache, require_scale

# The logarithm of 0. Not -inf, so that no difference of infinities arises; far below any path.
LOG_ZERO = -1e30


class Chain(NamedTuple):
    """The states of each target, in a row.

    Parameters
    ----------
    labels : array (n, states), integer
        The label of each state: blanks at even places, the target's labels at odd ones.
    closed : array (n, states)
        ``LOG_ZERO`` for a state that cannot be reached by a skip, else 0.
    ends : array (n,), integer
        The last state, the blank after the last label.
    last : array (n,), integer
        The last frame.
    """

    labels: IntArray
    closed: FloatArray
    ends: IntArray
    last: IntArray


def ctc_loss(
    scores: FloatArray,
    targets: IntArray,
    input_lengths: IntArray,
    target_lengths: IntArray,
    blank: int = 0,
    zero_infinity: bool = False,
) -> Scalar:
    r"""Return the CTC loss, a mean over the batch of each example's loss per label.

    $$L = \frac1n \sum_i \frac{-\log P_i}{\max(S_i, 1)}, \qquad
      P_i = \sum_{\text{paths reading target } i} \;\prod_{t < T_i}
            \mathrm{softmax}(s_{it})_{\text{path}_t}$$

    This is PyTorch's "mean": each example is divided by the length of its target.

    Parameters
    ----------
    scores : array (n, T, classes), float32 or float64
        Scores (logits) of each frame, the blank's among them. PyTorch takes (T, n, classes), and
        log-probabilities.
    targets : array (n, S), integer
        The labels, without blanks. What stands beyond an example's length is not looked at.
    input_lengths : array (n,), integer
        The number of frames of each example, from 1 to T.
    target_lengths : array (n,), integer
        The number of labels of each example, from 0 to S.
    blank : int
        The class that is the blank.
    zero_infinity : bool
        Whether an example that has too few frames for its target counts as 0. Otherwise the loss is
        infinite. Its gradient is 0 either way, where PyTorch's is nan unless this is set.

    Returns
    -------
    scalar, dtype of ``scores``
        The loss.

    Raises
    ------
    ArgumentError
        If ``scores`` is not a non-empty float array with three axes, or another argument does not
        fit it.

    Examples
    --------
    Two frames, the target "1": the paths 11, –1 and 1– out of nine equally probable ones.

    >>> loss = ctc_loss(np.zeros((1, 2, 3)), np.array([[1]]), np.array([2]), np.array([1]))
    >>> print(f"{np.exp(-loss):.4f}")
    0.3333
    """
    return ctc_loss_forward(scores, targets, input_lengths, target_lengths, blank, zero_infinity)[0]


def ctc_loss_forward(
    scores: FloatArray,
    targets: IntArray,
    input_lengths: IntArray,
    target_lengths: IntArray,
    blank: int = 0,
    zero_infinity: bool = False,
) -> tuple[Scalar, tuple[FloatArray, FloatArray, FloatArray, FloatArray, Chain]]:
    """Return ``ctc_loss(scores, …)`` with a cache.

    The cache holds the log-probabilities of the frames, the alphas, the log-probability of each
    target, its weight in the mean (0 if it does not fit into its frames), and the chain of states.

    >>> lengths = np.array([2]), np.array([1])
    >>> loss, cache = ctc_loss_forward(np.zeros((1, 2, 3)), np.array([[1]]), *lengths)
    >>> log_probs, alphas, log_target, weight, chain = cache
    >>> chain.labels, np.exp(log_target).round(4)
    (array([[0, 1, 0]]), array([0.3333]))
    """
    require_ctc_arguments(scores, targets, input_lengths, target_lengths, blank, zero_infinity)
    log_probs = log_softmax(scores)
    chain, fits = _chain(scores, targets, input_lengths, target_lengths, blank)
    alphas = _alphas(_emissions(log_probs, chain), chain)
    n = scores.shape[0]
    rows = np.arange(n, like=targets)
    # A path ends in the last blank or the last label; an empty target has no label, but a margin.
    in_blank, in_label = (alphas[rows, chain.last, 2 + chain.ends - back] for back in (0, 1))
    log_target = np.where(fits, np.logaddexp(in_blank, in_label), 0.0)
    labels = np.multiply(np.maximum(target_lengths, 1), n, dtype=scores.dtype)
    losses = np.where(fits, -log_target, 0.0 if zero_infinity else np.inf)
    weight = fits / labels
    return np.sum(losses / labels), (log_probs, alphas, log_target, weight, chain)


@cache_of("ctc_loss_forward")
def ctc_loss_backward(
    cache: tuple[FloatArray, FloatArray, FloatArray, FloatArray, Chain], grad_out: Scalar = 1.0
) -> FloatArray:
    r"""Return $\partial L / \partial s = w\,(\mathrm{softmax}(s) - \text{share})$.

    A class's share of a frame is the chance that a random path, among those that read as the
    target, is in a state of this label then: $\sum_s \alpha_t(s) \beta_t(s) / P$ over these
    states. It stands where the one-hot label stands in cross-entropy; $w = 1 / (n \max(S_i, 1))$.

    Parameters
    ----------
    cache : tuple
        From ``ctc_loss_forward``.
    grad_out : float
        Gradient with respect to the loss.

    Returns
    -------
    array (n, T, classes)
        Dtype of the scores. It is 0 beyond an example's length, and for an example that has too few
        frames for its target.

    Raises
    ------
    ArgumentError
        If ``cache`` is not that of ``ctc_loss_forward`` or ``grad_out`` not a scalar.

    Examples
    --------
    >>> lengths = np.array([2]), np.array([1])
    >>> loss, cache = ctc_loss_forward(np.zeros((1, 2, 3)), np.array([[1]]), *lengths)
    >>> ctc_loss_backward(cache).round(4) + 0.0
    array([[[ 0.    , -0.3333,  0.3333],
            [ 0.    , -0.3333,  0.3333]]])
    """
    require_cache("ctc_loss_backward", cache, 5, "ctc_loss_forward")
    log_probs, alphas, log_target, weight, chain = cache
    require_scale("ctc_loss_backward", grad_out, log_probs.dtype)
    _, frames, classes = log_probs.shape
    betas = _betas(_emissions(log_probs, chain), chain)
    paths = np.exp(alphas[:, :, 2:] + betas - log_target[:, None, None])
    is_class = chain.labels[:, :, None] == np.arange(classes, like=chain.labels)
    share = np.matmul(paths, is_class)
    inside = np.arange(frames, like=chain.last) <= chain.last[:, None]
    scale = (weight * grad_out)[:, None, None]
    grad_scores: FloatArray = (np.exp(log_probs) * inside[:, :, None] - share) * scale
    return grad_scores


def _chain(
    scores: FloatArray,
    targets: IntArray,
    input_lengths: IntArray,
    target_lengths: IntArray,
    blank: int,
) -> tuple[Chain, NDArray[np.bool_]]:
    """Return the chain of states, and whether each target fits into its frames."""
    n, most = targets.shape
    inside = np.arange(most, like=targets) < target_lengths[:, None]
    labels = np.full((n, 2 * most + 1), blank, dtype=np.int64, like=targets)
    labels[:, 1::2] = np.where(inside, targets, labels[:, 1::2])
    skips = np.zeros_like(labels, dtype=bool)
    skips[:, 2:] = (labels[:, 2:] != blank) & (labels[:, 2:] != labels[:, :-2])
    closed = np.multiply(~skips, LOG_ZERO, dtype=scores.dtype)
    # Between two equal labels there must be a blank, which takes a frame of its own.
    repeats = np.sum((targets[:, 1:] == targets[:, :-1]) & inside[:, 1:], axis=1)
    ends = np.multiply(target_lengths, 2, dtype=np.int64)
    last = np.subtract(input_lengths, 1, dtype=np.int64)
    return Chain(labels, closed, ends, last), last + 1 >= target_lengths + repeats


def _emissions(log_probs: FloatArray, chain: Chain) -> FloatArray:
    """Return the log-probability of each state's label at each frame, (n, T, states)."""
    emissions: FloatArray = np.take_along_axis(log_probs, chain.labels[:, None, :], axis=2)
    return emissions


def _log_add(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    """Return log(exp(a) + exp(b) + exp(c)), the largest taken out first."""
    largest = np.maximum(np.maximum(a, b), c)
    total = np.exp(a - largest) + np.exp(b - largest) + np.exp(c - largest)
    log_total: FloatArray = largest + np.log(total)
    return log_total


def _alphas(emissions: FloatArray, chain: Chain) -> FloatArray:
    """Return the alphas (n, T, 2 + states), with a margin of two states that no path is in."""
    n, frames, states = emissions.shape
    shape = (n, frames, 2 + states)
    alphas = np.full(shape, LOG_ZERO, dtype=emissions.dtype, like=emissions)
    alphas[:, 0, 2:4] = emissions[:, 0, :2]
    for t in range(1, frames):
        before = alphas[:, t - 1]
        stay, move, skip = before[:, 2:], before[:, 1:-1], before[:, :-2] + chain.closed
        alphas[:, t, 2:] = _log_add(stay, move, skip) + emissions[:, t]
    return alphas


def _betas(emissions: FloatArray, chain: Chain) -> FloatArray:
    """Return the betas (n, T, states); that of a frame leaves out the frame itself."""
    n, frames, states = emissions.shape
    place = np.arange(states, like=chain.ends)
    to_end = chain.ends[:, None] - place
    at_end = np.multiply((to_end != 0) & (to_end != 1), LOG_ZERO, dtype=emissions.dtype)
    betas = np.zeros_like(emissions)
    # What follows from each state of the next frame, and a margin of two states.
    after = np.full((n, states + 2), LOG_ZERO, dtype=emissions.dtype, like=emissions)
    closed = np.zeros_like(after)
    closed[:, :-2] = chain.closed
    for t in reversed(range(frames)):
        stay, move, skip = after[:, :-2], after[:, 1:-1], after[:, 2:] + closed[:, 2:]
        ends_here = chain.last[:, None] == t
        betas[:, t] = np.where(ends_here, at_end, _log_add(stay, move, skip))
        after[:, :-2] = betas[:, t] + emissions[:, t]
    return betas
