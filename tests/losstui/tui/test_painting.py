from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import ArrayLike

from losstui.findings import Severity
from losstui.tui.axes import XAxis
from losstui.tui.figure import Shaded
from losstui.tui.glyphs import ASCII, UNICODE, Glyphs
from losstui.tui.legend import legend, legend_height
from losstui.tui.lines import LoggedLine
from losstui.tui.marker import Marker
from losstui.tui.painting import Picture, Sketch
from losstui.tui.plot import Look, Plot, Shade
from losstui.tui.readout import Readout
from losstui.tui.rows import Row
from losstui.tui.traces import trace, without_outliers
from losstui.tui.view import View
from losstui.tui.viewing import around_steps, description, fitting, on_next_axis, panned, zoomed
from support import make_curves

PLAIN = View(smoothing=0)


def plot_of(**tags: ArrayLike) -> Plot:
    curves = make_curves({tag: np.asarray(values, float) for tag, values in tags.items()})
    return Plot([LoggedLine(curves.curve(tag)) for tag in tags])


def painted(
    plot: Plot,
    view: View = PLAIN,
    shades: Sequence[Shade] = (),
    size: tuple[int, int] = (30, 8),
    glyphs: Glyphs = UNICODE,
) -> Picture:
    shaded = Shaded(plot, tuple(shades), shades[0] if shades else None)
    picture = Sketch(shaded, view, size).painted(glyphs)
    assert picture is not None
    return picture


def text_of(row: Row) -> str:
    return "".join(run.text for run in row)


def test_a_falling_line_with_its_axes() -> None:
    picture = painted(plot_of(loss=[2.0, 1.5, 1.0, 0.5, 0.0]))
    rows = [*picture.body, picture.axis_row(None, UNICODE), picture.labels]
    assert [text_of(row) for row in rows] == [
        "2┤◆⠢⠤⣀                        ",
        " │    ⠉⠒◆⢄⡀                   ",
        " │        ⠈⠉⠒⠤⢄⡀              ",
        "1┤             ◆⠑⠒⠤⣀          ",
        " │                  ⠉⠒◆⢄⡀     ",
        "0┤                      ⠈⠑⠒⠤◆ ",
        " └┬────────────┬───────────── ",
        "  0            2         step ",
    ]


def test_each_row_is_as_wide_as_the_picture() -> None:
    for glyphs in (UNICODE, ASCII):
        for width in range(9, 60, 7):
            picture = painted(plot_of(a=[1, np.nan, 3], b=[3, 2, 1]), size=(width, 9), glyphs=glyphs)
            rows = [*picture.body, picture.axis_row(1, glyphs), picture.labels]
            assert [len(text_of(row)) for row in rows] == [width] * 9


def test_without_room_or_values_there_is_no_picture() -> None:
    assert Sketch(Shaded(plot_of(a=[1, 2])), PLAIN, (5, 8)).painted(UNICODE) is None
    assert Sketch(Shaded(plot_of(a=[1, 2])), PLAIN, (30, 2)).painted(UNICODE) is None
    assert Sketch(Shaded(Plot([])), PLAIN, (30, 8)).painted(UNICODE) is None


def test_a_finding_shades_its_columns_and_marks_its_onset() -> None:
    shade = Shade(((50, 99),), 50, Severity.CRITICAL)
    picture = painted(plot_of(loss=np.arange(100.0)), shades=[shade])
    axis = text_of(picture.axis_row(None, UNICODE))
    onset = axis.index("▲")
    assert set(axis[onset + 1 : -1]) == {"━"}
    assert "━" not in axis[:onset]
    row = picture.body[0]
    shaded = sum(len(run.text) for run in row if run.shading == 2)
    assert shaded == picture.columns - (onset - picture.left)


def test_an_unselected_finding_is_shaded_less() -> None:
    shades = (Shade(((0, 9),), 0, Severity.INFO), Shade(((50, 59),), 50, Severity.INFO))
    shaded = Shaded(plot_of(loss=np.arange(100.0)), shades, shades[1])
    picture = Sketch(shaded, PLAIN, (60, 8)).painted(UNICODE)
    assert picture is not None
    assert [run.shading for run in picture.body[0] if run.shading] == [1, 2]


