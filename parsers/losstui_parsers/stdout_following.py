"""Terminal output that grows: the families go on where they were."""

from __future__ import annotations

from collections.abc import Callable

from losstui.parsing import LogFile, LoggedRun
from losstui_parsers.plain_text import SUBSTITUTE, read_bytes
from losstui_parsers.stdout_lines.gathering import Gathering, with_line_ends
from losstui_parsers.stdout_lines.lines import ends_bare_colours, plain
from losstui_parsers.tables import Table

Finish = Callable[[Table], "list[LoggedRun]"]


def begin(file: LogFile, finish: Finish) -> GrowingOutput | None:
    """Read the lines so far; None where the text is not plain UTF-8, has a hole, or its lines end in returns.

    Raises UnreadableLog.
    """
    text = _as_utf8(read_bytes(file))
    return None if text is None or with_line_ends(text) is not text else GrowingOutput(text, finish)


class GrowingOutput:
    """The records of the lines so far, and of the states that were drawn on a line that has no end yet."""

    def __init__(self, text: str, finish: Finish) -> None:
        self._finish = finish
        self._bare_colours = ends_bare_colours(text)
        self._gathering = Gathering()
        self._gathering.read(plain(text))

    def append(self, data: bytes) -> int | None:
        """Take in the whole lines, and the states of the last one that were drawn over."""
        # behind a return at the very end a line end may come
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1)) + 1
        text = _as_utf8(data[:end])
        if text is None or (not self._bare_colours and ends_bare_colours(text)):
            return None
        self._gathering.read(plain(text, bare_colours=self._bare_colours))
        # returns may be all the line ends there are, see `with_line_ends`
        return None if "\r" in text and not self._gathering.found.shows_training else end

    def runs(self) -> list[LoggedRun]:
        """The run of the records. Raises UnreadableLog where there is none."""
        return self._finish(self._gathering.found.table())


def _as_utf8(data: bytes) -> str | None:
    if b"\0" in data or SUBSTITUTE.encode() in data:  # a hole
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
