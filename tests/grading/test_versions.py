"""The version of the grader: it changes with what makes marks, and with nothing else."""

from pathlib import Path

from bpworkbook.grading.versions import fingerprint

CODE = '''"""A file."""

def reference(x):
    """Return twice x."""
    return 2 * x  # as it is
'''


def test_comments_docstrings_and_layout_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "questions.py"
    prints = set()
    for text in (
        CODE,
        CODE.replace("# as it is", ""),
        CODE.replace("Return twice x.", "Double it."),
        CODE.replace("2 * x", "(2\n    * x)"),
    ):
        path.write_text(text)
        prints.add(fingerprint([path]))
    assert len(prints) == 1


def test_a_change_of_what_is_done_counts(tmp_path: Path) -> None:
    path = tmp_path / "questions.py"
    prints = set()
    for text in (CODE, CODE.replace("2 *", "3 *"), CODE + "TOLERANCE = 1e-3\n", ""):
        path.write_text(text)
        prints.add(fingerprint([path]))
    assert len(prints) == 4
    path.rename(tmp_path / "other.py")
    assert fingerprint([tmp_path / "other.py"]) not in prints
