from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.resumed_run import ResumedRun
from losstui.findings import Finding, Onset, Severity, Skipped, Span
from losstui.frame import FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run
from support import make_curves


def curves_of_sessions(*sessions: tuple[range, NDArray[np.float64]]) -> RunCurves:
    builder = FrameBuilder()
    for steps, values in sessions:
        builder.add("train/loss", list(steps), values)
        builder.next_file()
    frame = builder.build()
    return RunCurves(Run("run", "run", ("a", "b"), "made", frame, assign_roles(frame)))


def losses(steps: range, seed: int, more: float = 0.0) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return 0.3 + 2.0 / (1.0 + np.asarray(steps) / 40.0) + more + rng.normal(0, 0.02, len(steps))


def only(curves: RunCurves) -> Finding:
    outcome = ResumedRun().detect(curves)
    assert not isinstance(outcome, Skipped)
    [finding] = outcome
    return finding


def test_steps_written_again_are_named() -> None:
    first, second = range(500), range(400, 900)
    finding = only(curves_of_sessions((first, losses(first, 0)), (second, losses(second, 1))))
    assert (finding.kind, finding.severity) == ("overlap", Severity.INFO)
    assert finding.spans == (Span(400, 499),)
    assert finding.onset == Onset(400, 399, 400)
    assert "100 steps are in the log twice" in finding.message
    assert "restored" not in finding.message


def test_a_run_that_goes_on_where_it_stood_is_continued() -> None:
    first, second = range(500), range(500, 900)
    finding = only(curves_of_sessions((first, losses(first, 0)), (second, losses(second, 1))))
    assert finding.kind == "continued"
    assert finding.spans == (Span(500, 500),)
    assert finding.onset == Onset(500, 499, 500)


def test_a_run_that_begins_anew_is_restarted() -> None:
    first, second = range(300), range(900)
    finding = only(curves_of_sessions((first, losses(first, 0)), (second, losses(second, 1))))
    assert finding.kind == "restarted"
    assert finding.spans == (Span(0, 299),)
    assert finding.onset == Onset(0, 0, 0)


@pytest.mark.parametrize(("more", "way"), [(0.3, "higher"), (-0.3, "lower")])
def test_a_jump_at_the_border_says_that_state_was_lost(more: float, way: str) -> None:
    first, second = range(500), range(450, 900)
    finding = only(curves_of_sessions((first, losses(first, 0)), (second, losses(second, 1, more))))
    assert f"the values are {way} than before" in finding.message
    [measure] = [one for one in finding.measures if one.name == "jump at the border"]
    assert abs(measure.value) > measure.bound


@pytest.mark.parametrize("border", [30, 60, 150, 400])
@pytest.mark.parametrize("noise", [0.002, 0.02, 0.1])
def test_a_descent_that_goes_on_where_it_stood_has_no_jump(border: int, noise: float) -> None:
    first, second = range(border), range(border, 600)
    course = 0.3 + 2.0 / (1.0 + np.arange(600) / 40.0)
    course += np.random.default_rng(1).normal(0.0, noise, 600)
    finding = only(curves_of_sessions((first, course[:border]), (second, course[border:])))
    assert "restored" not in finding.message


def test_rows_that_share_steps_go_on_where_they_stood() -> None:
    builder, course = FrameBuilder(), losses(range(600), 0)
    for rows in (range(64), range(64, 600)):
        builder.add("train/loss", [row // 16 for row in rows], course[rows.start : rows.stop])
        builder.next_file()
    frame = builder.build()
    with np.errstate(all="raise"):
        finding = only(RunCurves(Run("run", "run", ("a", "b"), "made", frame, assign_roles(frame))))
    assert "restored" not in finding.message


@pytest.mark.parametrize(("more", "way"), [(0.3, "higher"), (-0.3, "lower")])
def test_a_jump_where_no_step_was_written_twice_is_told_in_the_descent_too(more: float, way: str) -> None:
    first, second = range(60), range(60, 600)
    finding = only(curves_of_sessions((first, losses(first, 0)), (second, losses(second, 1, more))))
    assert finding.kind == "continued"
    assert f"the values are {way} than before" in finding.message


def test_a_run_that_begins_anew_is_not_expected_to_go_on_at_its_level() -> None:
    first, second = range(300), range(900)
    finding = only(curves_of_sessions((first, losses(first, 0)), (second, losses(second, 1, 0.5))))
    assert abs(finding.measures[1].value) > finding.measures[1].bound
    assert "restored" not in finding.message


@pytest.mark.parametrize(("back_to", "kind"), [(14, "restarted"), (17, "overlap")])
def test_a_run_that_goes_back_by_nearly_all_its_steps_begins_anew(back_to: int, kind: str) -> None:
    first, second = range(301), range(back_to, 900)
    assert only(curves_of_sessions((first, losses(first, 0)), (second, losses(second, 1)))).kind == kind


def test_the_train_loss_tells_of_the_resume_though_another_tag_has_more_values() -> None:
    builder = FrameBuilder()
    for first in (0, 100):
        builder.add("train/loss", list(range(first, first + 150, 2)), losses(range(75), first))
        builder.add("val/loss", list(range(first, first + 150)), losses(range(150), first))
        builder.next_file()
    frame = builder.build()
    assert (
        only(RunCurves(Run("run", "run", ("a", "b"), "made", frame, assign_roles(frame)))).tag == "train/loss"
    )


def test_values_without_noise_have_no_jump_to_tell() -> None:
    first, second = range(50), range(40, 90)
    finding = only(curves_of_sessions((first, np.ones(50)), (second, np.full(50, 2.0))))
    assert finding.measures[1].value == 0.0


def test_every_resume_is_shaded() -> None:
    parts = [range(300), range(200, 600), range(550, 900)]
    finding = only(curves_of_sessions(*[(part, losses(part, seed)) for seed, part in enumerate(parts)]))
    assert finding.spans == (Span(200, 299), Span(550, 599))
    assert "and once more" in finding.message


def test_stretches_that_overlap_are_shaded_as_one() -> None:
    parts = [range(400), range(300, 500), range(200, 350), range(490, 600)]
    finding = only(curves_of_sessions(*[(part, losses(part, seed)) for seed, part in enumerate(parts)]))
    assert finding.spans == (Span(200, 499),)
    assert finding.measures[0].value == 100 + 300 + 10
    assert finding.onset == Onset(300, 299, 300)


def test_of_a_log_that_goes_back_all_the_time_a_few_borders_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def difference(old: NDArray[np.float64], new: NDArray[np.float64]) -> float:
        looked_at.append(len(new))
        return 0.0

    monkeypatch.setattr("losstui.detectors.resumed_run._difference", difference)
    parts = [range(step, step + 50) for step in range(200)]
    finding = only(curves_of_sessions(*[(part, losses(part, 0)) for part in parts]))
    assert "and 198 more times" in finding.message
    assert 0 < len(looked_at) <= ResumedRun.most_jumps


def test_a_run_in_one_piece_is_clear() -> None:
    assert ResumedRun().detect(make_curves({"train/loss": losses(range(500), 0)})) == []


def test_an_empty_log_is_not_looked_at() -> None:
    assert ResumedRun().detect(make_curves({})) == Skipped("nothing logged")
