"""The TOML file of an assignment that has none yet: everything an instructor may want to change."""

import secrets
from pathlib import Path

from bpworkbook.grading.assignment import Assignment, assignment_of_unit
from bpworkbook.workbook.atomic import write_atomically

HEAD = """\
# The assignment {name}. `bpworkbook release` and `bpworkbook grade` read this file
# where they are called with `{name}` in this folder, or with the file itself.
# Take a # away to use what a line says. Give this file to no student.

name = "{name}"
unit = "{name}"
# course = "Deep learning 2026"
{mark}lessons = [{lessons}]
# leave_out = ["{last}"]                 # questions that are not asked, or a whole lesson
# due = 2026-10-01T23:59:00+02:00

# All numbers are drawn from this text. Keep it, and do not change it once notebooks are given out.
seed = "{seed}"

[points]
"""
TAIL = """
# [late]
# per_day = 0.1                        # the share taken off for each day begun
# days = 5                             # after so many days nothing is left
# grace_minutes = 15

# [extensions]                         # other due dates, by login
# ada = 2026-10-08T23:59:00+02:00
"""


def toml_of(assignment: Assignment, seed: str) -> str:
    """Return the text of a TOML file that says what an assignment is.

    Parameters
    ----------
    assignment : Assignment
        A unit as it is, or some of its lessons.
    seed : str

    Examples
    --------
    >>> from bpworkbook.grading.assignment import assignment_of_unit
    >>> print(toml_of(assignment_of_unit("00-start"), "any").split("[points]")[1].split("# [")[0])
    <BLANKLINE>
    # 00 Start here
    "00.1:double" = 1
    "00.2:batch_scores" = 2
    "00.3:center_columns" = 2
    "00.4:residual" = 2
    <BLANKLINE>
    <BLANKLINE>
    """
    from bpworkbook.lessons import lesson

    numbers = ", ".join(f'"{number}"' for number in assignment.lessons)
    last = [questions[-1].id for questions in assignment.questions.values()][-1]
    mark = "# " if assignment.lessons == assignment_of_unit(assignment.name).lessons else ""
    text = HEAD.format(name=assignment.name, mark=mark, lessons=numbers, last=last, seed=seed)
    for number, questions in assignment.questions.items():
        text += f"# {number} {lesson(number).source.title}\n"
        for question in questions:
            text += f'"{question.key}" = {assignment.worth[question.key]:g}\n'
    return text + TAIL


def new_seed() -> str:
    """Draw a seed that no one can guess."""
    return secrets.token_hex(16)


def lay_toml(assignment: Assignment, folder: Path) -> Path:
    """Write ``<name>.toml`` with a new seed into a folder where there is none, and return it.

    Raises
    ------
    FileExistsError
        If there is one.
    """
    path = folder / f"{assignment.name}.toml"
    if path.exists():
        raise FileExistsError(f"{path} is there already")
    write_atomically(path, toml_of(assignment, new_seed()).encode())
    return path
