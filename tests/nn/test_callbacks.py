"""What ``fit`` calls and when; early stopping, clipping, schedules and SAM inside a training."""

import re
from typing import Any

import numpy as np
import pytest

from bpworkbook.nn.adam import AdamW
from bpworkbook.nn.callbacks import Callback, EarlyStopping, Run
from bpworkbook.nn.clipping import (
    ClipGradNorm,
    ClipGradValue,
    clip_grad_norm_,
    clip_grad_value_,
    global_norm,
)
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.freezing import freeze
from bpworkbook.nn.layers import Linear, Tanh
from bpworkbook.nn.module import Module, Parameter, Sequential
from bpworkbook.nn.muon import Muon, Together
from bpworkbook.nn.optim import Optimizer
from bpworkbook.nn.sam import SAM
from bpworkbook.nn.scheduler import Scheduler
from bpworkbook.nn.schedules import exponential
from bpworkbook.nn.sgd import SGD
from bpworkbook.nn.training import fit

DATA = np.random.default_rng(0)
X = DATA.standard_normal((10, 3))
Y = X @ DATA.standard_normal((3, 1))
LABELS = (Y[:, 0] > 0).astype(np.int64)


def network(outputs: int = 1) -> Sequential:
    rng = np.random.default_rng(1)
    return Sequential(Linear(3, 4, rng=rng), Tanh(), Linear(4, outputs, rng=rng))


def train(model: Module, optimizer: Optimizer, *callbacks: Any, **change: Any) -> dict[str, Any]:
    options: dict[str, Any] = {"epochs": 3, "batch_size": 4, "progress": False}
    options |= {"rng": np.random.default_rng(2), "callbacks": callbacks}
    loss, y = ("mse", Y) if "y" not in change else ("cross_entropy", change.pop("y"))
    return fit(model, loss, optimizer, X, y, **(options | change))


class Diary(Callback):
    def __init__(self) -> None:
        self.moments: list[str] = []
        self.seen: list[tuple[int, int, int]] = []

    def on_train_start(self, run: Run) -> None:
        self.moments.append("start")

    def on_backward_end(self, run: Run) -> None:
        assert all(parameter.grad is not None for parameter in run.model.parameters())
        self.moments.append("backward")

    def on_step_end(self, run: Run) -> None:
        self.moments.append("step")

    def on_epoch_end(self, run: Run) -> None:
        self.moments.append("epoch")
        self.seen.append((run.epoch, run.step, len(run.history["loss"])))

    def on_train_end(self, run: Run) -> None:
        self.moments.append("end")


def test_the_moments_come_in_order() -> None:
    model, diary = network(), Diary()
    train(model, SGD(model.parameters(), 0.1), diary, epochs=2)
    epoch = ["backward", "step"] * 3 + ["epoch"]
    assert diary.moments == ["start", *epoch, *epoch, "end"]
    assert diary.seen == [(1, 3, 1), (2, 6, 2)]


def test_sam_asks_for_the_gradients_twice() -> None:
    model, diary = network(), Diary()
    sam = SAM(SGD(model.parameters(), 0.1))
    history = train(model, sam, diary, epochs=30)
    assert diary.moments.count("backward") == 2 * diary.moments.count("step") == 180
    assert history["loss"][-1] < history["loss"][0] / 5


def test_muon_trains_matrices_and_another_the_biases() -> None:
    model = network()
    weights = [p for p in model.parameters() if p.data.ndim == 2]
    biases = [p for p in model.parameters() if p.data.ndim == 1]
    both = Together(Muon(weights, lr=0.02), AdamW(biases, lr=0.01))
    history = train(model, both, epochs=30)
    assert history["loss"][-1] < history["loss"][0] / 5


class Falling(Callback):
    """Puts invented values into the history, before early stopping looks."""

    def __init__(self, name: str, *values: float) -> None:
        self.name, self.values = name, values
        self.weights: list[Any] = []

    def on_epoch_end(self, run: Run) -> None:
        run.history[self.name][-1] = self.values[run.epoch - 1]
        self.weights.append([np.copy(p.data) for p in run.model.parameters()])


