from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.throughput_drop import ThroughputDrop
from losstui.findings import Severity, Skipped
from losstui.frame import FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run
from support import found_by, make_curves, make_run

FloatArray = NDArray[np.float64]
POINTS = 600
AT = 360


def intervals(noise: float = 0.1, seed: int = 0) -> FloatArray:
    """Steps of 2 s."""
    return 2.0 * np.exp(noise * np.random.default_rng(seed).standard_normal(POINTS))


def slower(factor: float = 1.5, until: int = POINTS) -> FloatArray:
    seconds = intervals()
    seconds[AT:until] *= factor
    return seconds


def curves(seconds: FloatArray, steps: list[int] | None = None) -> RunCurves:
    loss = np.linspace(2.0, 1.0, len(seconds))
    logged = {"train/loss": steps} if steps else None
    return RunCurves(make_run({"train/loss": loss}, logged, wall_times={"train/loss": np.cumsum(seconds)}))


findings = partial(found_by, ThroughputDrop())


@pytest.mark.parametrize("factor", [1.35, 2.0, 20.0])
def test_a_lasting_drop_is_found_where_it_begins(factor: float) -> None:
    [found] = findings(curves(slower(factor)))
    assert (found.kind, found.severity) == ("lasting", Severity.WARNING)
    assert found.onset.low <= AT <= found.onset.high
    assert found.onset.step == pytest.approx(AT, abs=0.03 * POINTS)
    assert found.spans[0].last_step == POINTS - 1
    assert found.measures[0].value == pytest.approx(1.0 - 1.0 / factor, abs=0.03)


def test_a_drop_that_comes_back_is_worth_knowing_only() -> None:
    [found] = findings(curves(slower(4.0, until=500)))
    assert (found.kind, found.severity) == ("temporary", Severity.INFO)
    assert found.spans[0].last_step == pytest.approx(500, abs=0.03 * POINTS)
    assert findings(curves(slower(1.3, until=450))) == []


def test_a_run_that_becomes_slower_in_stages_is_told_from_the_first_that_lasts() -> None:
    seconds = intervals(noise=0.02)
    for at, factor in ((200, 1.5), (280, 2.5), (340, 5.0)):
        seconds[at:] = factor * intervals(noise=0.02)[at:]
    [found] = findings(curves(seconds))
    assert found.kind == "lasting"
    assert found.onset.step == pytest.approx(200, abs=0.03 * POINTS)
    assert found.spans[0].last_step == POINTS - 1
    assert "takes 5 times as long" in found.message


@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_it_goes_by_the_speed_of_the_run(factor: float) -> None:
    [found] = findings(curves(factor * slower(2.0)))
    assert found.onset.low <= AT <= found.onset.high


def test_every_second_value_and_other_steps_tell_the_same() -> None:
    clock = np.cumsum(slower(2.0))[::2]
    steps = [1_000_000 + 2 * i for i in range(len(clock))]
    [found] = findings(curves(np.diff(clock, prepend=0.0), steps))
    assert found.onset.low <= 1_000_000 + AT <= found.onset.high


