from unittest.mock import patch

import numpy as np
import pytest

from losstui.curve import Curve
from losstui.frame import Series
from losstui.roles import Kind, Split, make_role
from losstui.tui.axes import XAxis
from losstui.tui.lines import LoggedLine
from losstui.tui.run_clock import RunClock
from losstui.tui.smoothing import SHARES, ema, weight_of
from losstui.tui.view import View

LOSS = make_role(Kind.LOSS, Split.TRAIN)
RAW = View(smoothing=0)


def since(start: float) -> RunClock:
    return RunClock.since((start, start))


def line_of(values: list[float], *, steps: list[int] | None = None) -> LoggedLine:
    return LoggedLine(Curve(Series("loss", np.array(steps or range(len(values))), np.array(values)), LOSS))


def test_a_value_that_is_not_finite_lies_at_its_own_time() -> None:
    times = 1e9 + np.array([0.0, 10.0, 20.0, 90.0])
    series = Series("loss", np.arange(4), np.array([2.0, 1.0, np.nan, np.inf]), times)
    line = LoggedLine(Curve(series, LOSS), clock=since(1e9))
    assert line.breaks(XAxis.TIME).tolist() == [20.0, 90.0]
    assert line.breaks(XAxis.WALL_TIME).tolist() == [1e9 + 20, 1e9 + 90]
    assert line.step_at(90.0, XAxis.TIME) == 3


def test_an_axis_that_was_not_logged_is_not_there() -> None:
    line = line_of([1.0, 2.0])
    assert [axis for axis in XAxis if line.has(axis)] == [XAxis.STEP]


def test_the_logged_values_are_behind_their_average_only_where_there_is_one() -> None:
    noisy = line_of(np.random.default_rng(0).normal(size=1000).tolist())
    assert noisy.raw_trace(View()) is not None
    assert noisy.raw_trace(View(raw=False)) is None
    assert noisy.raw_trace(RAW) is None
    assert line_of([1.0, 2.0]).raw_trace(View()) is None


def test_a_learning_rate_is_not_averaged() -> None:
    curve = Curve(Series("lr", np.arange(1000), np.linspace(1, 0, 1000)), make_role(Kind.LEARNING_RATE))
    assert LoggedLine(curve).smooth_trace(View()) is None


def test_an_average_and_a_trace_are_made_once() -> None:
    line = line_of(np.random.default_rng(0).normal(size=1000).tolist())
    assert line.smooth_trace(View()) is line.smooth_trace(View())
    assert line.values_at(3) is line.values_at(3)


def test_few_averages_are_kept_and_each_is_that_of_its_strength() -> None:
    values = np.random.default_rng(0).normal(size=2_000)
    line = line_of(values.tolist())
    for smoothing in (*range(1, len(SHARES)), 1, 3):
        averaged = line.smooth_trace(View(smoothing=smoothing))
        assert averaged is not None
        assert averaged.y == pytest.approx(ema(values, weight_of(2_000, SHARES[smoothing])))


def test_the_strengths_beside_the_one_shown_are_averaged_beforehand() -> None:
    line = line_of(np.random.default_rng(0).normal(size=2_000).tolist())
    views = [View(smoothing=3), View(smoothing=2), View(smoothing=4)]
    assert list(line.preparing(views))
    assert not list(line.preparing(views))
    with patch("losstui.tui.lines.ema", side_effect=AssertionError("it was not prepared")):
        for smoothing in (2, 3, 4):
            assert line.smooth_trace(View(smoothing=smoothing)) is not None
    rate = Curve(Series("lr", np.arange(1000), np.linspace(1, 0, 1000)), make_role(Kind.LEARNING_RATE))
    rates = LoggedLine(rate)
    with patch("losstui.tui.lines.ema_in_parts", side_effect=AssertionError("it is set, not measured")):
        assert list(rates.preparing(views))


def test_a_long_curve_is_averaged_beforehand_in_many_parts_and_anew_where_that_was_stopped() -> None:
    values = np.random.default_rng(0).normal(size=100_000)
    line, views = line_of(values.tolist()), [View(smoothing=3)]
    parts = len(list(line_of(values.tolist()).preparing(views)))
    assert parts > len(values) / 10_000
    stopped = line.preparing(views)
    for _ in range(parts - 2):
        next(stopped)
    averaged = line.smooth_trace(views[0])
    assert averaged is not None
    assert averaged.y == pytest.approx(ema(values, weight_of(len(values), SHARES[3])))


def test_a_logarithmic_axis_that_hides_nothing_draws_the_same_points() -> None:
    positive, mixed = line_of([1.0, 2.0, 4.0]), line_of([-1.0, 2.0, 4.0])
    assert positive.trace(View(log=True)) is positive.trace(View())
    assert mixed.trace(View(log=True)).y.tolist() == [2.0, 4.0]
    assert mixed.trace(View(log=True)).breaks.tolist() == [0.0]


def test_places_in_no_order_are_put_in_order() -> None:
    times = 1e9 + np.array([0.0, 30.0, 20.0, np.nan])
    line = LoggedLine(Curve(Series("loss", np.arange(4), np.arange(4.0), times), LOSS), clock=since(1e9))
    assert line.trace(View(axis=XAxis.TIME)).y.tolist() == [0.0, 2.0, 1.0]
    assert [line.step_at(x, XAxis.TIME) for x in (0.0, 20.0, 30.0)] == [0, 2, 1]


def test_the_other_axes_are_looked_at_beforehand() -> None:
    times = np.arange(5.0) + 100.0
    series = Series("loss", np.arange(5), np.zeros(5), wall_times=times)
    line = LoggedLine(Curve(series, make_role(Kind.LOSS, Split.TRAIN)), clock=since(100.0))
    views = [View(), View(axis=XAxis.TIME), View(axis=XAxis.WALL_TIME)]
    assert list(line.preparing(views))
    assert not list(line.preparing(views))
    with patch("losstui.tui.lines.is_rising", side_effect=AssertionError("it was not prepared")):
        assert line.trace(View(axis=XAxis.TIME)).x.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 0.0])
def test_a_place_that_is_none_or_in_no_order_takes_no_other_along(odd: float) -> None:
    for at in range(5):
        times = np.arange(5.0) + 100.0
        times[at] = odd
        values = np.arange(5.0)
        series = Series("loss", np.arange(5), values, wall_times=times)
        line = LoggedLine(Curve(series, make_role(Kind.LOSS, Split.TRAIN)))
        placed = line.trace(View(axis=XAxis.WALL_TIME))
        known = np.isfinite(times)
        assert sorted(zip(placed.x, placed.y, strict=True)) == sorted(
            zip(times[known], values[known], strict=True)
        )
        assert (np.diff(placed.x) >= 0).all()
