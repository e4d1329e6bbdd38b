"""The live experiments of lesson 06."""

from bpworkbook.lessons.u02_gradients.n06_chain_rule.answers import costs
from bpworkbook.lessons.u02_gradients.n06_chain_rule.drawings import (
    dials,
    growing,
    two_ways,
    words,
)
from bpworkbook.live import Choice, Float, Int, Result, experiment


@experiment(
    id="E06.1",
    title="Gears",
    controls={
        "first": Float(-2, 2, 2, step=0.5, label="slope of u by x"),
        "second": Float(-2, 2, 1.5, step=0.5, label="slope of v by u"),
        "third": Float(-2, 2, 2, step=0.5, label="slope of y by v"),
    },
    predict=Choice(
        "Three slopes in a row: 2, 0 and 1.5. The slope of y by x is",
        ("3.5, their sum", "3: the 0 changes nothing", "0", "not defined"),
        answer=2,
        why="v stands still, however far u turns, so nothing reaches y. "
        "One 0 in a product makes all of it 0.",
    ),
    read_off=Choice(
        "You exchange the first and the third slope. What changes?",
        ("the slope of y by x", "only the dials between x and y", "nothing at all"),
        answer=1,
        why="The factors are the same, so the product is. You may multiply in any order you like: "
        "keep that in mind.",
    ),
    settings=[
        {"first": 2.0, "second": 1.5, "third": 2.0},
        {"first": 2.0, "second": 0.0, "third": 1.5},
        {"first": -2.0, "second": 1.0, "third": -1.5},
        {"first": 0.5, "second": 0.5, "third": 0.5},
    ],
    scenarios={
        "all amplify": {"first": 2.0, "second": 2.0, "third": 2.0},
        "one link closed": {"first": 2.0, "second": 0.0, "third": 1.5},
        "two minus signs": {"first": -2.0, "second": 1.0, "third": -1.5},
        "it fades": {"first": 0.5, "second": 0.5, "third": 0.5},
    },
)
def gears(first: float, second: float, third: float) -> Result:
    """Turn x a little and show how far u, v and y turn."""
    total = first * second * third
    product = " × ".join(words(slope) for slope in (first, second, third))
    picture = dials(("x", "u", "v", "y"), (first, second, third), f"{product} = {words(total)}")
    return Result(
        picture, {"slope of v by x": words(first * second), "slope of y by x": words(total)}
    )


@experiment(
    id="E06.2",
    title="Two paths",
    controls={
        "a": Float(0.5, 1.5, 1, step=0.25),
        "b": Float(-0.5, 1, 1, step=0.25),
        "x": Float(0.5, 2, 2, step=0.25),
        "dx": Float(0.05, 0.5, 0.25, step=0.05, label="nudge of x"),
    },
    predict=Choice(
        "y = u·v with u = x and v = 2 + x, at x = 2. Through u the slope is 4, through v it is 2. "
        "The slope of y by x is",
        ("6, their sum", "8, their product", "4, the larger one"),
        answer=0,
        why="Each side that grows adds its own strip to the area. The product of both changes is "
        "the small black corner, and it vanishes with the nudge.",
    ),
    read_off=Choice(
        "You halve the nudge. The strips become half as thick. The area of the corner becomes",
        ("half as large", "a quarter", "0"),
        answer=1,
        why="Both of its sides are halved. That is why the nudge comes ever closer to the sum.",
    ),
    settings=[
        {"a": 1.0, "b": 1.0, "x": 2.0},
        {"a": 1.0, "b": 1.0, "x": 2.0, "dx": 0.05},
        {"a": 1.0, "b": 0.0, "x": 2.0},
        {"a": 1.0, "b": -0.5, "x": 2.0},
    ],
    scenarios={
        "two strips": {"a": 1.0, "b": 1.0, "x": 2.0, "dx": 0.25},
        "one path closed": {"a": 1.0, "b": 0.0, "x": 2.0, "dx": 0.25},
        "two paths cancel": {"a": 1.0, "b": -0.5, "x": 2.0, "dx": 0.25},
    },
)
def two_paths(a: float, b: float, x: float, dx: float) -> Result:
    """Show a product as an area, and what each path adds when x is nudged."""
    through_u, through_v = (2 + b * x) * a, a * x * b
    total = through_u + through_v
    values = {
        "through u": words(through_u),
        "through v": words(through_v),
        "sum": words(total),
        "by the nudge": words(total + a * b * dx),
    }
    return Result(growing(a, b, x, dx), values)


@experiment(
    id="E06.3",
    title="Order of products",
    controls={
        "n": Int(1, 30, 30, label="inputs"),
        "h1": Int(1, 30, 20, label="first layer"),
        "h2": Int(1, 30, 20, label="second layer"),
        "m": Int(1, 30, 1, label="outputs"),
    },
    predict=Choice(
        "30 inputs, two layers of 20, one output. J3 @ J2 @ J1 needs fewer multiplications",
        (
            "if you start at the input, with J2 @ J1",
            "if you start at the output, with J3 @ J2",
            "in neither order: the result is the same",
        ),
        answer=1,
        why="From the output a single row travels through the chain. "
        "From the input it is a matrix with 30 columns.",
    ),
    read_off=Choice(
        "Both layers have 20 units. When do the two orders cost the same?",
        ("never", "with as many outputs as inputs", "with one input"),
        answer=1,
        why="The running product keeps 1 row for each output, or 1 column for each input. "
        "With equal numbers, and layers of equal width, there is nothing to gain.",
    ),
    settings=[
        {"n": 30, "m": 1},
        {"n": 1, "m": 30},
        {"n": 10, "m": 10},
        {"n": 20, "h1": 30, "h2": 2, "m": 10},
    ],
    scenarios={
        "a loss": {"n": 30, "h1": 20, "h2": 20, "m": 1},
        "one input": {"n": 1, "h1": 20, "h2": 20, "m": 30},
        "as many out as in": {"n": 10, "h1": 20, "h2": 20, "m": 10},
        "a narrow layer": {"n": 20, "h1": 30, "h2": 2, "m": 10},
    },
)
def order_of_products(n: int, h1: int, h2: int, m: int) -> Result:
    """Multiply three Jacobians from the input and from the output, and count."""
    forward, reverse = costs([(m, h2), (h2, h1), (h1, n)])
    start = {forward: "the input", reverse: "the output"}
    cheaper = "either" if forward == reverse else start[min(start)]
    values = {
        "from the input": f"{forward:,}",
        "from the output": f"{reverse:,}",
        "start at": cheaper,
        "ratio": f"{max(forward, reverse) / min(forward, reverse):.1f}",
    }
    return Result(two_ways(n, h1, h2, m, forward, reverse), values)


EXPERIMENTS = (gears, two_paths, order_of_products)
