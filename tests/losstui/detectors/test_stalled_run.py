from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.stalled_run import StalledRun
from losstui.findings import Severity, Skipped
from losstui.frame import FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run
from support import found_by, make_curves, make_run

FloatArray = NDArray[np.float64]
POINTS = 300
AT = 200


def intervals(seed: int = 0) -> FloatArray:
    """Steps of 2 s with a scatter of 20 %."""
    return 2.0 * np.exp(0.2 * np.random.default_rng(seed).standard_normal(POINTS))


def stalled(pause: float = 600.0) -> FloatArray:
    seconds = intervals()
    seconds[AT] += pause
    return seconds


def curves(seconds: FloatArray, steps: list[int] | None = None) -> RunCurves:
    loss = np.linspace(2.0, 1.0, len(seconds))
    logged = {"train/loss": steps} if steps else None
    return RunCurves(make_run({"train/loss": loss}, logged, wall_times={"train/loss": np.cumsum(seconds)}))


findings = partial(found_by, StalledRun())


def test_a_pause_is_found_where_it_is() -> None:
    [found] = findings(curves(stalled()))
    assert found.severity is Severity.WARNING
    assert (found.spans[0].first_step, found.spans[0].last_step) == (AT - 1, AT)
    assert found.onset.step == AT
    assert "for 10 min" in found.message
    assert found.measures[0].value == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_it_goes_by_the_rhythm_of_the_run(factor: float) -> None:
    [found] = findings(curves(factor * stalled()))
    assert found.onset.step == AT


def test_every_second_value_and_other_steps_tell_the_same() -> None:
    clock = np.cumsum(stalled())[::2]
    steps = [1_000_000 + 2 * i for i in range(len(clock))]
    [found] = findings(curves(np.diff(clock, prepend=0.0), steps))
    assert found.onset.low <= 1_000_000 + AT <= found.onset.step


