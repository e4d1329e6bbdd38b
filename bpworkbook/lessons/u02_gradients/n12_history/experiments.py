"""The live experiments of lesson 12."""

from collections.abc import Iterator

from bpworkbook.lessons.u02_gradients.n12_history import films, pictures
from bpworkbook.lessons.u02_gradients.n12_history.events import STRANDS, chosen
from bpworkbook.live import Choice, Int, Menu, Result, experiment

PERIODS = {
    "1943 to 1989": (1943, 1989),
    "before 1960": (1943, 1959),
    "1960s": (1960, 1969),
    "1970s": (1970, 1979),
    "1980s": (1980, 1989),
}


@experiment(
    id="E12.1",
    title="Time line",
    controls={
        "strand": Menu(("all", *STRANDS), "all"),
        "period": Menu(tuple(PERIODS), "1943 to 1989"),
    },
    predict=Choice(
        "How many works of this list that hold a backward sweep of slopes were out before the "
        "Nature paper of 1986?",
        ("none: it was the first", "one or two", "four or five", "more than eight"),
        answer=3,
        why="Eleven: four on control, four on differentiation and three on learning. The list "
        "names for each the work and a second one by other people.",
    ),
    read_off=Choice(
        "Which strand has the oldest backward sweep?",
        ("control", "differentiation", "learning", "neuroscience"),
        answer=0,
        why="Kelley, 1960. Linnainmaa follows in 1970, and Werbos in 1974.",
    ),
    settings=[
        {"strand": "control"},
        {"strand": "differentiation"},
        {"strand": "learning", "period": "1980s"},
        {"strand": "neuroscience"},
        {"period": "1970s"},
    ],
    scenarios={
        "the oldest sweep": {"strand": "control", "period": "1960s"},
        "a strand without a sweep": {"strand": "neuroscience"},
        "the 1970s": {"period": "1970s"},
    },
)
def history(strand: str, period: str) -> Result:
    """Show dated works by strand, with one line of evidence each."""
    first, last = PERIODS[period]
    events = chosen(strand, first, last)
    return Result(
        pictures.time_line(events, first, last),
        {
            "works": len(events),
            "with a backward sweep": sum(event.sweep for event in events),
            "disputed": sum(bool(event.disputed) for event in events),
        },
    )


@experiment(
    id="E12.2",
    title="Symmetry, 1986",
    controls={
        "lr": Menu((0.02, 0.1), 0.02, label="learning rate"),
        "hidden": Int(2, 4, 2, label="hidden units"),
        "seed": Int(0, 19, 1, label="start"),
    },
    predict=Choice(
        "Six bits, two hidden units, one output: is the pattern its own mirror image? After "
        "training, the weights of bits 1 and 6 into a hidden unit are",
        ("equal", "equal in size, opposite in sign", "unrelated: many solutions will do"),
        answer=1,
        why="Opposite weights cancel when the two bits are equal, so a symmetric pattern gives "
        "the hidden unit nothing. A sum that is not 0 betrays any other pattern.",
    ),
    read_off=Choice(
        "Learning rate 0.1, start 0: where does the error stay?",
        ("at 0", "at 4", "near 9"),
        answer=1,
        why="The network says no to everything. It is wrong on 8 of 64 patterns, and half of 8 "
        "squares is 4. Its output is so near 0 that hardly any slope is left.",
    ),
    settings=[
        {"lr": 0.02, "seed": 1},
        {"lr": 0.1, "seed": 0},
        {"lr": 0.02, "seed": 0},
    ],
    scenarios={
        "as in 1986": {"lr": 0.1, "hidden": 2, "seed": 3},
        "always no": {"lr": 0.1, "hidden": 2, "seed": 0},
        "the same start, small steps": {"lr": 0.02, "hidden": 2, "seed": 0},
    },
)
def symmetry_task(lr: float, hidden: int, seed: int) -> Iterator[Result]:
    """Train the net that tells mirror-symmetric patterns, momentum 0.9, as a film."""
    yield from films.symmetry(hidden, lr, seed)


@experiment(
    id="E12.3",
    title="Encoder 8-3-8",
    controls={
        "hidden": Int(1, 4, 3, label="hidden units"),
        "lr": Menu((0.25, 0.5, 1.0, 2.0), 1.0, label="learning rate"),
        "seed": Int(0, 9, 1, label="start"),
    },
    predict=Choice(
        "Eight patterns pass through a few hidden units. How many units are needed, so that all "
        "eight are right after 1,000 sweeps at learning rate 1?",
        ("one", "two", "three", "eight"),
        answer=2,
        why="Three did it from each of these ten starts, two from none. Given far longer, two can "
        "do it as well: eight codes fit around the edge of a square.",
    ),
    read_off=Choice(
        "Three units, start 1, all eight patterns right. The hidden codes are",
        (
            "eight binary numbers, all 0 or 1",
            "a mixture of 0, 1 and values between",
            "eight values near one half",
        ),
        answer=1,
        why="Three bits would do, but a unit need not be on or off. Values between serve as well. "
        "So it was in 1986.",
    ),
    settings=[
        {"hidden": 2},
        {"hidden": 3, "seed": 0},
        {"hidden": 3, "seed": 1},
        {"hidden": 4},
    ],
    scenarios={
        "binary numbers": {"hidden": 3, "lr": 1.0, "seed": 0},
        "values between": {"hidden": 3, "lr": 1.0, "seed": 1},
        "only two units": {"hidden": 2, "lr": 2.0, "seed": 1},
    },
)
def encoder(hidden: int, lr: float, seed: int) -> Iterator[Result]:
    """Train a net to reproduce eight patterns through a bottleneck, as a film."""
    yield from films.encoder(hidden, lr, seed)


EXPERIMENTS = (history, symmetry_task, encoder)
