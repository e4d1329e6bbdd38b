"""Lesson 04: XOR networks of step units set by hand, and the judge of a learner's own."""

from typing import Any

import numpy as np

from bpworkbook.lessons.u01_neurons.n04_forward_propagation.answers import Params, step

XOR_INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_TARGETS = np.array([0.0, 1.0, 1.0, 0.0])
MARGIN = 0.1


def xor_network() -> Params:
    W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([-0.5, -1.5])
    W2, b2 = np.array([[1.0], [-1.0]]), np.array([-0.5])
    return [(W1, b1), (W2, b2)]


def xor_by_two_half_ands() -> Params:
    """The first unit says "x1 and not x2", the second "x2 and not x1"; the output is an or."""
    W1, b1 = np.array([[2.0, -2.0], [-2.0, 2.0]]), np.array([-1.0, -1.0])
    return [(W1, b1), (np.array([[2.0], [2.0]]), np.array([-1.0]))]


def xor_by_or_and_nand() -> Params:
    W1, b1 = np.array([[1, -1], [1, -1]]), np.array([-0.5, 1.5])
    return [(W1, b1), (np.array([[1], [1]]), np.array([-1.5]))]


def xor_on_the_boundary() -> Params:
    W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([-1.0, -2.0])
    return [(W1, b1), (np.array([[1.0], [-1.0]]), np.array([-1.0]))]


def judge_xor(params: Any, args: tuple[Any, ...]) -> str:
    """Say what is wrong with an XOR network of step units; "" where it is right."""
    layers = params if isinstance(params, list | tuple) else []
    pairs = [pair for pair in layers if isinstance(pair, list | tuple) and len(pair) == 2]
    if len(layers) != 2 or len(pairs) != 2:
        return "you returned something other than the two layers [(W1, b1), (W2, b2)]"
    parts = dict(zip(("W1", "b1", "W2", "b2"), (*pairs[0], *pairs[1]), strict=True))
    for name, part in parts.items():
        if type(part) is not np.ndarray or part.dtype.kind not in "iuf":
            return f"{name} should be an array of numbers, such as `np.array([1.0, -1.0])`"
    hidden = parts["b1"].size
    shapes = {"W1": (2, hidden), "b1": (hidden,), "W2": (hidden, 1), "b2": (1,)}
    for name, shape in shapes.items():
        if parts[name].shape != shape:
            word = "unit" if hidden == 1 else "units"
            return f"{name} is {parts[name].shape}; with {hidden} hidden {word} it is {shape}"
    if not all(np.isfinite(part).all() for part in parts.values()):
        return "some weights are not finite numbers"
    if hidden > 2:
        return f"there are {hidden} hidden units and an output: {hidden + 1} units, 3 are allowed"
    return _judge_answers(**parts)


def _judge_answers(W1: Any, b1: Any, W2: Any, b2: Any) -> str:
    """Run the four inputs: first the boundary, then the answers, then the margin."""
    z1 = XOR_INPUTS @ W1 + b1
    hidden = step(z1)
    z2 = (hidden @ W2 + b2)[:, 0]
    margin = min(float(np.abs(z1).min()), float(np.abs(z2).min()))
    strict = ((np.where(z1 > 0, 1.0, 0.0) @ W2 + b2)[:, 0] > 0) * 1.0
    wrong = np.flatnonzero(step(z2) != XOR_TARGETS)
    if margin < 1e-9 and (not wrong.size or (strict == XOR_TARGETS).all()):
        return "M13"
    if wrong.size:
        i = int(wrong[0])
        x, units = XOR_INPUTS[i].astype(int), hidden[i].astype(int)
        says = f"hidden units {units.tolist()}, output {int(step(z2[i]))}"
        right = f"{4 - wrong.size} of 4 right"
        return f"for x = {x.tolist()}: {says}, expected {int(XOR_TARGETS[i])} ({right})"
    if margin < MARGIN:
        return f"4 of 4 right, but the smallest |z| is {margin:.2g}; at least {MARGIN} is asked"
    return ""
