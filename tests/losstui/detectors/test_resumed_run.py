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
