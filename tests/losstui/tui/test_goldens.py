"""Whole frames of the screen, held against those that were looked at."""

import pytest

import goldens
from losstui.tui.keys import Pane
from losstui.tui.settings import Settings, ThemeName
from tui_support import SWEEP, all_read, made_app, make_finding, make_report, screen_text

SIZES = [(40, 12), (80, 24), (120, 40), (200, 60)]
FRAMES = {
    "curves": (),
    "runs": ("1",),
    "findings": ("3",),
    "help": ("question_mark",),
    "commands": ("colon", *"zoom"),
    "export": ("e",),
    "zoomed": ("enter", "end"),
    "overlay": ("space", "n", "space"),
    "difference": ("p", "n", "d"),
}
DEPTHS = {
    "truecolor": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "256": {"TERM": "xterm-256color"},
    "16": {"TERM": "screen"},
    "no-color": {"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"},
}
COLOURS = [
    ("dark", "truecolor"),
    ("light", "truecolor"),
    ("colour-blind", "truecolor"),
    ("terminal", "truecolor"),
    ("dark", "256"),
    ("dark", "16"),
    ("light", "16"),
    ("colour-blind", "16"),
    ("dark", "no-color"),
    ("light", "no-color"),
]


@pytest.fixture(autouse=True)
def a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("LC_ALL", "LC_CTYPE", "NO_COLOR", "COLORTERM", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir("/")  # the chooser names the folder


@pytest.mark.parametrize("size", SIZES, ids=[f"{columns}x{rows}" for columns, rows in SIZES])
@pytest.mark.parametrize("name", list(FRAMES))
async def test_a_frame_is_as_it_was(name: str, size: tuple[int, int]) -> None:
    app = made_app(settings=Settings(root=("logs",)))
    async with app.run_test(size=size) as pilot:
        await all_read(pilot)
        await pilot.press(*FRAMES[name])
        await pilot.pause()
        await pilot.pause()
        goldens.check(f"{name}-{size[0]}x{size[1]}", screen_text(app))


@pytest.mark.parametrize("size", [(40, 12), (80, 24)], ids=["40x12", "80x24"])
async def test_an_ascii_frame_is_as_it_was(size: tuple[int, int]) -> None:
    app = made_app(settings=Settings(ascii_only=True))
    async with app.run_test(size=size) as pilot:
        await all_read(pilot)
        text = screen_text(app)
        assert text.isascii()
        goldens.check(f"ascii-{size[0]}x{size[1]}", text)


@pytest.mark.parametrize(("theme", "depth"), COLOURS, ids=["-".join(pair) for pair in COLOURS])
async def test_the_colours_are_as_they_were(theme: str, depth: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in DEPTHS[depth].items():
        monkeypatch.setenv(name, value)
    app = made_app(*SWEEP, settings=Settings(theme=ThemeName(theme)))
    async with app.run_test(size=(120, 24)) as pilot:
        screen = await all_read(pilot)
        await pilot.pause()
        assert screen.active is Pane.CURVES
        goldens.check(f"colours-{theme}-{depth}", goldens.styled(app.screen))


async def test_the_frames_notice_what_changes() -> None:
    frames: set[str] = set()
    for report in (make_report("a"), make_report("a", [make_finding()])):
        app = made_app(report)
        async with app.run_test(size=(80, 24)) as pilot:
            await all_read(pilot)
            frames.add(goldens.styled(app.screen))
    assert len(frames) == 2
