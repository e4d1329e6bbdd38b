"""The exercises of lesson 09, with the wrong answers that their checks recognise."""

from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised.layer_questions import (
    LINEAR,
    RELU,
    SIGMOID,
    SOFTMAX_CE,
)
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised.network_questions import (
    MLP,
    NORMS,
    TRAIN,
)
from bpworkbook.workbook import ReviewQuestion

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
