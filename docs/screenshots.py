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
SIZES = ((80, 24), (120, 40), (200, 60))
RUN = "overfitting"
NOW = 1_790_000_000.0  # s since 1970, long after the sample logs: no run in the pictures is still going on
WAIT = 0.05  # s between two looks whether all is read
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


async def screenshot(size: tuple[int, int]) -> str:
    """The screen of that size, columns and rows, with the run selected and its finding zoomed out."""
    from losstui.analysis import LogError, RunReport, analyse
    from losstui.tui.losstui_app import LossTuiApp
    from losstui.tui.screens.main import MainScreen
    from losstui.tui.svg import in_a_grid

    def outcomes() -> Iterator[RunReport | LogError]:
        return (one for one in analyse([Path("sample_logs")]) if isinstance(one, RunReport))

    app = LossTuiApp(outcomes, "sample_logs")
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        while not (isinstance(screen, MainScreen) and screen.has_ended):
            await pilot.pause(WAIT)
            screen = app.screen
        screen.go_to_run(RUN)
        await pilot.pause()
        await pilot.pause()
        return in_a_grid(app.export_screenshot(title="losstui sample_logs"))


def main() -> None:
    """Write one picture a size."""
    os.chdir(ROOT)
    FOLDER.mkdir(exist_ok=True)
    for name in ("NO_COLOR", "LC_ALL", "LC_CTYPE"):
        os.environ.pop(name, None)
    os.environ.update(TERMINAL)
    with patch.object(time, "time", return_value=NOW):
        for columns, rows in SIZES:
            picture = asyncio.run(screenshot((columns, rows)))
            (FOLDER / f"demo-{columns}x{rows}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
