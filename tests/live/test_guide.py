"""The experiment in the guide for authors is short, runs, and obeys every rule."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from bpworkbook.authoring.experiments import find_problems
from bpworkbook.live import Experiment

GUIDE = Path(__file__).parents[2] / "CONTRIBUTING.md"


@pytest.fixture(scope="module")
def code() -> str:
    found = re.search(
        r"## How to add an experiment.*?```python\n(.*?)```", GUIDE.read_text("utf-8"), re.S
    )
    assert found, "the guide shows no experiment"
    return found[1]


@pytest.fixture(scope="module")
def shown(code: str) -> Experiment:
    module = ModuleType("guide")
    exec(code, module.__dict__)
    (experiment,) = module.__dict__["EXPERIMENTS"]
    assert isinstance(experiment, Experiment)
    return experiment


def test_a_new_experiment_takes_less_than_40_lines(code: str) -> None:
    assert len(code.splitlines()) < 40


def test_the_guides_experiment_has_no_problems(shown: Experiment) -> None:
    assert find_problems(shown) == []


def test_its_answer_is_what_the_experiment_shows(shown: Experiment) -> None:
    assert float(shown.result(lr=1.2).texts["last loss"]) > 1
    assert shown.read_state("E13.1 lr=1.2")["lr"] == 1.2
