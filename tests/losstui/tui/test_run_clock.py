from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from losstui.curves import RunCurves
from losstui.frame import Frame, Series
from losstui.tui.run_clock import RunClock, clock_of
from support import make_run

DAY = 86_400.0


def elapsed(clock: RunClock, *times: float) -> list[float]:
    return [float(one) for one in clock.elapsed(np.array(times))]


@pytest.mark.parametrize(
    ("sessions", "times", "expected"),
    [
        ([], [5.0], [5.0]),
        ([(10.0, 10.0)], [10.0, 25.0], [0.0, 15.0]),
        ([(10.0, 20.0), (50.0, 60.0)], [10.0, 20.0, 50.0, 55.0], [0.0, 10.0, 10.0, 15.0]),
        ([(50.0, 60.0), (10.0, 20.0), (80.0, 90.0)], [85.0, 5.0], [25.0, -5.0]),
        ([(10.0, 55.0), (50.0, 60.0)], [50.0, 60.0], [40.0, 50.0]),  # two at once
    ],
)
def test_pauses_between_sessions_do_not_count(
    sessions: list[tuple[float, float]], times: list[float], expected: list[float]
) -> None:
    assert elapsed(RunClock.since(*sessions), *times) == expected


def test_a_place_without_a_time_stays_without() -> None:
    assert np.isnan(elapsed(RunClock.since((1.0, 2.0), (5.0, 6.0)), np.nan)[0])


def curves_of(times: Mapping[str, list[float]], sessions: list[int] | None) -> RunCurves:
    series = [
        Series(
            tag,
            np.arange(len(known)),
            np.ones(len(known)),
            np.array(known),
            sessions=None if sessions is None else np.array(sessions[: len(known)], np.int32),
        )
        for tag, known in times.items()
    ]
    return RunCurves(replace(make_run({}), frame=Frame(series)))


def test_the_clock_of_a_run_goes_by_all_its_tags() -> None:
    times = {"loss": [100.0, 110.0, 100.0 + DAY, 110.0 + DAY], "lr": [90.0, 120.0, np.nan]}
    clock = clock_of(curves_of(times, [0, 0, 1, 1]))
    assert elapsed(clock, 90.0, 120.0, 100.0 + DAY, 110.0 + DAY) == [0.0, 30.0, 30.0, 40.0]
    assert elapsed(clock_of(curves_of(times, None)), 90.0, 100.0 + DAY) == [0.0, 10.0 + DAY]


def test_a_run_without_times_has_a_clock_that_begins_at_0() -> None:
    assert elapsed(clock_of(curves_of({"loss": [np.nan, np.nan]}, [0, 1])), 3.0) == [3.0]
    assert elapsed(clock_of(curves_of({"loss": []}, None)), 3.0) == [3.0]
