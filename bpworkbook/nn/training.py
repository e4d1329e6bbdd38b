"""Training: the loop over epochs and batches, and the share of right answers.

``fit`` is the loop that learners write, with checks in front of it: it looks once at the data, the
targets and the parameters, so that a NaN or a label out of range is named before any training.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.losstable import Loss, find_loss
from bpworkbook.nn.module import Module
from bpworkbook.nn.optim import Optimizer
from bpworkbook.nn.validation import (
    FloatArray,
    is_array,
    require_count,
    require_finite,
    require_floats,
    require_fractions,
    require_labels,
    require_like,
    require_rng,
)


def batches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Return the row numbers of one epoch's batches, in a fresh random order.

    Parameters
    ----------
    n : int
        The number of rows.
    batch_size : int
        Rows a batch; the last batch is smaller where ``n`` is not a multiple.
    rng : Generator
        Where the order comes from.

    Returns
    -------
    iterator of integer arrays
        Every row number once.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> [len(rows) for rows in batches(10, 4, np.random.default_rng(0))]
    [4, 4, 2]
    """
    require_count("batches", "n", n)
    require_count("batches", "batch_size", batch_size)
    require_rng("batches", rng)
    order = rng.permutation(n)
    return (order[start : start + batch_size] for start in range(0, n, batch_size))


def accuracy(scores: FloatArray, labels: NDArray[Any]) -> float:
    """Return the share of right answers.

    Parameters
    ----------
    scores : array (n, classes), or (n,) or (n, 1) for yes or no
        With classes, the largest score of a row is the answer; else a score above 0 says yes.
    labels : integer array (n,), or for yes or no an array of the shape of ``scores``
        The right class of each row, or a number above 0.5 for yes.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ArgumentError
        If ``scores`` is not a non-empty float array, or ``labels`` does not go with it.

    Examples
    --------
    >>> accuracy(np.array([[0.1, 2.0], [3.0, -1.0]]), np.array([1, 1]))
    0.5
    >>> accuracy(np.array([[-3.0], [2.0]]), np.array([[0.0], [1.0]]))
    1.0
    """
    require_floats("accuracy", "scores", scores, least_axes=1)
    if scores.ndim == 2 and scores.shape[1] > 1:
        require_labels("accuracy", "labels", labels, *scores.shape)
    else:
        dtype = getattr(labels, "dtype", None)  # yes and no may come as any kind of number
        require_like("accuracy", "labels", labels, scores.shape, dtype, "scores is")
    return _share_right(scores, labels)


def _share_right(scores: FloatArray, labels: NDArray[Any]) -> float:
    if labels.shape == scores.shape:
        right: NDArray[np.bool_] = (scores > 0) == (labels > 0.5)
    else:
        right = np.argmax(scores, axis=1) == labels
    return float(np.count_nonzero(right)) / right.size


