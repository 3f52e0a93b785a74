"""The way into the terminal app: a first screen at once, then Textual, which takes a while to import."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from losstui.sanitise import clean

if TYPE_CHECKING:
    from losstui.analysis import LogError, RunReport

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J", "\x1b[?25h\x1b[?1049l"


def run_tui(outcomes: Callable[[], Iterator[RunReport | LogError]], *, title: str) -> int:
    """Show what `outcomes` yields, as it comes, until the user leaves; returns the exit code.

    `outcomes` is called in a thread of its own. `title` says where the logs are.
    """
    _show_first_screen(title)
    try:
        from losstui.tui.losstui_app import run
    except BaseException:
        _write(_LEAVE)
        raise
    return run(outcomes, title)


def _show_first_screen(title: str) -> None:
    columns, rows = shutil.get_terminal_size()
    text = f"reading {clean(title)}"[: columns - 1]
    _write(f"{_ENTER}\x1b[{max(1, rows // 2)};{max(1, (columns - len(text)) // 2)}H{text}")


def _write(text: str) -> None:
    sys.stderr.write(text)  # where Textual draws as well
    sys.stderr.flush()
