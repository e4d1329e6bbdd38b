"""The exercises of lesson 09, with the wrong answers that their checks recognise."""

from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised import network
from bpworkbook.workbook import Mistake, Question, ReviewQuestion, SlowAnswer
from bpworkbook.workbook.examples import digit, redrawn

Rng = np.random.Generator


# 09.1 linear_backward


def linear_cases(rng: Rng) -> list[Any]:
    def case(n: int, d_in: int, d_out: int) -> Any:
        x, W = rng.normal(size=(n, d_in)), rng.normal(size=(d_in, d_out))
        return rng.normal(size=(n, d_out)), (x, W)

    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
    W = np.array([[1.0, 2.0], [3.0, 5.0], [-1.0, 4.0]])
    by_hand = np.array([[1.0, 2.0], [3.0, -4.0]]), (x, W)
    sizes = [(2, 3, 2), (4, 3, 5), (3, 3, 3), (4, 4, 4), (1, 3, 2), (5, 1, 1)]
    return [by_hand, *(case(*size) for size in sizes)]


def transpose_missing(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    return grad_out @ W, x @ grad_out, grad_out.sum(axis=0)


def turned(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    return W @ grad_out.T, grad_out.T @ x, grad_out.sum(axis=0)


def bias_not_summed(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    return grad_out @ W.T, x.T @ grad_out, grad_out


def divided_again(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    return grad_out @ W.T, x.T @ grad_out, grad_out.mean(axis=0)


def everything_divided_again(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    return grad_out @ W.T, x.T @ grad_out / len(x), grad_out.mean(axis=0)


def linear_by_einsum(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    grad_x = np.einsum("nj,kj->nk", grad_out, W)
    grad_W = np.einsum("nk,nj->kj", x, grad_out)
    return grad_x, grad_W, np.ones_like(x[:, 0]) @ grad_out


LINEAR = Question(
    id="09.1",
    name="linear_backward",
    points=3,
    reference=nn.linear_backward,
    cases=linear_cases,
    example=redrawn(linear_cases),
    mistakes=(
        Mistake("M53", transpose_missing),
        Mistake("M03", turned),
        Mistake("M54", bias_not_summed),
        Mistake("M55", divided_again),
        Mistake("M55", everything_divided_again),
    ),
    hints=(
        "Write the shape of each gradient beside the shape of what it belongs to.",
        "Only one product of two given matrices has the shape you need; a bias is shared by rows.",
        "grad_out times W transposed; x transposed times grad_out; grad_out summed down the batch.",
    ),
    also_right=(linear_by_einsum,),
    outputs=("grad_x", "grad_W", "grad_b"),
    summary="three arrays: grad_x (n, d_in), grad_W (d_in, d_out), grad_b (d_out,)",
)


# 09.2 relu_backward and sigmoid_backward


def gate_cases(rng: Rng) -> list[Any]:
    def away_from_the_kink(*shape: int) -> Any:
        z = rng.normal(size=shape)
        return z + np.sign(z) * 0.05

    by_hand = (
        np.array([[5.0, -6.0, 7.0], [-8.0, 9.0, 3.0]]),
        np.array([[1.0, -2.0, -3.0], [4.0, 2.0, -1.0]]),
    )
    shapes = [(2, 3), (4, 4), (5, 2), (1, 4)]
    drawn = [(rng.normal(size=shape), away_from_the_kink(*shape)) for shape in shapes]
    return [by_hand, *drawn]


def sigmoid_cases(rng: Rng) -> list[Any]:
    by_hand = np.array([[4.0, -8.0, 2.0]]), np.array([[0.5, 0.25, 0.75]])
    shapes = [(1, 3), (4, 4), (5, 2), (2, 3)]
    return [by_hand, *((rng.normal(size=s), nn.sigmoid(rng.normal(size=s))) for s in shapes)]


def gate_from_gradient(grad_out: Any, cache: Any) -> Any:
    return grad_out * (grad_out > 0)


def gate_in_place(grad_out: Any, cache: Any) -> Any:
    grad_out[cache <= 0] = 0
    return grad_out


def relu_by_where(grad_out: Any, cache: Any) -> Any:
    return np.where(cache > 0, grad_out, np.zeros_like(grad_out))


def sigmoid_twice(grad_out: Any, cache: Any) -> Any:
    a = nn.sigmoid(cache)
    return grad_out * a * (1 - a)


def sigmoid_in_place(grad_out: Any, cache: Any) -> Any:
    grad_out *= cache * (1 - cache)
    return grad_out


def sigmoid_expanded(grad_out: Any, cache: Any) -> Any:
    return grad_out * cache - grad_out * cache**2


RELU = Question(
    id="09.2",
    name="relu_backward",
    points=1,
    reference=nn.relu_backward,
    cases=gate_cases,
    example=redrawn(gate_cases),
    mistakes=(Mistake("M57", gate_from_gradient), Mistake("M02", gate_in_place)),
    hints=(
        "The cache is z, what ReLU saw on the way forward.",
        "Where z is positive the slope is 1, elsewhere it is 0; multiply by the slope.",
        "Multiply grad_out by the mask z > 0.",
    ),
    also_right=(relu_by_where,),
    outputs=("grad_z",),
    summary="one array of the shape of z",
)

SIGMOID = Question(
    id="09.2",
    name="sigmoid_backward",
    points=1,
    reference=nn.sigmoid_backward,
    cases=sigmoid_cases,
    example=redrawn(sigmoid_cases),
    mistakes=(Mistake("M40", sigmoid_twice), Mistake("M02", sigmoid_in_place)),
    hints=(
        "The cache is a, what the sigmoid gave on the way forward.",
        "The slope of the sigmoid is a (1 - a), and a is already there.",
        "Multiply grad_out by a and by 1 minus a.",
    ),
    also_right=(sigmoid_expanded,),
    outputs=("grad_z",),
    summary="one array of the shape of a",
)


# 09.3 softmax_ce_backward


def score_cases(rng: Rng) -> list[Any]:
    def case(n: int, classes: int, scale: float = 1.0) -> Any:
        return rng.normal(size=(n, classes)) * scale, rng.integers(classes, size=n)

    by_hand = np.array([[1.0, 2.0, 3.0], [2.0, -1.0, 1.0]]), np.array([0, 2])
    sizes = [(2, 3), (4, 4), (5, 3), (1, 5), (3, 2)]
    return [by_hand, *(case(*size) for size in sizes), case(3, 4, scale=300.0)]


def _chances_and_targets(Z: Any, labels: Any) -> tuple[Any, Any]:
    onehot = np.zeros_like(Z)
    onehot[np.arange(len(Z)), labels] = 1
    return nn.softmax(Z), onehot


def mean_forgotten(Z: Any, labels: Any) -> Any:
    p, onehot = _chances_and_targets(Z, labels)
    return p - onehot


def target_minus_prediction(Z: Any, labels: Any) -> Any:
    p, onehot = _chances_and_targets(Z, labels)
    return (onehot - p) / len(Z)


def softmax_slope_kept(Z: Any, labels: Any) -> Any:
    p, onehot = _chances_and_targets(Z, labels)
    return (p - onehot) * p * (1 - p) / len(Z)


def subtract_one_at_the_label(Z: Any, labels: Any) -> Any:
    grad = np.exp(nn.log_softmax(Z))
    for i, label in enumerate(labels):
        grad[i, label] -= 1
    return grad / len(labels)


SOFTMAX_CE = Question(
    id="09.3",
    name="softmax_ce_backward",
    points=2,
    reference=network.softmax_ce_backward,
    cases=score_cases,
    example=redrawn(score_cases, top=4),
    mistakes=(
        Mistake("M29", mean_forgotten),
        Mistake("M23", target_minus_prediction),
        Mistake("M62", softmax_slope_kept),
    ),
    hints=(
        "Start from the probabilities p = softmax(Z) and the one-hot targets.",
        "Softmax and cross-entropy together have a simple gradient: the error p minus target.",
        "Probabilities minus one-hot targets, divided by the number of examples.",
    ),
    also_right=(subtract_one_at_the_label,),
    outputs=("grad_Z",),
    summary="one array of the shape of Z; each row sums to 0",
)


# 09.4 mlp_backward


def by_hand() -> Any:
    """Return the input and the parameters of the small example."""
    W1, W2 = np.array([[1.0, -1.0], [2.0, 3.0]]), np.array([[2.0], [5.0]])
    return np.array([[3.0, -1.0]]), [(W1, np.array([1.0, 2.0])), (W2, np.array([3.0]))]


def network_cases(rng: Rng) -> list[Any]:
    def case(n: int, *sizes: int) -> Any:
        params = network.new_params(sizes, rng)
        scores, caches = network.mlp_forward(rng.normal(size=(n, sizes[0])), params)
        return rng.normal(size=scores.shape), caches

    _, caches = network.mlp_forward(*by_hand())
    sizes = [
        (1, 2, 2, 1),
        (4, 3, 5, 2),
        (4, 3, 3, 3),
        (5, 4, 4, 4),
        (3, 3, 3, 3, 3),
        (6, 2, 4, 3, 5),
    ]
    return [(np.array([[2.0]]), caches), *(case(*size) for size in sizes)]


def small_network(rng: Rng) -> Any:
    """Return the example with other numbers: one hidden unit is open, one is closed."""

    def opened(X: Any, params: Any) -> Any:
        (W, b), _ = params
        z, scores = X @ W + b, network.mlp_forward(X, params)[0]
        return [*np.sign(z).ravel(), scores.item() != 0, max(abs(z).max(), abs(scores).max()) < 100]

    drawn = redrawn(lambda rng: [by_hand()], kept=opened)(rng)
    return np.array([[digit(rng)]]), network.mlp_forward(*drawn)[1]


def forward_order(grad_out: Any, caches: Any) -> Any:
    grads = []
    for i, (x, W, z) in enumerate(caches):
        if i < len(caches) - 1:
            grad_out = nn.relu_backward(grad_out, z)
        grad_out, grad_W, grad_b = nn.linear_backward(grad_out, (x, W))
        grads.append((grad_W, grad_b))
    return grads


def gate_of_the_next_layer(grad_out: Any, caches: Any) -> Any:
    grads: list[Any] = []
    for i in reversed(range(len(caches))):
        x, W, _ = caches[i]
        if i < len(caches) - 1:
            grad_out = grad_out * (caches[i + 1][2] > 0)
        grad_out, grad_W, grad_b = nn.linear_backward(grad_out, (x, W))
        grads.insert(0, (grad_W, grad_b))
    return grads


def only_the_last_kept(grad_out: Any, caches: Any) -> Any:
    grads: list[Any] = []
    for i in reversed(range(len(caches))):
        x, W, z = caches[i]
        if i < len(caches) - 1:
            grad_out = nn.relu_backward(grad_out, z)
        grad_out, grad_W, grad_b = nn.linear_backward(grad_out, (x, W))
        grads = [(grad_W, grad_b)]
    return grads


def recursive_sweep(grad_out: Any, caches: Any) -> Any:
    *earlier, (x, W, _) = caches
    own = x.T @ grad_out, grad_out.sum(axis=0)
    if not earlier:
        return [own]
    return [*recursive_sweep((grad_out @ W.T) * (earlier[-1][2] > 0), earlier), own]


MLP = Question(
    id="09.4",
    name="mlp_backward",
    points=3,
    reference=network.mlp_backward,
    cases=network_cases,
    example=small_network,
    mistakes=(
        Mistake("M59", forward_order),
        Mistake("M60", gate_of_the_next_layer),
        Mistake("M45", only_the_last_kept),
    ),
    hints=(
        "Walk through the caches from the last layer to the first.",
        "Each layer: through its ReLU (not for the last layer), then through its linear part.",
        "For reversed layers: gate grad_out with z, call linear_backward, put the pair in front.",
    ),
    also_right=(recursive_sweep,),
    outputs=("grad_W", "grad_b"),
    summary="a list with one pair (grad_W, grad_b) for each layer, first layer first",
)


# 09.5 train_step


def step_cases(rng: Rng) -> list[Any]:
    def case(n: int, lr: float, *sizes: int) -> Any:
        X, y = rng.normal(size=(n, sizes[0])), rng.integers(sizes[-1], size=n)
        return network.new_params(sizes, rng), X, y, lr

    W1, W2 = np.array([[1.0, -1.0], [2.0, 3.0]]), np.array([[2.0, 1.0], [-1.0, 1.0]])
    params = [(W1, np.array([1.0, 2.0])), (W2, np.array([0.0, 1.0]))]
    by_hand = params, np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([0, 1]), 0.5
    sizes = [(2, 0.5, 2, 2, 2), (4, 0.1, 3, 5, 4), (5, 0.3, 4, 4, 3), (1, 2.0, 3, 2, 3)]
    return [by_hand, *(case(*size) for size in sizes)]


def gates_and_rate(params: Any, X: Any, y: Any, lr: Any) -> Any:
    """Return which hidden units are open for which examples, and whether a score is certain."""
    (W, b), _ = params
    scores, _ = network.mlp_forward(X, params)
    return [*np.sign(X @ W + b).ravel(), np.ptp(scores, axis=1).max() > 6]


def _stepped(params: Any, X: Any, y: Any, change: Any) -> Any:
    scores, caches = network.mlp_forward(X, params)
    grads = network.mlp_backward(network.softmax_ce_backward(scores, y), caches)
    return [
        (W - change * grad_W, b - change * grad_b)
        for (W, b), (grad_W, grad_b) in zip(params, grads, strict=True)
    ]


def uphill(params: Any, X: Any, y: Any, lr: Any) -> Any:
    return _stepped(params, X, y, -lr)


def rate_forgotten(params: Any, X: Any, y: Any, lr: Any) -> Any:
    return _stepped(params, X, y, 1.0)


def divided_by_n_again(params: Any, X: Any, y: Any, lr: Any) -> Any:
    return _stepped(params, X, y, lr / len(X))


def updated_in_the_sweep(params: Any, X: Any, y: Any, lr: Any) -> Any:
    scores, caches = network.mlp_forward(X, params)
    grad = network.softmax_ce_backward(scores, y)
    updated: list[Any] = []
    for i in reversed(range(len(params))):
        (x, W, z), b = caches[i], params[i][1]
        if i < len(params) - 1:
            grad = nn.relu_backward(grad, z)
        W = W - lr * x.T @ grad
        updated.insert(0, (W, b - lr * grad.sum(axis=0)))
        grad = grad @ W.T
    return updated


def step_layer_by_layer(params: Any, X: Any, y: Any, lr: Any) -> Any:
    scores, caches = network.mlp_forward(X, params)
    grads = recursive_sweep(network.softmax_ce_backward(scores, y), caches)
    updated = [[W.copy(), b.copy()] for W, b in params]
    for layer, (grad_W, grad_b) in zip(updated, grads, strict=True):
        layer[0] -= lr * grad_W
        layer[1] -= lr * grad_b
    return updated


TRAIN = Question(
    id="09.5",
    name="train_step",
    points=2,
    reference=network.train_step,
    cases=step_cases,
    example=redrawn(step_cases, kept=gates_and_rate, top=3),
    mistakes=(
        Mistake("M58", updated_in_the_sweep),
        Mistake("M80", uphill),
        Mistake("M81", rate_forgotten),
        Mistake("M55", divided_by_n_again),
    ),
    hints=(
        "The steps: forward, gradient at the scores, backward, then new parameters.",
        "Collect every gradient before any parameter changes, and build new arrays.",
        "For each layer the pair (W minus lr times grad_W, b minus lr times grad_b).",
    ),
    also_right=(step_layer_by_layer,),
    outputs=("W", "b"),
    summary="a new list of pairs (W, b), of the same shapes as params",
)


# 09.6 example_norms


def norm_cases(rng: Rng) -> list[Any]:
    by_hand = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.0, 3.0], [2.0, 0.5, 1.0]])
    sizes = [(2, 2, 3), (4, 4, 4), (3, 3, 3), (1, 4, 2), (5, 2, 1)]
    return [by_hand, *((rng.normal(size=(n, d)), rng.normal(size=(n, h))) for n, d, h in sizes)]


def summed_over_examples(x: Any, grad_out: Any) -> Any:
    return ((x.T @ grad_out) ** 2).sum(axis=0)


def norms_by_einsum(x: Any, grad_out: Any) -> Any:
    return np.einsum("nj,nk->n", x**2, grad_out**2)


NORMS = Question(
    id="09.6",
    name="example_norms",
    points=2,
    reference=network.example_norms,
    cases=norm_cases,
    example=redrawn(norm_cases),
    mistakes=(
        Mistake(
            "M07",
            network.example_norms_loop,
            "The values are right. The square of a product is the product of squares: "
            "the sums over j and k can be taken one by one.",
        ),
        Mistake(
            "M21",
            summed_over_examples,
            "You added the examples up first. Each example keeps its own number: sum over j and k.",
        ),
    ),
    hints=(
        "Which of the three indices i, j, k is still there in the result?",
        "(x * g) ** 2 is x ** 2 times g ** 2, and a sum of products over two indices splits.",
        "Sum of squares of each row of x, times sum of squares of each row of grad_out.",
    ),
    also_right=(norms_by_einsum,),
    outputs=("norms",),
    summary="one number for each example, shape (n,)",
    slow=SlowAnswer(
        lambda rng: (rng.normal(size=(40, 30)), rng.normal(size=(40, 20))),
        times=20,
        than=network.example_norms_loop,
        required=True,
    ),
)


QUESTIONS = (LINEAR, RELU, SIGMOID, SOFTMAX_CE, MLP, TRAIN, NORMS)

REVIEW = (
    ReviewQuestion(
        id="09.r1",
        prompt="x is (32, 64) and grad_out is (32, 10). Which product is grad_W?",
        options=("x @ grad_out", "x.T @ grad_out", "grad_out.T @ x", "x @ grad_out.T"),
        answer=1,
        why="grad_W has the shape of W, (64, 10), and (64, 32) @ (32, 10) is the only way there.",
    ),
    ReviewQuestion(
        id="09.r2",
        prompt="Why is grad_b a sum over the batch and not a mean?",
        options=(
            "It is a mean; the sum is a mistake",
            "The same b is added to every row, and the loss gradient already holds 1/n",
            "Biases need larger steps than weights",
        ),
        answer=1,
        why="One bias acts on all n rows, so n contributions add up; 1/n came in once, at the "
        "loss.",
    ),
    ReviewQuestion(
        id="09.r3",
        prompt="What decides whether ReLU lets a gradient through?",
        options=("The sign of the gradient", "The sign of the input z", "The sign of the weight"),
        answer=1,
        why="The gate was set on the way forward: it is open where z was positive.",
    ),
    ReviewQuestion(
        id="09.r4",
        prompt="A network trains well. Does that prove its backward pass right?",
        options=("Yes", "No: wrong gradients often still point downhill"),
        answer=1,
        why="In this lesson a network with a wrong gradient still learnt to read most digits.",
    ),
)
