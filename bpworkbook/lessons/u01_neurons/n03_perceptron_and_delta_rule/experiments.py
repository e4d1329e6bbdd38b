"""The live experiments of lesson 03."""

from collections.abc import Iterator

from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import bowl, clouds, far, film
from bpworkbook.live import Choice, Float, FloatLog, Int, Menu, Result, experiment


@experiment(
    id="E03.1",
    title="Perceptron at work",
    controls={
        "gap": FloatLog(0.05, 0.8, 0.4, label="points keep off the line by"),
        "n": Menu((20, 100, 500), 100, label="points"),
        "flipped": Menu((0, 5, 10), 0, label="labels flipped, %"),
    },
    predict=Choice(
        "You let the points come nearer to the line between them. Until it stops, the rule makes",
        ("fewer mistakes: they lie closer together", "more mistakes", "as many as before"),
        answer=1,
        why="A narrow gap leaves few lines that are right everywhere. The bound says how few: it "
        "grows with 1 / margin squared.",
    ),
    read_off=Choice(
        "Gap 0.4. From 20 points to 500, 25 times as many, the number of mistakes",
        ("grows 25 times", "stays below twice as many", "grows about 5 times"),
        answer=1,
        why="Most points are right from early on and cost a visit, not a mistake. The bound knows "
        "the margin and the longest point, not how many points there are.",
    ),
    settings=[
        {"gap": 0.8},
        {"gap": 0.4},
        {"gap": 0.05},
        {"gap": 0.4, "n": 500},
        {"gap": 0.4, "flipped": 5},
    ],
    scenarios={
        "wide gap": {"gap": 0.8, "n": 100, "flipped": 0},
        "narrow gap": {"gap": 0.05, "n": 100, "flipped": 0},
        "never stops": {"gap": 0.4, "n": 100, "flipped": 5},
    },
)
def at_work(gap: float, n: int, flipped: int, *, seed: int = 0) -> Iterator[Result]:
    """Watch a perceptron turn its line, and the length of its weights between two bounds."""
    yield from film.at_work(gap, n, flipped, seed)


@experiment(
    id="E03.2",
    title="Logic gates",
    controls={
        "gate": Menu(tuple(clouds.GATES), "AND"),
        "start": Int(0, 5, 0, label="start (0: from zeros)"),
    },
    predict=Choice(
        "Each gate is four points. For which does the count in an epoch never reach 0?",
        ("AND", "NAND", "XOR", "none: four points are always few enough"),
        answer=2,
        why="One corner can always be cut off by a line, so AND, OR and NAND can be learnt. "
        "XOR wants opposite corners on the same side.",
    ),
    read_off=Choice(
        "XOR, start 0. At the end of each epoch the weights are",
        ("a little larger each time", "0, 0, 0 again", "different each time"),
        answer=1,
        why="The four mistakes cancel. It is back where it began, and it will be for ever: "
        "all four answers wrong, epoch after epoch.",
    ),
    settings=[{"gate": "AND"}, {"gate": "OR"}, {"gate": "NAND"}, {"gate": "XOR"}],
    scenarios={
        "stops": {"gate": "AND", "start": 0},
        "goes round in circles": {"gate": "XOR", "start": 0},
        "XOR from elsewhere": {"gate": "XOR", "start": 3},
    },
)
def logic_gates(gate: str, start: int) -> Iterator[Result]:
    """Watch a perceptron learn a gate, a frame for each visit."""
    yield from film.at_the_gates(gate, start)


@experiment(
    id="E03.3",
    title="Rate of the delta rule",
    controls={
        "lr": FloatLog(0.001, 2, 0.3, label="learning rate"),
        "units": Menu(tuple(bowl.UNITS), "cm", label="measured in"),
    },
    predict=Choice(
        "The largest rate for these flowers is 1.242. At 1.3, a twentieth above it, the loss",
        ("falls a little more slowly", "stays where it is", "grows without end"),
        answer=2,
        why="Along the steepest direction each step multiplies what is left by -1.09. "
        "After 60 steps that is more than a hundredfold.",
    ),
    read_off=Choice(
        "The same flowers in millimetres: all inputs 10 times as large. The largest rate is",
        ("the same", "10 times smaller", "100 times smaller"),
        answer=2,
        why="The bowl bends with the square of the inputs; the largest rate is 2 over the bend.",
    ),
    settings=[
        {"lr": 0.03},
        {"lr": 0.3},
        {"lr": 1.2},
        {"lr": 1.3},
        {"lr": 0.01, "units": "mm"},
    ],
    scenarios={
        "creeps": {"lr": 0.03, "units": "cm"},
        "swings, and settles": {"lr": 1.2, "units": "cm"},
        "too large": {"lr": 1.3, "units": "cm"},
        "only the ruler changed": {"lr": 0.3, "units": "mm"},
    },
)
def delta_rate(lr: float, units: str) -> Iterator[Result]:
    """Watch the delta rule go down its bowl."""
    yield from bowl.going_down(lr, units)


@experiment(
    id="E03.4",
    title="A slip of the pen",
    controls={
        "times": Float(1, 10, 1, step=0.5, label="last flower noted times"),
        "virginica": Int(0, 50, 50, step=10, label="flowers of virginica"),
    },
    predict=Choice(
        "The last flower stands on its right side. Its petals are noted 10 times too large, so it "
        "stands further out on that side. Which rule now gets flowers wrong that it had right?",
        ("the perceptron", "the delta rule", "both", "neither: the flower is right as before"),
        answer=1,
        why="The perceptron does not move for a right answer. For the delta rule z far below -1 "
        "is an error like any other, and a large one: its line turns, and 18 flowers are wrong.",
    ),
    read_off=Choice(
        "Now 'last flower noted times' at 1, and flowers of virginica from 0 to 50. "
        "The delta rule goes from",
        ("0 wrong to 1 wrong", "1 wrong to 0 wrong", "0 wrong to 0 wrong"),
        answer=0,
        why="Virginica lies beyond versicolor, where z would be below -1. The line that pleases "
        "them best leaves a versicolor on the wrong side.",
    ),
    settings=[
        {"virginica": 0},
        {"virginica": 50},
        {"times": 3},
        {"times": 10},
    ],
    scenarios={
        "clean": {"times": 1, "virginica": 50},
        "one slip": {"times": 10, "virginica": 50},
        "a slip that helps": {"times": 3, "virginica": 50},
    },
)
def slip_of_the_pen(times: float, virginica: int) -> Result:
    """Compare the lines of both rules where one flower stands far out on its own side."""
    return far.two_rules(virginica, times)


EXPERIMENTS = (at_work, logic_gates, delta_rate, slip_of_the_pen)
