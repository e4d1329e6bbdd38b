"""Live experiments: predict, try, read off.

An experiment is a pure function, its controls and a prediction. Nothing here loads Matplotlib or
ipywidgets until an experiment is shown.

>>> from bpworkbook.live import Choice, Int, Result, experiment
>>> Int(2, 64, 8).default
8
"""

from bpworkbook.live.controls import Control, Float, FloatLog, Int, Menu, Toggle
from bpworkbook.live.experiment import Experiment, experiment
from bpworkbook.live.picture import show_picture
from bpworkbook.live.quiz import quiz_view, show_quiz
from bpworkbook.live.result import Result
from bpworkbook.workbook import Choice

__all__ = [
    "Choice",
    "Control",
    "Experiment",
    "Float",
    "FloatLog",
    "Int",
    "Menu",
    "Result",
    "Toggle",
    "experiment",
    "quiz_view",
    "show_picture",
    "show_quiz",
]
