"""A training as a film: decision boundary, loss, and the gradient that reaches each layer."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from bpworkbook.datasets import two_moons
from bpworkbook.figures import Scene, decision_panel, lines_panel
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised import network
from bpworkbook.live import Result
from bpworkbook.live.controls import Value
from bpworkbook.nn import cross_entropy_forward, softmax_forward

STEPS, EVERY = 300, 5


def learning(lr: float, layers: int, width: int, seed: int) -> Iterator[Result]:
    """Train on two moons and yield a picture every few steps.

    Parameters
    ----------
    lr : float
        Learning rate.
    layers, width : int
        Hidden layers, and the units in each.
    seed : int
        Of the first weights.

    Examples
    --------
    >>> next(learning(0.3, 3, 8, 0)).texts
    {'step': '0', 'loss': '0.62', 'points right': '50 %', 'gradient of layer 1': '0.30'}
    """
    X, y = two_moons(120, 0.15, np.random.default_rng(1))
    params = network.new_params((2, *[width] * layers, 2), np.random.default_rng(seed))
    losses, norms = [], []
    for step in range(STEPS + 1):
        scores, caches = network.mlp_forward(X, params)
        grads = network.mlp_backward(network.softmax_ce_backward(scores, y), caches)
        losses.append(float(cross_entropy_forward(scores, y)[0]))
        norms.append([float(np.hypot(np.linalg.norm(W), np.linalg.norm(b))) for W, b in grads])
        if step % EVERY == 0:
            right = round(100 * float(np.mean(scores.argmax(axis=1) == y)))
            values: dict[str, Value] = {
                "step": step,
                "loss": f"{losses[-1]:.2f}",
                "points right": f"{right} %",
                "gradient of layer 1": f"{norms[-1][0]:.2f}",
            }
            picture = partial(learning_scene, X, y, params, tuple(losses), tuple(norms))
            yield Result(picture, values)
        params = [(W - lr * g, b - lr * h) for (W, b), (g, h) in zip(params, grads, strict=True)]


def learning_scene(X: Any, y: Any, params: network.Params, losses: Any, norms: Any) -> Scene:
    """Return decision map, loss curve and gradient curves of a training so far.

    Parameters
    ----------
    X, y : array (n, 2) and (n,)
        Points and classes.
    params : list of (W, b)
        The network as it is now.
    losses : sequence of float
        Of every step so far.
    norms : sequence of sequences of float
        For each step the norm of the gradient of each layer.

    Examples
    --------
    >>> X, y = two_moons(20, 0.15, np.random.default_rng(1))
    >>> params = network.new_params((2, 4, 2), np.random.default_rng(0))
    >>> learning_scene(X, y, params, [0.7], [[0.1, 0.2]]).alt.split(". ")[1]
    'Panel 2: loss 0.70 at the start, 0.70 at step 0'
    """

    def says_1(points: Any) -> Any:
        return softmax_forward(network.mlp_forward(points, params)[0])[0][:, 1]

    step = len(losses) - 1
    steps = np.arange(step + 1)
    # Rounded: alt texts are compared on other machines, where the last digits differ.
    loss = lines_panel(
        {"loss": (steps, losses)}, xlabel="step", ylabel="loss", title="Loss",
        levels={"guessing": float(np.log(2))}, xlim=(0, STEPS), ylim=(0, 1.2),
        told=f"loss {losses[0]:.2f} at the start, {losses[-1]:.2f} at step {step}",
    )  # fmt: skip
    last = ", ".join(f"{norm:.2f}" for norm in norms[-1])
    flow = lines_panel(
        {f"layer {k + 1}": (steps, norm) for k, norm in enumerate(zip(*norms, strict=True))},
        xlabel="step", ylabel="norm", title="Gradient of each layer", yscale="log",
        xlim=(0, STEPS), ylim=(0.001, 10), told=f"gradient norms, first layer first: {last}",
    )  # fmt: skip
    plane = decision_panel(says_1, X, y, title="Boundary", xlabel="x1", ylabel="x2", grid=41)
    return Scene(
        plane, loss, flow, tall=True, width=6.4, height=4.5, legend="below",
        margins={"left": 0.55, "wspace": 0.75},
    )  # fmt: skip