@pytest.mark.parametrize(
    ("values", "options", "best", "epochs"),
    [
        ((3, 2, 1, 4, 5, 6, 7), {"patience": 2}, 3, 5),
        ((3, 2, 1, 4, 5, 6, 7), {"patience": 9}, 3, 7),
        ((3, 2, 2, 2, 1, 0, 0), {"patience": 2}, 2, 4),
        ((3, 2.5, 2.2, 2, 1, 0, 0), {"patience": 3, "min_delta": 0.9}, 6, 7),
        ((np.nan, 2, np.nan, 1, np.nan, np.nan, 0), {"patience": 2}, 4, 6),
        ((np.nan,) * 7, {"patience": 3}, 0, 3),
        ((np.inf, 2, 3, 4, 5, 6, 7), {"patience": 1}, 2, 3),
    ],
)
def test_early_stopping(values: Any, options: Any, best: int, epochs: int) -> None:
    model = network()
    falling, stopping = Falling("loss", *values), EarlyStopping("loss", **options)
    history = train(model, SGD(model.parameters(), 0.1), falling, stopping, epochs=7)
    assert len(history["loss"]) == epochs
    assert stopping.best_epoch == best
    assert stopping.stopped == (epochs < 7)
    kept = falling.weights[best - 1 if best else -1]
    for parameter, weights in zip(model.parameters(), kept, strict=True):
        np.testing.assert_array_equal(parameter.data, weights)


def test_more_accuracy_is_better() -> None:
    model = network(2)
    falling = Falling("val_accuracy", 0.5, 0.9, 0.8, 0.7)
    stopping = EarlyStopping("val_accuracy", patience=2, restore_best=False)
    sgd = SGD(model.parameters(), 0.1)
    train(model, sgd, falling, stopping, y=LABELS, validation=(X, LABELS), epochs=9)
    assert (stopping.best_epoch, stopping.best_value, stopping.stopped) == (2, 0.9, True)
    for parameter, weights in zip(model.parameters(), falling.weights[-1], strict=True):
        np.testing.assert_array_equal(parameter.data, weights)


def test_the_best_weights_come_back_after_an_interruption() -> None:
    class Interrupt(Callback):
        def on_epoch_end(self, run: Run) -> None:
            if run.epoch == 3:
                raise KeyboardInterrupt

    model, falling = network(), Falling("loss", 1, 2, 3)
    with pytest.raises(KeyboardInterrupt):
        train(model, SGD(model.parameters(), 0.1), falling, EarlyStopping("loss"), Interrupt())
    np.testing.assert_array_equal(model.parameters()[0].data, falling.weights[0][0])


def test_a_schedule_inside_a_training() -> None:
    for every, count in (("step", 6), ("epoch", 2)):
        model = network()
        sgd = SGD(model.parameters(), lr=1.0)
        train(model, sgd, Scheduler(sgd, exponential, gamma=0.5, every=every), epochs=2)
        assert sgd.lr == 0.5**count


@pytest.mark.parametrize("training", [True, False])
def test_a_training_leaves_the_mode_as_it_was(training: bool) -> None:
    modes = []

    class Spy(Linear):
        def forward(self, x: Any) -> Any:
            modes.append(self.training)
            return super().forward(x)

    model = Sequential(Spy(3, 1, rng=np.random.default_rng(0))).train(training)
    train(model, SGD(model.parameters(), 0.1), epochs=1, validation=(X, Y))
    assert modes == [False, False, True, True, True, False]  # two checks, three steps, a measure
    assert model.training == model.layers[0].training == training


def params(*gradients: Any) -> list[Parameter]:
    made = [Parameter(np.zeros(np.shape(g), getattr(g, "dtype", float))) for g in gradients]
    for parameter, gradient in zip(made, gradients, strict=True):
        parameter.grad = gradient
    return made


def test_clipping_by_norm_keeps_the_direction() -> None:
    a, b, c = params(np.full((2, 2), 3.0), np.full(7, -4.0), np.ones(3))
    c.grad = None
    norm = np.sqrt(4 * 9 + 7 * 16)
    assert clip_grad_norm_([a, b, c], 1.0) == pytest.approx(norm)
    np.testing.assert_allclose(a.grad, 3 / (norm + 1e-6))  # type: ignore
    assert global_norm([a, b, c]) == pytest.approx(1, abs=1e-6)
    before = a.grad
    clip_grad_norm_([a, b, c], 2.0)
    assert a.grad is before, "a small gradient was touched"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("share", [-0.9, -0.6, 0.6, 0.9])
def test_norms_beyond_the_range_of_squares(dtype: Any, share: float) -> None:
    size = dtype(10.0 ** (share * np.log10(float(np.finfo(dtype).max))))
    made = params(np.full(4, size))
    assert global_norm(made) == pytest.approx(2 * float(size), rel=1e-5)
    clip_grad_norm_(made, 1.0)
    [clipped] = made
    assert np.all(np.isfinite(clipped.grad))  # type: ignore
    assert clipped.grad.dtype == dtype  # type: ignore


