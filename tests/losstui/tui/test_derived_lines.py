import numpy as np
import pytest

from losstui.curve import Curve
from losstui.frame import Series
from losstui.roles import Kind, Split, make_role
from losstui.tui.axes import XAxis
from losstui.tui.derived_lines import BandLine, DifferenceLine
from losstui.tui.lines import LoggedLine, PlotLine
from losstui.tui.run_clock import RunClock
from losstui.tui.view import View

LOSS = make_role(Kind.LOSS, Split.TRAIN)
RAW = View(smoothing=0)


def since(start: float) -> RunClock:
    return RunClock.since((start, start))


def line_of(values: list[float], *, start: float | None = None, seconds: float = 1.0) -> LoggedLine:
    steps = np.arange(len(values))
    times = None if start is None else np.array(start + seconds * steps, np.float64)
    series = Series("loss", steps, np.array(values), times, epochs=steps / 10)
    return LoggedLine(Curve(series, LOSS), clock=since(start or 0.0))


def band_of(*values: list[float]) -> BandLine:
    return BandLine("seed-*", [line_of(one) for one in values])


def test_a_band_line_is_the_mean_of_its_members() -> None:
    line = band_of([1.0, 2.0, 3.0], [3.0, 4.0, 5.0])
    assert line.trace(RAW).y.tolist() == [2, 3, 4]
    low, high = line.band(RAW)
    assert low.y.tolist() == [1, 2, 3]
    assert high.y.tolist() == [3, 4, 5]
    assert line.raw_trace(View()) is None
    assert not line.has(XAxis.TIME)


def test_a_band_is_that_of_the_averages_not_of_the_noise() -> None:
    rng = np.random.default_rng(0)
    line = BandLine("seed-*", [line_of(rng.normal(size=2000).tolist()) for _ in range(5)])

    def width(view: View) -> float:
        low, high = line.band(view)
        return float(np.mean(high.y - low.y))

    assert width(View(smoothing=5)) < width(RAW) / 5


def test_a_band_says_how_many_runs_it_is_of() -> None:
    line = band_of([1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0], [3.0, 3.0])
    assert line.extent(0.0, XAxis.STEP) == "mean of 3"
    assert line.extent(3.0, XAxis.STEP) == "mean of 2"
    assert band_of([1.0], []).extent(0.0, XAxis.STEP) == ""


def test_what_is_not_finite_in_any_member_breaks_the_band_line() -> None:
    line = band_of([1.0, np.nan, 3.0], [1.0, 2.0, np.inf])
    assert line.breaks(XAxis.STEP).tolist() == [1.0, 2.0]
    assert np.isnan(line.break_values[0])
    assert line.break_values[1] == np.inf


def test_a_difference_is_an_area_that_begins_at_zero() -> None:
    line = DifferenceLine("less", line_of([2.0, 2.0, 2.0]), line_of([1.0, 2.0, 5.0]))
    assert line.trace(RAW).y.tolist() == [-1, 0, 3]
    low, high = line.band(RAW)
    assert low.y.tolist() == [-1, 0, 0]
    assert high.y.tolist() == [0, 0, 3]


def test_a_difference_is_that_of_the_averages() -> None:
    rng = np.random.default_rng(0)
    one, other = (line_of(rng.normal(size=2000).tolist()) for _ in range(2))
    line = DifferenceLine("less", one, other)
    smooth = line.smooth_trace(View())
    assert smooth is not None
    assert smooth.y == pytest.approx(other.values_at(3) - one.values_at(3))


@pytest.mark.parametrize("line", [band_of([], []), DifferenceLine("less", line_of([]), line_of([1.0]))])
def test_a_line_without_a_point_can_be_asked_anything(line: PlotLine) -> None:
    assert len(line.trace(View(log=True)).x) == 0
    assert len(line.breaks(XAxis.STEP)) == 0
    assert line.extent(5.0, XAxis.STEP) == ""
    assert line.step_at(3.4, XAxis.STEP) == 3


def test_by_relative_time_what_is_compared_is_what_was_reached_after_as_long() -> None:
    slow = line_of([4.0, 3.0, 2.0, 1.0], start=1e9, seconds=10.0)
    fast = line_of([4.0, 3.0, 2.0, 1.0], start=2e9, seconds=5.0)
    line = DifferenceLine("less", slow, fast)
    made = line.trace(View(axis=XAxis.TIME, smoothing=0))
    assert made.x.tolist() == [0.0, 5.0, 10.0, 15.0]
    assert made.y.tolist() == [0.0, -0.5, -1.0, -1.5]
    assert line.trace(RAW).y.tolist() == [0.0] * 4
    assert line.band(View(axis=XAxis.TIME, smoothing=0))[0].y.tolist() == made.y.tolist()
    assert line.trace(View(axis=XAxis.EPOCH, smoothing=0)).x == pytest.approx([0.0, 0.1, 0.2, 0.3])


def test_runs_that_were_never_there_at_once_have_no_band_by_wall_time() -> None:
    members = [line_of([2.0, 1.0], start=start) for start in (1e9, 2e9)]
    line = BandLine("seed-*", members)
    assert [axis for axis in XAxis if line.has(axis)] == [XAxis.STEP, XAxis.EPOCH, XAxis.TIME]
    together = BandLine("seed-*", [members[0], line_of([4.0, 3.0], start=1e9)])
    assert together.has(XAxis.WALL_TIME)


def test_a_band_by_relative_time_has_its_own_grid_extent_and_breaks() -> None:
    one = line_of([1.0, np.nan, 3.0], start=1e9, seconds=10.0)
    other = line_of([3.0, 3.0, 3.0], start=3e9, seconds=20.0)
    line = BandLine("seed-*", [one, other])
    view = View(axis=XAxis.TIME, smoothing=0)
    assert line.breaks(XAxis.TIME).tolist() == [10.0]
    assert line.trace(view).x.tolist() == [0.0, 20.0]
    assert [edge.y.tolist() for edge in line.band(view)] == [[1.0, 3.0], [3.0, 3.0]]
    assert line.extent(20.0, XAxis.TIME) == "mean of 2"
    assert line.x(XAxis.TIME).tolist() == [0.0, 20.0]
    assert line.step_at(10.0, XAxis.TIME) == 1
    assert line.places(np.array([2.0]), XAxis.TIME).tolist() == [20.0]


def test_points_are_made_once_for_each_axis() -> None:
    line = BandLine("seed-*", [line_of([1.0, 2.0], start=1e9), line_of([2.0, 3.0], start=1e9)])
    assert line.points(XAxis.TIME, 2) is line.points(XAxis.TIME, 2)
