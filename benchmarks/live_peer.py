"""E09.4 as one would write it with ipywidgets' `interact` and Matplotlib: what ours is held to.

It draws the first frame of the film at the same stops, from the same network, with the means that a
notebook's author has at hand: a new figure at each call, shown inline as a PNG. It has the boundary
and the loss only; the third panel of E09.4, with its legend and its logarithmic axis, would take it
longer still.
"""

ID = "E09.4"
"""The experiment with a decision boundary and a curve, which has bars of its own."""

SOURCE = """
%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, SelectionSlider, interact

from bpworkbook.datasets import two_moons
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised import network
from bpworkbook.nn import cross_entropy_forward, softmax_forward

X, y = two_moons(120, 0.15, np.random.default_rng(1))
side = np.linspace(-2, 3, 41)
grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def show(lr, layers, width):
    params = network.new_params((2, *[width] * layers, 2), np.random.default_rng(0))
    scores, _ = network.mlp_forward(X, params)
    loss = cross_entropy_forward(scores, y)[0]
    map_ = softmax_forward(network.mlp_forward(grid, params)[0])[0][:, 1].reshape(41, 41)
    fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.2))
    left.contourf(side, side, map_, 10, cmap="RdBu", vmin=0, vmax=1)
    left.contour(side, side, map_, [0.5], colors="black")
    left.scatter(*X.T, c=y, cmap="RdBu", edgecolor="black")
    left.set(title=f"Boundary, learning rate {lr}", xlabel="x1", ylabel="x2")
    right.plot([loss], marker="o")
    right.set(title="Loss", xlim=(0, 300), ylim=(0, 1.2), xlabel="step")
    plt.show()


stops = w.experiments["film"].controls["lr"].stops
interact(show, lr=SelectionSlider(options=stops, value=0.3), layers=IntSlider(3, 1, 4),
         width=IntSlider(8, 2, 16));
"""
"""A cell for a notebook whose first cell has made `w`, lesson 09."""
