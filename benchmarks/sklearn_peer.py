"""scikit-learn's `MLPClassifier` as a peer.

It is timed in two ways. `fit` with `warm_start` goes on with the weights it has: as many passes
over the batches as make up a turn, with the same batch size, order and optimiser. It looks at all
data first; its turns are longer than those of the others, so that this hardly counts. `partial_fit`
takes one step on one batch, as the others do here, and looks at the batch each time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier

from benchmarks.workloads import Batch, Trainer, Workload
from bpworkbook import nn


class Sklearn(Trainer):
    """`MLPClassifier` with the weights of our network, which has ReLU between its layers."""

    longer = 5

    def __init__(self, workload: Workload, model: nn.Module, batches: Sequence[Batch]) -> None:
        super().__init__(batches)
        layers = [part for part in model.children() if isinstance(part, nn.Linear)]
        n, classes = len(batches[0][0]), np.arange(layers[-1].b.data.shape[0])
        self.model = MLPClassifier(
            hidden_layer_sizes=[layer.b.data.shape[0] for layer in layers[:-1]],
            solver=workload.optimizer.lower(),
            learning_rate_init=workload.options["lr"],
            batch_size=n,
            alpha=0.0,
            momentum=0.0,
            nesterovs_momentum=False,
            shuffle=False,
            warm_start=True,
            n_iter_no_change=10**9,  # It would stop once the loss no longer falls.
        )
        # The first call makes the arrays; then our weights go there, and Adam starts afresh.
        self.model.partial_fit(*batches[0], classes=classes)
        for made, ours in zip(self.model.coefs_, layers, strict=True):
            made[...] = ours.W.data
        for made, ours in zip(self.model.intercepts_, layers, strict=True):
            made[...] = ours.b.data
        del self.model._optimizer
        self._all = [np.concatenate(parts) for parts in zip(*batches, strict=True)]

    def step(self) -> Any:
        """Take one step with `partial_fit`, which keeps the loss."""
        self.model.partial_fit(*self.next_batch())
        return self.model.loss_

    def run(self, steps: int) -> None:
        """Take whole passes with one `fit`; ``steps`` must be a multiple of the batches."""
        passes, rest = divmod(steps, len(self.batches))
        if rest:
            raise ValueError(f"{steps} steps are no whole passes over {len(self.batches)} batches")
        self.model.set_params(max_iter=passes).fit(*self._all)


class SklearnSteps(Sklearn):
    """The same, a step at a time."""

    longer = 1
    run = Trainer.run
