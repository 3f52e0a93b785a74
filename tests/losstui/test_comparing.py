from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losstui.analysis import RunReport
from losstui.comparing import Change, compare_findings, compare_levels, compare_runs, difference
from losstui.curves import RunCurves
from losstui.findings import Finding, Severity
from losstui.run import StepUnit
from support import make_curves, make_run
from tui_support import make_finding, make_report


def report_of(*findings: Finding, checks: Mapping[str, str] | None = None) -> RunReport:
    report = make_report("run", findings)
    return report if checks is None else replace(report, checks=checks)


def changes(reference: RunReport, run: RunReport) -> list[tuple[str, Change]]:
    return [(one.finding.name, one.change) for one in compare_findings(reference, run)]


def with_code(code: str, severity: Severity = Severity.WARNING, *, tag: str = "train/loss") -> Finding:
    return replace(make_finding(code.lower(), severity, tag=tag), code=code)


def test_findings_are_new_gone_or_the_same() -> None:
    before, now = report_of(with_code("A"), with_code("B")), report_of(with_code("B"), with_code("C"))
    assert changes(before, now) == [("c", Change.NEW), ("b", Change.SAME), ("a", Change.GONE)]


def test_another_severity_is_worse_or_better() -> None:
    mild, bad = report_of(with_code("A", Severity.INFO)), report_of(with_code("A", Severity.CRITICAL))
    assert changes(mild, bad) == [("a", Change.WORSE)]
    assert changes(bad, mild) == [("a", Change.BETTER)]
    [compared] = compare_findings(mild, bad)
    assert compared.before is Severity.INFO


def test_the_worst_of_what_is_new_comes_first() -> None:
    now = report_of(with_code("A", Severity.INFO), with_code("B", Severity.CRITICAL))
    assert changes(report_of(), now) == [("b", Change.NEW), ("a", Change.NEW)]


def test_a_finding_about_a_tag_of_the_same_role_is_the_same() -> None:
    before = make_report("a", [with_code("A", tag="loss")], {"loss": np.arange(9.0)})
    now = make_report("b", [with_code("A", tag="train/loss")], {"train/loss": np.arange(9.0)})
    assert changes(before, now) == [("a", Change.SAME)]


def test_of_several_findings_of_a_role_those_of_one_tag_belong_together() -> None:
    tags = {"layer.1/grad_norm": np.arange(9.0), "layer.2/grad_norm": np.arange(9.0)}
    first, second = (with_code("A", tag=tag) for tag in tags)
    before = make_report("a", [replace(second, severity=Severity.INFO)], tags)
    now = make_report("b", [first, second], tags)
    compared = {one.finding.tag: one.change for one in compare_findings(before, now)}
    assert compared == {"layer.1/grad_norm": Change.NEW, "layer.2/grad_norm": Change.WORSE}


def test_tags_of_no_known_role_are_not_the_same() -> None:
    before = make_report("a", [with_code("A", tag="zebra")], {"zebra": np.arange(9.0)})
    now = make_report("b", [with_code("A", tag="okapi")], {"okapi": np.arange(9.0)})
    assert [change for _, change in changes(before, now)] == [Change.NEW, Change.GONE]


def test_what_was_not_looked_for_is_not_simply_gone() -> None:
    before = report_of(with_code("A"))
    now = report_of(checks={"a": "skipped: no validation tag"})
    [gone] = compare_findings(before, now)
    assert (gone.change, gone.unsure) == (Change.GONE, "no validation tag")
    [new] = compare_findings(now, before)
    assert (new.change, new.unsure) == (Change.NEW, "no validation tag")
    [certain] = compare_findings(before, report_of(checks={"a": "clear"}))
    assert certain.unsure == ""


def test_the_difference_is_that_to_the_line_through_the_reference() -> None:
    steps, values = difference(
        (np.array([0.0, 10.0]), np.array([0.0, 10.0])), (np.array([-1.0, 5.0, 10.0, 11.0]), np.full(4, 7.0))
    )
    assert steps.tolist() == [5.0, 10.0]
    assert values.tolist() == [2.0, -3.0]


