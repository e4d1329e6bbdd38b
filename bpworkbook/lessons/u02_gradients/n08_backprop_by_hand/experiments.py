"""The live experiments of lesson 08."""

from collections.abc import Iterator

from bpworkbook.figures import number
from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.hand import ORDER, gradients, hand_scene
from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.race import racing
from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.zeros import FAULTS, compared
from bpworkbook.live import Choice, Float, Int, Menu, Result, experiment
from bpworkbook.live.controls import Value

SIGNS = ("no guess", "negative", "zero", "positive")


@experiment(
    id="E08.1",
    title="Chunked network",
    controls={
        "turn": Int(0, 2 * len(ORDER) - 1, 0, label="question, answer, question ..."),
        "guess": Menu(SIGNS, "no guess", label="your guess"),
        "target": Menu((0, 1), 1, label="target y"),
    },
    predict=Choice(
        "The target is 1 and p is 0.5. What sign has the gradient of the loss at p?",
        ("negative", "zero", "positive"),
        answer=0,
        why="More p would be nearer to 1 and lower the loss; a loss that falls as p grows has a "
        "negative slope.",
    ),
    read_off=Choice(
        "Unit 1 has z1 = -2. The gradient at a1[1] is -1.5. At z1[1] it is",
        ("-1.5 as well", "1.5", "0"),
        answer=2,
        why="ReLU is shut there, so its local derivative is 0, and what came back ends here. "
        "The gate was set by z1, on the way forward.",
    ),
    settings=[{"turn": 1}, {"turn": 13}, {"turn": 15}, {"turn": 15, "target": 0}, {"turn": 27}],
    scenarios={
        "two paths meet": {"turn": 13, "guess": "no guess", "target": 1},
        "a shut unit": {"turn": 25, "guess": "no guess", "target": 1},
        "target 0": {"turn": 15, "guess": "no guess", "target": 0},
    },
)
def chunked_network(turn: int, guess: str, target: int) -> Result:
    """Ask for the sign of one gradient after the other, and show each with its number."""
    place, answered = divmod(turn, 2)
    name = ORDER[place]
    grad = gradients(float(target))[name]
    sign = "negative" if grad < 0 else "positive" if grad > 0 else "zero"
    values: dict[str, Value] = {"gradient at": name, "its sign": "?", "your guess was": "?"}
    title = f"{place + 1} of {len(ORDER)}: which sign has the gradient at {name}?"
    if answered:
        verdict = "right" if guess == sign else "not so" if guess != SIGNS[0] else "not made"
        values |= {"its sign": sign, "your guess was": verdict}
        title = f"{place + 1} of {len(ORDER)}: the gradient at {name} is {number(grad)}, {sign}"
    scene = hand_scene(float(target), place + answered, "" if answered else name, title)
    return Result(scene, values)


@experiment(
    id="E08.2",
    title="XOR lottery",
    controls={
        "hidden": Menu((2, 3, 4, 8), 2, label="hidden units"),
        "activation": Menu(("tanh", "ReLU"), "tanh"),
        "lr": Menu((0.1, 0.5, 2.0), 0.5, label="learning rate"),
    },
    predict=Choice(
        "Two tanh units are enough for XOR; from 40 random starts 18 runs get stuck. With a third "
        "unit there will be",
        ("none", "about 5", "about 18, as before", "more than 18"),
        answer=1,
        why="A further unit opens ways around: a run is stuck only if none of them can help.",
    ),
    read_off=Choice(
        "At learning rate 0.5, the fewest runs are stuck with",
        ("2 ReLU units", "4 tanh units", "8 tanh units or 8 ReLU units"),
        answer=2,
        why="With eight units no run of the forty is stuck, whichever bend they have. "
        "With two, 18 tanh runs are, and 31 ReLU runs.",
    ),
    settings=[{"hidden": 2}, {"hidden": 3}, {"hidden": 8}, {"activation": "ReLU"}],
    scenarios={
        "just enough units": {"hidden": 2, "activation": "tanh", "lr": 0.5},
        "one to spare": {"hidden": 3, "activation": "tanh", "lr": 0.5},
        "units that shut": {"hidden": 2, "activation": "ReLU", "lr": 0.5},
        "a larger step": {"hidden": 2, "activation": "tanh", "lr": 2.0},
    },
)
def xor_lottery(hidden: int, activation: str, lr: float) -> Iterator[Result]:
    """Train on XOR from forty random starts and show all loss curves."""
    yield from racing(hidden, activation, lr)


@experiment(
    id="E08.3",
    title="Zero biases hide errors",
    controls={
        "fault": Menu(FAULTS, FAULTS[1]),
        "scale": Float(0, 1, 0, label="size of the biases"),
        "activation": Menu(("tanh", "ReLU"), "tanh"),
    },
    predict=Choice(
        "A learner computes the hidden slopes from X @ W1 and forgets b1. All biases are 0. "
        "Beside finite differences, the gradient will",
        ("agree", "differ in W1 and b1", "differ everywhere"),
        answer=0,
        why="A forgotten 0 changes no number. The fault shows as soon as the biases are not 0, "
        "and after the first step of training they never are.",
    ),
    read_off=Choice(
        "No fault, ReLU, biases 0. The check says that",
        ("the gradient agrees", "a right gradient differs"),
        answer=1,
        why="For x = (0, 0) all z1 are exactly 0, on ReLU's corner, where there is no slope to "
        "agree on: finite differences see half a gate. Random biases end that alarm, too.",
    ),
    settings=[
        {"scale": 0.0},
        {"scale": 0.5},
        {"fault": "error without b2"},
        {"fault": "none", "activation": "ReLU"},
        {"fault": "none", "activation": "ReLU", "scale": 0.5},
    ],
    scenarios={
        "hidden": {"fault": "hidden slope without b1", "scale": 0.0, "activation": "tanh"},
        "caught": {"fault": "hidden slope without b1", "scale": 0.5, "activation": "tanh"},
        "false alarm": {"fault": "none", "scale": 0.0, "activation": "ReLU"},
    },
)
def zero_biases(fault: str, scale: float, activation: str) -> Result:
    """Compare a backward pass with finite differences on five networks."""
    return compared(fault, scale, activation)


EXPERIMENTS = (chunked_network, xor_lottery, zero_biases)
