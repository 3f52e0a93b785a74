"""What the keys of the curves do, as it is seen."""

import numpy as np
import pytest
from textual.events import MouseScrollDown, MouseScrollUp

from losstui.run_report import RunReport
from tui_frames import reports
from tui_support import all_read, chart_rows, made_app, make_finding, make_report, screen_text

WIDE, NARROW = (120, 40), (80, 24)


async def test_marked_runs_have_a_letter_in_the_list_in_the_legend_and_on_the_curve() -> None:
    app = made_app(*reports())
    async with app.run_test(size=WIDE) as pilot:
        screen = await all_read(pilot)
        await pilot.press("space", "k", "space")
        await pilot.pause()
        text = screen_text(app)
        for words in ("A ✖ seed-3", "B ▲ seed-2", "A seed-3 ", "B seed-2 "):
            assert words in text, words
        assert {"A", "B"} <= {row[-1] for row in chart_rows(screen)}
        await pilot.press("space")
        await pilot.pause()
        assert "B ▲ seed-2" not in screen_text(app)


async def test_an_isolated_run_is_alone_until_the_key_is_pressed_again() -> None:
    app = made_app(*reports())
    async with app.run_test(size=WIDE) as pilot:
        screen = await all_read(pilot)
        await pilot.press("a")
        together = chart_rows(screen)
        await pilot.press("i")
        assert "◆ train/loss" in chart_rows(screen)[0]
        assert "F ✖ seed-3" in screen_text(app)
        await pilot.press("i")
        assert chart_rows(screen) == together


async def test_more_runs_than_letters_are_said() -> None:
    app = made_app(*(make_report(f"run-{number}") for number in range(30)))
    async with app.run_test(size=WIDE) as pilot:
        screen = await all_read(pilot)
        await pilot.press("a")
        await pilot.pause()
        assert "26 of 30 runs marked, one for each letter" in screen_text(app)
        screen.go_to_run("run-29")
        await pilot.press("space")
        await pilot.pause()
        assert "no more than 26 runs can be marked" in screen_text(app)
        await pilot.press("a")
        await pilot.pause()
        assert "no run marked" in screen_text(app)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("d",), "pin the run to compare with first (p)"),
        (("p", "d"), "this is the pinned run: move to another"),
        (("p", "p"), "no longer pinned"),
        (("i",), "no run is marked (Space)"),
        (("-",), "the whole curve is in sight"),
        ((">",), "the whole curve is in sight"),
        (("+", ">", "0"), "? Help"),
        (("f",), "remedies for keras"),
        (("z",), "there is room for one pane only"),
        (("v", "w", "w"), "strips show below a single chart"),
    ],
)
async def test_what_a_key_cannot_do_is_said(keys: tuple[str, ...], said: str) -> None:
    app = made_app(*reports())
    async with app.run_test(size=NARROW) as pilot:
        await all_read(pilot)
        await pilot.press(*keys)
        await pilot.pause()
        assert said in screen_text(app)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("t", "the run has no other tag"),
        ("T", "the run has no other tag"),
        ("v", "the run has no other tag"),
        ("n", "no other finding in the runs shown"),
        ("N", "no other finding in the runs shown"),
    ],
)
async def test_a_key_for_the_next_of_one_says_that_there_is_no_other(key: str, said: str) -> None:
    app = made_app(make_report("a", [make_finding()], {"train/loss": np.linspace(2.0, 1.0, 100)}))
    async with app.run_test(size=WIDE) as pilot:
        await all_read(pilot)
        await pilot.press(key)
        await pilot.pause()
        assert said in screen_text(app)


async def test_without_another_seed_there_is_no_band() -> None:
    app = made_app(make_report("a"), make_report("b"))
    async with app.run_test(size=NARROW) as pilot:
        screen = await all_read(pilot)
        await pilot.press("b")
        await pilot.pause()
        assert "no other run differs from this one only in its seed" in screen_text(app)
        await pilot.press("w")
        await pilot.pause()
        text, rows = screen_text(app), screen.chart.size.height
        assert f"the chart has {rows} rows, they need 24" in text or "strips hidden" in text


async def test_seeds_are_a_mean_in_a_hatched_band() -> None:
    app = made_app(*reports())
    async with app.run_test(size=WIDE) as pilot:
        screen = await all_read(pilot)
        await pilot.press("b")
        await pilot.pause()
        assert "◆ seed-* " in screen_text(app)
        assert "mean of 3" in screen_text(app)
        assert any("⢕" in row or "⡪" in row for row in chart_rows(screen))


async def test_strips_are_there_unless_they_are_switched_off() -> None:
    app = made_app(*reports())
    async with app.run_test(size=WIDE) as pilot:
        screen = await all_read(pilot)
        assert any("○ lr " in row for row in chart_rows(screen))
        await pilot.press("w")
        assert not any("○ lr " in row for row in chart_rows(screen))


async def test_without_what_drives_it_a_run_has_no_strip() -> None:
    app = made_app(make_report("a", tags={"loss": np.arange(9.0)}))
    async with app.run_test(size=WIDE) as pilot:
        await all_read(pilot)
        await pilot.press("w")
        await pilot.pause()
        assert "no learning rate or gradient norm is logged" in screen_text(app)