def test_a_finding_outside_the_window_is_not_drawn() -> None:
    shade = Shade(((50, 60),), 50, Severity.INFO)
    plot = plot_of(loss=np.arange(100.0))
    picture = painted(plot, replace(PLAIN, zoom=(0.0, 20.0)), [shade])
    assert not set(text_of(picture.axis_row(None, UNICODE))) & {"━", "▲"}


def test_values_that_are_not_finite_have_a_row_of_their_own() -> None:
    picture = painted(plot_of(loss=[1, np.nan, 1, np.inf, 1]))
    assert [mark for mark in text_of(picture.body[0]) if mark in "✖↑↓"] == ["✖", "↑"]
    assert not {"✖", "↑"} & set("".join(text_of(row) for row in picture.body[1:]))


def test_infinities_are_told_apart() -> None:
    row = text_of(painted(plot_of(loss=[1, np.inf, 1, -np.inf, 1])).body[0])
    assert row.lstrip().startswith("inf│")
    assert [mark for mark in row if mark in "✖↑↓"] == ["↑", "↓"]


def test_logged_values_stay_behind_their_average() -> None:
    noisy = np.random.default_rng(0).normal(size=2_000)
    picture = painted(plot_of(loss=noisy), View(), size=(60, 20))
    uses = {run.use for row in picture.body for run in row}
    assert {"raw0", "line0"} <= uses


def test_the_curve_in_front_is_drawn_last() -> None:
    curves = make_curves({"a": [1.0, 1.0], "b": [1.0, 1.0]})
    lines = [LoggedLine(curves.curve(tag)) for tag in ("a", "b")]
    for front in (0, 1):
        picture = painted(Plot(lines, front))
        drawn = {run.use for row in picture.body for run in row if "⠉" in run.text}
        assert drawn == {f"line{front}"}


@pytest.mark.parametrize("marker", Marker)
def test_few_evaluations_are_seen_among_many_noisy_steps(marker: Marker) -> None:
    noisy = np.random.default_rng(0).normal(size=600)
    few = {"train/loss": noisy, "val/loss": np.linspace(0.5, -0.5, 6)}
    curves = make_curves(few, steps={"val/loss": list(range(0, 600, 100))})
    plot = Plot([LoggedLine(curves.curve(tag)) for tag in few])
    picture = painted(plot, replace(PLAIN, marker=marker), size=(60, 12))
    seen = [run for row in picture.body for run in row[1:-1] if run.use == "line1"]
    mark = plot.looks[1].mark(UNICODE)
    assert sum(run.text.count(mark) for run in seen) == 6
    assert sum(len(run.text.strip()) for run in seen) >= 45
    assert any(run.use == "line0" and run.text.strip() for row in picture.body for run in row[1:-1])


def test_the_selected_run_lies_over_others_as_dense() -> None:
    plot = plot_of(a=np.zeros(100), b=np.zeros(90), c=np.zeros(30), d=np.zeros(20))
    plot.front = 1
    assert plot.back_to_front(PLAIN, 0.0, 100.0) == [0, 2, 1, 3]
    assert plot.back_to_front(PLAIN, 0.0, 10.0) == [0, 2, 3, 1]


def test_the_legend_shows_the_last_values_or_those_at_the_cursor() -> None:
    plot = plot_of(train=[4.0, 3.0, 2.0, np.nan], val=[5.0, 4.0, 3.0, 2.5])
    picture = painted(plot, size=(60, 8))
    assert "◆ train NaN " in text_of(legend(Readout(plot, PLAIN, picture), (60, 1), UNICODE)[0])
    assert "✖1" in text_of(legend(Readout(plot, PLAIN, picture), (60, 1), UNICODE)[0])
    first = text_of(legend(Readout(plot, PLAIN, picture, 0), (60, 1), UNICODE)[0])
    assert first.startswith("step 0  ◆ train 4 ")
    last = text_of(legend(Readout(plot, PLAIN, picture, picture.columns - 1), (60, 1), UNICODE)[0])
    assert last.startswith("step 3  ◆ train NaN ")
    assert "■ val 2.5" in last


