"""The pane of the curves."""

import numpy as np
import pytest

from tui_support import all_read, made_app, make_report, screen_text


async def test_the_cursor_redraws_the_axis_and_the_legend_alone() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        before = [screen.chart.render_line(y) for y in range(screen.chart.size.height)]
        await pilot.press("end")
        after = [screen.chart.render_line(y) for y in range(screen.chart.size.height)]
        changed = [y for y, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        assert changed == [0, 1, screen.chart.size.height - 2]


async def test_a_log_axis_is_refused_without_a_positive_value() -> None:
    app = made_app(make_report("a", tags={"loss": np.full(9, -1.0)}))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("y")
        await pilot.pause()
        assert "no log y: no value is positive" in screen_text(app)


@pytest.mark.usefixtures("utc")
async def test_the_x_axis_goes_through_what_the_log_has() -> None:
    times = 1.7e9 + np.arange(100.0) * 60
    app = made_app(make_report("a", tags={"loss": np.arange(100.0)}, wall_times={"loss": times}))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("end", "x")
        await pilot.pause()
        assert "time 1h 39m" in screen_text(app)
        await pilot.press("x")
        await pilot.pause()
        assert "Nov 14 23:52:20" in screen_text(app)
        await pilot.press("x")
        await pilot.pause()
        assert "step 99" in screen_text(app)


@pytest.mark.parametrize(
    "values", [[], [1.0], [np.nan], [np.inf, -np.inf], [2.0] * 50, [1e308, -1e308], [5e-324, 0.0]]
)
async def test_any_curve_can_be_shown(values: list[float]) -> None:
    app = made_app(make_report("a", tags={"loss": values}))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press(
            "y", "s", "x", "o", "plus", "plus", "less_than_sign", "right", "end", "home", "0", "S"
        )
        await pilot.pause()
        assert "a" in screen_text(app)


async def test_values_that_are_not_finite_are_marked_and_counted() -> None:
    app = made_app(make_report("a", tags={"loss": [3.0, 2.0, np.nan, 1.0, np.inf]}))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "✖2" in screen_text(app)
        [row] = [line for line in screen_text(app).split("\n") if "NaN│" in line]
        assert (row.count("✖"), row.count("↑")) == (1, 1)


async def test_which_of_the_tags_is_shown_is_said() -> None:
    app = made_app(make_report("a", tags={f"tag{number}": [1.0, 2.0] for number in range(30)}))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("t")
        assert screen.chart.description.startswith("tag 2/30 ")
        await pilot.press("v")
        assert screen.chart.description.startswith("tags 1-4/30 ")


async def test_the_name_of_the_run_comes_before_which_tag_is_shown() -> None:
    tags = {f"tag{number}": [1.0, 2.0] for number in range(30)}
    app = made_app(make_report("a", tags=tags), make_report("b" * 50, tags=tags))
    async with app.run_test(size=(80, 24)) as pilot:
        await all_read(pilot)
        assert "tag 1/30 · EMA" in screen_text(app)
        await pilot.press("j")
        await pilot.pause()
        assert "b" * 50 in screen_text(app)
        assert "tag 1/30" not in screen_text(app)
