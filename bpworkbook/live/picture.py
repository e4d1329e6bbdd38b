"""Pictures whose alt text is there in a running notebook too, where PNG outputs have none."""

import base64
from typing import Any, Protocol


class PictureLike(Protocol):
    """A picture that can turn itself into PNG bytes and into words."""

    @property
    def alt(self) -> str:
        """What the picture shows, in words."""

    def png(self) -> bytes:
        """The picture as a PNG file."""


def display(thing: Any) -> None:
    """Display something in the running notebook; IPython is loaded only here.

    Examples
    --------
    >>> display("a word")
    a word
    """
    from IPython.display import display as show

    show(thing)  # type: ignore[no-untyped-call]


def image_frame(picture: PictureLike, *, quick: bool = False) -> dict[str, Any]:
    """Return a picture as the browser gets it, with its words: a scene to draw, or PNG bytes.

    Examples
    --------
    >>> class Dot:
    ...     alt = "A dot."
    ...     def png(self):
    ...         return b"png"
    >>> image_frame(Dot())
    {'alt': 'A dot.', 'png': b'png'}
    """
    packed = getattr(picture, "packed", None)
    if packed is not None:
        scene, values = packed()
        return {"alt": picture.alt, "scene": scene, "values32": values}
    draw = getattr(picture, "quick_png", picture.png) if quick else picture.png
    return {"alt": picture.alt, "png": draw()}


def image_output(
    picture: PictureLike, words: str, png: bytes | None = None
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return a picture as notebooks store it: PNG with alt metadata, and words.

    ``png`` saves drawing the picture where that is done already.

    Examples
    --------
    >>> class Dot:
    ...     alt = "A dot."
    ...     def png(self):
    ...         return b"png"
    >>> image_output(Dot(), "A dot.")
    ({'image/png': 'cG5n', 'text/plain': 'A dot.'}, {'image/png': {'alt': 'A dot.'}})
    """
    stored = base64.b64encode(png or picture.png()).decode("ascii")
    return {"image/png": stored, "text/plain": words}, {"image/png": {"alt": picture.alt}}


def show_picture(picture: PictureLike) -> None:
    """Display a picture with its alt text, in a running notebook and in its static copies.

    The words follow once more under the picture, ready to be opened: JupyterLab without a kernel
    and nbconvert's usual template drop the alt text of a stored PNG.

    Parameters
    ----------
    picture : PictureLike
        A `bpworkbook.figures.Scene` or `Picture`.

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
    output = image_output(picture, picture.alt, frame.get("png"))
    display(LiveWidget(lambda: output, kind="picture", frame=frame))
    display(StaticTable("The picture in words", [], picture.alt))
