"""Training: the loop over epochs and batches.

``fit`` is the loop that learners write, with checks in front of it: it looks once at the data, the
targets and the parameters, so that a NaN or a label out of range is named before any training.
"""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.callbacks import Callback, Run
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.history import History
from bpworkbook.nn.losstable import Loss, find_loss
from bpworkbook.nn.metrics import accuracy as accuracy
from bpworkbook.nn.metrics import share_right
from bpworkbook.nn.module import Module
from bpworkbook.nn.optim import Optimizer
from bpworkbook.nn.validation import (
    FloatArray,
    is_array,
    require_count,
    require_finite,
    require_flag,
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
    iterator of integer arrays (batch_size,), the last perhaps shorter
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
    callbacks: Sequence[Callback] = (),
) -> History:
    """Train a model and return its history.

    Parameters
    ----------
    model : Module
        The network; its parameters are changed.
    loss : {"cross_entropy", "bce_with_logits", "mse", "mae", "huber"}
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
    callbacks : sequence of Callback
        What to do besides, each in this order at each of the moments that ``Callback`` names.

    Returns
    -------
    History
        A dict of lists that plots itself, see ``History``. One number an epoch: "loss" and, for
        classes, "accuracy", as measured on each batch before its step; with ``validation`` also
        "val_loss" and "val_accuracy". A training that diverges ends in numbers that are inf or nan,
        without an error.

    Raises
    ------
    ArgumentError
        If an argument is none of these; if data, targets or parameters hold NaN or infinity; if a
        label is out of range; if the optimiser holds none of the model's parameters.

    Examples
    --------
    >>> from bpworkbook.nn.layers import Linear
    >>> from bpworkbook.nn.module import Sequential
    >>> from bpworkbook.nn.sgd import SGD
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
    require_flag("fit", "progress", progress)
    function = find_loss("fit", loss)
    _check_model(model, optimizer)
    _check_data(model, loss, "X", X, "y", y)
    if validation is not None:
        if not isinstance(validation, tuple | list) or len(validation) != 2:
            raise ArgumentError(f"fit: validation is {describe(validation)}, expected (X, y)")
        _check_data(model, loss, "validation[0]", validation[0], "validation[1]", validation[1])
    _check_callbacks(callbacks)
    measures: tuple[str, ...] = ("loss", "accuracy") if function.classifies else ("loss",)
    if validation is not None:
        measures += tuple(f"val_{name}" for name in measures)
    run = Run(model, optimizer, measures, epochs, history=History({name: [] for name in measures}))
    steps = epochs * -(-len(X) // batch_size)
    # A learning rate that is too large shall show in the history, not as warnings.
    quiet = np.errstate(over="ignore", invalid="ignore")
    with quiet, _progress_bar(steps) if progress else nullcontext() as bar:
        loop = _Loop(run, function, tuple(callbacks), bar)
        loop.train(X, y, batch_size, rng, validation)
    return run.history


@dataclass
class _Loop:
    """The loop of ``fit``, with all that stays the same from batch to batch."""

    run: Run
    loss: Loss
    callbacks: tuple[Callback, ...]
    bar: Any

    def train(self, X: Any, y: Any, batch_size: int, rng: Any, validation: Any) -> None:
        """Go through all epochs; the model is left in the mode in which it came."""
        run, mode = self.run, self.run.model.training
        for callback in self.callbacks:
            callback.on_train_start(run)
        try:
            while run.epoch < run.epochs and not run.stop:
                run.model.train()
                row = self.epoch(X, y, batch_size, rng)
                if validation is not None:
                    run.model.eval()
                    row |= _measure(run.model, self.loss, *validation)
                for name, value in row.items():
                    run.history[name].append(value)
                run.epoch += 1
                for callback in self.callbacks:
                    callback.on_epoch_end(run)
        finally:
            run.model.train(mode)
            for callback in self.callbacks:
                callback.on_train_end(run)

    def epoch(self, X: Any, y: Any, batch_size: int, rng: Any) -> dict[str, float]:
        """Take a step for each batch, and return the means over the epoch."""
        run, n = self.run, len(X)
        row = {"loss": 0.0, "accuracy": 0.0} if self.loss.classifies else {"loss": 0.0}
        for rows in batches(n, batch_size, rng):
            here = np.asarray(rows, like=X)  # on the GPU where X is there
            x_batch, y_batch = X[here], y[here]
            value, scores = self.gradients(x_batch, y_batch)
            # SAM asks for the gradients of this batch once more, at another point.
            run.optimizer.step(partial(self.gradients, x_batch, y_batch))
            run.step += 1
            for callback in self.callbacks:
                callback.on_step_end(run)
            share = len(rows) / n
            row["loss"] += share * float(value)
            if self.loss.classifies:
                row["accuracy"] += share * share_right(scores, y_batch)
            if self.bar is not None:
                self.bar.update()
        return row

    def gradients(self, x: FloatArray, y: Any) -> tuple[Any, FloatArray]:
        """Go forward and backward, and return the loss and the scores."""
        model, optimizer = self.run.model, self.run.optimizer
        scores = model(x)
        value, cache = self.loss.forward(scores, y)
        optimizer.zero_grad()
        model.backward_parameters(self.loss.backward(cache))
        for callback in self.callbacks:
            callback.on_backward_end(self.run)
        return value, scores


def _measure(model: Module, loss: Loss, X: FloatArray, y: NDArray[Any]) -> dict[str, float]:
    scores = model(X)
    row = {"val_loss": float(loss.forward(scores, y)[0])}
    if loss.classifies:
        row["val_accuracy"] = share_right(scores, y)
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


def _check_callbacks(callbacks: Any) -> None:
    if not isinstance(callbacks, Sequence):
        raise ArgumentError(f"fit: callbacks is {describe(callbacks)}, expected a list of Callback")
    for position, callback in enumerate(callbacks):
        if not isinstance(callback, Callback):
            name = f"callbacks[{position}]"
            raise ArgumentError(f"fit: {name} is {describe(callback)}, expected a Callback")


def _check_data(model: Module, loss: str, x_name: str, X: Any, y_name: str, y: Any) -> None:
    require_floats("fit", x_name, X, least_axes=2)
    dtype = model.parameters()[0].data.dtype
    require_like("fit", x_name, X, X.shape, dtype, "model.parameters()[0] is")
    require_finite("fit", x_name, X)
    mode = model.training
    try:
        output = model.eval()(X[:1]).shape[1:]  # in evaluation, which changes no running average
    except ArgumentError as error:
        raise ArgumentError(f"fit: {x_name} is {X.shape}, which model refuses: {error}") from error
    finally:
        model.train(mode)
    if not is_array(y):
        raise ArgumentError(f"fit: {y_name} is {describe(y)}, expected an array")
    if loss == "cross_entropy":
        require_labels("fit", y_name, y, len(X), output[0])
        return
    require_like("fit", y_name, y, (len(X), *output), dtype, "the output is")
    require_finite("fit", y_name, y)
    if loss == "bce_with_logits":
        require_fractions("fit", y_name, y)
