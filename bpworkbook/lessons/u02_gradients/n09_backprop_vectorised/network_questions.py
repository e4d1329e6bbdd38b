"""Exercises 09.4 to 09.6: a whole network backwards, a step of training, norms by example."""

from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised import network
from bpworkbook.workbook import Mistake, Question, SlowAnswer
from bpworkbook.workbook.examples import digit, redrawn

Rng = np.random.Generator


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
