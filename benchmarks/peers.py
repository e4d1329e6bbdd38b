"""Who trains: our library, the peers that are installed, and the floor."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from benchmarks.bars import PLANS
from benchmarks.floor import Floor, products
from benchmarks.workloads import WORKLOADS, Ours, Trainer, Workload

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "ours": "this library",
        "torch": "PyTorch",
        "torch-fused": "PyTorch, fused optimiser",
        "sklearn": "scikit-learn, fit",
        "sklearn-steps": "scikit-learn, partial_fit",
        "autograd": "HIPS autograd",
        "bare": "bare NumPy",
        "floor": "matrix products alone",
    }
)
REFERENCE = "torch"
WITH_AUTOGRAD = ("mlp-sgd", "mlp-adam", "lstm", "xor")
BARE = ("mlp-sgd", "xor")


def make_trainers(
    name: str,
    *,
    peers: bool = True,
    dropout: bool = True,
    device: str = "cpu",
    move: Callable[[Any], Any] = lambda array: array,
) -> tuple[dict[str, Trainer], dict[str, str]]:
    """Return all who train a workload, from the same weights on the same batches.

    Parameters
    ----------
    name : str
        A key of ``WORKLOADS``.
    peers : bool
        False for our library and the floor alone.
    dropout : bool
        False to train with dropout switched off, so that losses can be compared: no two libraries
        draw the same masks.
    device : str
        Where PyTorch trains, "cpu" or "cuda".
    move : function
        Brings our arrays there.

    Returns
    -------
    trainers : dict of str to Trainer
        By the keys of ``TITLES``.
    missing : dict of str to str
        Peers that cannot be loaded here, and why.
    """
    workload = WORKLOADS[name]
    model, batches = workload.make(dropout=dropout)
    makers = peer_makers(name, device) if peers else {}
    trainers: dict[str, Trainer] = {}
    missing: dict[str, str] = {}
    for peer, make in makers.items():
        try:
            trainers[peer] = make(workload, model, batches)
        except ImportError as error:
            missing[peer] = str(error)
    shapes = products(model, batches[0])
    for parameter in model.parameters():
        parameter.data = move(parameter.data)
    moved = [(move(x), move(y)) for x, y in batches]
    ours = {"ours": Ours(workload, model, moved)}
    floor = {"floor": Floor(shapes, like=moved[0][0])} if dropout else {}
    return {**ours, **trainers, **floor}, missing


def peer_makers(name: str, device: str) -> dict[str, Callable[..., Trainer]]:
    """Return how each peer of a workload is made; a peer is imported when it is made."""

    def torch(workload: Workload, model: Any, batches: Any, *, fused: bool = False) -> Trainer:
        from benchmarks.torch_peer import Torch

        return Torch(workload, model, batches, fused=fused, device=device)

    def fused(workload: Workload, model: Any, batches: Any) -> Trainer:
        return torch(workload, model, batches, fused=True)

    def sklearn(workload: Workload, model: Any, batches: Any) -> Trainer:
        from benchmarks.sklearn_peer import Sklearn

        return Sklearn(workload, model, batches)

    def sklearn_steps(workload: Workload, model: Any, batches: Any) -> Trainer:
        from benchmarks.sklearn_peer import SklearnSteps

        return SklearnSteps(workload, model, batches)

    def autograd(workload: Workload, model: Any, batches: Any) -> Trainer:
        from benchmarks.autograd_peer import Autograd

        return Autograd(workload, model, batches)

    def bare(workload: Workload, model: Any, batches: Any) -> Trainer:
        from benchmarks.bare_peer import Bare

        return Bare(workload, model, batches)

    makers: dict[str, Callable[..., Trainer]] = {"torch": torch, "torch-fused": fused}
    if device == "cpu" and PLANS[name].against_sklearn:
        makers |= {"sklearn": sklearn, "sklearn-steps": sklearn_steps}
    if device == "cpu" and name in WITH_AUTOGRAD:
        makers["autograd"] = autograd
    if device == "cpu" and name in BARE:
        makers["bare"] = bare
    return makers
