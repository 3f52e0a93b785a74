"""What is there before Textual is, held against what Textual then draws."""

import re
import sys
import threading
from collections.abc import Iterator

import pytest

from losstui.analysis import LogError, RunReport
from losstui.tui.first_screen import drawing, is_terminal
from losstui.tui.geometry import pane_widths
from losstui.tui.losstui_app import LossTuiApp
from tui_support import screen_text

TOKEN = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[\d*m|([^\x1b])")


def on_a_grid(sequences: str, columns: int, rows: int) -> list[str]:
    grid = [[" "] * columns for _ in range(rows)]
    row = column = 0
    for match in TOKEN.finditer(sequences):
        if match[1]:
            row, column = int(match[1]) - 1, int(match[2]) - 1
        elif match[3]:
            grid[row][column] = match[3]
            column += 1
    return ["".join(cells) for cells in grid]


@pytest.mark.parametrize(
    "size",
    [
        (200, 60),
        (163, 45),
        (160, 45),
        (159, 40),
        (120, 40),
        (119, 30),
        (100, 30),
        (80, 24),
        (79, 25),
        (40, 12),
    ],
)
@pytest.mark.parametrize("marks", ["╭─╮│╰╯…", "+-+|++~"])
async def test_nothing_jumps_when_the_real_screen_takes_over(
    size: tuple[int, int], marks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C" if marks.isascii() else "C.UTF-8")
    columns, rows = size
    first = on_a_grid("".join(drawing(columns, rows, f"reading logs {marks[-1]}", marks)), columns, rows)
    release = threading.Event()

    def outcomes() -> Iterator[RunReport | LogError]:
        release.wait(10)
        yield from ()

    app = LossTuiApp(outcomes, "logs")
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        real = screen_text(app).split("\n")
        release.set()
    shown = 0
    for row, (before, after) in enumerate(zip(first, real, strict=True)):
        for column, character in enumerate(before):
            if character != " ":
                shown += 1
                assert after[column] == character, (row, column, before, after)
    assert shown > 10


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (120, 1), (120, 2), (120, 3), (7, 40)])
def test_any_size_is_drawn_within_its_bounds(size: tuple[int, int]) -> None:
    columns, rows = size
    for match in re.finditer(r"\x1b\[(\d+);(\d+)H([^\x1b]*)", "".join(drawing(columns, rows, "reading …"))):
        assert 1 <= int(match[1]) <= rows
        assert int(match[2]) + len(match[3]) - 1 <= columns


@pytest.mark.parametrize(("size", "cells"), [((80, 24), 80), ((120, 40), 58), ((2, 2), 2)])
def test_a_note_that_is_cut_ends_in_an_ellipsis(size: tuple[int, int], cells: int) -> None:
    grid = on_a_grid("".join(drawing(*size, f"reading {'/long' * 40} …")), *size)
    assert any(f"reading {'/long' * 40}"[: cells - 1] + "…" in line for line in grid)


def test_the_panes_fill_the_screen() -> None:
    for columns in range(1, 300):
        for active in ("runs", "curves", "findings"):
            for alone in (False, True):
                widths = pane_widths(columns, active, alone=alone)
                assert sum(widths.values()) == columns
                assert active in widths or columns >= 100


def test_a_chart_that_is_seen_has_sixty_columns() -> None:
    for columns in range(100, 300):
        assert pane_widths(columns)["curves"] >= 60


def test_a_dumb_terminal_is_not_drawn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(getattr(sys, stream), "isatty", lambda: True)
    for terminal, is_drawn_on in (("xterm", True), ("", True), ("dumb", False)):
        monkeypatch.setenv("TERM", terminal)
        assert is_terminal() is is_drawn_on
