"""The cases on which answers of lesson 11 are tried, and the functions that stand in them."""

from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n11_gradient_checking.suspects import five_suspects

Rng = np.random.Generator


class Seeded(np.random.Generator):
    """A generator that is written as its seed, so that cases read the same every time."""

    def __init__(self, seed: int) -> None:
        super().__init__(np.random.PCG64(seed))
        self.seed = seed

    def __repr__(self) -> str:
        return f"default_rng({self.seed})"

    def __deepcopy__(self, memo: Any) -> "Seeded":
        return Seeded(self.seed)  # from the start: NumPy's own copy is no Seeded


def area(x: Any) -> Any:
    return x[0] ** 2 * x[1]


def cubes(x: Any) -> Any:
    return np.sum(x**3) * np.mean(x)


def waves(x: Any) -> Any:
    return np.sum(np.sin(x)) * np.sum(np.exp(0.5 * x))


def gradient_cases(rng: Rng) -> list[Any]:
    return [
        (area, np.array([3.0, 5.0]), 1.0),
        (waves, rng.normal(size=3), 0.5),
        (waves, rng.normal(size=(2, 3)), 0.1),
        (cubes, rng.normal(size=(3, 3)), 0.3),
        (cubes, rng.normal(size=(1,)), 0.25),
        (waves, rng.normal(size=(4, 2)), 1e-3),
        (cubes, np.array([2, 5, 3]), 0.5),
        (cubes, rng.integers(2, 9, size=(2, 2)), 0.25),
        (waves, rng.integers(1, 4, size=4), 0.5),
    ]


def error_cases(rng: Rng) -> list[Any]:
    def pair(shape: tuple[int, ...], scale: float) -> Any:
        a = scale * rng.normal(size=shape)
        return a, a * (1 + 0.3 * rng.normal(size=shape))

    far = pair((4,), 1.0)
    return [
        (np.array([2.0, 8.0]), np.array([1.0, 10.0])),
        pair((3,), 100.0),
        pair((2, 3), 1e-5),
        far,
        far[::-1],
        (np.array([1.0, -3.0, 2.0]), np.array([1.0, 3.0, 2.0])),
        (np.array([0.0, 4.0]), np.array([1e-9, 4.0])),
        (np.zeros(3), np.zeros(3)),
        (np.zeros((2, 2)), np.zeros((2, 2))),
        (np.zeros(4), np.array([0.0, 1e-7, 0.0, 0.0])),
        (np.array([5.0]), np.array([4.0])),
        (np.float64(4.0), np.float64(5.0)),
    ]


def square(x: Any) -> Any:
    return x**2


def square_vjp(grad_out: Any, x: Any) -> Any:
    return 2 * x * grad_out


def backwards_square_vjp(grad_out: Any, x: Any) -> Any:
    return np.flip(2 * x * grad_out)


def tanh_vjp(grad_out: Any, x: Any) -> Any:
    return grad_out * (1 - np.tanh(x) ** 2)


def backwards_tanh_vjp(grad_out: Any, x: Any) -> Any:
    return np.flip(tanh_vjp(grad_out, x))


def doubled_tanh_vjp(grad_out: Any, x: Any) -> Any:
    return 2 * tanh_vjp(grad_out, x)


def negative_tanh_vjp(grad_out: Any, x: Any) -> Any:
    return -tanh_vjp(grad_out, x)


def row_softmax(x: Any) -> Any:
    p = np.exp(x)
    return p / p.sum(axis=1, keepdims=True)


def softmax_vjp(grad_out: Any, x: Any) -> Any:
    p = row_softmax(x)
    return p * (grad_out - (grad_out * p).sum(axis=1, keepdims=True))


def diagonal_softmax_vjp(grad_out: Any, x: Any) -> Any:
    p = row_softmax(x)
    return grad_out * p * (1 - p)


def centred(x: Any) -> Any:
    return x - x.mean(axis=0)


def centred_vjp(grad_out: Any, x: Any) -> Any:
    return centred(grad_out)


def large_square(x: Any) -> Any:
    return 1e6 * x**2


def large_square_vjp(grad_out: Any, x: Any) -> Any:
    return 2e6 * x * grad_out


def small_square(x: Any) -> Any:
    return 1e-6 * x**2


def negative_small_square_vjp(grad_out: Any, x: Any) -> Any:
    return -2e-6 * x * grad_out


def ripples(x: Any) -> Any:
    return np.sin(50 * x)


def ripples_vjp(grad_out: Any, x: Any) -> Any:
    return 50 * np.cos(50 * x) * grad_out


def projection_cases(rng: Rng) -> list[Any]:
    def case(f: Any, vjp: Any, *shape: int) -> Any:
        return f, vjp, rng.normal(size=shape), Seeded(int(rng.integers(1000)))

    return [
        (square, square_vjp, np.array([1.0, 3.0, -2.0]), Seeded(1)),
        case(np.tanh, tanh_vjp, 4, 3),
        case(np.tanh, tanh_vjp, 1),
        case(row_softmax, softmax_vjp, 3, 4),
        case(centred, centred_vjp, 5, 2),
        case(square, backwards_square_vjp, 5),
        case(np.tanh, backwards_tanh_vjp, 4, 3),
        case(np.tanh, doubled_tanh_vjp, 3, 4),
        case(np.tanh, negative_tanh_vjp, 2, 2),
        case(row_softmax, diagonal_softmax_vjp, 3, 4),
        case(large_square, large_square_vjp, 3, 4),
        case(small_square, negative_small_square_vjp, 3, 4),
        case(ripples, ripples_vjp, 3, 4),
    ]


def dtype_cases(rng: Rng) -> list[Any]:
    return [(np.float64,), (np.float32,), (np.float16,)]


def rolled(x: Any, rng: Any) -> Any:
    return x[0] ** 2 * rng.integers(1, 7)


def dropped(x: Any, rng: Any) -> Any:
    return np.sum((x * (rng.random(x.shape) < 0.5) / 0.5) ** 2)


def noisy(x: Any, rng: Any) -> Any:
    return np.sum(np.sin(x * rng.normal(size=x.shape))) + rng.normal()


def frozen_cases(rng: Rng) -> list[Any]:
    def case(f: Any, h: float, *shape: int) -> Any:
        return f, rng.normal(size=shape), h, int(rng.integers(2, 1000))

    return [
        (rolled, np.array([5.0]), 1.0, 1),
        case(noisy, 0.5, 3),
        case(dropped, 0.25, 4, 3),
        case(noisy, 1e-3, 2, 2),
        case(dropped, 0.1, 6),
        case(noisy, 0.1, 1),
    ]


def hunt_cases(rng: Rng) -> list[Any]:
    variants = [2, *(int(variant) for variant in rng.integers(10, 1000, size=7))]
    return [(five_suspects(variant), Seeded(variant)) for variant in variants]
