"""`python tests/tui_frames.py`: the screen as it should be, one file a scene and a size, as text or SVG.

The test of these frames compares; whoever changes what is seen makes them anew and reads the difference.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from rich.segment import Segment
from rich.style import Style
from textual.pilot import Pilot
from textual.screen import Screen

from losstui.analysis import LogError, RunReport
from losstui.findings import Severity
from losstui.tui.losstui_app import LossTuiApp
from losstui.tui.reading import Found, Pending
from losstui.tui.screen_text import screen_lines
from losstui.tui.screens.main import MainScreen
from losstui.tui.settings import Settings, ThemeName
from losstui.tui.svg import screen_picture
from tui_support import all_read, made_app, make_finding, make_report, screen_text

FRAMES = Path(__file__).parent / "losstui" / "tui" / "frames"
STEPS = 400
SIZES = ((40, 12), (80, 24), (120, 40), (200, 60))
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
TERMINALS = {
    "": {"TERM": "xterm-256color"},
    "truecolor": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "256": {"TERM": "xterm-256color"},
    "16": {"TERM": "screen"},
    "no-color": {"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"},
}
UNSET = ("LC_ALL", "LC_CTYPE", "NO_COLOR", "COLORTERM")


@dataclass(frozen=True, slots=True)
class Scene:
    """A size of the terminal, and the keys that lead from the first screen to the one that is compared.

    With a `terminal`, one of TERMINALS, the styles are compared as well, or the `picture` of the screen.
    """

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    settings: Settings = Settings(root=("/",))  # noqa: RUF009  it is frozen
    terminal: str = ""
    picture: bool = False
    readable: bool = True  # whether there is any log that can be read
    is_over: bool = True  # whether there is nothing more to read

    @property
    def path(self) -> Path:
        """The file of the frame."""
        return FRAMES / f"{self.name}-{self.size[0]}x{self.size[1]}.{'svg' if self.picture else 'txt'}"


def _in_colour(theme: ThemeName, terminal: str) -> Scene:
    return Scene(f"{theme.value}-{terminal}", (120, 24), (), Settings(theme=theme), terminal)


def _picture(name: str, keys: str, theme: ThemeName = ThemeName.DARK, terminal: str = "truecolor") -> Scene:
    return Scene(name, (80, 24), tuple(keys.split()), Settings(root=("/",), theme=theme), terminal, True)


SCENES = (
    *(Scene("first", size) for size in SIZES),
    *(Scene("runs", size, ("1",)) for size in SIZES),
    *(Scene("findings", size, ("3",)) for size in SIZES),
    *(Scene("help", size, ("question_mark",)) for size in SIZES),
    *(Scene("commands", size, ("colon", *"zoom")) for size in SIZES),
    *(Scene("export", size, ("e",)) for size in SIZES),
    *(Scene("ascii", size, (), Settings(ascii_only=True)) for size in SIZES),
    *(Scene("filter", size, ("1", "slash", *"seed-2")) for size in SIZES),
    *(Scene("marked", size, ("a", "left")) for size in SIZES),
    *(Scene("seeds", size, ("b", "u")) for size in SIZES),
    *(Scene("difference", size, ("p", "k", "d")) for size in SIZES),
    *(Scene("grid", size, ("v", "t", "right")) for size in SIZES),
    *(Scene("zoomed", size, ("enter", "y", "w")) for size in SIZES),
    *(Scene("unreadable", size, readable=False) for size in SIZES),
    *(Scene("loading", size, ("1", "home", "down"), is_over=False) for size in SIZES),
    _picture("first", ""),
    _picture("first-no-color", "", terminal="no-color"),
    _picture("runs", "1 space j space", ThemeName.LIGHT),
    _picture("findings", "3 pagedown", ThemeName.COLOUR_BLIND),
    _picture("marked", "a end", ThemeName.COLOUR_BLIND),
    _picture("seeds", "b"),
    _picture("difference", "p k d", ThemeName.LIGHT),
    _picture("zoomed", "enter y", ThemeName.TERMINAL),
    _picture("grid", "v t right", ThemeName.TERMINAL, "16"),
    _picture("help", "question_mark", ThemeName.LIGHT),
    *(_in_colour(theme, "truecolor") for theme in ThemeName),
    *(_in_colour(theme, "16") for theme in ThemeName),
    _in_colour(ThemeName.DARK, "256"),
    _in_colour(ThemeName.LIGHT, "no-color"),
)


def reports() -> Iterator[RunReport | LogError]:
    """Two configurations of three seeds each, one run of which diverges."""
    steps = np.arange(STEPS)
    for rate in (0.1, 0.01):
        for seed in (1, 2, 3):
            wave = np.sin(steps * (0.7 + seed / 10.0)) * 0.05
            train = 2.3 * np.exp(-steps * (rate * 0.1 + 0.005)) + 0.2 + seed * 0.04 + wave
            diverges = rate == 0.1 and seed == 3
            if diverges:
                train[300:] += np.linspace(0.0, 2.0, 100)
                train[390:392] = (np.nan, np.inf)
            tags = {
                "train/loss": train,
                "val/loss": train[::10] + 0.1,
                "lr": rate * (1 + np.cos(steps / STEPS * np.pi)) / 2,
                "grad_norm": 1.0 + np.abs(wave) * 3,
            }
            found = make_finding(first=300, last=STEPS - 1)
            plateau = replace(
                make_finding("plateau", Severity.WARNING, first=200, last=STEPS - 1), code="LT101"
            )
            report = make_report(
                f"lr-{rate}/seed-{seed}", [found] if diverges else [plateau] if seed == 2 else [], tags
            )
            run = replace(report.run, hyperparameters={"lr": rate, "seed": seed, "batch_size": 32})
            yield replace(report, run=run)


def unreadable() -> Iterator[LogError]:
    """Logs none of which can be read."""
    for number in range(7):
        yield LogError(f"runs/{number}/metrics.csv", f"line {number}: not a number")


def unfinished(goes_on: threading.Event) -> Iterator[RunReport | LogError | Pending | Found]:
    """Many runs, the first of which have been read."""
    first = list(reports())
    yield Pending(tuple(f"lr-0.1/seed-{seed}" for seed in range(1, 298)))
    yield Found(300)
    yield from first
    goes_on.wait(60)


async def runs_shown(pilot: Pilot[int], runs: int) -> MainScreen:
    """Wait until so many runs have been read and shown; returns the main screen."""
    for _ in range(400):
        await pilot.pause(0.02)
        screen = pilot.app.screen
        if isinstance(screen, MainScreen) and len(screen.session.catalogue) == runs:
            return screen
    raise AssertionError("they were not shown")


async def frame(scene: Scene) -> str:
    """What is on the screen at the end of a scene."""
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    environment = {**kept, "LANG": "C.UTF-8", "XDG_DATA_HOME": "/data", **TERMINALS[scene.terminal]}
    with patch.dict(os.environ, environment, clear=True):
        goes_on = threading.Event()
        if scene.is_over:
            app = made_app(*(reports() if scene.readable else unreadable()), settings=scene.settings)
        else:
            app = LossTuiApp(lambda: unfinished(goes_on), "runs", scene.settings, goes_on.set)
        async with app.run_test(size=scene.size) as pilot:
            screen = await (all_read(pilot) if scene.is_over else runs_shown(pilot, 6))
            for key in scene.keys:
                await pilot.press(key)
            screen.say("")
            await pilot.pause(0.1)  # the scroll bar of the details follows their text a layout later
            if scene.picture:
                return screen_picture(app, scene.name)
            text = styled(app.screen) if scene.terminal else screen_text(app)
            return "\n".join(line.rstrip() for line in text.split("\n")) + "\n"


def styled(screen: Screen[Any]) -> str:
    """The lines of a screen, below each one letter a cell for its style, and what the letters stand for."""
    letters: dict[str, str] = {}
    shown: list[str] = []
    for strip in screen_lines(screen):
        segments: list[Segment] = list(strip)
        shown.append("".join(segment.text for segment in segments))
        marks = [
            letters.setdefault(described(segment.style), LETTERS[len(letters) % len(LETTERS)])
            * segment.cell_length
            for segment in segments
        ]
        shown.append("".join(marks))
    legend = [f"{letter} {style or 'as the terminal has it'}" for style, letter in letters.items()]
    return "\n".join([*shown, *legend])


def described(style: Style | None) -> str:
    """What is seen of a style."""
    if style is None:
        return ""
    seen = [name for name in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, name)]
    for word, colour in (("", style.color), ("on ", style.bgcolor)):
        if colour is not None and not colour.is_default:
            seen.append(f"{word}{colour.name}")
    return " ".join(seen)


def main() -> None:
    """Write all frames."""
    FRAMES.mkdir(exist_ok=True)
    for scene in SCENES:
        scene.path.write_text(asyncio.run(frame(scene)), encoding="utf-8")


if __name__ == "__main__":
    main()
