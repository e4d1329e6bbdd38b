"""The reference implementation: pure functions beneath, thin objects above.

    z, cache = linear_forward(x, W, b)            # x (n, d_in), W (d_in, d_out), b (d_out,)
    grad_x, grad_W, grad_b = linear_backward(grad_out, cache)

Every layer is a pair of functions whose backward half is derived by hand. The batch comes first, a
gradient has the shape of what it belongs to, losses are a mean over the batch, float32 stays
float32. A bad argument raises ``ArgumentError``, which names it.

>>> import numpy as np
>>> from bpworkbook import nn
>>> rng = np.random.default_rng(0)
>>> X, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
>>> model = nn.Sequential(nn.Linear(2, 8, rng=rng), nn.Tanh(), nn.Linear(8, 2, rng=rng))
>>> sgd = nn.SGD(model.parameters(), lr=0.5)
>>> history = nn.fit(model, "cross_entropy", sgd, X, y, epochs=200, batch_size=4, rng=rng)
>>> nn.accuracy(model(X), y)
1.0
"""

from bpworkbook.nn import init
from bpworkbook.nn.activations import (
    sigmoid,
    sigmoid_backward,
    sigmoid_forward,
    tanh,
    tanh_backward,
    tanh_forward,
)
from bpworkbook.nn.adam import Adam, AdamW
from bpworkbook.nn.adaptive import AdaGrad, RMSprop
from bpworkbook.nn.attention import (
    padding_mask,
    scaled_dot_product_attention_backward,
    scaled_dot_product_attention_forward,
)
from bpworkbook.nn.attention_layers import MultiHeadAttention, Residual, TransformerBlock
from bpworkbook.nn.callbacks import Callback, EarlyStopping, Run
from bpworkbook.nn.clipping import (
    ClipGradNorm,
    ClipGradValue,
    clip_grad_norm_,
    clip_grad_value_,
    global_norm,
)
from bpworkbook.nn.complexstep import complex_step_gradient
from bpworkbook.nn.convolution import conv2d_backward, conv2d_forward
from bpworkbook.nn.ctc import ctc_loss, ctc_loss_backward, ctc_loss_forward
from bpworkbook.nn.device import has_gpu, is_device_array, to_device, to_numpy
from bpworkbook.nn.dropout import dropout_backward, dropout_forward
from bpworkbook.nn.embedding import Embedding, embedding_backward, embedding_forward
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.freezing import freeze, unfreeze
from bpworkbook.nn.global_pooling import (
    global_avg_pool2d_backward,
    global_avg_pool2d_forward,
    global_max_pool2d_backward,
    global_max_pool2d_forward,
)
from bpworkbook.nn.gradcheck import numerical_gradient, projection_check, relative_error
from bpworkbook.nn.gradreport import GradientReport, check_gradients, check_model
from bpworkbook.nn.gru import gru_backward, gru_forward
from bpworkbook.nn.gru_step import gru_step_backward, gru_step_forward
from bpworkbook.nn.image_layers import (
    AvgPool2d,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    MaxPool2d,
)
from bpworkbook.nn.layer_norm import layer_norm_backward, layer_norm_forward
from bpworkbook.nn.layers import LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from bpworkbook.nn.linear import linear_backward, linear_forward
from bpworkbook.nn.lion import Lion
from bpworkbook.nn.losses import (
    bce_with_logits,
    bce_with_logits_backward,
    bce_with_logits_forward,
    cross_entropy,
    cross_entropy_backward,
    cross_entropy_forward,
    mse,
    mse_backward,
    mse_forward,
)
from bpworkbook.nn.losstable import LOSSES
from bpworkbook.nn.lstm import lstm_backward, lstm_forward
from bpworkbook.nn.lstm_step import lstm_step_backward, lstm_step_forward
from bpworkbook.nn.metrics import accuracy, confusion_matrix, precision_recall_f1
from bpworkbook.nn.modelsummary import summary
from bpworkbook.nn.module import Module, Parameter, Sequential
from bpworkbook.nn.modulestate import get_state, named_parameters, set_state
from bpworkbook.nn.multi_head import multi_head_attention_backward, multi_head_attention_forward
from bpworkbook.nn.muon import Muon, Together, newton_schulz
from bpworkbook.nn.norm_layers import BatchNorm1d, Dropout, LayerNorm
from bpworkbook.nn.normalization import batch_norm_backward, batch_norm_forward, running_averages
from bpworkbook.nn.optim import SGD, Optimizer
from bpworkbook.nn.patches import col2im, im2col
from bpworkbook.nn.pooling import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    max_pool2d_backward,
    max_pool2d_forward,
)
from bpworkbook.nn.positional import positional_encoding
from bpworkbook.nn.probabilities import (
    log_softmax,
    log_softmax_backward,
    log_softmax_forward,
    softmax,
    softmax_backward,
    softmax_forward,
)
from bpworkbook.nn.rectifiers import (
    leaky_relu,
    leaky_relu_backward,
    leaky_relu_forward,
    relu,
    relu_backward,
    relu_forward,
)
from bpworkbook.nn.recurrent import rnn_backward, rnn_forward, rnn_step_backward, rnn_step_forward
from bpworkbook.nn.recurrent_layers import GRU, LSTM, RNN, LastStep
from bpworkbook.nn.regression_losses import (
    huber,
    huber_backward,
    huber_forward,
    mae,
    mae_backward,
    mae_forward,
)
from bpworkbook.nn.sam import SAM
from bpworkbook.nn.scheduler import Scheduler, one_cycle
from bpworkbook.nn.schedules import constant, cosine, exponential, step_decay, warm_up
from bpworkbook.nn.serialization import load_arrays, load_weights, save_arrays, save_weights
from bpworkbook.nn.smooth import (
    gelu,
    gelu_backward,
    gelu_forward,
    softplus,
    softplus_backward,
    softplus_forward,
)
from bpworkbook.nn.smooth_layers import GELU, Softplus
from bpworkbook.nn.training import batches, fit
from bpworkbook.nn.transformer import (
    BlockParameters,
    transformer_block_backward,
    transformer_block_forward,
)