def test_without_a_shared_step_there_is_no_difference() -> None:
    empty = np.empty(0)
    one = (np.array([1.0]), np.array([1.0]))
    assert len(difference((empty, empty), one)[0]) == 0
    assert len(difference(one, (empty, empty))[0]) == 0
    assert len(difference(one, (np.array([2.0]), np.array([1.0])))[0]) == 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_a_curve_does_not_differ_from_itself(values: list[float]) -> None:
    curve = (np.arange(float(len(values))), np.array(values))
    steps, differences = difference(curve, curve)
    assert steps.tolist() == curve[0].tolist()
    assert not differences.any()


def test_the_best_levels_both_runs_have_are_compared() -> None:
    falling = np.linspace(2.0, 1.0, 50)
    before = make_curves({"train/loss": falling, "val/loss": falling, "val/accuracy": 1 / falling})
    now = make_curves({"loss": falling - 0.5, "val/accuracy": 0.8 / falling})
    loss, accuracy = sorted(compare_levels(before, now), key=lambda one: one.tag)
    assert (accuracy.tag, accuracy.is_better) == ("val/accuracy", False)
    assert accuracy.now < accuracy.before <= 1.0
    assert (loss.tag, loss.is_better) == ("loss", True)
    assert loss.before - loss.now == pytest.approx(0.5)


def test_the_same_level_is_neither_better_nor_worse() -> None:
    curves = make_curves({"loss": np.linspace(2.0, 1.0, 50)})
    [level] = compare_levels(curves, curves)
    assert level.is_better is None


def test_a_difference_within_the_noise_makes_no_run_the_better_one() -> None:
    noise = np.random.default_rng(2).normal(0.0, 0.05, (2, 60))
    before, now = (make_curves({"loss": 1.0 + one}) for one in noise)
    [level] = compare_levels(before, now)
    assert level.before != level.now
    assert level.is_better is None
    [level] = compare_levels(before, make_curves({"loss": 0.8 + noise[1]}))
    assert level.is_better is True


def test_the_level_of_many_values_is_known_better_than_that_of_few() -> None:
    noise = np.random.default_rng(2).normal(0.0, 0.05, (2, 40_000))
    for every, is_better in ((1, True), (1_000, None)):
        before, now = (make_curves({"loss": one[::every]}) for one in (1.0 + noise[0], 0.97 + noise[1]))
        assert [level.is_better for level in compare_levels(before, now)] == [is_better]


def test_a_lucky_value_makes_no_run_the_better_one() -> None:
    steady, lucky = np.full(200, 1.0), np.full(200, 1.1)
    lucky[120] = 0.0
    [level] = compare_levels(make_curves({"loss": steady}), make_curves({"loss": lucky}))
    assert level.is_better is False


def test_runs_are_compared_with_their_last_steps() -> None:
    reports = [make_report("a", tags={"loss": np.ones(steps)}) for steps in (10, 20)]
    reference, run = ((report, RunCurves(report.run)) for report in reports)
    assert compare_runs(reference, run).last_steps == (9, 19)
    epochs = replace(reports[1], run=replace(reports[1].run, step_unit=StepUnit.EPOCH))
    by_epochs = compare_runs(reference, (epochs, RunCurves(epochs.run)))
    assert by_epochs.step_units == (StepUnit.STEP, StepUnit.EPOCH)
    assert compare_runs(reference, run).hyperparameters == ()


@pytest.mark.parametrize(
    ("before", "now", "logged", "said"),
    [
        (0.01, 0.1, {}, [("peak of the learning rate", "0.01", "0.1")]),
        (0.1, 0.1, {}, []),
        (0.01, 0.1, {"optimizer": {"lr": 0.1}}, []),
        (0.01, None, {}, []),
    ],
)
def test_the_peak_of_the_learning_rate_stands_for_one_that_is_no_hyperparameter(
    before: float, now: float | None, logged: Mapping[str, object], said: list[tuple[str, str, str]]
) -> None:
    both: list[tuple[RunReport, RunCurves]] = []
    for rate in (before, now):
        tags = {"loss": [3.0, 2.0, 1.0], **({} if rate is None else {"lr": [0.0, rate, rate / 10]})}
        run = replace(make_run(tags), hyperparameters=logged)
        both.append((RunReport(run, (), {}), RunCurves(run)))
    compared = compare_runs(*both).hyperparameters
    assert [(one.name, one.before, one.now) for one in compared] == said
