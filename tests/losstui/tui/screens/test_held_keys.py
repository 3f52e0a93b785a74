"""Runs that a held key passes: the list follows each step, the other panes now and then and at the end."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from textual import events
from textual.pilot import Pilot

from losstui.analysis import RunReport
from losstui.findings import Severity
from losstui.tui.figure import Figure
from losstui.tui.screens.main import MainScreen
from losstui.tui.widgets.chart import Chart
from tui_frames import styled
from tui_support import all_read, made_app, make_finding, make_report

RUNS, SIZE = 20, (160, 45)
LONG = 600.0  # seconds, in which no test rests


@dataclass
class Clock:
    """Goes on only when it is told to."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    note_input = MainScreen.note_input

    def noted(self: MainScreen, event: events.InputEvent) -> None:
        event.time = clock.now
        note_input(self, event)

    monkeypatch.setattr(MainScreen, "note_input", noted)
    monkeypatch.setattr("losstui.tui.screens.showing.time", clock)
    return clock


@pytest.fixture
def restless(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr("losstui.tui.screens.showing.HELD_SECONDS", LONG)
    return clock


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs the chart is told to show."""
    runs: list[str] = []
    show = Chart.show

    def noted(self: Chart, figure: Figure | None, note: str = "") -> None:
        screen = self.screen
        assert isinstance(screen, MainScreen)
        runs.append(screen.session.run_id or "")
        show(self, figure, note)

    monkeypatch.setattr(Chart, "show", noted)
    return runs


def sweep() -> Iterator[RunReport]:
    """Runs that differ in their curves, their range and what was found in them."""
    for number in range(RUNS):
        loss = (number + 1) * np.exp(-np.arange(100) / (5 + number)) + 0.1 * np.sin(np.arange(100) + number)
        found = [
            make_finding(f"spike-{place}", Severity.WARNING, first=number + 10 * place)
            for place in range(number % 3)
        ]
        yield make_report(f"seed-{number:02}", found, {"train/loss": loss, "val/loss": loss + number})


async def at_first_run(pilot: Pilot[int], pane: str = "1") -> MainScreen:
    screen = await all_read(pilot)
    await pilot.press("1", "home", pane)
    return screen


async def screen_after(keys: list[str], seconds: float, clock: Clock, drawn: list[str]) -> str:
    """What is seen at rest after keys that come so many seconds after one another."""
    app = made_app(*sweep())
    async with app.run_test(size=SIZE) as pilot:
        screen = await at_first_run(pilot)
        for key in keys:
            clock.now += seconds
            await pilot.press(key)
        while drawn[-1] != screen.session.run_id:
            await pilot.pause(0.02)
        await pilot.pause(0.1)  # the scroll bar of the details follows their text a layout later
        return styled(app.screen)


async def test_a_step_shows_all_of_a_run_at_once(clock: Clock, drawn: list[str]) -> None:
    app = made_app(*sweep())
    async with app.run_test(size=SIZE) as pilot:
        screen = await at_first_run(pilot)
        drawn.clear()
        for _ in range(3):
            clock.now += 0.2  # as fast as one looks from run to run
            await pilot.press("down")
        assert drawn == ["seed-01", "seed-02", "seed-03"]
        assert screen.finding_list.line_count == len(screen.session.findings)


async def test_a_held_key_moves_the_list_alone(restless: Clock, drawn: list[str]) -> None:
    app = made_app(*sweep())
    async with app.run_test(size=SIZE) as pilot:
        screen = await at_first_run(pilot)
        drawn.clear()
        await pilot.press(*["down"] * 10)
        assert screen.session.run_id == "seed-10"
        assert screen.runs.cursor_line == 10
        assert drawn == ["seed-01"]


async def test_now_and_then_a_run_that_a_held_key_passes_is_shown(restless: Clock, drawn: list[str]) -> None:
    app = made_app(*sweep())
    async with app.run_test(size=SIZE) as pilot:
        await at_first_run(pilot)
        drawn.clear()
        for _ in range(11):
            await pilot.press("down")
            restless.now += 1 / 16
        assert drawn == ["seed-01", "seed-05", "seed-09"]


@pytest.mark.parametrize("keys", [["2", *["j"] * 11], ["n"] * 8, ["N"] * 5, ["pagedown", "pagedown"]])
async def test_at_rest_all_of_the_last_run_is_shown(keys: list[str], clock: Clock, drawn: list[str]) -> None:
    assert await screen_after(keys, 0.0, clock, drawn) == await screen_after(keys, 1.0, clock, drawn)


async def test_another_key_is_about_the_run_that_is_selected(restless: Clock, drawn: list[str]) -> None:
    app = made_app(*sweep())
    async with app.run_test(size=SIZE) as pilot:
        screen = await at_first_run(pilot, "2")
        await pilot.press(*["j"] * 7, "end")
        assert drawn[-1] == "seed-07"
        assert screen.chart.readings()[0].endswith("99")
        last = list(sweep())[7].run.frame["train/loss"].values[-1]
        assert last in [value for _, value in screen.chart.readings()[1]]