def fit(
    model: Module,
    loss: str,
    optimizer: Optimizer,
    X: FloatArray,
    y: NDArray[Any],
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    validation: tuple[FloatArray, NDArray[Any]] | None = None,
    progress: bool = True,
) -> dict[str, list[float]]:
    """Train a model and return its history.

    Parameters
    ----------
    model : Module
        The network; its parameters are changed.
    loss : {"cross_entropy", "bce_with_logits", "mse"}
        What is minimised, a key of ``LOSSES``.
    optimizer : Optimizer
        Made with ``model.parameters()``.
    X : array (n, ...), dtype of the parameters
        The inputs, one example a row.
    y : array (n,) of integers for "cross_entropy", else of the shape and dtype of the output
        The targets.
    epochs, batch_size : int
        Passes over the data, and rows a step. The last batch of an epoch may be smaller; the means
        over an epoch take that into account.
    rng : Generator
        Where the order of the examples comes from.
    validation : (X, y), optional
        Data to measure, without training on it, after each epoch.
    progress : bool
        Show a bar when the training takes longer than a second.

    Returns
    -------
    dict of lists of float
        One number an epoch: "loss" and, for classes, "accuracy", as measured on each batch before
        its step; with ``validation`` also "val_loss" and "val_accuracy". A training that diverges
        ends in numbers that are inf or nan, without an error.

    Raises
    ------
    ArgumentError
        If an argument is none of these; if data, targets or parameters hold NaN or infinity; if a
        label is out of range; if the optimiser holds none of the model's parameters.

    Examples
    --------
    >>> from bpworkbook.nn.layers import Linear
    >>> from bpworkbook.nn.module import Sequential
    >>> from bpworkbook.nn.optim import SGD
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((60, 2))
    >>> model = Sequential(Linear(2, 1, rng=rng))
    >>> sgd = SGD(model.parameters(), lr=0.1)
    >>> history = fit(model, "mse", sgd, X, X @ [[3.0], [-2.0]], epochs=20, batch_size=10, rng=rng)
    >>> model.parameters()[0].data.round(2)
    array([[ 3.],
           [-2.]])
    """
    require_count("fit", "epochs", epochs)
    require_count("fit", "batch_size", batch_size)
    require_rng("fit", rng)
    function = find_loss("fit", loss)
    _check_model(model, optimizer)
    _check_data(model, loss, "X", X, "y", y)
    if validation is not None:
        if not isinstance(validation, tuple | list) or len(validation) != 2:
            raise ArgumentError(f"fit: validation is {describe(validation)}, expected (X, y)")
        _check_data(model, loss, "validation[0]", validation[0], "validation[1]", validation[1])
    history: dict[str, list[float]] = {}
    steps = epochs * -(-len(X) // batch_size)
    # A learning rate that is too large shall show in the history, not as warnings.
    quiet = np.errstate(over="ignore", invalid="ignore")
    with quiet, _progress_bar(steps) if progress else nullcontext() as bar:
        for _ in range(epochs):
            row = _train_epoch(model, function, optimizer, X, y, batch_size, rng, bar)
            if validation is not None:
                row |= _measure(model, function, *validation)
            for name, value in row.items():
                history.setdefault(name, []).append(value)
    return history


def _train_epoch(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    X: FloatArray,
    y: NDArray[Any],
    batch_size: int,
    rng: np.random.Generator,
    bar: Any,
) -> dict[str, float]:
    n = len(X)
    row = {"loss": 0.0, "accuracy": 0.0} if loss.classifies else {"loss": 0.0}
    for rows in batches(n, batch_size, rng):
        here = np.asarray(rows, like=X)  # on the GPU where X is there
        x_batch, y_batch = X[here], y[here]
        scores = model(x_batch)
        value, cache = loss.forward(scores, y_batch)
        optimizer.zero_grad()
        model.backward(loss.backward(cache))
        optimizer.step()
        share = len(rows) / n
        row["loss"] += share * float(value)
        if loss.classifies:
            row["accuracy"] += share * _share_right(scores, y_batch)
        if bar is not None:
            bar.update()
    return row


def _measure(model: Module, loss: Loss, X: FloatArray, y: NDArray[Any]) -> dict[str, float]:
    scores = model(X)
    row = {"val_loss": float(loss.forward(scores, y)[0])}
    if loss.classifies:
        row["val_accuracy"] = _share_right(scores, y)
    return row


def _progress_bar(steps: int) -> Any:
    from tqdm.auto import tqdm

    return tqdm(total=steps, desc="fit", unit="step", delay=1.0, leave=False)


def _check_model(model: Module, optimizer: Optimizer) -> None:
    if not isinstance(model, Module):
        raise ArgumentError(f"fit: model is {describe(model)}, expected a Module")
    if not isinstance(optimizer, Optimizer):
        raise ArgumentError(f"fit: optimizer is {describe(optimizer)}, expected an Optimizer")
    parameters = model.parameters()
    for position, parameter in enumerate(parameters):
        require_finite("fit", f"model.parameters()[{position}]", parameter.data)
    trained = {id(parameter) for parameter in optimizer.params}
    if not any(id(parameter) in trained for parameter in parameters):
        raise ArgumentError(
            "fit: optimizer holds no parameter of model, expected one made with model.parameters()"
        )


def _check_data(model: Module, loss: str, x_name: str, X: Any, y_name: str, y: Any) -> None:
    require_floats("fit", x_name, X, least_axes=2)
    dtype = model.parameters()[0].data.dtype
    require_like("fit", x_name, X, X.shape, dtype, "model.parameters()[0] is")
    require_finite("fit", x_name, X)
    try:
        output = model(X[:1]).shape[1:]
    except ArgumentError as error:
        raise ArgumentError(f"fit: {x_name} is {X.shape}, which model refuses: {error}") from error
    if not is_array(y):
        raise ArgumentError(f"fit: {y_name} is {describe(y)}, expected an array")
    if loss == "cross_entropy":
        require_labels("fit", y_name, y, len(X), output[0])
        return
    require_like("fit", y_name, y, (len(X), *output), dtype, "the output is")
    require_finite("fit", y_name, y)
    if loss == "bce_with_logits":
        require_fractions("fit", y_name, y)
