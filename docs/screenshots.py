"""`python docs/screenshots.py`: the pictures of the README, made by the app itself from the sample logs."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).parent / "screenshots"
# Name of the picture, columns and rows, the run to go to, and the keys pressed there.
PICTURES = (
    ("demo", (80, 24), "overfitting", ()),
    ("demo", (120, 40), "overfitting", ()),
    ("demo", (200, 60), "overfitting", ()),
    ("difference", (120, 40), "sweep/lr-0.01", ("p", "j", "j", "d")),
)
NOW = 1_790_000_000.0  # s since 1970, long after the sample logs: no run in the pictures is still going on
WAIT = 0.05  # s between two looks whether all is read
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


async def screenshot(size: tuple[int, int], run: str, keys: tuple[str, ...]) -> str:
    """The screen of that size, columns and rows, after the keys were pressed at that run."""
    from losstui.analysis import LogError, RunReport, analyse
    from losstui.tui.losstui_app import LossTuiApp
    from losstui.tui.screens.main import MainScreen
    from losstui.tui.svg import screen_picture

    def outcomes() -> Iterator[RunReport | LogError]:
        return (one for one in analyse([Path("sample_logs")]) if isinstance(one, RunReport))

    app = LossTuiApp(outcomes, "sample_logs")
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        while not (isinstance(screen, MainScreen) and screen.has_ended):
            await pilot.pause(WAIT)
            screen = app.screen
        screen.go_to_run(run)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause(2 * WAIT)
        return screen_picture(app, "losstui sample_logs")


def main() -> None:
    """Write all pictures."""
    os.chdir(ROOT)
    FOLDER.mkdir(exist_ok=True)
    for variable in ("NO_COLOR", "LC_ALL", "LC_CTYPE"):
        os.environ.pop(variable, None)
    os.environ.update(TERMINAL)
    with patch.object(time, "time", return_value=NOW):
        for name, (columns, rows), run, keys in PICTURES:
            picture = asyncio.run(screenshot((columns, rows), run, keys))
            (FOLDER / f"{name}-{columns}x{rows}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
