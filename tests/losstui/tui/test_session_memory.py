"""What was selected is selected again the next time the same paths are looked at."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from losstui.analysis import LogError, RunReport
from losstui.tui.losstui_app import LossTuiApp
from losstui.tui.marker import Marker
from losstui.tui.screens.main import MainScreen
from losstui.tui.settings import Settings, ThemeName
from losstui.tui.view import View
from losstui.tui.view_memory import plain, restored
from tui_support import SWEEP, all_read, made_app, screen_text

KEPT = Settings(root=("runs",), remember=True)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in (("XDG_STATE_HOME", str(tmp_path)), ("TERM", "xterm"), ("COLORTERM", "truecolor")):
        monkeypatch.setenv(name, value)
    return tmp_path


async def left(*keys: str, settings: Settings = KEPT) -> LossTuiApp:
    """An app that was left after those keys."""
    app = made_app(settings=settings)
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press(*keys)
        await pilot.pause()
        app.keep_session()
        await pilot.press("q")
    return app


async def test_run_finding_marks_filter_order_view_and_theme_come_back() -> None:
    await left(*"/seed", "enter", *"Rnnn", "space", *"pysmfP]")
    app = made_app(settings=KEPT)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        session = screen.session
        assert (session.run_id, session.index) == ("sweep/seed-1", 1)
        assert (session.pattern, session.ranking.value) == ("seed", "severity")
        assert session.overlay.marked == ["sweep/seed-1"]
        assert session.overlay.pinned == "sweep/seed-1"
        assert session.framework == "keras"
        choices = screen.chart.view_choices()
        assert (choices["log"], choices["marker"], choices["smoothing"]) == (True, "quadrant", 4)
        assert app.theme == "losstui-light"
        assert screen.runs_wider == 4


@pytest.mark.parametrize(
    ("keys", "grid", "strips"), [("", None, True), ("wv", True, False), ("vv", False, True)]
)
async def test_grid_and_strips_are_as_they_were_left(keys: str, grid: bool | None, strips: bool) -> None:
    await left(*keys)
    app = made_app(settings=KEPT)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        choices = screen.chart.view_choices()
        assert (choices["grid"], choices["strips"]) == (grid, strips)


async def test_what_the_flags_say_comes_first() -> None:
    await left("m", "P")
    settings = Settings(root=("runs",), remember=True, theme=ThemeName.COLOUR_BLIND, marker=Marker.BRAILLE)
    app = made_app(settings=settings)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert app.theme == "losstui-colour-blind"
        assert screen.chart.view_choices()["marker"] == "braille"


async def test_without_a_session_nothing_is_written_or_read(state: Path) -> None:
    await left("n", settings=Settings(root=("runs",)))
    assert list(state.iterdir()) == []
    await left("n")
    app = made_app(settings=Settings(root=("runs",)))
    async with app.run_test(size=(120, 40)) as pilot:
        assert (await all_read(pilot)).session.run_id == "sweep/seed-2"


async def test_other_paths_have_a_session_of_their_own() -> None:
    await left("n")
    app = made_app(settings=Settings(root=("others",), remember=True))
    async with app.run_test(size=(120, 40)) as pilot:
        assert (await all_read(pilot)).session.run_id == "sweep/seed-2"


async def test_a_run_that_is_gone_leaves_the_worst_selected(state: Path) -> None:
    await left("n")
    [path] = (state / "losstui" / "sessions").iterdir()
    path.write_text(path.read_text().replace("seed-1", "gone").replace('"finding": [', '"finding": [3, '))
    app = made_app(settings=KEPT)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        assert screen.session.run_id == "sweep/seed-2"
        assert isinstance(app.screen, MainScreen)


def test_a_view_takes_only_what_is_a_choice() -> None:
    view = View(log=True, smoothing=2, marker=Marker.ASCII)
    assert restored(View(), plain(view)) == view
    wrong = {"axis": "sideways", "log": 1, "smoothing": 99, "marker": None, "zoom": [0, 1], "other": 1}
    assert restored(View(), wrong) == View().smoother(99)
    assert restored(View(), {"smoothing": True}) == View()


async def test_marks_come_back_though_someone_has_begun_to_look() -> None:
    await left("space", "p")
    release = threading.Event()

    def outcomes() -> Iterator[RunReport | LogError]:
        yield SWEEP[0]
        release.wait(10)
        yield from SWEEP[1:]

    app = LossTuiApp(outcomes, "runs", KEPT)
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(100):
            await pilot.pause(0.02)
            if "seed-1" in screen_text(app):
                break
        await pilot.press("t")
        release.set()
        screen = await all_read(pilot)
        assert screen.session.run_id == "sweep/seed-1"
        assert screen.session.overlay.marked == ["sweep/seed-2"]
        assert screen.session.overlay.pinned == "sweep/seed-2"
