"""Logs that grow while someone looks."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from losstui.analysis import LogError, RunReport
from losstui.errors import REMOVED, LossTuiError
from losstui.findings import Severity
from losstui.options import Options
from losstui.tui import live
from losstui.tui.live import followed
from losstui.tui.losstui_app import LossTuiApp
from losstui.tui.reading import Again, CaughtUp, Found
from losstui.tui.screens.main import MainScreen
from tui_support import all_read, make_finding, make_report, screen_text

ROWS = [f"{step},{1 / (step + 1)}\n" for step in range(40)]


def test_what_is_appended_comes_after_all_there_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "POLL_SECONDS", 0.0)
    log = tmp_path / "metrics.csv"
    log.write_text("step,loss\n" + "".join(ROWS[:20]), encoding="utf-8")
    outcomes = followed([tmp_path], Options())
    assert next(outcomes) == Found(1)
    first = next(outcomes)
    assert isinstance(first, RunReport)
    assert next(outcomes) == CaughtUp()
    assert next(outcomes) == CaughtUp()
    with log.open("a", encoding="utf-8") as appended:
        appended.writelines(ROWS[20:])
    grown = next(one for one in outcomes if not isinstance(one, CaughtUp))
    assert isinstance(grown, RunReport)
    assert (len(first.run.frame["loss"]), len(grown.run.frame["loss"])) == (20, 40)


def test_who_looks_rests_four_times_as_long_as_it_took(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "metrics.csv").write_text("step,loss\n" + "".join(ROWS), encoding="utf-8")
    used = iter([0.0, 0.1, 5.0, 8.0, 9.0, 9.0])
    pauses: list[float] = []
    outcomes = followed([tmp_path], Options())
    while next(outcomes) != CaughtUp():
        pass
    monkeypatch.setattr("time.process_time", lambda: next(used))
    monkeypatch.setattr("time.sleep", pauses.append)
    assert [next(outcomes) for _ in range(3)] == [CaughtUp()] * 3
    assert pauses == [2.0, 2.0, 12.0]


def grown_report(*, worse: bool = True) -> RunReport:
    falling = 2.0 * np.exp(-np.arange(200) / 20.0) + 0.5
    findings = [make_finding("overfitting", Severity.WARNING, tag="val/loss")]
    if worse:
        findings.insert(0, make_finding("divergence", Severity.CRITICAL))
    return make_report("live", findings, {"train/loss": falling, "val/loss": falling + 0.1})


class Growing:
    """Outcomes of which the second part comes when it is asked for."""

    def __init__(self, *later: RunReport | LossTuiError) -> None:
        self.later = later
        self.go_on = threading.Event()

    def __call__(self) -> Iterator[RunReport | CaughtUp]:
        yield make_report("live", [make_finding("overfitting", Severity.WARNING, tag="val/loss")])
        yield make_report("still")
        yield CaughtUp()
        self.go_on.wait(30)
        for one in self.later:
            if isinstance(one, LossTuiError):
                raise one
            yield one
        yield CaughtUp()


async def test_a_run_that_grows_is_shown_anew_and_nothing_jumps() -> None:
    growing = Growing(grown_report())
    app = LossTuiApp(growing, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("plus", "plus")
        zoomed = screen.chart.description
        growing.go_on.set()
        while "✖ new in live: divergence" not in screen_text(app):
            await pilot.pause(0.05)
        assert screen.session.run_id == "live"
        assert screen.session.finding is not None
        assert screen.session.finding.name == "overfitting"
        assert screen.session.index == 1
        assert screen.finding_list.cursor_line == 1
        assert screen.chart.description == zoomed.removeprefix("tag 1/2 · ")  # the log has no lr any more
        assert len(screen.session.catalogue) == 2
        plot = screen.session.plot()
        assert plot is not None
        assert len(plot.lines[0].values) == 200
        assert "divergence +1" in screen_text(app)


async def test_a_run_whose_files_are_removed_is_marked_and_can_be_asked_for() -> None:
    report = make_report("still")
    growing = Growing(replace(report, run=replace(report.run, warnings=(REMOVED,))))
    app = LossTuiApp(growing, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        growing.go_on.set()
        while f"still {screen.glyphs.removed}" not in screen_text(app):
            await pilot.pause(0.05)
        await pilot.press("slash", *"status:removed", "enter")
        await pilot.pause()
        assert screen.session.run_id == "still"


async def test_an_error_goes_when_its_log_has_been_read_after_all() -> None:
    go_on = threading.Event()
    report = make_report("half")
    report = replace(report, run=replace(report.run, sources=("runs/half.json",)))

    def outcomes() -> Iterator[RunReport | LogError | CaughtUp]:
        yield report
        yield LogError("runs/half.json", "not JSON: it ends too early")
        yield CaughtUp()
        go_on.wait(30)
        yield report
        yield CaughtUp()

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        assert "! half.json" in screen_text(app)
        go_on.set()
        while "half.json" in screen_text(app):
            await pilot.pause(0.05)
        assert "errors" not in screen_text(app)
        assert "!1" not in screen_text(app)


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_run_that_comes_again_with_what_its_siblings_say_is_the_same_run(at_once: bool) -> None:
    later = threading.Event()

    def outcomes() -> Iterator[RunReport | Again | CaughtUp]:
        yield make_report("slow")
        yield make_report("fast")
        later.wait(0.0 if at_once else 0.5)
        yield Again(make_report("slow", [make_finding("plateau", Severity.WARNING)]))
        yield CaughtUp()

    app = LossTuiApp(outcomes, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert list(screen.session.catalogue) == ["slow", "fast"]
        assert screen.session.run_id == "slow"
        assert screen.session.finding is not None
        assert "new in slow" not in screen_text(app)


def test_what_siblings_say_comes_before_all_is_caught_up(tmp_path: Path) -> None:
    course, noise = np.exp(-np.arange(240) / 12.0), 0.01 * np.random.default_rng(0).normal(size=240)
    for name, level in (("lr-0.1", 0.2), ("lr-0.01", 0.25), ("lr-1e-5", 0.9)):
        values = [f"{step},{value}\n" for step, value in enumerate(level + (2.0 - level) * course + noise)]
        (tmp_path / f"{name}.csv").write_text("step,loss\n" + "".join(values), encoding="utf-8")
    outcomes = list(followed([tmp_path], Options(), once=True))
    [again] = [one for one in outcomes if isinstance(one, Again)]
    assert again.report.run.id == "lr-1e-5"
    assert [one.kind for one in again.report.findings] == ["behind-siblings"]
    assert outcomes.index(again) < outcomes.index(CaughtUp())


async def test_the_first_finding_of_a_run_is_selected_when_it_comes() -> None:
    growing = Growing(make_report("still", [make_finding()]))
    app = LossTuiApp(growing, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("1", "j", "2", "t")
        assert "no finding" in screen_text(app)
        growing.go_on.set()
        while "✖ new in still" not in screen_text(app):
            await pilot.pause(0.05)
        assert screen.session.index == 0
        assert screen.session.tag == "lr"
        assert "no finding" not in screen_text(app)
        assert "progress lost" in screen_text(app)


async def test_a_new_run_joins_the_list() -> None:
    growing = Growing(make_report("another"))
    app = LossTuiApp(growing, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        growing.go_on.set()
        while len(screen.session.catalogue) < 3:
            await pilot.pause(0.05)
        await pilot.pause()
        assert "another" in screen_text(app)
        assert screen.session.run_id == "live"


async def test_what_is_held_waits_until_it_is_followed_again() -> None:
    growing = Growing(grown_report())
    app = LossTuiApp(growing, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("F")
        growing.go_on.set()
        await pilot.pause(1.2)
        assert len(screen.session.findings) == 1
        await pilot.press("F")
        while len(screen.session.findings) == 1:
            await pilot.pause(0.05)


async def test_an_error_that_ends_the_following_is_said() -> None:
    growing = Growing(LossTuiError("the reading process ended before it was done: signal 9"))
    app = LossTuiApp(growing, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        growing.go_on.set()
        while "ended before it was done: signal 9" not in screen_text(app):
            await pilot.pause(0.05)
        assert isinstance(app.screen, MainScreen)
        assert len(app.screen.session.catalogue) == 2


async def test_what_is_read_and_the_end_of_a_message_wait_until_keys_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("losstui.tui.screens.panes.MESSAGE_SECONDS", 0.1)
    monkeypatch.setattr("losstui.tui.screens.panes.REST_SECONDS", 600.0)
    monkeypatch.setattr("losstui.tui.screens.reading.FOLLOW_SECONDS", 0.02)
    monkeypatch.setattr("losstui.tui.screens.reading.MOST_HELD_SECONDS", 600.0)
    growing = Growing(make_report("another"))
    app = LossTuiApp(growing, "runs")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("p")
        growing.go_on.set()
        await pilot.pause(0.3)
        assert "pinned: live" in screen_text(app)
        assert len(screen.session.catalogue) == 2
        monkeypatch.setattr("losstui.tui.screens.reading.MOST_HELD_SECONDS", 0.0)
        while len(screen.session.catalogue) < 3:
            await pilot.pause(0.05)
