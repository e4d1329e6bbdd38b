"""Bars, verdicts and what is made of times."""

from typing import Any

import pytest

from benchmarks.bars import MEAN_BARS, PLANS, Verdict, geometric_mean
from benchmarks.command import exit_code
from benchmarks.results import Results
from benchmarks.workloads import WORKLOADS


def test_every_workload_has_a_plan_and_a_bar_for_one_and_two_threads() -> None:
    assert list(PLANS) == list(WORKLOADS)
    assert all(set(plan.bars) == {1, 2} for plan in PLANS.values())
    assert set(MEAN_BARS) == {1, 2}


def test_a_figure_on_the_bar_meets_it_and_one_just_over_does_not_look_like_it() -> None:
    assert str(Verdict("MLP", 0.65, 0.65)) == "MLP: 0.65, bar 0.65, met"
    assert str(Verdict("MLP", 0.6501, 0.65)) == "MLP: 0.6501, bar 0.65, missed"
    assert Verdict("MLP", 1.6, 1.5, at_least=True).met
    assert not Verdict("MLP", float("nan"), 0.65).met
    assert not Verdict("MLP", float("nan"), 0.65, at_least=True).met


def test_the_geometric_mean_does_not_depend_on_who_is_divided() -> None:
    ratios = [0.5, 0.9, 1.3]
    assert geometric_mean(1 / r for r in ratios) == pytest.approx(1 / geometric_mean(ratios))


def test_all_bars_are_held_when_all_was_measured(found: Any) -> None:
    verdicts = Results(found).verdicts()
    # Seven workloads, their mean, two networks of scikit-learn's, and the losses of seven.
    assert len(verdicts) == 2 * (7 + 1 + 2 + 7)
    assert all(verdict.met for verdict in verdicts), [str(v) for v in verdicts if not v.met]
    assert exit_code(verdicts, check=True) == 0


def test_one_slow_run_of_two_misses_the_bar(found: Any) -> None:
    slow = next(r for r in found if r["workload"] == "mlp-sgd" and r["threads"] == 1)
    slow["times"]["ours"] = [1.4e-3] * 4  # 0.7 of PyTorch's, bar 0.65
    results = Results(found)
    figure = results.figure("mlp-sgd", 1, "ours")
    assert figure is not None
    assert figure.low == pytest.approx(0.5)
    assert figure.high == pytest.approx(0.7)
    missed = [verdict for verdict in results.verdicts() if not verdict.met]
    assert [verdict.name for verdict in missed if "scikit" not in verdict.name] == [
        "mlp-sgd, 1 thread"
    ]
    assert exit_code(missed, check=True) == 1
    assert exit_code(missed, check=False) == 0


def test_ratios_are_taken_round_by_round(found: Any) -> None:
    # A round in which everything took ten times as long changes no ratio.
    for result in found:
        for times in result["times"].values():
            times[2] *= 10
    figure = Results(found).figure("cnn", 2, "ours")
    assert figure is not None
    assert figure.ratio == pytest.approx(0.5)


def test_losses_that_differ_miss_their_bar(found: Any) -> None:
    found[0]["differences"]["ours"] = 1e-2
    missed = [str(verdict) for verdict in Results(found).verdicts() if not verdict.met]
    assert missed == ["mlp-sgd, 1 thread: losses agree with PyTorch's: 1e-02, bar 1e-04, missed"]


def test_without_peers_there_is_no_bar_and_a_check_fails(found: Any) -> None:
    for result in found:
        result["times"] = {"ours": result["times"]["ours"], "floor": result["times"]["floor"]}
        result["differences"] = {}
    verdicts = Results(found).verdicts()
    assert verdicts == []
    assert exit_code(verdicts, check=True) == 1


def test_the_mean_has_a_bar_only_over_all_workloads(found: Any) -> None:
    some = Results([result for result in found if result["workload"] != "xor"])
    assert some.mean(1) is not None
    assert not any("mean" in verdict.name for verdict in some.verdicts())
