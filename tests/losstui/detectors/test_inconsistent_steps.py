from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.curves import RunCurves
from losstui.detectors.inconsistent_steps import InconsistentSteps
from losstui.findings import Finding, Severity, Skipped
from losstui.frame import FrameBuilder
from losstui.roles import assign_roles
from losstui.run import Run
from retelling import RETELLINGS, Tags
from support import make_curves, make_run

FloatArray = NDArray[np.float64]
POINTS = 200


def losses(seed: int = 0, points: int = POINTS) -> FloatArray:
    rng = np.random.default_rng(seed)
    return 0.3 + 2.0 / (1.0 + np.arange(points) / 40.0) + rng.normal(0, 0.02, points)


def findings(curves: RunCurves) -> list[Finding]:
    outcome = InconsistentSteps().detect(curves)
    assert not isinstance(outcome, Skipped)
    assert all(one.severity is Severity.INFO for one in outcome)
    return list(outcome)


def in_files(starts: tuple[float, ...], first_steps: tuple[int, ...]) -> RunCurves:
    """The same tag in several files, each `POINTS` values a second apart from a start on."""
    builder = FrameBuilder()
    for start, first in zip(starts, first_steps, strict=True):
        clock = start + np.arange(POINTS, dtype=np.float64)
        builder.add("loss", list(range(first, first + POINTS)), losses(first), wall_times=clock)
        builder.next_file()
    frame = builder.build()
    return RunCurves(Run("run", "run", ("a", "b"), "made", frame, assign_roles(frame)))


@pytest.mark.parametrize("first_steps", [(0, 0), (0, 300)])
def test_files_written_at_the_same_time_have_two_writers(first_steps: tuple[int, int]) -> None:
    [found] = findings(in_files((0.0, 30.0), first_steps))
    assert found.kind == "two-writers"
    assert found.measures[0].value == pytest.approx(0.85, abs=0.01)


def test_a_run_that_is_resumed_has_one_writer() -> None:
    assert findings(in_files((0.0, 250.0), (0, 150))) == []
    assert findings(in_files((0.0, 195.0), (0, 150))) == []  # the old process ended a little later


@pytest.mark.parametrize(("start", "kinds"), [(185.0, []), (165.0, ["two-writers"])])
def test_an_old_process_may_log_a_last_time(start: float, kinds: list[str]) -> None:
    assert [one.kind for one in findings(in_files((0.0, start), (0, 150)))] == kinds


def test_a_few_short_attempts_are_no_several_writers() -> None:
    builder = FrameBuilder()
    for _ in range(5):
        builder.add("loss", list(range(6)), losses(points=6))
        builder.next_file()
    frame = builder.build()
    assert findings(RunCurves(Run("run", "run", ("a",), "made", frame, assign_roles(frame)))) == []


def test_rows_of_two_processes_in_one_file() -> None:
    steps = [step for i in range(POINTS // 2) for step in (i + 40, i)]
    [found] = findings(make_curves({"loss": losses()}, {"loss": steps}))
    assert found.kind == "two-writers"
    assert "go back 100 times" in found.message


def test_steps_with_several_values() -> None:
    steps = [i // 2 for i in range(POINTS)]
    [found] = findings(make_curves({"loss": losses()}, {"loss": steps}))
    assert found.kind == "several-values"
    assert "at 100 steps" in found.message
    assert "times the noise apart" in found.message
    few = [*range(POINTS - 5), *range(POINTS - 6, POINTS - 1)]
    assert findings(make_curves({"loss": losses()}, {"loss": sorted(few)})) == []


@pytest.mark.parametrize(("within", "coarse"), [(10.0, True), (2.0, True), (0.01, False), (0.0, False)])
def test_the_clock_says_whether_steps_are_counted_too_coarsely(within: float, coarse: bool) -> None:
    """Four values a step, so many seconds apart, and ten seconds to the next step."""
    clock = np.cumsum([10.0 if i % 4 == 0 else within for i in range(POINTS)])
    run = make_run({"loss": losses()}, {"loss": [i // 4 for i in range(POINTS)]}, wall_times={"loss": clock})
    [found] = findings(RunCurves(run))
    assert found.kind == "several-values"
    assert ("several processes" in found.message) is not coarse
    assert "counted too coarsely" in found.message


@pytest.mark.parametrize(("back", "expected"), [(3600.0, ["clock-back"]), (1.5, [])])
def test_a_clock_that_goes_back(back: float, expected: list[str]) -> None:
    clock = 10.0 * np.arange(POINTS)
    clock[120:] -= back + 10.0
    curves = RunCurves(make_run({"loss": losses()}, wall_times={"loss": clock}))
    found = findings(curves)
    assert [one.kind for one in found] == expected
    assert all("by up to 60 min" in one.message and one.spans[0].last_step == 120 for one in found)


def test_a_hole_in_a_regular_log() -> None:
    steps = [10 * i if i < 120 else 10 * i + 800 for i in range(POINTS)]
    [found] = findings(make_curves({"loss": losses()}, {"loss": steps}))
    assert found.kind == "hole"
    assert (found.spans[0].first_step, found.spans[0].last_step) == (1190, 2000)


@pytest.mark.parametrize(("steps", "twice"), [(25, 5), (150, 12)])
def test_single_steps_with_two_values_are_no_contradiction(steps: int, twice: int) -> None:
    again = sorted([*range(steps), *range(twice)])
    assert findings(make_curves({"loss": losses(points=len(again))}, {"loss": again})) == []


@pytest.mark.parametrize(("points", "hole", "kinds"), [(100, 120, ["hole"]), (100, 80, []), (400, 120, [])])
def test_a_hole_is_ten_times_as_long_as_the_usual_interval_and_seen_in_the_curve(
    points: int, hole: int, kinds: list[str]
) -> None:
    steps = [10 * i + (hole - 10) * (i >= points // 2) for i in range(points)]
    found = findings(make_curves({"loss": losses(points=points)}, {"loss": steps}))
    assert [one.kind for one in found] == kinds


def test_another_logging_rate_or_a_regular_pause_is_no_hole() -> None:
    rarer = [i if i < 100 else 100 + 50 * (i - 99) for i in range(POINTS)]
    assert findings(make_curves({"loss": losses()}, {"loss": rarer})) == []
    epochs = [10 * i + 500 * (i // 40) for i in range(POINTS)]
    assert findings(make_curves({"loss": losses()}, {"loss": epochs})) == []


def test_validation_on_an_axis_of_epochs() -> None:
    tags = {"train/loss": losses(0, 2000), "val/loss": losses(1, 20)}
    [found] = findings(make_curves(tags))
    assert (found.kind, found.tag) == ("other-axis", "val/loss")
    same_axis = make_curves(tags, {"val/loss": list(range(99, 2000, 100))})
    assert findings(same_axis) == []


@pytest.mark.parametrize("retelling", RETELLINGS, ids=lambda one: one.__name__)
def test_an_orderly_log_is_clear_however_it_is_told(retelling: Callable[[Tags], RunCurves]) -> None:
    assert findings(retelling({"train/loss": losses(), "val/loss": losses(1)})) == []


def test_non_finite_values_at_one_step_are_no_contradiction() -> None:
    steps = [i // 2 for i in range(POINTS)]
    values = np.full(POINTS, np.nan)
    values[::2] = np.inf
    assert findings(make_curves({"loss": values}, {"loss": steps})) == []


def test_a_short_log_is_not_looked_at() -> None:
    assert isinstance(InconsistentSteps().detect(make_curves({"loss": losses(0, 10)})), Skipped)
