import numpy as np
import pytest
from numpy.typing import ArrayLike
from rich.cells import cell_len

from losstui.tui.axes import XAxis
from losstui.tui.figure import Page, Shaded
from losstui.tui.glyphs import ASCII, UNICODE
from losstui.tui.lines import LoggedLine
from losstui.tui.panels import Panels, grid_for
from losstui.tui.plot import Look, Plot
from losstui.tui.rows import Row
from losstui.tui.view import View
from losstui.tui.viewing import fitting
from support import make_curves

DEFAULT = View()
FALLING = np.linspace(2.0, 1.0, 100)


def plot_of(**tags: ArrayLike) -> Plot:
    return titled("", **tags)


def titled(title: str, /, **tags: ArrayLike) -> Plot:
    curves = make_curves({tag: np.asarray(values, float) for tag, values in tags.items()})
    return Plot([LoggedLine(curves.curve(tag)) for tag in tags], title=title)


def text_of(row: Row) -> str:
    return "".join(run.text for run in row)


def panels_of(
    *plots: Plot, size: tuple[int, int] = (80, 24), columns: int = 2, front: int = 0, view: View = DEFAULT
) -> Panels:
    page = Page([Shaded(plot) for plot in plots], front)
    return Panels(page, view, size, columns, UNICODE)


def shown(panels: Panels) -> list[str]:
    return [text_of(panels.row(y)) for y in range(panels.height)]


@pytest.mark.parametrize(
    ("count", "size", "grid"),
    [
        (1, (80, 24), (1, 1)),
        (2, (80, 24), (1, 2)),
        (3, (80, 24), (2, 2)),
        (3, (80, 42), (1, 3)),
        (9, (80, 24), (2, 3)),
        (9, (80, 19), (2, 2)),
        (9, (120, 40), (3, 3)),
        (9, (40, 12), (1, 1)),
        (9, (10, 3), (1, 1)),
    ],
)
def test_a_grid_has_as_many_plots_as_stay_legible(
    count: int, size: tuple[int, int], grid: tuple[int, int]
) -> None:
    assert grid_for(count, size) == grid


