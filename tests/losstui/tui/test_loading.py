"""What is seen while much is read: runs that wait, and runs read before all are found."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from losstui.analysis import RunReport
from losstui.errors import LossTuiError
from losstui.options import Options
from losstui.tui import live
from losstui.tui.live import followed
from losstui.tui.losstui_app import LossTuiApp
from losstui.tui.reading import CaughtUp, Early, Found, Pending
from losstui.tui.screens.main import MainScreen
from tui_support import all_read, make_finding, make_report, screen_text

ROWS = "step,loss\n" + "".join(f"{step},{1 / (step + 1)}\n" for step in range(40))


def test_of_many_folders_the_first_are_named_before_any_is_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MANY", 3)
    for number in range(4):
        (tmp_path / "sweep" / str(number)).mkdir(parents=True)
        (tmp_path / "sweep" / str(number) / "metrics.csv").write_text(ROWS)
    outcomes = followed([tmp_path], Options(), once=True)
    assert next(outcomes) == Pending(("sweep/0", "sweep/1", "sweep/2"))
    early = [one.report.run for one in (next(outcomes), next(outcomes)) if isinstance(one, Early)]
    assert [one.id for one in early] == ["sweep/0", "sweep/1"]  # of the last folder not all is known
    assert next(outcomes) == Found(4)
    reports = [one for one in outcomes if isinstance(one, RunReport)]
    assert [one.run.id for one in reports] == ["sweep/0", "sweep/1", "sweep/2", "sweep/3"]
    assert [one.run.name for one in reports[:2]] == [one.name for one in early]


def test_only_chosen_runs_are_read_early_only_under_their_own_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MANY", 2)
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "metrics.csv").write_text(ROWS)
    outcomes = list(followed([tmp_path], Options(runs=("1",)), once=True))
    assert not [one for one in outcomes if isinstance(one, Early)]
    assert [one.run.id for one in outcomes if isinstance(one, RunReport)] == ["1"]


def test_a_folder_of_several_runs_is_not_read_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MANY", 2)
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        for name in ("a", "b"):
            (tmp_path / str(number) / f"{name}.csv").write_text(ROWS)
    outcomes = list(followed([tmp_path], Options(), once=True))
    assert not [one for one in outcomes if isinstance(one, Early)]


async def test_what_was_read_early_gives_way_to_the_run_and_leaves_without_it() -> None:
    go_on = threading.Event()

    def outcomes() -> Iterator[RunReport | Early | Pending | Found | CaughtUp]:
        yield Pending(("sweep/a", "sweep/b"))
        yield Early(make_report("sweep/a", [make_finding()]))
        yield Early(make_report("sweep/b", [make_finding("spike")]))
        go_on.wait(30)
        yield Found(2)
        yield make_report("sweep/a", [make_finding()])
        yield make_report("sweep/b/x")
        yield CaughtUp()

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        while "✖ b " not in screen_text(app):
            await pilot.pause(0.05)
        assert "divergence" in screen_text(app)
        await pilot.press("j", "space")
        go_on.set()
        screen = await all_read(pilot)
        assert list(screen.session.catalogue) == ["sweep/a", "sweep/b/x"]
        assert screen.session.overlay.marked == []
        assert screen.session.run_id in screen.session.catalogue
        assert "2 runs  ✖1" in screen_text(app)


async def test_runs_that_wait_are_listed_until_they_are_read_and_reading_can_be_stopped() -> None:
    go_on = threading.Event()

    def outcomes() -> Iterator[RunReport | Pending | Found | CaughtUp]:
        yield Pending(("sweep/a", "sweep/b"))
        yield Found(2)
        yield make_report("sweep/a", [make_finding()])
        go_on.wait(30)
        yield make_report("sweep/b")

    stopped: list[bool] = []
    app = LossTuiApp(outcomes, "runs", cancel=lambda: stopped.append(True))
    async with app.run_test(size=(120, 40)) as pilot:
        while "✖ a " not in screen_text(app):
            await pilot.pause(0.05)
        text = screen_text(app)
        assert "1/2 logs…" in text
        assert "· b " in text
        await pilot.press("1", "end")
        await pilot.pause()
        assert "not read yet" in screen_text(app)
        await pilot.press("X")
        await pilot.pause()
        text = screen_text(app)
        assert "1 run, stopped  ✖1" in text
        assert "· b" not in text
        assert stopped
        screen = app.screen
        assert isinstance(screen, MainScreen)
        assert screen.has_ended
        go_on.set()
        await pilot.pause(0.2)
        assert len(screen.session.catalogue) == 1


async def test_what_is_read_above_the_cursor_moves_no_line_in_sight() -> None:
    go_on = threading.Event()

    def outcomes() -> Iterator[RunReport]:
        for number in range(100, 200):
            yield make_report(f"run-{number}")
        go_on.wait(30)
        for number in range(50):
            yield make_report(f"run-{number}")

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = app.screen
        while not isinstance(screen, MainScreen) or len(screen.session.catalogue) < 100:
            await pilot.pause(0.05)
            screen = app.screen
        await pilot.press("1", *["pagedown"] * 5, *["up"] * 4)
        row = screen.runs.cursor_line - screen.runs.scroll_offset.y
        before = [screen.runs.render_line(y).text for y in range(screen.runs.size.height)]
        assert 0 < row < screen.runs.size.height - 1
        go_on.set()
        await all_read(pilot)
        assert screen.runs.cursor_line - screen.runs.scroll_offset.y == row
        assert [screen.runs.render_line(y).text for y in range(screen.runs.size.height)] == before


async def test_what_was_read_early_stays_where_reading_breaks_off() -> None:
    def outcomes() -> Iterator[Early | Pending]:
        yield Pending(("sweep/a", "sweep/b"))
        yield Early(make_report("sweep/a", [make_finding()]))
        raise LossTuiError("the reading process ended before it was done: signal 9")

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert list(screen.session.catalogue) == ["sweep/a"]
        assert "signal 9" in screen_text(app)
        assert "divergence" in screen_text(app)


async def test_the_key_that_stops_reading_is_shown_while_much_is_read() -> None:
    go_on = threading.Event()

    def outcomes() -> Iterator[RunReport | Pending]:
        yield Pending(("a", "b"))
        yield make_report("a")
        go_on.wait(30)

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        while "✓ a " not in screen_text(app):
            await pilot.pause(0.05)
        assert "X Stop reading" in screen_text(app)
        go_on.set()
        await all_read(pilot)
        assert "X Stop reading" not in screen_text(app)
