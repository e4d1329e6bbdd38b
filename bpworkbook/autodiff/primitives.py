"""The table of primitives: all that can be differentiated, with its derivatives.

An elementwise function needs one formula for each input: ``lambda g, out, x: g * derivative``. Read
with a gradient ``g`` it goes backward, read with a tangent it goes forward, for a diagonal matrix
is its own transpose. What ``nn`` has is taken from there.

>>> out = PRIMITIVES["multiply"].forward(2.0, 5.0)
>>> [float(PRIMITIVES["multiply"].vjp(i, 1.0, out, 2.0, 5.0)) for i in (0, 1)]
[5.0, 2.0]
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.autodiff import rules
from bpworkbook.autodiff.dispatch import BY_NAME, BY_NUMPY, Array, Primitive, apply
from bpworkbook.autodiff.rules import stretched_to, unbroadcast, unreduce

Partial = Callable[..., Array]


def elementwise(
    name: str,
    forward: Callable[..., Array],
    *partials: Partial,
    numpy: Any = None,
    domain: str = "real",
    options: tuple[str, ...] = (),
) -> Primitive:
    """Return a primitive that acts on each number alone, after broadcasting.

    >>> cube = elementwise("cube", lambda x: x**3, lambda g, out, x: g * 3 * x**2)
    >>> cube.vjp(0, 1.0, 8.0, 2.0)
    12.0
    """

    def vjp(i: int, g: Array, out: Array, *inputs: Array, **chosen: Any) -> Array:
        return unbroadcast(partials[i](g, out, *inputs, **chosen), np.shape(inputs[i]))

    def jvp(i: int, t: Array, out: Array, *inputs: Array, **chosen: Any) -> Array:
        return stretched_to(partials[i](t, out, *inputs, **chosen), np.shape(out))

    return Primitive(name, forward, vjp, jvp, domain, len(partials), options, numpy, partials)


def linear(
    name: str, forward: Callable[..., Array], vjp: Callable[..., Array], **fields: Any
) -> Primitive:
    """Return a primitive of one input that is linear in it: a tangent goes the way of a value.

    >>> double = linear("double", lambda x: 2 * x, lambda i, g, out, x: 2 * g)
    >>> double.jvp(0, 3.0, 2.0, 1.0)
    6.0
    """

    def jvp(i: int, t: Array, out: Array, x: Array, **options: Any) -> Array:
        return apply(BY_NAME[name], (t,), options) if name in BY_NAME else forward(t, **options)

    return Primitive(name, forward, vjp, jvp, **fields)


ARITHMETIC = (
    elementwise("add", np.add, lambda g, out, a, b: g, lambda g, out, a, b: g, numpy=np.add),
    elementwise(
        "subtract",
        np.subtract,
        lambda g, out, a, b: g,
        lambda g, out, a, b: -g,
        numpy=np.subtract,
    ),
    elementwise(
        "multiply",
        np.multiply,
        lambda g, out, a, b: g * b,
        lambda g, out, a, b: g * a,
        numpy=np.multiply,
    ),
    elementwise(
        "divide",
        np.divide,
        lambda g, out, a, b: g / b,
        lambda g, out, a, b: -g * out / b,
        numpy=np.divide,
        domain="positive",
    ),
    elementwise(
        "power",
        np.power,
        # 0 ** -1 is kept away where the exponent is 0, and log(0) where the base is; the other 0
        # makes integers of True and False, which cannot be subtracted.
        lambda g, out, a, b: g * b * a ** (b + 0 - (b != 0)),
        lambda g, out, a, b: g * out * np.log(a + (a == 0)),
        numpy=np.power,
        domain="positive",
    ),
    elementwise(
        "maximum",
        np.maximum,
        # Where both are equal each takes half, as in PyTorch.
        lambda g, out, a, b: g * (a > b) + 0.5 * g * (a == b),
        lambda g, out, a, b: g * (b > a) + 0.5 * g * (a == b),
        numpy=np.maximum,
        domain="distinct",
    ),
    elementwise(
        "minimum",
        np.minimum,
        lambda g, out, a, b: g * (a < b) + 0.5 * g * (a == b),
        lambda g, out, a, b: g * (b < a) + 0.5 * g * (a == b),
        numpy=np.minimum,
        domain="distinct",
    ),
)

FUNCTIONS = (
    elementwise("negative", np.negative, lambda g, out, x: -g, numpy=np.negative),
    elementwise("exp", np.exp, lambda g, out, x: g * out, numpy=np.exp),
    elementwise("log", np.log, lambda g, out, x: g / x, numpy=np.log, domain="positive"),
    elementwise(
        "log1p", np.log1p, lambda g, out, x: g / (1 + x), numpy=np.log1p, domain="positive"
    ),
    elementwise("sqrt", np.sqrt, lambda g, out, x: g / (2 * out), numpy=np.sqrt, domain="positive"),
    elementwise("square", np.square, lambda g, out, x: g * 2 * x, numpy=np.square),
    elementwise("sin", np.sin, lambda g, out, x: g * np.cos(x), numpy=np.sin),
    elementwise("cos", np.cos, lambda g, out, x: -g * np.sin(x), numpy=np.cos),
    elementwise(
        "abs", np.absolute, lambda g, out, x: g * np.sign(x), numpy=np.absolute, domain="nonzero"
    ),
    # From here on nn's own functions; each backward takes the cache that its forward returns.
    elementwise("tanh", nn.tanh, lambda g, out, z: nn.tanh_backward(g, out), numpy=np.tanh),
    elementwise("sigmoid", nn.sigmoid, lambda g, out, z: nn.sigmoid_backward(g, out)),
    elementwise("relu", nn.relu, lambda g, out, z: nn.relu_backward(g, z), domain="nonzero"),
    elementwise(
        "leaky_relu",
        nn.leaky_relu,
        lambda g, out, z, negative_slope=0.01: nn.leaky_relu_backward(g, (z, negative_slope)),
        domain="nonzero",
        options=("negative_slope",),
    ),
)

ROWS = (
    Primitive(
        "softmax",
        nn.softmax,
        lambda i, g, out, z: nn.softmax_backward(g, out),
        # The matrix of derivatives is symmetric, so both directions are one formula.
        lambda i, t, out, z: nn.softmax_backward(t, out),
    ),
    Primitive(
        "log_softmax",
        nn.log_softmax,
        lambda i, g, out, z: nn.log_softmax_backward(g, out),
        lambda i, t, out, z: t - np.sum(np.exp(out) * t, axis=-1, keepdims=True),
    ),
)

REDUCTIONS = (
    linear(
        "sum",
        np.sum,
        lambda i, g, out, x, axis=None, keepdims=False: unreduce(g, x, axis),
        options=("axis", "keepdims"),
        numpy=np.sum,
    ),
    linear(
        "mean",
        np.mean,
        lambda i, g, out, x, axis=None, keepdims=False: unreduce(
            g / rules.reduced_count(x, axis), x, axis
        ),
        options=("axis", "keepdims"),
        numpy=np.mean,
    ),
    Primitive(
        "max",
        np.max,
        rules.max_vjp,
        rules.max_jvp,
        domain="distinct",
        options=("axis", "keepdims"),
        numpy=np.max,
    ),
)

SHAPES = (
    linear(
        "reshape",
        lambda x, shape: np.reshape(x, shape),
        lambda i, g, out, x, shape: np.reshape(g, np.shape(x)),
        options=("shape",),
        numpy=np.reshape,
    ),
    linear("transpose", np.transpose, rules.transpose_vjp, options=("axes",), numpy=np.transpose),
    linear(
        "swapaxes",
        np.swapaxes,
        lambda i, g, out, x, axis1, axis2: np.swapaxes(g, axis1, axis2),
        options=("axis1", "axis2"),
        numpy=np.swapaxes,
    ),
    linear(
        "broadcast_to",
        np.broadcast_to,
        lambda i, g, out, x, shape: unbroadcast(g, np.shape(x)),
        options=("shape",),
        numpy=np.broadcast_to,
    ),
    linear(
        "astype",
        rules.astype,
        lambda i, g, out, x, dtype: g.astype(x.dtype),
        options=("dtype",),
    ),
    # Reading elements and adding to them are each other's transposes.
    linear(
        "index",
        lambda x, index: x[index],
        lambda i, g, out, x, index: apply(BY_NAME["scatter"], (g,), {"index": index, "like": x}),
        options=("index",),
    ),
    linear(
        "scatter",
        rules.scatter,
        lambda i, g, out, x, index, like: g[index],
        options=("index", "like"),
    ),
    Primitive(
        "concatenate",
        rules.concatenate,
        rules.concatenate_vjp,
        rules.concatenate_jvp,
        inputs=0,
        options=("axis",),
        numpy=np.concatenate,
    ),
)

PRODUCTS = (
    Primitive("matmul", np.matmul, rules.matmul_vjp, rules.matmul_jvp, inputs=2, numpy=np.matmul),
)

# The table, by name.
PRIMITIVES: dict[str, Primitive] = {
    primitive.name: primitive
    for group in (ARITHMETIC, FUNCTIONS, ROWS, REDUCTIONS, SHAPES, PRODUCTS)
    for primitive in group
}

BY_NAME.update(PRIMITIVES)
BY_NUMPY.update({row.numpy: row for row in PRIMITIVES.values() if row.numpy is not None})
