"""Show the corpus, or write it as notebooks for any grader.

    python -m tests.grading.corpus --list
    python -m tests.grading.corpus --write FOLDER

``--write`` makes ``FOLDER/notebooks/*.ipynb``, ``FOLDER/around/`` with the secrets that some of them
look for, and ``FOLDER/fair.csv``: what is fair for each question of each notebook. Those that could
harm a machine on which nothing isolates them are left out; ``--harmful`` writes these too.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import bpworkbook
from tests.grading.corpus import CASES, Case, World
from tests.grading.corpus.notebook import POINTS

COLUMNS = (
    "file",
    "kind",
    "name",
    "question",
    "outcomes",
    "least",
    "most",
    "of",
    "harmful",
    "words",
)


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.grading.corpus", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--list", action="store_true", help="show what there is")
    what.add_argument("--write", metavar="FOLDER", type=Path, help="write it; a new folder")
    parser.add_argument("--harmful", action="store_true", help="write the harmful ones too")
    asked = parser.parse_args(words)
    if asked.list:
        show()
    elif asked.write.exists():
        parser.error(f"{asked.write} exists: give a new folder")
    else:
        count = write(asked.write, asked.harmful)
        print(f"Wrote {count} notebooks and fair.csv to {asked.write}.")


def show() -> None:
    for case in CASES:
        marks = "; ".join(
            f"{name}: {'/'.join(sorted(due.outcomes)) if len(due.outcomes) < 5 else due.points}"
            for name, due in case.fair.marks.items()
        )
        print(f"{case.kind:10} {case.name}\n           {case.fair.words}")
        print(f"           {marks or 'all points'}{'; harmful' if case.harmful else ''}")
    counts = Counter(case.kind for case in CASES)
    told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    print(f"\n{len(CASES)} notebooks: {told}")


def write(folder: Path, harmful: bool = False) -> int:
    """Write the corpus to a new folder; return how many notebooks."""
    notebooks = folder / "notebooks"
    notebooks.mkdir(parents=True)
    world = plant(folder / "around")
    written = [case for case in CASES if harmful or not case.harmful]
    for case in written:
        (notebooks / f"{case.id}.ipynb").write_bytes(case.make(world))
    with open(folder / "fair.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for case in written:
            table.writerows(rows(case))
    return len(written)


def plant(folder: Path) -> World:
    """Write the files that a submission should not see, each in a folder of its own."""
    places = []
    for name in ("home", "repository", "store", "other"):
        path = folder.resolve() / name / "secret.txt"
        path.parent.mkdir(parents=True)
        path.write_text("sesame-5f1c\n", encoding="utf-8")
        places.append(path)
    return World(*places, package=Path(bpworkbook.__file__).parent)


def rows(case: Case) -> Iterator[tuple[object, ...]]:
    """Yield what is fair for each question."""
    for name, of in POINTS.items():
        due = case.fair.of(name, isolated=True)
        least = of if due.points == "all" else 0
        most = 0 if due.points == "none" else of
        outcomes = "|".join(sorted(due.outcomes))
        yield (f"{case.id}.ipynb", case.kind, case.name, name, outcomes, least, most, of,
               case.harmful, case.fair.words)  # fmt: skip


if __name__ == "__main__":
    main()
