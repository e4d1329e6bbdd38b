"""The picture of a training: its losses, and beside them its accuracies."""

from collections.abc import Mapping, Sequence

from bpworkbook.figures.charts import draw_lines
from bpworkbook.figures.picture import Picture
from bpworkbook.figures.style import figure
from bpworkbook.nn.errors import ArgumentError


def history_chart(history: Mapping[str, Sequence[float]]) -> Picture:
    """Draw what ``fit`` returned: one panel for the losses, one for the other measures.

    Parameters
    ----------
    history : mapping of str to sequence of float
        One number an epoch, by measure; a name that ends in "loss" belongs to the left panel.

    Returns
    -------
    Picture
        With one panel where there are only losses.

    Raises
    ------
    ArgumentError
        If there is no measure, or one has no epoch.

    Examples
    --------
    >>> history_chart({"loss": [2.0, 0.5], "val_loss": [2.0, 1.0]}).alt
    'Training over 2 epochs. Loss falls from 2.00 to 0.500 by epoch 2; \
val_loss falls from 2.00 to 1.00 by epoch 2.'
    """
    if not history or not all(len(values) for values in history.values()):
        raise ArgumentError("history_chart: history is empty, expected at least one epoch")
    losses = {name: values for name, values in history.items() if name.endswith("loss")}
    others = {name: values for name, values in history.items() if name not in losses}
    shares = all(name.endswith("accuracy") for name in others)
    right = "accuracy" if shares else "measure"
    panels = [(label, part) for label, part in (("loss", losses), (right, others)) if part]
    fig, axes = figure(3.4 + 3.4 * len(panels), 3.4, ncols=len(panels), squeeze=False)
    told = []
    for ax, (label, part) in zip(axes[0], panels, strict=True):
        series = {name: (range(1, len(v) + 1), v) for name, v in part.items()}
        ylabel = next(iter(part)) if len(part) == 1 else label
        told.append(draw_lines(ax, series, xlabel="epoch", ylabel=ylabel))
    places = ("Left: ", "Right: ") if len(panels) == 2 else ("",)
    sentences = [f"{place}{text}" for place, text in zip(places, told, strict=True)]
    epochs = max(len(values) for values in history.values())
    first = f"Training over {epochs} epoch{'s' if epochs > 1 else ''}"
    return Picture(fig, ". ".join([first, *(s[0].upper() + s[1:] for s in sentences)]) + ".")
