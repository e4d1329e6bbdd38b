"""Pictures whose alt text is there in a running notebook too, where PNG outputs have none."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bpworkbook.figures import Picture, Scene


def display(thing: Any) -> None:
    """Display something in the running notebook; IPython is loaded only here.

    Examples
    --------
    >>> display("a word")
    a word
    """
    from IPython.display import display as show

    show(thing)  # type: ignore[no-untyped-call]


def show_picture(picture: "Scene | Picture") -> None:
    """Display a picture with its alt text, in a running notebook and in its static copies.

    The words follow once more under the picture, ready to be opened: JupyterLab without a kernel
    and nbconvert's usual template drop the alt text of a stored PNG.

    Parameters
    ----------
    picture : Scene or Picture
        From `bpworkbook.figures`.

    Examples
    --------
    >>> from bpworkbook.figures import line_chart
    >>> show_picture(line_chart({"loss": ([1, 2], [4.0, 1.0])}, "epoch", "loss"))
    Line chart: loss falls from 4.00 to 1.00 by epoch 2.
    The picture in words
    Line chart: loss falls from 4.00 to 1.00 by epoch 2.
    """
    from bpworkbook.figures.stored import stored_output
    from bpworkbook.live.engine.widget import LiveWidget
    from bpworkbook.live.static import StaticTable

    output = stored_output(picture.png(), picture.alt)
    display(LiveWidget(lambda: output, kind="picture", frame=picture.packed()))
    display(StaticTable("The picture in words", [], picture.alt))