def test_each_row_fills_the_page() -> None:
    plots = [plot_of(**{f"tag{number}": FALLING * 10.0**number}) for number in range(3)]
    for glyphs in (UNICODE, ASCII):
        for size in ((80, 24), (81, 23), (40, 9), (7, 3)):
            page = Page([Shaded(plot) for plot in plots], 1)
            panels = Panels(page, View(), size, 2, glyphs)
            panels.put_cursor(50.0)
            rows = [text_of(panels.row(y)) for y in range(panels.height)]
            if size[0] >= 40:
                assert [cell_len(row) for row in rows[: size[1] // 2]] == [size[0]] * (size[1] // 2), size


def test_each_plot_is_titled_and_the_selected_one_marked() -> None:
    rows = shown(panels_of(plot_of(loss=FALLING), plot_of(accuracy=FALLING), front=1))
    assert "◆ loss 1 " in rows[0]
    assert ">last  ◆ accuracy 1 " in rows[0]
    assert rows[0].count("last") == 1


def test_one_cursor_stands_in_all_plots_and_below_each_other_in_a_column() -> None:
    plots = [plot_of(a=FALLING), plot_of(b=FALLING), plot_of(c=FALLING * 12345), plot_of(d=FALLING)]
    panels = panels_of(*plots)
    changed = panels.put_cursor(50.0)
    rows = [row for row in shown(panels) if "▼" in row]
    assert len(rows) == 2
    assert [place for place, mark in enumerate(rows[0]) if mark == "▼"] == [
        place for place, mark in enumerate(rows[1]) if mark == "▼"
    ]
    assert len(changed) == 4
    assert "step 50" in shown(panels)[0]
    assert len(panels.put_cursor(None)) == 4
    assert not any("▼" in row for row in shown(panels))


def test_plots_of_other_lengths_share_their_x_axis() -> None:
    panels = panels_of(plot_of(a=FALLING), plot_of(b=FALLING[:50]), columns=1)
    middle, end = panels.column_at(45, 2), panels.column_at(78, 15)
    assert middle is not None
    assert middle == pytest.approx(54.0, abs=3.0)
    assert end == pytest.approx(99.0, abs=2.0)


def test_a_plot_without_the_axis_says_so() -> None:
    times = 1e9 + np.arange(100.0)
    curves = make_curves({"a": FALLING, "b": FALLING})
    timed = curves.curve("a")
    timed.wall_times = times
    page = Page([Shaded(Plot([LoggedLine(timed)])), Shaded(Plot([LoggedLine(curves.curve("b"))]))])
    panels = Panels(page, View(axis=XAxis.TIME), (80, 24), 2, UNICODE)
    assert any("no relative time is logged" in row for row in shown(panels))


def test_beside_the_plots_there_is_no_x() -> None:
    panels = panels_of(plot_of(a=FALLING), columns=1)
    assert panels.column_at(0, 5) is None
    assert panels.column_at(40, 99) is None


def test_strips_stand_below_a_single_plot_that_is_tall_enough() -> None:
    strip = plot_of(lr=FALLING)
    for height, strips in ((24, 1), (23, 0)):
        page = Page([Shaded(plot_of(loss=FALLING))], strips=[strip])
        panels = Panels(page, View(), (60, height), 1, UNICODE)
        panels.put_cursor(99.0)
        assert sum("◆ lr 1 " in row for row in shown(panels)) == strips
        assert sum("▼" in row for row in shown(panels)) == 1


def test_a_strip_goes_along_with_a_log_axis_only_where_that_hides_nothing() -> None:
    strip = plot_of(less=[-1.0, 1.0, 2.0])
    page = Page([Shaded(plot_of(loss=FALLING))], strips=[strip])
    panels = Panels(page, View(log=True, smoothing=0), (60, 30), 1, UNICODE)
    assert any("  -1┤" in row or " -1┤" in row for row in shown(panels))


@pytest.mark.parametrize(("rates", "rows"), [([0.1] * 100, 0), ([0.1] * 99 + [0.01], 3)])
def test_of_a_strip_that_never_changes_its_title_says_all(rates: list[float], rows: int) -> None:
    page = Page([Shaded(plot_of(loss=FALLING))], strips=[plot_of(lr=rates)])
    seen = shown(Panels(page, View(), (60, 30), 1, UNICODE))
    title = next(index for index, row in enumerate(seen) if "◆ lr " in row)
    axis = next(index for index, row in enumerate(seen) if "└" in row)
    assert axis - title - 1 == rows
    assert ("all along" in seen[title]) is (rows == 0)


def test_strips_of_runs_that_differ_are_drawn() -> None:
    page = Page([Shaded(plot_of(loss=FALLING))], strips=[plot_of(lr=[0.1] * 9, other=[0.01] * 9)])
    assert not any("all along" in row for row in shown(Panels(page, View(), (60, 30), 1, UNICODE)))


def test_a_title_has_a_row_of_its_own() -> None:
    plot = titled("train/loss", a=FALLING, b=FALLING)
    plot.looks = (Look("one", 0, lettered=True), Look("another", 1, lettered=True))
    rows = shown(panels_of(plot, size=(40, 16), columns=1))
    assert rows[0].startswith("  train/loss  last")
    assert rows[1].startswith("  A one     1 ")
    assert rows[2].startswith("  B another 1 ")


def test_lines_the_legend_has_no_room_for_are_counted() -> None:
    plot = titled("loss", **{f"run{number:02}": FALLING for number in range(20)})
    rows = shown(panels_of(plot, size=(40, 12), columns=1))
    assert rows[2].rstrip().endswith("+18")


def test_a_page_looks_on_the_axes_of_the_selected_plot() -> None:
    page = Page([Shaded(plot_of(a=-FALLING)), Shaded(plot_of(b=FALLING))])
    assert page.has_positive
    assert fitting(page, View(axis=XAxis.TIME, log=True)) == View(log=True)
    assert page.full_range(View()) == (0.0, 99.0)
