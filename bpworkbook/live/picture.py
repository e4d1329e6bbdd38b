"""Pictures whose alt text is there in a running notebook too, where PNG outputs have none."""

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpworkbook.live.experiment import PictureLike


def display(thing: Any) -> None:
    """Display something in the running notebook; IPython is loaded only here.

    Examples
    --------
    >>> display("a word")
    a word
    """
    from IPython.display import display as show

    show(thing)  # type: ignore[no-untyped-call]


def image_frame(picture: "PictureLike") -> dict[str, Any]:
    """Return a picture as the browser gets it: bytes and words together.

    Examples
    --------
    >>> class Dot:
    ...     alt = "A dot."
    ...     def png(self):
    ...         return b"png"
    >>> image_frame(Dot())
    {'png': b'png', 'alt': 'A dot.'}
    """
    return {"png": picture.png(), "alt": picture.alt}


def image_output(
    frame: dict[str, Any], words: str
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return a picture as notebooks store it: PNG with alt metadata, and words.

    Examples
    --------
    >>> image_output({"png": b"png", "alt": "A dot."}, "A dot.")
    ({'image/png': 'cG5n', 'text/plain': 'A dot.'}, {'image/png': {'alt': 'A dot.'}})
    """
    stored = base64.b64encode(frame["png"]).decode("ascii")
    return {"image/png": stored, "text/plain": words}, {"image/png": {"alt": frame["alt"]}}


def show_picture(picture: "PictureLike") -> None:
    """Display a picture with its alt text, in a running notebook and in its static copies.

    The words follow once more under the picture, ready to be opened: JupyterLab without a kernel
    and nbconvert's usual template drop the alt text of a stored PNG.

    Parameters
    ----------
    picture : PictureLike
        Usually a `bpworkbook.figures.Picture`.

    Examples
    --------
    >>> from bpworkbook.figures import line_chart
    >>> show_picture(line_chart({"loss": ([1, 2], [4.0, 1.0])}, "epoch", "loss"))
    Line chart: loss falls from 4.00 to 1.00 by epoch 2.
    The picture in words
    Line chart: loss falls from 4.00 to 1.00 by epoch 2.
    """
    from bpworkbook.live.static import StaticTable
    from bpworkbook.live.widget import LiveWidget

    frame = image_frame(picture)
    display(LiveWidget(lambda: image_output(frame, frame["alt"]), kind="picture", frame=frame))
    display(StaticTable("The picture in words", [], frame["alt"]))