__all__ = [
    "GELU",
    "GRU",
    "LOSSES",
    "LSTM",
    "RNN",
    "SAM",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "ArgumentError",
    "AvgPool2d",
    "BatchNorm1d",
    "BlockParameters",
    "Callback",
    "ClipGradNorm",
    "ClipGradValue",
    "Conv2d",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "Flatten",
    "GlobalAvgPool2d",
    "GlobalMaxPool2d",
    "GradientReport",
    "LastStep",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "Lion",
    "MaxPool2d",
    "Module",
    "MultiHeadAttention",
    "Muon",
    "Optimizer",
    "Parameter",
    "RMSprop",
    "ReLU",
    "Residual",
    "Run",
    "Scheduler",
    "Sequential",
    "Sigmoid",
    "Softplus",
    "Tanh",
    "Together",
    "TransformerBlock",
    "accuracy",
    "avg_pool2d_backward",
    "avg_pool2d_forward",
    "batch_norm_backward",
    "batch_norm_forward",
    "batches",
    "bce_with_logits",
    "bce_with_logits_backward",
    "bce_with_logits_forward",
    "check_gradients",
    "check_model",
    "clip_grad_norm_",
    "clip_grad_value_",
    "col2im",
    "complex_step_gradient",
    "confusion_matrix",
    "constant",
    "conv2d_backward",
    "conv2d_forward",
    "cosine",
    "cross_entropy",
    "cross_entropy_backward",
    "cross_entropy_forward",
    "ctc_loss",
    "ctc_loss_backward",
    "ctc_loss_forward",
    "dropout_backward",
    "dropout_forward",
    "embedding_backward",
    "embedding_forward",
    "exponential",
    "fit",
    "freeze",
    "gelu",
    "gelu_backward",
    "gelu_forward",
    "get_state",
    "global_avg_pool2d_backward",
    "global_avg_pool2d_forward",
    "global_max_pool2d_backward",
    "global_max_pool2d_forward",
    "global_norm",
    "gru_backward",
    "gru_forward",
    "gru_step_backward",
    "gru_step_forward",
    "has_gpu",
    "huber",
    "huber_backward",
    "huber_forward",
    "im2col",
    "init",
    "is_device_array",
    "layer_norm_backward",
    "layer_norm_forward",
    "leaky_relu",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "linear_backward",
    "linear_forward",
    "load_arrays",
    "load_weights",
    "log_softmax",
    "log_softmax_backward",
    "log_softmax_forward",
    "lstm_backward",
    "lstm_forward",
    "lstm_step_backward",
    "lstm_step_forward",
    "mae",
    "mae_backward",
    "mae_forward",
    "max_pool2d_backward",
    "max_pool2d_forward",
    "mse",
    "mse_backward",
    "mse_forward",
    "multi_head_attention_backward",
    "multi_head_attention_forward",
    "named_parameters",
    "newton_schulz",
    "numerical_gradient",
    "one_cycle",
    "padding_mask",
    "positional_encoding",
    "precision_recall_f1",
    "projection_check",
    "relative_error",
    "relu",
    "relu_backward",
    "relu_forward",
    "rnn_backward",
    "rnn_forward",
    "rnn_step_backward",
    "rnn_step_forward",
    "running_averages",
    "save_arrays",
    "save_weights",
    "scaled_dot_product_attention_backward",
    "scaled_dot_product_attention_forward",
    "set_state",
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_forward",
    "softmax",
    "softmax_backward",
    "softmax_forward",
    "softplus",
    "softplus_backward",
    "softplus_forward",
    "step_decay",
    "summary",
    "tanh",
    "tanh_backward",
    "tanh_forward",
    "to_device",
    "to_numpy",
    "transformer_block_backward",
    "transformer_block_forward",
    "unfreeze",
    "warm_up",
]
