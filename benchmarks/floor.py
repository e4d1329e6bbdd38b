"""The floor: the matrix products of one training step, alone.

A step cannot take less time than its products with the same BLAS. What it takes beyond them is
element-wise work, memory traffic, Python, and the calls.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from benchmarks.workloads import F32, Batch, Trainer
from bpworkbook import nn


class Product(NamedTuple):
    """``times`` products (m, k) @ (k, n), one after the other, of ``stack`` matrices each.

    Examples
    --------
    >>> Product(64, 784, 128).multiplications
    6422528
    """

    m: int
    k: int
    n: int
    stack: int = 1
    times: int = 1

    @property
    def multiplications(self) -> int:
        """How many pairs of numbers are multiplied."""
        return self.m * self.k * self.n * self.stack * self.times


def products(model: nn.Module, batch: Batch) -> list[Product]:
    """Return the matrix products of one forward and backward pass, first layer first.

    The first layer needs no gradient of its input. Shapes come from one forward pass.
    """
    layers = model.children() if isinstance(model, nn.Sequential) else [model]
    found, x = [], batch[0]
    for position, layer in enumerate(layers):
        out = layer(x)
        found += layer_products(layer, x.shape, out.shape, first=position == 0)
        x = out
    return found


def layer_products(
    layer: nn.Module, x: tuple[int, ...], out: tuple[int, ...], *, first: bool
) -> list[Product]:
    """Return the products of one layer whose input and output have these shapes."""
    if isinstance(layer, nn.Linear):
        return dense(x[0], *layer.W.data.shape, first=first)
    if isinstance(layer, nn.Conv2d):
        # As im2col has it: one row for each place of each image.
        d_out, *patch = layer.W.data.shape
        return dense(out[0] * out[2] * out[3], int(np.prod(patch)), d_out, first=first)
    if isinstance(layer, nn.LSTM):
        n, steps, d_in = x
        d_h, gates = layer.W_h.data.shape
        inputs = dense(n * steps, d_in, gates, first=first)
        states = [Product(n, d_h, gates, times=steps), Product(n, gates, d_h, times=steps)]
        return [*inputs, *states, Product(d_h, n * steps, gates)]
    if isinstance(layer, nn.TransformerBlock):
        n, steps, d = x
        projections = [(d, 3 * d), (d, d), (d, layer.d_mlp), (layer.d_mlp, d)]
        width, heads = d // layer.num_heads, n * layer.num_heads
        scores, mixed = Product(steps, width, steps, heads), Product(steps, steps, width, heads)
        # Forward one of each; backward the gradients of query and key, of weights and value.
        attention = [scores, mixed, mixed, mixed, scores, mixed]
        dense_parts = [dense(n * steps, *sizes, first=False) for sizes in projections]
        return [*attention, *(product for part in dense_parts for product in part)]
    return []


def dense(rows: int, d_in: int, d_out: int, *, first: bool) -> list[Product]:
    """Return the products of a linear map: forward, gradient of W, gradient of x."""
    forward, grad_W = Product(rows, d_in, d_out), Product(d_in, rows, d_out)
    return [forward, grad_W] if first else [forward, grad_W, Product(rows, d_out, d_in)]


class Floor(Trainer):
    """The products on random numbers, each into an array that is there already.

    Parameters
    ----------
    found : sequence of Product
        From ``products``.
    like : array, optional
        Where the numbers lie: on the CPU unless this array lies elsewhere.
    """

    def __init__(self, found: Sequence[Product], like: Any = None) -> None:
        super().__init__([None])
        rng = np.random.default_rng(0)

        def numbers(*shape: int) -> Any:
            drawn = rng.standard_normal(shape, dtype=F32)
            return drawn if like is None else np.asarray(drawn, like=like)

        self.operands = []
        for p in found:
            stack = (p.stack,) if p.stack > 1 else ()
            a, b = numbers(*stack, p.m, p.k), numbers(*stack, p.k, p.n)
            self.operands.append((p.times, a, b, np.matmul(a, b)))

    def step(self) -> float:
        """Compute every product once; there is no loss."""
        for times, a, b, out in self.operands:
            for _ in range(times):
                np.matmul(a, b, out=out)
        return 0.0