@pytest.mark.parametrize("rows", [2, 20])
def test_rows_that_share_steps_are_timed_one_by_one(rows: int) -> None:
    epochs = [i // rows for i in range(POINTS)]
    assert findings(curves(intervals(), epochs)) == []
    [found] = findings(curves(stalled(), epochs))
    assert found.onset.step == AT // rows
    assert "for 10 min" in found.message


def test_rows_that_are_missing_beside_rows_that_share_steps_are_no_stall() -> None:
    epochs = [i // 20 + 30 * (i >= AT) for i in range(POINTS)]
    assert findings(curves(stalled(), epochs)) == []


def test_rows_of_several_processes_are_one_interval() -> None:
    """Four rows at once, and a step as long as four others: no row of its own, no time of its own."""
    seconds = np.where(np.arange(POINTS) % 4 == 0, stalled(pause=300.0), 0.001)
    [found] = findings(curves(seconds, [i // 4 for i in range(POINTS)]))
    assert found.spans[0].last_step == AT // 4


def test_all_pauses_are_named() -> None:
    seconds = stalled()
    seconds[50] += 300.0
    [found] = findings(curves(seconds))
    assert len(found.spans) == 2
    assert "2 times, longest before step 200" in found.message


@pytest.mark.parametrize("seed", range(5))
def test_the_scatter_of_steps_is_no_stall(seed: int) -> None:
    assert findings(curves(intervals(seed))) == []
    heavy = np.exp(np.random.default_rng(seed).standard_normal(POINTS))
    assert findings(curves(heavy)) == []


def test_pauses_on_a_grid_are_the_rhythm_of_the_run() -> None:
    seconds = intervals()
    seconds[[75, 150, 225]] += 200.0
    assert findings(curves(seconds)) == []
    seconds = intervals()
    seconds[[75, 90, 250]] += 200.0
    assert len(findings(curves(seconds))) == 1


def test_pauses_on_a_grid_are_not_all_alike() -> None:
    """Checkpoints that are written at once and ones that wait for the disk; some matter, some do not."""
    seconds = intervals()
    seconds[[60, 120, 180, 240]] += [90.0, 40.0, 70.0, 30.0]
    assert findings(curves(seconds)) == []
    seconds[150] += 3600.0
    [found] = findings(curves(seconds))
    assert [span.last_step for span in found.spans] == [150]


def test_a_shorter_pause_does_not_take_another_off_its_grid() -> None:
    seconds = intervals()
    seconds[[80, 100]] += [8.0, 40.0]
    assert findings(curves(seconds[:150])) == []


def test_a_slow_start_is_none_of_the_pauses() -> None:
    seconds = intervals()
    seconds[[1, 100]] += 40.0
    assert findings(curves(seconds[:150])) == []


@pytest.mark.parametrize("until", [101, 150, 199, 201, 250, 299])
def test_a_pause_may_be_the_first_of_a_rhythm_while_the_run_goes_on(until: int) -> None:
    seconds = intervals()
    seconds[[100, 200]] += 40.0
    assert findings(curves(seconds[:until])) == []


def test_a_pause_that_did_not_come_again_is_no_rhythm() -> None:
    seconds = intervals()
    seconds[100] += 40.0
    assert len(findings(curves(seconds[:230]))) == 1


def test_a_pause_longer_than_the_training_before_is_no_rhythm() -> None:
    seconds = intervals()
    seconds[100] += 300.0
    assert len(findings(curves(seconds[:110]))) == 1


def test_a_pause_too_short_to_matter() -> None:
    assert findings(curves(stalled(15.0))) == []
    assert findings(curves(0.001 * stalled())) == []


def test_the_first_interval_is_the_start() -> None:
    seconds = intervals()
    seconds[1] += 600.0
    assert findings(curves(seconds)) == []


def test_a_hole_in_the_steps_takes_the_time_of_its_steps() -> None:
    steps = [i if i < AT else i + 300 for i in range(POINTS)]
    assert findings(curves(stalled(600.0), steps)) == []


@pytest.mark.parametrize(("evaluations", "expected"), [([AT - 1], 0), ([49, 99, 149, AT - 1], 1)])
def test_an_evaluation_is_compared_with_other_evaluations(evaluations: list[int], expected: int) -> None:
    seconds = stalled()
    seconds[np.array(evaluations) + 1] += 5.0
    clock = np.cumsum(seconds)
    tags = {"train/loss": np.linspace(2.0, 1.0, POINTS), "val/loss": np.linspace(2.0, 1.5, len(evaluations))}
    wall_times = {"train/loss": clock, "val/loss": clock[np.array(evaluations) + 1] - 0.1}
    run = make_run(tags, {"val/loss": evaluations}, wall_times=wall_times)
    assert len(findings(RunCurves(run))) == expected


def test_the_time_between_two_sessions_is_no_stall() -> None:
    builder = FrameBuilder()
    clock = np.cumsum(intervals())
    for first, later in ((0, 0.0), (POINTS, 1e5)):
        steps = list(range(first, first + POINTS))
        builder.add("train/loss", steps, np.linspace(2.0, 1.0, POINTS), wall_times=clock + later)
        builder.next_file()
    frame = builder.build()
    run = Run("run", "run", ("a", "b"), "made", frame, assign_roles(frame))
    assert findings(RunCurves(run)) == []


def test_a_pause_in_a_short_session_is_measured_by_the_whole_run() -> None:
    """120 of 145 s of its own session, but 2 % of the time of all."""
    builder = FrameBuilder()
    paused = np.full(20, 1.25)
    paused[12] += 120.0
    for first, seconds in ((0, np.full(3000, 2.0)), (3000, paused)):
        steps = list(range(first, first + len(seconds)))
        clock = 1e5 * first + np.cumsum(seconds)
        builder.add("train/loss", steps, np.ones(len(seconds)), wall_times=clock)
        builder.next_file()
    frame = builder.build()
    run = Run("run", "run", ("a", "b"), "made", frame, assign_roles(frame))
    assert findings(RunCurves(run)) == []


def test_a_logged_speed_stands_in_for_wall_times() -> None:
    tags = {"train/loss": np.linspace(2.0, 1.0, POINTS), "samples_per_second": 64.0 / stalled()}
    [found] = findings(make_curves(tags))
    assert found.tag == "samples_per_second"
    assert found.onset.step == AT
    tags["samples_per_second"] = 64.0 / intervals()
    assert findings(make_curves(tags)) == []


def test_where_there_is_a_clock_no_speed_is_asked() -> None:
    """Of four pauses on a grid three lie between two logged speeds, which do not show them."""
    seconds, measured = intervals(), intervals()
    seconds[[60, 120, 180, 240]] += 200.0
    measured[60] += 200.0
    tags = {"train/loss": np.linspace(2.0, 1.0, POINTS), "samples_per_second": 64.0 / measured}
    clock = np.cumsum(seconds)
    run = make_run(tags, wall_times={"train/loss": clock, "samples_per_second": clock})
    assert findings(RunCurves(run)) == []


def test_without_a_clock_it_does_not_look() -> None:
    assert isinstance(StalledRun().detect(make_curves({"train/loss": np.ones(100)})), Skipped)
    written_at_once = curves(np.full(POINTS, 2e-5))
    assert isinstance(StalledRun().detect(written_at_once), Skipped)


def test_a_run_that_was_taken_up_again_some_rows_later_did_not_stall() -> None:
    steps = [10 * i + (30 if i >= AT else 0) for i in range(POINTS)]
    assert not findings(curves(stalled(), steps))
    assert findings(curves(stalled(), [10 * i for i in range(POINTS)]))
