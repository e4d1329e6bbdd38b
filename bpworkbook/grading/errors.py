"""What can go wrong between the grader and a submission in its box."""


class RemoteError(Exception):
    """A submission's code raised an error in the box.

    Parameters
    ----------
    kind : str
        The name of the error's type, such as ``"ValueError"``.
    message : str
        Its text.
    line : int
        The line of the cell, from 1; 0 where it is not known.
    source : str
        The text of that line.

    Examples
    --------
    >>> print(RemoteError("ValueError", "too small", 3, "check(x)"))
    ValueError: too small, in your line 3: `check(x)`
    """

    def __init__(self, kind: str, message: str = "", line: int = 0, source: str = "") -> None:
        super().__init__(kind, message, line, source)
        self.kind, self.message, self.line, self.source = kind, message, line, source

    def __str__(self) -> str:
        text = f"{self.kind}: {self.message}".removesuffix(": ")
        return f"{text}, in your line {self.line}: `{self.source}`" if self.source else text


class ChildDied(Exception):  # noqa: N818 -- it is what happened
    """A child ended before it answered.

    Parameters
    ----------
    kind : str
        Why: ``"memory"``, ``"output"``, ``"processes"``, ``"files"``, ``"crash"``, ``"exit"`` or
        ``"wire"`` (it sent something that is no message).
    message : str
        More about it, such as a signal's name.

    Examples
    --------
    >>> print(ChildDied("memory"))
    memory
    """

    def __init__(self, kind: str, message: str = "") -> None:
        super().__init__(kind, message)
        self.kind, self.message = kind, message

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}".removesuffix(": ")


class OutOfTime(Exception):  # noqa: N818 -- it is what happened
    """A child did not answer in time; it is ended, and has to be started again."""