def test_a_legend_too_long_for_a_row_takes_more() -> None:
    plot = plot_of(**{"a" * 30: [1.0, 2.0], "b" * 30: [1.0, 2.0]})
    assert legend_height(plot, 200, 5) == 1
    assert legend_height(plot, 60, 5) == 2
    assert legend_height(plot, 60, 1) == 1


def test_of_more_lines_than_there_is_room_for_the_one_in_front_is_named() -> None:
    plot = plot_of(**{name * 6: [1.0, 2.0] for name in "abcdef"})
    plot.front = 4
    assert "eeeeee 2" in text_of(legend(Readout(plot, PLAIN, painted(plot)), (40, 1), UNICODE)[0])
    assert "aaaaaa 2" in text_of(legend(Readout(plot, PLAIN, painted(plot)), (160, 1), UNICODE)[0])


def test_that_a_run_is_pinned_is_said_where_its_name_leaves_room() -> None:
    plot = plot_of(a=[1.0, 2.0], b=[1.0, 3.0])
    plot.looks = (Look("lr-0.001", 0), Look("lr-1.0", 1, pinned=True))

    def legend_in(width: int) -> str:
        return text_of(legend(Readout(plot, PLAIN, painted(plot)), (width, 1), UNICODE)[0]).rstrip()

    assert legend_in(80) == "last  ◆ lr-0.001 2         ■ lr-1.0 (pinned) 3"
    assert legend_in(46) == "last  ◆ 0.001 2         ■ lr-1.0 3"


def test_outliers_are_cut_only_where_there_are_any() -> None:
    steps = np.arange(100.0)
    level = np.sin(steps)
    assert without_outliers([trace(steps, level)], 0, 99) is None
    spiked = level.copy()
    spiked[50] = 1e6
    cut = without_outliers([trace(steps, spiked)], 0, 99)
    assert cut is not None
    assert cut[1] < 2
    assert cut[2] == 1
    assert painted(plot_of(loss=spiked), replace(PLAIN, cut_outliers=True)).outliers == 1


def test_zooming_in_and_out_comes_back() -> None:
    plot = plot_of(loss=np.arange(101.0))
    view = zoomed(plot, PLAIN, None, 1)
    assert view.zoom == (25.0, 75.0)
    assert zoomed(plot, view, None, -1).zoom is None


def test_zooming_has_an_end() -> None:
    plot = plot_of(loss=np.arange(101.0))
    view = PLAIN
    for _ in range(200):
        view = zoomed(plot, view, 33.0, 1)
    assert view.zoom is not None
    assert view.zoom[0] < 33.0 < view.zoom[1]
    painted(plot, view)


def test_panning_stops_at_the_ends() -> None:
    plot = plot_of(loss=np.arange(101.0))
    view = zoomed(plot, PLAIN, None, 1)
    assert panned(plot, view, 1).zoom == (37.5, 87.5)
    assert panned(plot, view, 99).zoom == (50.0, 100.0)
    assert panned(plot, view, -99).zoom == (0.0, 50.0)


def test_zooming_to_a_single_step_leaves_something_around_it() -> None:
    view = around_steps(plot_of(loss=np.arange(1001.0)), PLAIN, 500, 500)
    assert view.zoom == (490.0, 510.0)


def test_the_next_axis_is_one_that_the_log_has() -> None:
    plot = plot_of(loss=[1.0, 2.0])
    assert plot.axes() == [XAxis.STEP]
    assert on_next_axis(plot, PLAIN) is None


def test_another_plot_is_looked_at_whole_and_as_far_as_it_can_in_the_same_way() -> None:
    view = View(axis=XAxis.TIME, log=True, zoom=(1.0, 2.0), smoothing=2)
    assert fitting(plot_of(loss=[-1.0]), view) == View(smoothing=2)


def test_what_a_log_axis_hides_is_said() -> None:
    plot = plot_of(loss=[0.0, -1.0, 5.0])
    assert "2 values <= 0 not shown" in description(plot, replace(PLAIN, log=True), 0, UNICODE)


def test_where_nothing_can_be_drawn_the_axis_has_no_heights() -> None:
    picture = painted(plot_of(loss=[np.nan] * 9), size=(40, 12))
    assert not any(character.isdigit() for row in picture.body for character in text_of(row))
