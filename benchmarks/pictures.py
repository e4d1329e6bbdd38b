"""The picture of the training steps: who needs how much of PyTorch's time, and the bars."""

from typing import Any

from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from benchmarks.bars import PLANS
from benchmarks.peers import REFERENCE, TITLES
from benchmarks.results import Results, plural
from bpworkbook.figures import COLORS, Picture, figure, house_style, number, short

LOOKS: dict[str, dict[str, Any]] = {
    "ours": {"marker": "o", "color": COLORS["blue"], "markersize": 9, "zorder": 4},
    "torch-fused": {"marker": "s", "color": COLORS["red"], "markersize": 6},
    "sklearn": {"marker": "^", "color": COLORS["green"], "markersize": 7},
    "sklearn-steps": {
        "marker": "^",
        "color": COLORS["green"],
        "markersize": 7,
        "markerfacecolor": "none",
    },
    "autograd": {"marker": "D", "color": COLORS["purple"], "markersize": 6},
    "bare": {"marker": "x", "color": COLORS["orange"], "markersize": 7, "markeredgewidth": 2},
    "floor": {"marker": "v", "color": COLORS["black"], "markersize": 6},
}
SHORT = {
    "mlp-sgd": "MLP, SGD",
    "mlp-adam": "MLP, Adam",
    "mlp-norm": "MLP, batch norm\nand dropout",
    "cnn": "CNN",
    "lstm": "LSTM",
    "transformer": "transformer\nblock",
    "xor": "XOR",
}


def ratio_picture(results: Results) -> Picture:
    """Draw one panel for each number of threads: a row for each workload, a mark for each peer.

    Parameters
    ----------
    results : Results
        With figures over PyTorch's for at least one workload.

    Returns
    -------
    Picture
        Its alt text gives the figures of our library against their bars.
    """
    panels = len(results.threads)
    rows = results.workloads
    margins = {"left": 1.25, "right": 0.15, "bottom": 1.15, "top": 0.4, "wspace": 0.25}
    fig, axes = figure(
        max(3.6 * panels + 1.4, 6.6),
        1.7 + 0.5 * len(rows),
        margins=margins,
        ncols=panels,
        squeeze=False,
        sharex=True,
    )
    with house_style():
        for ax, threads in zip(axes[0], results.threads, strict=True):
            draw_panel(ax, results, threads)
        for ax in axes[0][1:]:
            ax.tick_params(labelleft=False)
        handles, labels = axes[0][0].get_legend_handles_labels()
        legend = fig.legend(handles, labels, loc="lower center", ncols=3, handlelength=1.5)
        for line in legend.get_lines():
            line.set_markersize(min(line.get_markersize(), 10))
    return Picture(fig, ratio_alt(results))


def draw_panel(ax: Any, results: Results, threads: int) -> None:
    """Draw the panel of one number of threads."""
    rows = results.workloads
    for peer in [peer for peer in results.peers() if peer in LOOKS]:
        found = [(results.figure(name, threads, peer), y) for y, name in enumerate(rows)]
        marks = [(figure.ratio, y) for figure, y in found if figure is not None]
        ax.plot(*zip(*marks, strict=True), linestyle="none", label=TITLES[peer], **LOOKS[peer])
    bars = [(PLANS[name].bars.get(threads), y) for y, name in enumerate(rows)]
    known = [(bar, y) for bar, y in bars if bar is not None]
    if known:
        style = {
            "marker": "|",
            "markersize": 20,
            "markeredgewidth": 2.5,
            "linestyle": "none",
            "zorder": 3,
        }
        xs, ys = zip(*known, strict=True)
        ax.plot(xs, ys, label="bar", color=COLORS["ink"], **style)
    ax.axvline(1, color=COLORS["grey"], linestyle=":", linewidth=1.2)
    ax.text(1, -0.62, " PyTorch", color=COLORS["grey"], fontsize=9, va="center")
    ax.set(title=plural(threads), xscale="log", xlabel="step time over PyTorch's")
    ax.set_yticks(range(len(rows)), [SHORT[name] for name in rows])
    ax.set_ylim(len(rows) - 0.5, -0.9)
    low, high = ax.get_xlim()
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 1000 * low else (1,)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    ax.xaxis.set_minor_locator(NullLocator())


def ratio_alt(results: Results) -> str:
    """Say what the picture shows, made from the figures."""
    sentences = ["Step time over PyTorch's, one mark for each library; under 1 is faster."]
    for threads in results.threads:
        clauses = []
        for name in results.workloads:
            figure = results.figure(name, threads, "ours")
            if figure is not None:
                bar = PLANS[name].bars.get(threads)
                told = f" (bar {number(bar)})" if bar is not None else ""
                clauses.append(f"{name} {number(figure.ratio)}{told}")
        sentences.append(f"This library with {plural(threads)}: {', '.join(clauses)}.")
        others = [peer for peer in results.peers() if peer not in ("ours", "floor", REFERENCE)]
        for peer in others:
            figures = [results.figure(name, threads, peer) for name in results.workloads]
            known = [figure.ratio for figure in figures if figure is not None]
            if known:
                span = f"{number(min(known))} to {number(max(known))}"
                sentences.append(f"{TITLES[peer]} with {plural(threads)}: {span}.")
    return " ".join(sentences)
