"""What is shown while and after logs are read."""

import threading
from collections.abc import Iterator

import pytest

from losstui.analysis import LogError, RunReport
from losstui.errors import ExitCode, UnreadableLog
from losstui.findings import Severity
from losstui.tui.losstui_app import LossTuiApp
from losstui.tui.reading import Again, CaughtUp
from tui_support import all_read, made_app, make_finding, make_report, screen_text


async def test_the_worst_finding_is_shown_once_all_is_read() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert (screen.session.run_id, screen.session.index) == ("sweep/seed-2", 0)


async def test_an_unreadable_log_says_why() -> None:
    app = made_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("1", "end")
        await pilot.pause()
        assert "runs/broken.csv: line 3: not a number" in screen_text(app)
        assert "unreadable: line 3: not" in screen_text(app)


async def test_something_is_on_the_screen_before_anything_is_read() -> None:
    release = threading.Event()

    def outcomes() -> Iterator[RunReport | LogError]:
        release.wait(10)
        yield make_report("late")

    app = LossTuiApp(outcomes, "logs/here")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(0.1)
        assert "reading logs/here" in screen_text(app)
        await pilot.press("j", "n", "3", "plus", "right", "t", "question_mark", "escape", "1", "enter", "z")
        release.set()
        screen = await all_read(pilot)
        assert screen.session.run_id == "late"


async def test_runs_are_shown_while_others_are_read() -> None:
    release = threading.Event()

    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("early", [make_finding()])
        release.wait(10)
        yield make_report("late")

    app = LossTuiApp(outcomes, "logs")
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(100):
            await pilot.pause(0.02)
            if "early" in screen_text(app):
                break
        assert "1 run…  ✖1" in screen_text(app)
        release.set()
        screen = await all_read(pilot)
        assert len(screen.session.catalogue) == 2


@pytest.mark.parametrize("keys", [("3", "pagedown"), ("t",), ("plus",), ("right",), ("space",), ("enter",)])
async def test_what_someone_looks_at_stays_when_all_has_been_read(keys: tuple[str, ...]) -> None:
    release = threading.Event()

    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("early", [make_finding("plateau", Severity.INFO)])
        release.wait(10)
        yield make_report("worse", [make_finding()])

    app = LossTuiApp(outcomes, "logs")
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(100):
            await pilot.pause(0.02)
            if "early" in screen_text(app):
                break
        await pilot.press(*keys)
        release.set()
        screen = await all_read(pilot)
        assert screen.session.run_id == "early"


async def test_nothing_readable_is_said_and_returned() -> None:
    app = made_app(LogError("x.csv", "line 1: empty"))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "no training log can be read at runs" in screen_text(app)
        assert "x.csv" in screen_text(app)
        assert "Next finding" not in screen_text(app)
        await pilot.press("q")
    assert app.return_value == ExitCode.UNREADABLE


async def test_a_log_that_cannot_be_read_is_told_of_in_place_of_a_run() -> None:
    app = made_app(make_report("a"), LogError("x.csv", "line 1: empty"))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("1", "end")
        await pilot.pause()
        assert "│< 0/1 > " in screen_text(app)
        assert "x.csv: line 1: empty" in screen_text(app)


async def test_what_is_new_before_the_first_look_is_no_run_of_its_own() -> None:
    read = threading.Event()

    def outcomes() -> Iterator[RunReport | LogError | CaughtUp]:
        yield from (make_report("a"), CaughtUp(), make_report("a", [make_finding()]))
        read.set()

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        read.wait(10)
        screen = await all_read(pilot)
        assert screen.session.run_ids() == ["a"]
        assert "✖ divergence" in screen_text(app)


async def test_a_run_judged_once_more_before_it_is_shown_is_no_run_of_its_own() -> None:
    read = threading.Event()

    def outcomes() -> Iterator[RunReport | LogError | Again]:
        yield from (make_report("a"), make_report("b"), Again(make_report("a", [make_finding()])))
        read.set()

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        read.wait(10)
        screen = await all_read(pilot)
        assert screen.session.run_ids() == ["a", "b"]
        assert "✖ divergence" in screen_text(app)


async def test_an_error_that_ends_the_reading_is_said_and_returned() -> None:
    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("first")
        raise UnreadableLog("runs", "the disk has gone")

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "the disk has gone" in screen_text(app)
        await pilot.press("q")
    assert app.return_value == ExitCode.UNREADABLE


async def test_a_defect_of_the_analysis_is_said_and_does_not_end_the_app() -> None:
    def outcomes() -> Iterator[RunReport | LogError]:
        yield make_report("first")
        raise ZeroDivisionError("oh")

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert "reading stopped: ZeroDivisionError: oh" in screen_text(app)
        assert screen.session.run_id == "first"


async def test_errors_are_called_by_their_path_below_what_is_looked_at() -> None:
    app = LossTuiApp(lambda: iter([LogError("/logs/all/of/it/x/broken.csv", "no value")]), "/logs/all/of/it")
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "! x/broken.csv" in screen_text(app)
