"""What is on the screen before Textual is: the outlines of the panes, with plain escape sequences.

It is there within milliseconds, so it imports next to nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from losstui.sanitise import clean
from losstui.tui.charset import speaks_unicode
from losstui.tui.geometry import CURVES, TWO_PANES, pane_widths, strip_rows

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J", "\x1b[?25h\x1b[?1049l"
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
Modes = list[int | list[bytes | int]]  # as termios has them
_INPUT, _LOCAL = 0, 3  # the places of two kinds of them
_ROUND, _ASCII = "╭─╮│╰╯…", "+-+|++~"


class FirstScreen:
    """Shown at most once, and taken away only if nothing else has taken the terminal over.

    From when it is shown until `leave` the terminal keeps what is typed for whoever reads it next, and
    shows nothing of it.
    """

    def __init__(self) -> None:
        self._shown = False
        self._modes: Modes | None = None  # of the terminal as it was

    @property
    def modes_before(self) -> Modes | None:
        """The modes of the terminal as it was, while they are changed."""
        return self._modes

    def show(self, title: str, *, ascii_only: bool = False) -> None:
        """Draw it; `title` says where the logs are."""
        if self._shown:
            return
        self._shown = True
        self._modes = _stop_echo()
        columns, rows = _terminal_size()
        marks = _ASCII if ascii_only or not speaks_unicode(os.environ) else _ROUND
        _write(_ENTER + "".join(drawing(columns, rows, f"reading {clean(title)} {marks[-1]}", marks)))

    def leave(self) -> None:
        """Give the terminal back as it was."""
        if self._shown:
            self._shown = False
            _write(_LEAVE)
        if self._modes is not None:
            _set_modes(self._modes)
            self._modes = None

    def hand_over(self) -> None:
        """From now on another program part draws, and takes away what it has drawn."""
        self._shown = False


FIRST_SCREEN = FirstScreen()


def drawing(columns: int, rows: int, note: str, marks: str = _ROUND) -> Iterator[str]:
    """The outlines and the note in the middle of the curves, as escape sequences and text."""
    top_left, horizontal, top_right, vertical, bottom_left, bottom_right = tuple(marks[:6])
    left = 1
    chart_left, chart_width = 1, columns
    panes = pane_widths(columns)
    if columns >= TWO_PANES and rows > 2:
        for name, width in panes.items():
            head = f"{top_left}{horizontal} {_PLAIN}{name}{_DIM} "
            yield f"{_DIM}\x1b[1;{left}H{head}{horizontal * (width - len(name) - 5)}{top_right}"
            for row in range(2, rows - 1):
                yield f"\x1b[{row};{left}H{vertical}\x1b[{row};{left + width - 1}H{vertical}"
            yield f"\x1b[{rows - 1};{left}H{bottom_left}{horizontal * (width - 2)}{bottom_right}{_PLAIN}"
            if name == CURVES:
                chart_left, chart_width = left + 1, width - 2
            left += width
    # The picker is above the chart, the key bar below it, and beside them a border or the strip.
    above, below = (2, 2) if len(panes) > 1 else (1, 1 + strip_rows(rows))
    middle = above + 1 + max(0, (rows - above - below - 1) // 2)
    shown = note if len(note) <= chart_width else note[: max(0, chart_width - 1)] + marks[-1]
    text = shown.center(chart_width).rstrip()
    indent = len(text) - len(text.lstrip())
    yield f"\x1b[{min(rows, middle)};{chart_left + indent}H{text.lstrip()}"


def is_terminal() -> bool:
    """Whether someone looks, at what can be drawn on: a dumb terminal knows nothing but lines.

    Textual reads stdin and draws on stderr; who redirects stdout wants text.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr)  # None where the caller has closed it
    are_terminals = all(stream is not None and stream.isatty() for stream in streams)
    return are_terminals and os.environ.get("TERM") != "dumb"


def _stop_echo() -> Modes | None:
    """Let the terminal hand over keys one by one, unseen and as they are; returns its modes before."""
    if sys.platform == "win32":
        return None
    import termios

    try:
        before = termios.tcgetattr(sys.stdin.fileno())
    except (termios.error, OSError, ValueError):  # it is none
        return None
    modes = list(before)
    modes[_INPUT] &= ~termios.ICRNL
    modes[_LOCAL] &= ~(termios.ECHO | termios.ICANON)
    _set_modes(modes)
    return before


def _set_modes(modes: Modes) -> None:
    if sys.platform == "win32":
        return
    import termios

    try:
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, modes)
    except (termios.error, OSError, ValueError):  # it has gone away
        return


def _terminal_size() -> tuple[int, int]:
    try:
        columns, rows = os.get_terminal_size(sys.stderr.fileno())
    except (OSError, ValueError):
        columns, rows = 0, 0
    return columns or 80, rows or 24  # a terminal that was never told its size says 0


def _write(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal has gone away
        sys.stderr.write(text)  # where Textual draws as well
        sys.stderr.flush()