async def test_the_grid_goes_along_with_the_tag() -> None:
    app = made_app(*reports())
    async with app.run_test(size=NARROW) as pilot:
        screen = await all_read(pilot)
        await pilot.press("v")
        assert chart_rows(screen)[0].startswith(">last  ◆ train/loss")
        await pilot.press("t", "right")
        assert ">step" in chart_rows(screen)[0]
        assert chart_rows(screen)[0].index(">step") > 30
        assert sum("▼" in row for row in chart_rows(screen)) == 2
        await pilot.press("v")
        assert sum("◆" in row for row in chart_rows(screen)) == 1


async def test_a_large_screen_shows_the_grid_unasked() -> None:
    tags = {"train/loss": np.arange(9.0), "val/accuracy": np.arange(9.0), "lr": np.arange(9.0)}
    app = made_app(make_report("a", tags=tags))
    async with app.run_test(size=(200, 60)) as pilot:
        screen = await all_read(pilot)
        assert any("◆ val/accuracy " in row for row in chart_rows(screen))
        await pilot.press("v")
        assert not any("◆ val/accuracy " in row for row in chart_rows(screen))


async def test_a_loss_with_nothing_beside_it_but_its_strips_stands_alone() -> None:
    app = made_app(*reports())
    async with app.run_test(size=(200, 60)) as pilot:
        screen = await all_read(pilot)
        assert any("○ lr " in row for row in chart_rows(screen))
        await pilot.press("v")
        assert any("◆ lr " in row for row in chart_rows(screen))


async def test_a_click_puts_the_cursor_into_all_plots() -> None:
    app = made_app(*reports())
    async with app.run_test(size=(200, 60)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("v")
        await pilot.click(screen.chart, offset=(20, 40))
        assert sum(row.count("▼") for row in chart_rows(screen)) == 3


async def test_new_values_of_a_marked_run_are_drawn_quietly() -> None:
    app = made_app(*reports())
    async with app.run_test(size=WIDE) as pilot:
        screen = await all_read(pilot)
        await pilot.press("space", "k", "plus")
        zoomed = chart_rows(screen)
        read = screen.session.catalogue["lr-0.1/seed-3"]
        screen.session.catalogue.replace(read)
        screen.session.forget("lr-0.1/seed-3")
        screen.show_drawn()
        assert screen.chart.zoomed
        assert chart_rows(screen) == zoomed


def timed(run_id: str, start: float, seconds: float) -> RunReport:
    times = start + seconds * np.arange(100)
    return make_report(run_id, wall_times={tag: times for tag in ("train/loss", "val/loss", "lr")})


async def test_bands_and_differences_are_there_by_time_and_what_cannot_be_is_said() -> None:
    app = made_app(timed("a/seed-1", 1e9, 1.0), timed("a/seed-2", 2e9, 2.0))
    async with app.run_test(size=WIDE) as pilot:
        screen = await all_read(pilot)
        await pilot.press("b", "x")
        await pilot.pause()
        assert "relative time" in screen.chart.description
        assert "mean of 2" in screen_text(app)
        await pilot.press("x")  # by wall time there is no band: the runs were never there at once
        assert screen.chart.description.endswith("step")
        await pilot.press("b", "p", "down", "d", "x")
        await pilot.pause()
        assert any("less the pinned run's" in row for row in chart_rows(screen))
        await pilot.press("x")
        await pilot.pause()
        assert screen.chart.description.startswith("strip without wall time left out")
        assert not any("less the pinned run's" in row for row in chart_rows(screen))


async def test_the_wheel_zooms_where_the_mouse_is() -> None:
    app = made_app(*reports())
    async with app.run_test(size=WIDE) as pilot:
        screen = await all_read(pilot)
        size = screen.chart.size
        place = (size.width - 4, size.height // 3)

        def turned(kind: type[MouseScrollUp | MouseScrollDown]) -> MouseScrollUp | MouseScrollDown:
            return kind(screen.chart, *place, 0, 0, 0, shift=False, meta=False, ctrl=False)

        screen.chart.post_message(turned(MouseScrollUp))
        await pilot.pause()
        seen = screen.chart.steps_in_sight
        assert seen is not None
        assert seen[0] > 150
        screen.chart.post_message(turned(MouseScrollDown))
        await pilot.pause()
        assert screen.chart.steps_in_sight is None


async def test_how_the_curves_are_shown_leaves_the_name_of_the_run_most_of_a_narrow_line() -> None:
    name = "resnet50-imagenet-lr0.0003-wd0.1-seed3"
    steps = np.arange(100)
    loss = np.where(steps == 50, 1e6, 1.0 + 1.0 / (1.0 + steps))
    app = made_app(make_report(name, tags={"loss": loss}))
    async with app.run_test(size=NARROW) as pilot:
        await all_read(pilot)
        await pilot.press("2", "y", "o")
        await pilot.pause()
        line = screen_text(app).splitlines()[0]
        assert name in line
        assert "outliers off the plot · step" in line
