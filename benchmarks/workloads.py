"""The networks that are trained, with their data, and the step that trains them.

Everything a peer must share stands here: the initial weights are those of our model, and the
batches, their order, the loss and the optimiser with its options are the workload's.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpworkbook import nn

F32 = np.float32
Batch = tuple[NDArray[Any], NDArray[Any]]


@dataclass(frozen=True)
class Workload:
    """A network, its data, its loss and its optimiser.

    Parameters
    ----------
    model : function
        ``model(rng, dropout)`` returns our network with fresh weights; ``dropout`` is the
        probability of its dropout layers, if it has any.
    draw : function
        ``draw(rng)`` returns one batch, inputs and targets.
    loss : str
        A key of ``nn.LOSSES``.
    optimizer : str
        "SGD" or "Adam", as both ``nn`` and PyTorch call it.
    options : mapping
        Its options, of the same names in both.
    batches : int
        How many batches are drawn; training goes round them in order.
    """

    model: Callable[[np.random.Generator, float], nn.Module]
    draw: Callable[[np.random.Generator], Batch]
    loss: str
    optimizer: str
    options: Mapping[str, float]
    batches: int = 4

    def make(self, *, dropout: bool = True, seed: int = 0) -> tuple[nn.Module, list[Batch]]:
        """Return our network and the batches; the same for the same seed."""
        rng = np.random.default_rng(seed)
        model = self.model(rng, 0.5 if dropout else 0.0)
        return model, [self.draw(rng) for _ in range(self.batches)]


class Trainer:
    """Something that trains one workload, batch after batch. Peers define ``step``.

    Attributes
    ----------
    longer : int
        Its turns are this many times as long, where each has a cost that training has only once.
    """

    longer = 1

    def __init__(self, batches: Sequence[Any]) -> None:
        self.batches, self.taken = batches, 0

    def next_batch(self) -> Any:
        """Return the next batch; after the last comes the first."""
        self.taken += 1
        return self.batches[(self.taken - 1) % len(self.batches)]

    def step(self) -> Any:
        """Take one step and return the loss before it, as a number or an array of one."""
        raise NotImplementedError

    def run(self, steps: int) -> None:
        """Take some steps; this is what is timed."""
        for _ in range(steps):
            self.step()


class Ours(Trainer):
    """The library under test, used through its public interface as a learner would."""

    def __init__(self, workload: Workload, model: nn.Module, batches: Sequence[Any]) -> None:
        super().__init__(batches)
        self.model, self.loss = model, nn.LOSSES[workload.loss]
        make = getattr(nn, workload.optimizer)
        self.optimizer = make(model.parameters(), **workload.options)

    def step(self) -> Any:
        """Forward, loss, backward, update."""
        x, y = self.next_batch()
        value, cache = self.loss.forward(self.model(x), y)
        self.optimizer.zero_grad()
        self.model.backward_parameters(self.loss.backward(cache))
        self.optimizer.step()
        return value


def mlp(sizes: Sequence[int], *, norm: bool = False) -> Callable[..., nn.Module]:
    """Return a maker of MLPs with ReLU; with ``norm``, batch norm before it and dropout after."""

    def make(rng: np.random.Generator, dropout: float = 0.5) -> nn.Module:
        layers: list[nn.Module] = []
        for d_in, d_out in itertools.pairwise(sizes[:-1]):
            layers.append(nn.Linear(d_in, d_out, rng=rng, dtype=F32))
            layers += [nn.BatchNorm1d(d_out, dtype=F32)] if norm else []
            layers.append(nn.ReLU())
            layers += [nn.Dropout(dropout, rng=np.random.default_rng(1))] if norm else []
        return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1], rng=rng, dtype=F32))

    return make


def cnn(rng: np.random.Generator, dropout: float) -> nn.Module:
    """Return two convolutions with pooling and a linear head."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, rng=rng, dtype=F32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, rng=rng, dtype=F32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(512, 10, rng=rng, dtype=F32),
    )


def lstm(rng: np.random.Generator, dropout: float) -> nn.Module:
    """Return an LSTM over rows of 28 with a linear head on its last state."""
    return nn.Sequential(
        nn.LSTM(28, 64, rng=rng, dtype=F32),
        nn.LastStep(),
        nn.Linear(64, 10, rng=rng, dtype=F32),
    )


def transformer(rng: np.random.Generator, dropout: float) -> nn.Module:
    """Return one pre-norm block."""
    return nn.TransformerBlock(64, 4, rng=rng, dtype=F32)


def xor(rng: np.random.Generator, dropout: float) -> nn.Module:
    """Return the smallest network that solves XOR with ease."""
    first, last = (nn.Linear(*sizes, rng=rng, dtype=F32) for sizes in ((2, 8), (8, 1)))
    return nn.Sequential(first, nn.Tanh(), last)


def classes(n: int, *shape: int) -> Callable[[np.random.Generator], Batch]:
    """Return a drawer of ``n`` inputs of a shape, from -1/2 to 1/2, with labels from 0 to 9.

    Each input stands there twice, with a label of its own each time. No network can fit that, so
    gradients never shrink to where floating-point arithmetic is slow.
    """

    def draw(rng: np.random.Generator) -> Batch:
        half = rng.random(((n + 1) // 2, *shape), F32) - F32(0.5)
        return np.repeat(half, 2, axis=0)[:n], rng.integers(0, 10, n)

    return draw


def sequences(rng: np.random.Generator) -> Batch:
    """Draw inputs and targets for the transformer block."""
    x, y = rng.standard_normal((2, 32, 64, 64), F32)
    return x, y


def truth_table(rng: np.random.Generator) -> Batch:
    """Return all of XOR."""
    return np.array([[0, 0], [0, 1], [1, 0], [1, 1]], F32), np.array([[0], [1], [1], [0]], F32)


ADAM = {"lr": 1e-3}
WORKLOADS: Mapping[str, Workload] = {
    "mlp-sgd": Workload(mlp((784, 128, 10)), classes(64, 784), "cross_entropy", "SGD", {"lr": 0.1}),
    "mlp-adam": Workload(
        mlp((784, 512, 512, 10)), classes(256, 784), "cross_entropy", "Adam", ADAM
    ),
    "mlp-norm": Workload(
        mlp((784, 256, 256, 10), norm=True), classes(128, 784), "cross_entropy", "SGD", {"lr": 0.1}
    ),
    "cnn": Workload(cnn, classes(128, 1, 28, 28), "cross_entropy", "Adam", ADAM),
    "lstm": Workload(lstm, classes(64, 50, 28), "cross_entropy", "Adam", ADAM),
    "transformer": Workload(transformer, sequences, "mse", "Adam", ADAM),
    "xor": Workload(xor, truth_table, "bce_with_logits", "SGD", {"lr": 0.5}, batches=1),
}
"""By the names of ``bars.PLANS``."""
