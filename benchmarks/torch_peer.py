"""PyTorch as a peer: our networks made again from its layers, with the same weights.

PyTorch keeps a linear layer's weights as (d_out, d_in), ours are (d_in, d_out); it adds two biases
in an LSTM, one of which is held at zero here.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.nn import functional

from benchmarks.workloads import Batch, Trainer, Workload
from bpworkbook import nn

LOSSES = {
    "cross_entropy": functional.cross_entropy,
    "bce_with_logits": functional.binary_cross_entropy_with_logits,
    "mse": functional.mse_loss,
}


class Torch(Trainer):
    """PyTorch in eager mode.

    Parameters
    ----------
    workload : Workload
        The loss and the optimiser.
    model : Module
        Our network, whose weights are copied.
    batches : sequence of (x, y)
        NumPy arrays, copied too.
    fused : bool
        Take the optimiser's fused form, one pass over all parameters.
    device : str
        "cpu" or "cuda".
    """

    def __init__(
        self,
        workload: Workload,
        model: nn.Module,
        batches: Sequence[Batch],
        *,
        fused: bool = False,
        device: str = "cpu",
    ) -> None:
        super().__init__([tuple(tensor(a).to(device) for a in batch) for batch in batches])
        self.model, self.loss = convert(model).to(device), LOSSES[workload.loss]
        trained = [weight for weight in self.model.parameters() if weight.requires_grad]
        make = getattr(torch.optim, workload.optimizer)
        # None is PyTorch's own choice, which is not the fused form.
        self.optimizer = make(trained, **workload.options, fused=True if fused else None)

    def step(self) -> Any:
        """Forward, loss, backward, update."""
        x, y = self.next_batch()
        self.optimizer.zero_grad()
        value = self.loss(self.model(x), y)
        value.backward()
        self.optimizer.step()
        return value.detach()


def convert(module: nn.Module) -> Any:
    """Return PyTorch's module for one of ours, with a copy of its weights."""
    if isinstance(module, nn.Sequential):
        return torch.nn.Sequential(*map(convert, module.layers))
    if isinstance(module, nn.Linear):
        return linear(module.W, module.b)
    if isinstance(module, nn.Conv2d):
        d_out, d_in, *kernel = module.W.data.shape
        made = torch.nn.Conv2d(d_in, d_out, tuple(kernel))
        fill(made.weight, module.W.data)
        fill(made.bias, module.b.data)
        return made
    if isinstance(module, nn.LSTM):
        return LSTM(module)
    if isinstance(module, nn.TransformerBlock):
        return block(module)
    simple: dict[type[nn.Module], Callable[[Any], Any]] = {
        nn.ReLU: lambda m: torch.nn.ReLU(),
        nn.Tanh: lambda m: torch.nn.Tanh(),
        nn.Flatten: lambda m: torch.nn.Flatten(),
        nn.LastStep: lambda m: LastStep(),
        nn.Dropout: lambda m: torch.nn.Dropout(m.p),
        nn.MaxPool2d: lambda m: torch.nn.MaxPool2d(m.kernel_size),
        nn.BatchNorm1d: lambda m: torch.nn.BatchNorm1d(m.weight.data.shape[0], m.eps, m.momentum),
    }
    return simple[type(module)](module)


def linear(W: nn.module.Parameter, b: nn.module.Parameter) -> Any:
    """Return PyTorch's linear layer with these weights."""
    made = torch.nn.Linear(*W.data.shape)
    fill(made.weight, W.data.T)
    fill(made.bias, b.data)
    return made


class LSTM(torch.nn.Module):  # type: ignore[misc]
    """PyTorch's LSTM, of which only the states of all steps are used."""

    def __init__(self, ours: nn.LSTM) -> None:
        super().__init__()
        d_in, d_h = ours.W_x.data.shape[0], ours.W_h.data.shape[0]
        self.lstm = torch.nn.LSTM(d_in, d_h, batch_first=True)
        fill(self.lstm.weight_ih_l0, ours.W_x.data.T)
        fill(self.lstm.weight_hh_l0, ours.W_h.data.T)
        fill(self.lstm.bias_ih_l0, ours.b.data)
        fill(self.lstm.bias_hh_l0, 0 * ours.b.data)
        self.lstm.bias_hh_l0.requires_grad_(False)

    def forward(self, x: Any) -> Any:
        """Return the states (n, t, d_h)."""
        return self.lstm(x)[0]


class LastStep(torch.nn.Module):  # type: ignore[misc]
    """The last step of each sequence."""

    def forward(self, x: Any) -> Any:
        """Return (n, d_h) of (n, t, d_h)."""
        return x[:, -1]


def block(ours: nn.TransformerBlock) -> Any:
    """Return PyTorch's own encoder layer, set to what ours is: pre-norm, no dropout, ReLU."""
    p = {name: parameter.data for name, parameter in ours.params.items()}
    made = torch.nn.TransformerEncoderLayer(
        *(len(p["b_out"]), ours.num_heads, len(p["b1"])),
        **{"dropout": 0.0, "batch_first": True, "norm_first": True},
    )
    attention = made.self_attn
    fill(attention.in_proj_weight, p["W_in"].T)
    fill(attention.in_proj_bias, p["b_in"])
    layers = {"out": attention.out_proj, "1": made.linear1, "2": made.linear2}
    for name, layer in layers.items():
        W, b = (f"{kind}_{name}" if name == "out" else kind + name for kind in ("W", "b"))
        fill(layer.weight, p[W].T)
        fill(layer.bias, p[b])
    for name, norm in (("norm1", made.norm1), ("norm2", made.norm2)):
        fill(norm.weight, p[f"{name}_weight"])
        fill(norm.bias, p[f"{name}_bias"])
    return made


def tensor(array: Any) -> Any:
    """Return a tensor with a copy of a NumPy array."""
    return torch.from_numpy(array.copy())


def fill(weight: Any, array: Any) -> None:
    """Copy a NumPy array into one of PyTorch's parameters."""
    with torch.no_grad():
        weight.copy_(tensor(array))
