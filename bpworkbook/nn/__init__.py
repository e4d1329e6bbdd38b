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

from types import ModuleType as _ModuleType

from bpworkbook.nn import init as init
from bpworkbook.nn.activations import sigmoid as sigmoid
from bpworkbook.nn.activations import sigmoid_backward as sigmoid_backward
from bpworkbook.nn.activations import sigmoid_forward as sigmoid_forward
from bpworkbook.nn.activations import tanh as tanh
from bpworkbook.nn.activations import tanh_backward as tanh_backward
from bpworkbook.nn.activations import tanh_forward as tanh_forward
from bpworkbook.nn.adam import Adam as Adam
from bpworkbook.nn.adam import AdamW as AdamW
from bpworkbook.nn.adaptive import AdaGrad as AdaGrad
from bpworkbook.nn.adaptive import RMSprop as RMSprop
from bpworkbook.nn.attention import padding_mask as padding_mask
from bpworkbook.nn.attention import (
    scaled_dot_product_attention_backward as scaled_dot_product_attention_backward,
)
from bpworkbook.nn.attention import (
    scaled_dot_product_attention_forward as scaled_dot_product_attention_forward,
)
from bpworkbook.nn.attention_layers import MultiHeadAttention as MultiHeadAttention
from bpworkbook.nn.attention_layers import Residual as Residual
from bpworkbook.nn.attention_layers import TransformerBlock as TransformerBlock
from bpworkbook.nn.callbacks import Callback as Callback
from bpworkbook.nn.callbacks import EarlyStopping as EarlyStopping
from bpworkbook.nn.callbacks import Run as Run
from bpworkbook.nn.clipping import ClipGradNorm as ClipGradNorm
from bpworkbook.nn.clipping import ClipGradValue as ClipGradValue
from bpworkbook.nn.clipping import clip_grad_norm_ as clip_grad_norm_
from bpworkbook.nn.clipping import clip_grad_value_ as clip_grad_value_
from bpworkbook.nn.clipping import global_norm as global_norm
from bpworkbook.nn.complexstep import complex_step_gradient as complex_step_gradient
from bpworkbook.nn.convolution import conv2d_backward as conv2d_backward
from bpworkbook.nn.convolution import conv2d_backward_parameters as conv2d_backward_parameters
from bpworkbook.nn.convolution import conv2d_forward as conv2d_forward
from bpworkbook.nn.ctc import ctc_loss as ctc_loss
from bpworkbook.nn.ctc import ctc_loss_backward as ctc_loss_backward
from bpworkbook.nn.ctc import ctc_loss_forward as ctc_loss_forward
from bpworkbook.nn.device import has_gpu as has_gpu
from bpworkbook.nn.device import is_device_array as is_device_array
from bpworkbook.nn.device import to_device as to_device
from bpworkbook.nn.device import to_numpy as to_numpy
from bpworkbook.nn.dropout import dropout_backward as dropout_backward
from bpworkbook.nn.dropout import dropout_forward as dropout_forward
from bpworkbook.nn.embedding import Embedding as Embedding
from bpworkbook.nn.embedding import embedding_backward as embedding_backward
from bpworkbook.nn.embedding import embedding_forward as embedding_forward
from bpworkbook.nn.errors import ArgumentError as ArgumentError
from bpworkbook.nn.freezing import freeze as freeze
from bpworkbook.nn.freezing import unfreeze as unfreeze
from bpworkbook.nn.global_pooling import global_avg_pool2d_backward as global_avg_pool2d_backward
from bpworkbook.nn.global_pooling import global_avg_pool2d_forward as global_avg_pool2d_forward
from bpworkbook.nn.global_pooling import global_max_pool2d_backward as global_max_pool2d_backward
from bpworkbook.nn.global_pooling import global_max_pool2d_forward as global_max_pool2d_forward
from bpworkbook.nn.gradcheck import numerical_gradient as numerical_gradient
from bpworkbook.nn.gradcheck import projection_check as projection_check
from bpworkbook.nn.gradcheck import relative_error as relative_error
from bpworkbook.nn.gradreport import GradientReport as GradientReport
from bpworkbook.nn.gradreport import check_gradients as check_gradients
from bpworkbook.nn.gradreport import check_model as check_model
from bpworkbook.nn.gru import gru_backward as gru_backward
from bpworkbook.nn.gru import gru_backward_parameters as gru_backward_parameters
from bpworkbook.nn.gru import gru_forward as gru_forward
from bpworkbook.nn.gru_step import gru_step_backward as gru_step_backward
from bpworkbook.nn.gru_step import gru_step_forward as gru_step_forward
from bpworkbook.nn.history import History as History
from bpworkbook.nn.image_layers import AvgPool2d as AvgPool2d
from bpworkbook.nn.image_layers import Conv2d as Conv2d
from bpworkbook.nn.image_layers import Flatten as Flatten
from bpworkbook.nn.image_layers import GlobalAvgPool2d as GlobalAvgPool2d
from bpworkbook.nn.image_layers import GlobalMaxPool2d as GlobalMaxPool2d
from bpworkbook.nn.image_layers import MaxPool2d as MaxPool2d
from bpworkbook.nn.layer_norm import layer_norm_backward as layer_norm_backward
from bpworkbook.nn.layer_norm import layer_norm_forward as layer_norm_forward
from bpworkbook.nn.layers import LeakyReLU as LeakyReLU
from bpworkbook.nn.layers import Linear as Linear
from bpworkbook.nn.layers import ReLU as ReLU
from bpworkbook.nn.layers import Sigmoid as Sigmoid
from bpworkbook.nn.layers import Tanh as Tanh
from bpworkbook.nn.linear import linear_backward as linear_backward
from bpworkbook.nn.linear import linear_backward_parameters as linear_backward_parameters
from bpworkbook.nn.linear import linear_forward as linear_forward
from bpworkbook.nn.lion import Lion as Lion
from bpworkbook.nn.losses import bce_with_logits as bce_with_logits
from bpworkbook.nn.losses import bce_with_logits_backward as bce_with_logits_backward
from bpworkbook.nn.losses import bce_with_logits_forward as bce_with_logits_forward
from bpworkbook.nn.losses import cross_entropy as cross_entropy
from bpworkbook.nn.losses import cross_entropy_backward as cross_entropy_backward
from bpworkbook.nn.losses import cross_entropy_forward as cross_entropy_forward
from bpworkbook.nn.losses import mse as mse
from bpworkbook.nn.losses import mse_backward as mse_backward
from bpworkbook.nn.losses import mse_forward as mse_forward
from bpworkbook.nn.losstable import LOSSES as LOSSES
from bpworkbook.nn.lstm import lstm_backward as lstm_backward
from bpworkbook.nn.lstm import lstm_backward_parameters as lstm_backward_parameters
from bpworkbook.nn.lstm import lstm_forward as lstm_forward
from bpworkbook.nn.lstm_step import lstm_step_backward as lstm_step_backward
from bpworkbook.nn.lstm_step import lstm_step_forward as lstm_step_forward
from bpworkbook.nn.metrics import accuracy as accuracy
from bpworkbook.nn.metrics import confusion_matrix as confusion_matrix
from bpworkbook.nn.metrics import precision_recall_f1 as precision_recall_f1
from bpworkbook.nn.modelsummary import summary as summary
from bpworkbook.nn.module import Module as Module
from bpworkbook.nn.module import Parameter as Parameter
from bpworkbook.nn.module import Sequential as Sequential
from bpworkbook.nn.modulestate import get_state as get_state
from bpworkbook.nn.modulestate import named_parameters as named_parameters
from bpworkbook.nn.modulestate import set_state as set_state
from bpworkbook.nn.multi_head import multi_head_attention_backward as multi_head_attention_backward
from bpworkbook.nn.multi_head import multi_head_attention_forward as multi_head_attention_forward
from bpworkbook.nn.muon import Muon as Muon
from bpworkbook.nn.muon import Together as Together
from bpworkbook.nn.muon import newton_schulz as newton_schulz
from bpworkbook.nn.norm_layers import BatchNorm1d as BatchNorm1d
from bpworkbook.nn.norm_layers import Dropout as Dropout
from bpworkbook.nn.norm_layers import LayerNorm as LayerNorm
from bpworkbook.nn.normalization import batch_norm_backward as batch_norm_backward
from bpworkbook.nn.normalization import batch_norm_forward as batch_norm_forward
from bpworkbook.nn.normalization import running_averages as running_averages
from bpworkbook.nn.optim import Optimizer as Optimizer
from bpworkbook.nn.patches import col2im as col2im
from bpworkbook.nn.patches import im2col as im2col
from bpworkbook.nn.pooling import avg_pool2d_backward as avg_pool2d_backward
from bpworkbook.nn.pooling import avg_pool2d_forward as avg_pool2d_forward
from bpworkbook.nn.pooling import max_pool2d_backward as max_pool2d_backward
from bpworkbook.nn.pooling import max_pool2d_forward as max_pool2d_forward
from bpworkbook.nn.positional import positional_encoding as positional_encoding
from bpworkbook.nn.probabilities import log_softmax as log_softmax
from bpworkbook.nn.probabilities import log_softmax_backward as log_softmax_backward
from bpworkbook.nn.probabilities import log_softmax_forward as log_softmax_forward
from bpworkbook.nn.probabilities import softmax as softmax
from bpworkbook.nn.probabilities import softmax_backward as softmax_backward
from bpworkbook.nn.probabilities import softmax_forward as softmax_forward
from bpworkbook.nn.rectifiers import leaky_relu as leaky_relu
from bpworkbook.nn.rectifiers import leaky_relu_backward as leaky_relu_backward
from bpworkbook.nn.rectifiers import leaky_relu_forward as leaky_relu_forward
from bpworkbook.nn.rectifiers import relu as relu
from bpworkbook.nn.rectifiers import relu_backward as relu_backward
from bpworkbook.nn.rectifiers import relu_forward as relu_forward
from bpworkbook.nn.recurrent import rnn_backward as rnn_backward
from bpworkbook.nn.recurrent import rnn_backward_parameters as rnn_backward_parameters
from bpworkbook.nn.recurrent import rnn_forward as rnn_forward
from bpworkbook.nn.recurrent import rnn_step_backward as rnn_step_backward
from bpworkbook.nn.recurrent import rnn_step_forward as rnn_step_forward
from bpworkbook.nn.recurrent_layers import GRU as GRU
from bpworkbook.nn.recurrent_layers import LSTM as LSTM
from bpworkbook.nn.recurrent_layers import RNN as RNN
from bpworkbook.nn.recurrent_layers import LastStep as LastStep
from bpworkbook.nn.regression_losses import huber as huber
from bpworkbook.nn.regression_losses import huber_backward as huber_backward
from bpworkbook.nn.regression_losses import huber_forward as huber_forward
from bpworkbook.nn.regression_losses import mae as mae
from bpworkbook.nn.regression_losses import mae_backward as mae_backward
from bpworkbook.nn.regression_losses import mae_forward as mae_forward
from bpworkbook.nn.sam import SAM as SAM
from bpworkbook.nn.scheduler import Scheduler as Scheduler
from bpworkbook.nn.scheduler import one_cycle as one_cycle
from bpworkbook.nn.schedules import constant as constant
from bpworkbook.nn.schedules import cosine as cosine
from bpworkbook.nn.schedules import exponential as exponential
from bpworkbook.nn.schedules import step_decay as step_decay
from bpworkbook.nn.schedules import warm_up as warm_up
from bpworkbook.nn.serialization import load_arrays as load_arrays
from bpworkbook.nn.serialization import load_weights as load_weights
from bpworkbook.nn.serialization import save_arrays as save_arrays
from bpworkbook.nn.serialization import save_weights as save_weights
from bpworkbook.nn.sgd import SGD as SGD
from bpworkbook.nn.smooth import gelu as gelu
from bpworkbook.nn.smooth import gelu_backward as gelu_backward
from bpworkbook.nn.smooth import gelu_forward as gelu_forward
from bpworkbook.nn.smooth import softplus as softplus
from bpworkbook.nn.smooth import softplus_backward as softplus_backward
from bpworkbook.nn.smooth import softplus_forward as softplus_forward
from bpworkbook.nn.smooth_layers import GELU as GELU
from bpworkbook.nn.smooth_layers import Softplus as Softplus
from bpworkbook.nn.training import batches as batches
from bpworkbook.nn.training import fit as fit
from bpworkbook.nn.transformer import BlockParameters as BlockParameters
from bpworkbook.nn.transformer import transformer_block_backward as transformer_block_backward
from bpworkbook.nn.transformer import transformer_block_forward as transformer_block_forward

__all__ = sorted(
    name
    for name, value in list(vars().items())
    if not name.startswith("_") and (name == "init" or not isinstance(value, _ModuleType))
)