def test_rows_that_share_steps_are_timed_one_by_one() -> None:
    epochs = [i // 50 for i in range(POINTS)]
    assert findings(curves(intervals(), epochs)) == []
    [found] = findings(curves(slower(2.0), epochs))
    assert found.kind == "lasting"
    assert found.measures[0].value == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_noise_and_a_speed_that_wanders_are_clear(seed: int) -> None:
    assert findings(curves(intervals(0.8, seed))) == []
    wander = np.cumsum(np.random.default_rng(seed).normal(0.0, 0.05, POINTS))
    assert findings(curves(intervals(0.2, seed) * np.exp(wander))) == []


def test_small_or_overlapping_changes_and_a_faster_end_are_clear() -> None:
    assert findings(curves(slower(1.15))) == []
    assert findings(curves(slower(0.4))) == []
    mixed = intervals()
    mixed[:AT:30] *= 60.0
    assert findings(curves(mixed * np.where(np.arange(POINTS) < AT, 1.0, 2.0))) == []


def fading(until: float = 3.0, stop: int = POINTS) -> FloatArray:
    """Factors that are 1 up to `AT`, grow from there to `until` at `stop`, and stay."""
    return np.interp(np.arange(POINTS), [AT, stop], [1.0, until])


def test_steps_that_take_longer_and_longer_are_found_where_that_begins() -> None:
    [found] = findings(curves(intervals() * fading()))
    assert (found.kind, found.severity) == ("gradual", Severity.WARNING)
    assert found.onset.low <= AT <= found.onset.high
    assert found.onset.step == pytest.approx(AT, abs=0.05 * POINTS)
    lost = 2.0 * float(np.sum(fading() - 1.0))
    assert found.measures[2].value == pytest.approx(lost / (2.0 * float(np.sum(fading()))), abs=0.03)
    assert "(7.98 min) is lost" in found.message


def test_a_ramp_that_stops_is_other_work() -> None:
    found = findings(curves(intervals(0.02) * fading(1.6, stop=500)))
    assert "gradual" not in {one.kind for one in found}


@pytest.mark.parametrize("seed", range(20))
def test_a_speed_that_drifts_by_chance_is_not_ever_slower(seed: int) -> None:
    drift = np.cumsum(np.random.default_rng(seed).normal(0.0, 0.05, POINTS))
    assert not any(found.kind == "gradual" for found in findings(curves(2.0 * np.exp(drift))))


def test_more_tokens_a_step_are_more_work() -> None:
    seconds = intervals(0.02) * fading()
    tags = {"train/loss": np.linspace(2.0, 1.0, POINTS), "tokens_per_second": 1e4 * intervals(0.02, 1)}
    wall_times = {tag: np.cumsum(seconds) for tag in tags}
    assert findings(RunCurves(make_run(tags, wall_times=wall_times))) == []
    tags["tokens_per_second"] = 1e4 / seconds
    assert len(findings(RunCurves(make_run(tags, wall_times=wall_times)))) == 1


def test_a_logged_speed_that_fades_may_be_an_average_since_the_start() -> None:
    tags = {"train/loss": np.linspace(2.0, 1.0, POINTS), "step_time": intervals(0.02) * fading()}
    [found] = findings(make_curves(tags))
    assert (found.kind, found.severity) == ("gradual", Severity.INFO)


def test_one_pause_is_no_drop() -> None:
    paused = intervals()
    paused[AT] += 3600.0
    assert findings(curves(paused)) == []


def test_evaluations_that_begin_later_are_no_drop() -> None:
    seconds = intervals()
    evaluated = np.arange(AT, POINTS, 4)
    seconds[evaluated] += 30.0
    clock = np.cumsum(seconds)
    tags = {"train/loss": np.linspace(2.0, 1.0, POINTS), "val/loss": np.linspace(2.0, 1.5, len(evaluated))}
    wall_times = {"train/loss": clock, "val/loss": clock[evaluated] - 0.1}
    with_evaluations = make_run(tags, {"val/loss": evaluated.tolist()}, wall_times=wall_times)
    assert findings(RunCurves(with_evaluations)) == []
    assert len(findings(curves(seconds))) == 1


def thinned(cost: float, factor: float) -> RunCurves:
    """Evaluated every tenth step, from step 100 on logged then alone; slower by `factor` from step 200 on."""
    rng = np.random.default_rng(3)
    steps = np.concatenate((np.arange(100), np.arange(100, 400, 10)))
    seconds = np.diff(steps, prepend=-1) * np.exp(0.02 * rng.standard_normal(len(steps)))
    seconds[steps > 200] *= factor
    evaluated = steps % 10 == 0
    clock = np.cumsum(seconds + cost * evaluated)
    run = make_run(
        {"train/loss": np.linspace(2.0, 1.0, len(steps)), "val/loss": np.ones(evaluated.sum())},
        {"train/loss": steps.tolist(), "val/loss": steps[evaluated].tolist()},
        wall_times={"train/loss": clock, "val/loss": clock[evaluated]},
    )
    return RunCurves(run)


def test_evaluations_that_take_no_time_hide_no_drop_where_each_value_comes_with_one() -> None:
    [found] = findings(thinned(0.0, 1.5))
    assert (found.kind, found.onset.low <= 200 <= found.onset.high) == ("lasting", True)
    assert findings(thinned(0.0, 1.0)) == []
    assert findings(thinned(20.0, 1.0)) == []
    assert findings(thinned(20.0, 1.5)) == []  # all of it may be what an evaluation takes


def test_another_machine_after_a_resume_is_no_drop() -> None:
    builder = FrameBuilder()
    for first, factor in ((0, 1.0), (POINTS, 3.0)):
        clock = 1e5 * first + factor * np.cumsum(intervals())
        builder.add("train/loss", list(range(first, first + POINTS)), np.ones(POINTS), wall_times=clock)
        builder.next_file()
    frame = builder.build()
    assert findings(RunCurves(Run("run", "run", ("a", "b"), "made", frame, assign_roles(frame)))) == []


@pytest.mark.parametrize(("tag", "seconds_to_value"), [("tokens_per_second", -1.0), ("step_time", 1.0)])
def test_a_logged_speed_stands_in_for_wall_times(tag: str, seconds_to_value: float) -> None:
    tags = {"train/loss": np.linspace(2.0, 1.0, POINTS), tag: slower(2.0) ** seconds_to_value}
    [found] = findings(make_curves(tags))
    assert found.tag == tag
    assert found.onset.low <= AT <= found.onset.high


def test_clock_ticks_coarser_than_steps_are_enough() -> None:
    clock = np.floor(np.cumsum(0.1 * slower(3.0)))
    [found] = findings(curves(np.diff(clock, prepend=0.0)))
    assert found.kind == "lasting"
    assert found.onset.step == pytest.approx(AT, abs=0.06 * POINTS)


def test_without_a_clock_it_does_not_look() -> None:
    assert isinstance(ThroughputDrop().detect(make_curves({"train/loss": np.ones(100)})), Skipped)


def test_nineteen_intervals_are_enough_to_tell_two_speeds() -> None:
    seconds = np.where(np.arange(19) < 14, 3.2, 5.1) + np.random.default_rng(0).normal(0.0, 0.02, 19)
    [found] = findings(curves(seconds))
    assert found.kind == "lasting"


def test_rows_written_twice_leave_an_evaluation_in_every_interval() -> None:
    clock = np.cumsum(slower(2.0)[::20])
    losses = np.linspace(2.0, 1.0, len(clock))
    for copies in (1, 2):
        builder = FrameBuilder()
        steps = np.repeat(np.arange(len(clock)), copies)
        for tag, delay in (("train/loss", 0.0), ("val/loss", 0.1)):
            builder.add(tag, steps, losses[steps], wall_times=clock[steps] + delay)
        frame = builder.build()
        run = Run("run", "run", ("a",), "made", frame, assign_roles(frame))
        assert [found.kind for found in findings(RunCurves(run))] == ["lasting"]
