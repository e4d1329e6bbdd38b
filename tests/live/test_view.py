"""The view of an experiment, without a browser: what it answers to each message."""

import json
from typing import Any

import pytest

from bpworkbook.live import Experiment
from bpworkbook.live.engine.view import ExperimentView
from bpworkbook.live.engine.widget import LiveWidget

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def view(powers: Experiment, store: Any) -> ExperimentView:
    return powers.view(store, "99")


def move(view: ExperimentView, seq: str = "1", **texts: str) -> None:
    """Send what the browser sends when controls stand at these words."""
    at = dict(view.frame["at"])
    for control in view.spec["controls"]:
        if control["name"] in texts:
            at[control["name"]] = control["texts"].index(texts[control["name"]])
    view.handle({"type": "set", "at": at, "seq": seq})


def test_it_asks_first_and_tells_no_answer_to_the_browser(view: ExperimentView) -> None:
    assert view.state["phase"] == "predict"
    told = json.dumps(view.spec)
    assert "The powers of 1.5" in told
    assert "1.5 > 1." not in told
    assert "answer" not in told


def test_a_prediction_is_kept_and_opens_the_experiment(view: ExperimentView, store: Any) -> None:
    view.handle({"type": "predict", "choice": 0})
    assert (view.state["phase"], view.state["said"]) == ("try", "fall")
    assert store.calls == [("prediction", "99", "E99.1", "fall", False)]


def test_skipping_never_blocks_and_is_kept_as_skipped(view: ExperimentView, store: Any) -> None:
    view.handle({"type": "predict", "choice": None})
    assert (view.state["phase"], view.state["said"]) == ("try", "")
    assert store.calls == [("prediction", "99", "E99.1", None, None)]
    view.handle({"type": "read_off", "choice": 0})
    assert "The experiment shows “rise”. 1.5 > 1." in view.state["told"]


def test_a_setting_replaces_picture_words_and_values_at_once(view: ExperimentView) -> None:
    before = view.frame
    move(view, "a:1", n="2", base="2")
    after = view.frame
    assert after["seq"] == "a:1"
    assert after["values32"] != before["values32"]
    assert after["alt"] == "Power rises from 1.00 to 4.00 by n 2."
    assert after["values"][0] == ["last", "4.00"]
    assert after["error"] == ""


def test_every_kind_of_control_reaches_the_function(view: ExperimentView) -> None:
    move(view, bars="on", sign="minus", n="1", base="2")
    assert view.frame["alt"] == "Power: last -2.00."


def test_scenarios_and_tables_have_stops_of_their_own(view: ExperimentView) -> None:
    base = next(c for c in view.spec["controls"] if c["name"] == "base")
    assert base["texts"] == ["0.5", "0.75", "1", "1.5", "2"]
    names = [preset["name"] for preset in view.spec["presets"]]
    assert names == ["shows the point", "breaks the rule", "Reset"]
    assert base["texts"][view.spec["presets"][0]["at"]["base"]] == "2"


def test_an_error_is_a_sentence_with_a_way_back(view: ExperimentView) -> None:
    move(view, n="13")
    assert view.frame["error"] == (
        "This setting could not be computed (ZeroDivisionError: division by zero)."
    )
    assert "scene" not in view.frame
    view.handle({"type": "set", "at": view.spec["presets"][-1]["at"], "seq": "2"})
    assert view.frame["error"] == ""
    assert view.frame["scene"]


def test_the_read_off_reconciles_what_was_predicted(view: ExperimentView, store: Any) -> None:
    view.handle({"type": "predict", "choice": 0})
    view.handle({"type": "read_off", "choice": 0})
    assert (view.state["phase"], view.state["verdict"]) == ("done", "right")
    assert view.state["told"] == (
        "fall: 0.5 < 1. You predicted “fall”; the experiment shows “rise”. 1.5 > 1."
    )
    assert store.calls[-1] == ("read-off", "99", "E99.1", "fall", True)


def test_a_wrong_read_off_may_be_tried_again_or_answered(view: ExperimentView) -> None:
    view.handle({"type": "predict", "choice": 1})
    view.handle({"type": "read_off", "choice": 1})
    assert (view.state["phase"], view.state["verdict"]) == ("try", "wrong")
    assert view.state["told"].startswith("That is not what it shows.")
    view.handle({"type": "answer"})
    assert (view.state["phase"], view.state["verdict"]) == ("done", "shown")
    assert "and so it is" in view.state["told"]


def test_trouble_with_saving_is_said_and_stops_nothing(
    powers: Experiment, broken_store: Any
) -> None:
    view = powers.view(broken_store, "99")
    view.handle({"type": "predict", "choice": 0})
    assert view.state["note"] == "Not saved: the folder is read-only."
    assert view.state["phase"] == "try"


def test_without_a_store_nothing_is_kept(powers: Experiment) -> None:
    view = powers.view()
    view.handle({"type": "predict", "choice": 1})
    view.handle({"type": "read_off", "choice": 0})
    assert view.state["phase"] == "done"


@pytest.mark.parametrize(
    "message", [{"type": "nonsense"}, {}, {"type": "read_off", "choice": 7}, {"type": "set"}]
)
def test_a_message_without_meaning_is_refused(view: ExperimentView, message: Any) -> None:
    with pytest.raises(ValueError, match=r"message|choice"):
        view.handle(message)


def test_the_stored_output_has_picture_alt_text_and_words(view: ExperimentView) -> None:
    data, metadata = view._repr_mimebundle_()
    alt = "Power rises from 1.00 to 7.59 by n 5."
    assert metadata["image/png"]["alt"] == alt
    assert data["text/plain"] == repr(view) == f"E99.1 Powers <live>\n{alt}"
    assert data[VIEW]["model_id"] == view.model_id
    assert data["image/png"].startswith("iVBOR")


def test_the_stored_output_is_the_default_whatever_was_moved(powers: Experiment) -> None:
    moved, fresh = powers.view(), powers.view()
    move(moved, n="2")
    stored = [v._repr_mimebundle_()[0] for v in (moved, fresh)]
    for data in stored:
        del data[VIEW]
    assert stored[0] == stored[1]


def test_a_default_that_fails_is_stored_as_a_sentence(powers: Experiment) -> None:
    powers.controls["n"].default = 13
    data, metadata = powers.view()._repr_mimebundle_()
    assert metadata == {}
    assert "image/png" not in data
    assert data["text/plain"].endswith("(ZeroDivisionError: division by zero).")


def test_what_the_browser_gets_can_be_sent(view: ExperimentView) -> None:
    for name in ("spec", "state"):
        json.dumps(getattr(view, name))
    assert {n for n, trait in LiveWidget.class_traits(sync=True).items() if n[0] != "_"} >= {
        "kind", "spec", "state", "frame",
    }  # fmt: skip