def test_what_is_not_finite_shows() -> None:
    assert np.isnan(clip_grad_norm_(params(np.array([np.nan, 1.0])), 1.0))
    assert global_norm(params(np.array([np.inf, 1.0]))) == np.inf
    assert global_norm([Parameter(np.ones(2))]) == 0


def test_clipping_by_value() -> None:
    [a] = params(np.array([-5.0, 0.2, 5.0], np.float32))
    clip_grad_value_([a], 1.0)
    np.testing.assert_array_equal(a.grad, np.array([-1, 0.2, 1], np.float32))  # type: ignore
    assert a.grad.dtype == np.float32  # type: ignore


def test_pytorch_clips_alike() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    for limit in (0.1, 1.0, 100.0):
        gradients = [DATA.standard_normal(shape) for shape in ((3, 4), (2,))]
        ours = params(*(g.copy() for g in gradients))
        theirs = [torch.zeros(g.shape, dtype=torch.float64, requires_grad=True) for g in gradients]
        for tensor, gradient in zip(theirs, gradients, strict=True):
            tensor.grad = torch.tensor(gradient)
        norm = torch.nn.utils.clip_grad_norm_(theirs, limit)
        assert clip_grad_norm_(ours, limit) == pytest.approx(float(norm), rel=1e-12)
        torch.nn.utils.clip_grad_value_(theirs, limit / 3)
        clip_grad_value_(ours, limit / 3)
        for parameter, tensor in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(parameter.grad, tensor.grad.numpy(), rtol=1e-10)


def test_frozen_parameters_do_not_count() -> None:
    model = network()
    for parameter in model.parameters():
        parameter.grad = np.ones_like(parameter.data)
    freeze(model.layers[0])
    assert global_norm(model.parameters()) == pytest.approx(np.sqrt(5))


def test_clipping_inside_a_training() -> None:
    model = network()
    sgd = SGD(model.parameters(), lr=1.0)
    before = [np.copy(p.data) for p in model.parameters()]
    train(model, sgd, ClipGradNorm(1e-3), ClipGradValue(1e-4), epochs=1, batch_size=10)
    moved = np.concatenate(
        [(p.data - x).ravel() for p, x in zip(model.parameters(), before, strict=True)]
    )
    assert 0 < np.abs(moved).max() <= 1e-4 * (1 + 1e-9)


MODEL = network()
REFUSED: list[tuple[str, Any]] = [
    (
        "EarlyStopping: monitor is 'val_loss', expected one of loss",
        lambda: train(MODEL, SGD(MODEL.parameters(), 1), EarlyStopping()),
    ),
    (
        "fit: callbacks[0] is 3, expected a Callback",
        lambda: train(MODEL, SGD(MODEL.parameters(), 1), 3),
    ),
    (
        "fit: callbacks is a Diary, expected a list of Callback",
        lambda: train(MODEL, SGD(MODEL.parameters(), 1), callbacks=Diary()),
    ),
    (
        "EarlyStopping: patience is 0, expected an integer of at least 1",
        lambda: EarlyStopping(patience=0),
    ),
    (
        "EarlyStopping: min_delta is -1, expected a finite number of at least 0",
        lambda: EarlyStopping(min_delta=-1),
    ),
    ("EarlyStopping: monitor is 3, expected the name of a measure", lambda: EarlyStopping(3)),  # type: ignore
    (
        "clip_grad_norm_: max_norm is 0, expected a finite number above 0",
        lambda: clip_grad_norm_([], 0),
    ),
    (
        "clip_grad_value_: clip_value is nan, expected a finite number above 0",
        lambda: clip_grad_value_([], np.nan),
    ),
    (
        "global_norm: params[0] is (2,), expected a Parameter",
        lambda: global_norm([np.ones(2)]),  # type: ignore
    ),
    ("global_norm: params is 3, expected model.parameters()", lambda: global_norm(3)),  # type: ignore
    ("ClipGradNorm: max_norm is 0, expected a finite number above 0", lambda: ClipGradNorm(0)),
    ("ClipGradValue: clip_value is 0, expected a finite number above 0", lambda: ClipGradValue(0)),
]


@pytest.mark.parametrize(("message", "call"), REFUSED, ids=[message for message, _ in REFUSED])
def test_refused(message: str, call: Any) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
        call()
