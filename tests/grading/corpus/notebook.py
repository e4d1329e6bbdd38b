"""Notebooks of lesson 09 as students hand them in: the exercises, filled with right answers."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from bpworkbook.lessons.catalogue import slug, unit

ROOT = Path(__file__).parents[3]
LESSON = "09"
POINTS = {
    "linear_backward": 3, "relu_backward": 1, "sigmoid_backward": 1, "softmax_ce_backward": 2,
    "mlp_backward": 3, "train_step": 2, "example_norms": 2,
}  # fmt: skip
HEADS = {
    "linear_backward": "grad_out, cache",
    "relu_backward": "grad_out, cache",
    "sigmoid_backward": "grad_out, cache",
    "softmax_ce_backward": "Z, labels",
    "mlp_forward": "X, params",
    "mlp_backward": "grad_out, caches",
    "train_step": "params, X, y, lr",
    "example_norms_loop": "x, grad_out",
    "example_norms": "x, grad_out",
}
BODIES = {
    "linear_backward": """
        x, W = cache
        return grad_out @ W.T, x.T @ grad_out, grad_out.sum(axis=0)
        """,
    "relu_backward": "return grad_out * (cache > 0)",
    "sigmoid_backward": "return grad_out * cache * (1 - cache)",
    "softmax_ce_backward": """
        p = np.exp(Z - Z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(labels)), labels] -= 1
        return p / len(labels)
        """,
    "mlp_forward": """
        caches, a = [], X
        for W, b in params:
            x, z = a, a @ W + b
            caches.append((x, W, z))
            a = np.maximum(z, 0)
        return z, caches
        """,
    "mlp_backward": """
        grads = []
        for depth, (x, W, z) in reversed(list(enumerate(caches))):
            if depth < len(caches) - 1:
                grad_out = relu_backward(grad_out, z)
            grad_out, grad_W, grad_b = linear_backward(grad_out, (x, W))
            grads.insert(0, (grad_W, grad_b))
        return grads
        """,
    "train_step": """
        Z, caches = mlp_forward(X, params)
        grads = mlp_backward(softmax_ce_backward(Z, y), caches)
        return [(W - lr * gW, b - lr * gb) for (W, b), (gW, gb) in zip(params, grads)]
        """,
    "example_norms_loop": """
        norms = np.zeros_like(x[:, 0])
        for i in range(x.shape[0]):
            for j in range(x.shape[1]):
                for k in range(grad_out.shape[1]):
                    norms[i] += (x[i, j] * grad_out[i, k]) ** 2
        return norms
        """,
    "example_norms": "return (x**2).sum(axis=1) * (grad_out**2).sum(axis=1)",
}
# Cells of the exercises that hold more than the function they are named for.
TOGETHER = {
    "relu_backward": ("relu_backward", "sigmoid_backward"),
    "mlp_backward": ("mlp_forward", "mlp_backward"),
    "example_norms": ("example_norms_loop", "example_norms"),
}


def answer(name: str, body: str, before: str = "") -> str:
    """Return the text of a function of lesson 09, with a body, and lines before it."""
    head = f"{dedent(before).strip()}\n\n" if before else ""
    return f"{head}def {name}({HEADS[name]}):\n{indent(dedent(body).strip(), '    ')}"


RIGHT = {name: answer(name, body) for name, body in BODIES.items()}


@cache
def exercises() -> str:
    """Return the notebook that students are given."""
    path = ROOT / "exercises" / unit(LESSON) / f"{slug(LESSON)}.ipynb"
    return path.read_text(encoding="utf-8")


def cells_of(
    answers: Mapping[str, str], top: str = "", end: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the cells of a student's notebook.

    An answer that is a name of a cell (``"relu_backward"`` holds two functions) replaces its own
    function only.
    """
    unknown = answers.keys() - HEADS.keys()
    if unknown:
        raise ValueError(f"cells_of: {sorted(unknown)} are no functions of lesson {LESSON}")
    cells: list[dict[str, Any]] = json.loads(exercises())["cells"]
    for cell in cells:
        if "answer" in cell["metadata"].get("tags", ()):
            own = cell["metadata"]["nbgrader"]["grade_id"]
            texts = [answers.get(name, RIGHT[name]) for name in TOGETHER.get(own, (own,))]
            cell["source"] = "\n\n\n".join(texts)
    first = [code(top, "top")] if top else []
    return [*first, *cells, *(code(text, f"end-{i}") for i, text in enumerate(end))]


def code(source: str, name: str = "more") -> dict[str, Any]:
    """Return a code cell."""
    return {
        "cell_type": "code", "id": name, "metadata": {}, "execution_count": None,
        "outputs": [], "source": dedent(source).strip("\n"),
    }  # fmt: skip


def notebook(cells: Sequence[Any], **changes: Any) -> bytes:
    """Return cells as a file; ``changes`` replace parts of the notebook, None takes them out."""
    whole = {**json.loads(exercises()), "cells": list(cells), **changes}
    return json.dumps({key: part for key, part in whole.items() if part is not None}).encode()


def student(
    answers: Mapping[str, str] | None = None, top: str = "", end: Sequence[str] = ()
) -> bytes:
    """Return a student's notebook; what is not named in ``answers`` is right."""
    return notebook(cells_of(answers or {}, top, end))
