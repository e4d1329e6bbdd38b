"""What lesson 09 measures: gradients against their definition, digits, planted faults."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from bpworkbook import nn
from bpworkbook.datasets import Digits, digits
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised import network
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised.network import Caches, Params

if TYPE_CHECKING:
    from bpworkbook.figures import Picture

Step = Callable[[Params, Any, Any, float], Params]
Backward = Callable[[Any, Caches], list[tuple[Any, Any]]]


def gradient_table(
    backward: Backward, sizes: tuple[int, ...], n: int, seed: int
) -> list[tuple[str, tuple[int, ...], float, float]]:
    """Compare every parameter's gradient with its central finite difference.

    Returns
    -------
    list of (name, shape, largest gradient, relative error)
        One entry for each array, first layer first.

    Examples
    --------
    >>> rows = gradient_table(network.mlp_backward, (3, 2), n=4, seed=0)
    >>> [(name, shape, error < 1e-6) for name, shape, _, error in rows]
    [('W1', (3, 2), True), ('b1', (2,), True)]
    """
    rng = np.random.default_rng(seed)
    params = network.new_params(sizes, rng)
    X, y = rng.normal(size=(n, sizes[0])), rng.integers(sizes[-1], size=n)

    def loss(_: Any = None) -> float:
        return float(nn.cross_entropy(network.mlp_forward(X, params)[0], y))

    scores, caches = network.mlp_forward(X, params)
    grads = backward(network.softmax_ce_backward(scores, y), caches)
    rows = []
    for layer, (pair, grad_pair) in enumerate(zip(params, grads, strict=True), start=1):
        for letter, array, grad in zip("Wb", pair, grad_pair, strict=True):
            # The arrays inside params are changed in place, one entry up and down, and restored.
            numeric = nn.numerical_gradient(loss, array)
            error = np.abs(grad - numeric).max() / np.abs(numeric).max()
            largest = float(np.abs(grad).max())
            rows.append((f"{letter}{layer}", array.shape, largest, float(error)))
    return rows


@dataclass(frozen=True)
class Training:
    """One training run: loss and test accuracy after each epoch, and the seconds it took."""

    loss: list[float]
    accuracy: list[float]
    seconds: float
    params: Params


def train_on_digits(
    step: Step, *, width: int, lr: float, batch_size: int, epochs: int, seed: int
) -> Training:
    """Train a 64-width-10 network on the digits with ``step``; accuracy is on unseen digits.

    Examples
    --------
    >>> run = train_on_digits(network.train_step, width=16, lr=0.3, batch_size=32, epochs=2, seed=0)
    >>> len(run.accuracy), run.accuracy[-1] > 0.7
    (2, True)
    """
    *_, run = digit_epochs(
        step, width=width, lr=lr, batch_size=batch_size, epochs=epochs, seed=seed
    )
    return replace(run, loss=run.loss[1:], accuracy=run.accuracy[1:])


def digit_epochs(
    step: Step, *, width: int, lr: float, batch_size: int, epochs: int, seed: int
) -> Iterator[Training]:
    """Yield the same training before its first epoch and after each; the lists start untrained.

    Examples
    --------
    >>> runs = digit_epochs(network.train_step, width=8, lr=0.3, batch_size=32, epochs=2, seed=0)
    >>> [len(run.accuracy) for run in runs]
    [1, 2, 3]
    """
    X, y, X_test, y_test = _digits()
    rng = np.random.default_rng(seed)
    params = network.new_params((X.shape[1], width, 10), rng)
    run = Training([_loss(params, X, y)], [_accuracy(params, X_test, y_test)], 0.0, params)
    yield run
    for _ in range(epochs):
        order = rng.permutation(len(X))
        start = time.perf_counter()
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            params = step(params, X[rows], y[rows], lr)
        seconds = run.seconds + time.perf_counter() - start
        loss, right = _loss(params, X, y), _accuracy(params, X_test, y_test)
        run = Training([*run.loss, loss], [*run.accuracy, right], seconds, params)
        yield run


@lru_cache
def _digits() -> Digits:
    return digits()  # reading them takes longer than an epoch


def _scores(params: Params, X: Any) -> Any:
    (W1, b1), (W2, b2) = params
    return np.maximum(X @ W1 + b1, 0) @ W2 + b2


def _loss(params: Params, X: Any, y: Any) -> float:
    scores = _scores(params, X)
    if not np.isfinite(scores).all():
        return float("nan")
    return float(nn.cross_entropy(scores, y))


def _accuracy(params: Params, X: Any, y: Any) -> float:
    return float((_scores(params, X).argmax(axis=1) == y).mean())


def reading_picture(run: Training) -> "Picture":
    """Draw twelve unseen digits with what the network reads, beside its accuracy by epoch."""
    from bpworkbook.figures import Picture, draw_lines, figure

    _, _, X_test, y_test = _digits()
    read = _scores(run.params, X_test).argmax(axis=1)
    wrong = np.flatnonzero(read != y_test)
    shown = np.concatenate([wrong[:4], np.flatnonzero(read == y_test)[: 12 - len(wrong[:4])]])
    fig, axes = figure(width=7.2, height=2.9, ncols=2, width_ratios=[1.1, 1.3])
    epochs = range(1, len(run.accuracy) + 1)
    percent = [100 * accuracy for accuracy in run.accuracy]
    told = draw_lines(
        axes[0],
        {"test accuracy": (epochs, percent)},
        xlabel="epoch",
        ylabel="% of unseen digits right",
        levels={"95 %": 95.0},
    )
    tiles = X_test[shown].reshape(3, 4, 8, 8)
    sheet = np.pad(tiles, ((0, 0), (0, 0), (4, 1), (2, 2))).transpose(0, 2, 1, 3).reshape(39, 48)
    axes[1].imshow(sheet, cmap="Greys", interpolation="nearest")
    axes[1].set_axis_off()
    for place, index in enumerate(shown):
        row, column = divmod(place, 4)
        right = read[index] == y_test[index]
        text = f"{read[index]}" if right else f"{read[index]}, is {y_test[index]}"
        weight = "normal" if right else "bold"
        axes[1].text(12 * column + 6, 13 * row + 2.5, text, ha="center", weight=weight, size=9)
    axes[1].set_title(f"what it reads ({len(wrong)} of {len(read)} wrong)")
    alt = (
        f"Left: {told}. Right: twelve unseen digits with the network's reading; "
        f"{len(wrong)} of {len(read)} are misread, and four of those are shown with the true digit."
    )
    return Picture(fig, alt)


def _no_gate(grad_out: Any, caches: Caches, feedback: Any) -> list[tuple[Any, Any]]:
    (x1, _, _), (x2, W2, _) = caches
    hidden = grad_out @ W2.T
    return [(x1.T @ hidden, hidden.sum(axis=0)), (x2.T @ grad_out, grad_out.sum(axis=0))]


def _bias_mean(grad_out: Any, caches: Caches, feedback: Any) -> list[tuple[Any, Any]]:
    grads = network.mlp_backward(grad_out, caches)
    return [(grad_W, grad_b / len(grad_out)) for grad_W, grad_b in grads]


def _random_feedback(grad_out: Any, caches: Caches, feedback: Any) -> list[tuple[Any, Any]]:
    (x1, _, z1), (x2, _, _) = caches
    hidden = (grad_out @ feedback) * (z1 > 0)
    return [(x1.T @ hidden, hidden.sum(axis=0)), (x2.T @ grad_out, grad_out.sum(axis=0))]


def _right(grad_out: Any, caches: Caches, feedback: Any) -> list[tuple[Any, Any]]:
    return network.mlp_backward(grad_out, caches)


FAULTS = {
    "right gradient": _right,
    "no gate": _no_gate,
    "bias mean": _bias_mean,
    "random for W.T": _random_feedback,
}


def faulty_accuracies(*, epochs: int, seeds: int) -> dict[str, list[float]]:
    """Train with each planted fault and return the test accuracies, one for each random start.

    Examples
    --------
    >>> sorted(faulty_accuracies(epochs=1, seeds=1)) == sorted(FAULTS)
    True
    """
    found: dict[str, list[float]] = {}
    for name, backward in FAULTS.items():
        found[name] = []
        for seed in range(seeds):
            feedback = np.random.default_rng(100 + seed).normal(size=(10, 64)) * 0.3

            def step(params: Params, X: Any, y: Any, lr: float) -> Params:
                scores, caches = network.mlp_forward(X, params)
                grads = backward(network.softmax_ce_backward(scores, y), caches, feedback)  # noqa: B023
                pairs = zip(params, grads, strict=True)
                return [(W - lr * grad_W, b - lr * grad_b) for (W, b), (grad_W, grad_b) in pairs]

            run = train_on_digits(step, width=64, lr=0.3, batch_size=32, epochs=epochs, seed=seed)
            found[name].append(run.accuracy[-1])
    return found


def fault_picture(accuracies: Mapping[str, list[float]]) -> "Picture":
    """Draw one dot for each start, by fault.

    >>> "median" in fault_picture({"right": [0.97, 0.98]}).alt
    True
    """
    from bpworkbook.figures import Picture, draw_dots, figure

    fig, ax = figure(width=6.4, height=3.0)
    percent = {name: [100 * value for value in values] for name, values in accuracies.items()}
    told = draw_dots(ax, percent, ylabel="% of unseen digits right")
    return Picture(fig, f"Dots, five starts each. {told}.")
