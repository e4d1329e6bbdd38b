"""The list of a class: what Canvas, Moodle and spreadsheets write, and what is refused."""

from pathlib import Path

import pytest

from bpworkbook.grading.roster import Member, RosterError, read_roster

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,02-gradients (12)
    Points Possible,,,,,30
"Lovelace, Ada",4711,u1,ada,Group 1,
"Stone, Bob",4712,u2,bob,Group 1,
"""
MOODLE = "First name;Last name;ID number;Email address\nAda;Lovelace;1;ada@uni.edu\n"
WORKSHEET = "Identifier,Full name,Email address,Status\nParticipant 7,Zoë Ünal,zoe@uni.edu,No\n"


def read(tmp_path: Path, text: str | bytes) -> list[Member]:
    path = tmp_path / "class.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_roster(path)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("login,name\nada,Ada\n", [Member("ada", "Ada")]),
        ("\ufefflogin;name\r\nada;Ada\r\n\r\nbob;\r\n", [Member("ada", "Ada"), Member("bob")]),
        ('Name\tLogin\n"Ada\nLovelace"\tada\n', [Member("ada", "Ada Lovelace")]),
        (CANVAS, [Member("ada", "Lovelace, Ada"), Member("bob", "Stone, Bob")]),
        (MOODLE, [Member("ada@uni.edu", "Ada Lovelace")]),
        (WORKSHEET, [Member("zoe@uni.edu", "Zoë Ünal")]),
        ("login\n 0042 \n", [Member("0042")]),
    ],
)
def test_rosters_that_are_read(tmp_path: Path, text: str, wanted: list[Member]) -> None:
    assert read(tmp_path, text) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("login,name\nada,Ada\n,Bob\n", "line 3: there is no login"),
        ("login,name\nada,Ada\nbob,B\nada,Ada\n", "line 4: 'ada' stands in line 2 already"),
        ("login\nAda\nada\n", "line 3: 'ada' stands in line 2 already"),
        ('login,name\n"a",x\n\n"../b",y\n', "line 4: the login '../b' is no name for a folder"),
        ("login\na/b\n", "no name for a folder"),
        ("login\na\\b\n", "no name for a folder"),
        ("login\n..\n", "no name for a folder"),
        ("login\n.ssh\n", "no name for a folder"),
        ("login\nC:\n", "no name for a folder"),
        ("login\nCON\n", "no name for a folder"),
        ("login\na\x07b\n", "no name for a folder"),
        ("login\n" + 200 * "a" + "\n", "no name for a folder"),
        ("login\nx_12_assignsubmission_file_\n", "taken for a file of Canvas"),
        ("who,what\nada,1\n", r"no column 'login' \(its columns are who, what\)"),
        ("login,name\n", "names no student"),
        ("", "is empty"),
        ("login\nZoë\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_rosters_that_are_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(RosterError, match=said):
        read(tmp_path, text)


def test_a_roster_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(tmp_path / "none.csv")
