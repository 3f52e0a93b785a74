"""Values as JSON allows them."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from losstui.report.json_report import dumps, number, plain, run_object
from losstui.run import Status
from losstui.run_report import RunReport
from support import make_run
from tui_support import make_finding, make_report


@pytest.mark.parametrize(
    ("value", "written"), [(0.5, 0.5), (math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")]
)
def test_what_is_not_finite_is_a_string(value: float, written: float | str) -> None:
    assert number(value) == written
    assert plain({"a": [value, (value,)]}) == {"a": [written, [written]]}


def test_hyperparameters_are_written_as_logged_and_what_json_cannot_say_as_text() -> None:
    logged = {"lr": 0.1, "layers": 3, "amp": True, "resume": None, "optimiser": "sgd", 1: Path("data")}
    told = {"lr": 0.1, "layers": 3, "amp": True, "resume": None, "optimiser": "sgd", "1": "data"}
    assert plain(logged) == told


def test_a_bare_nan_is_never_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps({"a": math.nan})


def test_the_best_value_is_the_lowest_loss_and_the_highest_accuracy() -> None:
    values = [0.5, 0.9, 0.1, math.nan]
    report = make_report("run", tags={"val/loss": values, "val/accuracy": values, "lr": [math.nan]})
    told = {one["tag"]: (one["best"], one["best_step"]) for one in run_object(report)["series"]}
    assert told == {"val/loss": (0.1, 2), "val/accuracy": (0.9, 1), "lr": (None, None)}
    assert [one["non_finite"] for one in run_object(report)["series"]] == [1, 1, 1]


def test_a_confidence_has_four_decimals() -> None:
    finding = replace(make_finding(), confidence=0.123456)
    report = RunReport(make_run({"loss": [1.0]}), (finding,), {})
    assert run_object(report)["findings"][0]["confidence"] == 0.1235


def test_a_dead_run_says_what_it_died_of_and_what_to_do() -> None:
    run = replace(make_run({"loss": [1.0]}), cause="a.err: ends with: OSError: No space left on device")
    assert run_object(RunReport(run, (), {}))["death"] is None
    death = run_object(RunReport(replace(run, status=Status.DEAD), (), {}))["death"]
    assert (death["kind"], death["cause"]) == ("disk-full", run.cause)
    assert [remedy["id"] for remedy in death["remedies"]] == ["make-room-on-disk", "resume-from-checkpoint"]
