"""What a Kaggle notebook or script printed, as the site keeps it: a JSON array of pieces of output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile, LoggedRun, one_run_a_file
from losstui_parsers.error_output import with_failure
from losstui_parsers.json_text import JsonValue, as_objects, load_prefix
from losstui_parsers.melting import runs_of
from losstui_parsers.plain_text import decode, is_text, read_text, why_no_data

if TYPE_CHECKING:
    from losstui_parsers.stdout_lines.gathering import Gatherer

_BEGINNING = re.compile(r'\s*\[?\s*\{\s*"stream_name"\s*:')
_BETWEEN_LINES = re.compile(r"\}\s*\n\s*\{")  # of JSON Lines, as Kaggle's own client prints them


class Kaggle:
    """The log of a Kaggle notebook or script: what it printed, in pieces with the stream and the second.

    The pieces are put together and read as terminal output is. When the session began is not in the file, so
    there are no wall times.
    """

    name: ClassVar[str] = "kaggle"

    def recognise(self, file: LogFile) -> str | None:
        """Say which kind of lines the pieces make, or None."""
        if not _is_of_kaggle(file):
            return None
        found = _gather(_printed(read_text(file)))
        if not (found.counts_onward or found.distinctive):
            return None
        family = max(found.families, key=lambda name: found.families[name])
        return f"Kaggle's pieces of output, with lines of a trainer: {family}"

    def refuse(self, file: LogFile) -> str | None:
        """Say that what was printed tells no loss."""
        if not _is_of_kaggle(file):
            return None
        return "output kept by Kaggle without lines that tell a loss or a metric at several steps or epochs"

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """Each file is a run."""
        return one_run_a_file(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the run of one file."""
        file = LogFile(group.files[0].path)  # its head may be another by now
        nothing = why_no_data(file)
        if nothing:
            raise UnreadableLog(str(file.path), nothing)
        table = _gather(_printed(read_text(file))).table()
        runs = runs_of(table)
        if not runs:
            raise UnreadableLog(str(file.path), "no line that tells a loss or a metric")
        return with_failure(runs, table.failure, file.path)


def _is_of_kaggle(file: LogFile) -> bool:
    if why_no_data(file) or not is_text(file.head):
        return False
    return _BEGINNING.match(decode(file.head)) is not None


def _printed(text: str) -> str:
    """The pieces put together. Of a session that goes on the array has no end: all whole pieces count."""
    if not text.lstrip().startswith("["):
        text = f"[{_BETWEEN_LINES.sub('},{', text)}]"
    pieces, _ = load_prefix(text)
    return "".join(_joined(as_objects(pieces)))


def _joined(pieces: Iterable[dict[str, JsonValue]]) -> Iterable[str]:
    """The texts, each stream's on a line of its own: a bar waits without an end for its next state."""
    stream: JsonValue = None
    ended = True
    for piece in pieces:
        text = piece.get("data")
        if not isinstance(text, str) or not text:
            continue
        if not ended and piece.get("stream_name") != stream:
            yield "\n"
        yield text
        stream, ended = piece.get("stream_name"), text.endswith("\n")


def _gather(text: str) -> Gatherer:
    # The families compile some hundred patterns, which most folders of logs never need.
    from losstui_parsers.stdout_lines.gathering import gather
    from losstui_parsers.stdout_lines.lines import plain

    return gather(plain(text))
