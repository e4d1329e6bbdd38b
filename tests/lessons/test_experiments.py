"""Every experiment of every lesson runs at its corners, in words and pictures that hold."""

import pytest

from bpworkbook.authoring.experiments import find_problems
from bpworkbook.lessons import all_lessons, catalogue
from bpworkbook.live import Experiment

EXPERIMENTS = [
    pytest.param(number, experiment, id=f"{experiment.id}-{experiment.name}")
    for number in all_lessons()
    for experiment in catalogue.module(number, "experiments").EXPERIMENTS
]


@pytest.mark.parametrize(("number", "experiment"), EXPERIMENTS)
def test_an_experiment_has_no_problems(number: str, experiment: Experiment) -> None:
    assert find_problems(experiment) == []


@pytest.mark.parametrize(("number", "experiment"), EXPERIMENTS)
def test_an_experiment_is_numbered_after_its_lesson(number: str, experiment: Experiment) -> None:
    assert experiment.id.startswith(f"E{number}.")


@pytest.mark.parametrize("number", all_lessons())
def test_names_and_ids_of_a_lesson_are_unique(number: str) -> None:
    experiments = catalogue.module(number, "experiments").EXPERIMENTS
    assert experiments, f"lesson {number} has no experiment"
    assert len({e.id for e in experiments}) == len(experiments)
    assert len({e.name for e in experiments}) == len(experiments)


@pytest.mark.parametrize(("number", "experiment"), EXPERIMENTS)
def test_a_lesson_offers_scenarios(number: str, experiment: Experiment) -> None:
    assert len(experiment.scenarios) >= 2, "one shows the point, one breaks the naive rule"
