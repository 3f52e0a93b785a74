import math
import time

import pytest

from losstui.tui.axes import XAxis, clock, count, duration, end_ticks, nice_step, x_ticks, y_ticks


def test_ticks_stand_at_round_numbers() -> None:
    assert [tick.label for tick in y_ticks(0.31, 2.29, 4)] == ["0.5", "1.0", "1.5", "2.0"]


def test_ticks_of_huge_values_are_written_as_other_numbers_are() -> None:
    assert [tick.label for tick in y_ticks(0.0, 3e105, 3)] == ["0", "2e105"]


def test_log_ticks_stand_at_powers_of_ten() -> None:
    assert [tick.value for tick in y_ticks(1e-3, 1e1, 5, log=True)] == pytest.approx(
        [1e-3, 1e-2, 1e-1, 1.0, 10.0]
    )


def test_a_log_axis_within_a_decade_has_ticks_as_well() -> None:
    assert len(y_ticks(2.0, 5.0, 4, log=True)) >= 2


@pytest.mark.parametrize(
    ("low", "high"),
    [(0, 1e-300), (-1.7e308, 1.7e308), (1e15, 1e15 + 4), (5e-324, 1e-323), (0.1, 0.1 + 1e-12), (-3e9, 8e9)],
)
def test_any_range_has_short_labels_within_it(low: float, high: float) -> None:
    ticks = y_ticks(low, high, 5)
    assert ticks
    assert all(len(tick.label) <= 15 for tick in ticks)
    slack = (high / 2 - low / 2) * 1e-6 + max(abs(low), abs(high)) * 1e-15
    assert all(low - slack <= tick.value <= high + slack for tick in ticks)


def test_a_step_axis_has_whole_steps() -> None:
    assert [tick.label for tick in x_ticks(0, 3, 10, XAxis.STEP)] == ["0", "1", "2", "3"]


def test_steps_are_shortened_as_far_as_they_stay_apart() -> None:
    assert [tick.label for tick in x_ticks(0, 100_000, 4, XAxis.STEP)] == ["0", "50k", "100k"]
    assert [tick.label for tick in x_ticks(69_900, 70_100, 4, XAxis.STEP)] == [
        "69900",
        "69950",
        "70000",
        "70050",
        "70100",
    ]


def test_a_time_axis_counts_in_clock_units() -> None:
    assert [tick.label for tick in x_ticks(0, 7200, 4, XAxis.TIME)] == ["0s", "30m", "1h", "1h 30m", "2h"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (75, "1m 15s"), (3660, "1h 01m"), (90_000, "1d 1h"), (-60, "-1m")]
)
def test_durations_are_read_at_a_glance(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_large_count_keeps_the_digits_that_its_neighbours_need() -> None:
    assert count(1_500_000, 500_000) == "1.5M"
    assert count(1_500_010, 10) == "1500010"


def test_no_span_has_no_nice_step() -> None:
    assert nice_step(0.0, 5) == 0.0
    assert nice_step(math.inf, 5) == 0.0


@pytest.mark.usefixtures("utc")
@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (1.7e9, 1.7e9 + 240, ["22:14", "22:15", "22:16", "22:17"]),
        (1.7e9, 1.7e9 + 6 * 3600, ["Nov 15", "02:00", "04:00"]),
        (1.7e9, 1.7e9 + 4, ["22:13:20", "22:13:21", "22:13:22", "22:13:23", "22:13:24"]),
        (1.7e9, 1.7e9 + 10 * 86_400, ["Nov 15", "Nov 17", "Nov 19", "Nov 21", "Nov 23"]),
        (1e300, 2e300, []),
    ],
)
def test_a_wall_time_axis_has_round_times_of_day(low: float, high: float, labels: list[str]) -> None:
    assert [tick.label for tick in x_ticks(low, high, 5, XAxis.WALL_TIME)] == labels


@pytest.mark.usefixtures("utc")
@pytest.mark.usefixtures("utc")
def test_ticks_stand_at_full_hours_of_the_local_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "IST-5:30")
    time.tzset()
    ticks = x_ticks(1.7e9, 1.7e9 + 3 * 3600, 3, XAxis.WALL_TIME)
    assert [tick.label for tick in ticks] == ["04:00", "05:00", "06:00"]
    assert [(tick.value + 5.5 * 3600) % 3600 for tick in ticks] == [0.0, 0.0, 0.0]


def test_a_wall_time_is_read_on_the_local_clock() -> None:
    assert clock(1.7e9) == "22:13:20"
    assert clock(1.7e9, 3600.0) == "22:13"
    assert clock(1.7e9, 86_400.0) == "Nov 14"
    assert clock(1e300) == "1e300"


def test_where_there_is_no_room_both_ends_are_named() -> None:
    assert [tick.label for tick in end_ticks(0.07541, 1.334)] == ["0.075", "1.3"]
    assert [tick.label for tick in end_ticks(0.002, 0.002)] == ["0.002"]
    assert [tick.label for tick in end_ticks(2.278, 2.331)] == ["2.28", "2.33"]
    assert [tick.label for tick in end_ticks(1_234_500, 1_234_600)] == ["1.234e6", "1.235e6"]
