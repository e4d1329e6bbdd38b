"""What a training leaves behind: one number an epoch for each measure, ready to be drawn."""

from collections.abc import Mapping
from typing import Any

from bpworkbook.nn.errors import ArgumentError, describe


class History(dict[str, list[float]]):
    """A dict of lists, one number an epoch, such as "loss" and "val_accuracy", that plots itself.

    Parameters
    ----------
    measures : mapping of str to list of float, optional
        What is known at the start; nothing unless given.

    Raises
    ------
    ArgumentError
        If ``measures`` is no mapping.

    Examples
    --------
    >>> history = History({"loss": [2.3, 0.4], "accuracy": [0.1, 0.9]})
    >>> history["loss"][-1]
    0.4
    >>> history.plot().alt
    'Training over 2 epochs. Left: loss falls from 2.30 to 0.400 by epoch 2. \
Right: accuracy rises from 0.100 to 0.900 by epoch 2.'
    """

    def __init__(self, measures: Mapping[str, list[float]] | None = None) -> None:
        if measures is not None and not isinstance(measures, Mapping):
            raise ArgumentError(f"History: measures is {describe(measures)}, expected a dict")
        super().__init__(measures or {})

    def plot(self) -> Any:
        """Return a picture of all measures: losses on the left, what counts right answers beside.

        Returns
        -------
        Picture
            A notebook shows it; ``.figure`` is the Matplotlib figure, ``.alt`` says it in words.

        Raises
        ------
        ArgumentError
            If no epoch has been recorded.
        """
        # The one step upwards in the house: whoever calls this wants a picture, and `figures`,
        # which everything else in `nn` does without, is loaded only now.
        from bpworkbook.figures import history_chart

        return history_chart(self)
