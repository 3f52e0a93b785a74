"""One small JSON document an epoch or a step, numbered by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui_parsers.columns import is_bookkeeping, strong_words
from losstui_parsers.json_text import JsonValue, NotJson, as_object, load
from losstui_parsers.melting import runs_of
from losstui_parsers.plain_text import decode, is_text, read_text, why_no_data
from losstui_parsers.rows import TableBuilder

# "metrics_epoch_3.json": what the documents are called, what is counted, and the number
_NAME = re.compile(r"(.*?)[_.-]?(epoch|ep|step|iter|iteration)[_-]?(\d{1,9})\.json", re.IGNORECASE)
_EPOCHS = ("epoch", "ep")


class EpochDocuments:
    """A JSON object of metrics an epoch, as AllenNLP writes them: `metrics_epoch_0.json` and on.

    All of one folder and name are one run. The number in the name is the epoch or the step; nested keys are
    joined with "/". A document that cannot be read costs itself and one warning.
    """

    name: ClassVar[str] = "epoch-documents"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the name is numbered, and which keys are losses or metrics."""
        if why_no_data(file) or _NAME.fullmatch(file.name) is None or not is_text(file.head):
            return None
        try:
            members = as_object(load(decode(file.head))) or {}
        except NotJson:
            return None
        words = strong_words(name for name, value in members.items() if isinstance(value, (int, float)))
        return f"its numbered name, and the keys {', '.join(words[:4])}" if words else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """The documents of one folder and one name, in the order of their numbers."""
        runs: dict[tuple[Path, str], list[tuple[int, LogFile]]] = {}
        for file in files:
            before, _, number = _named(file)
            runs.setdefault((file.path.parent, before), []).append((int(number), file))
        folders = [folder for folder, _ in runs]
        return [
            FileGroup(
                folder if folders.count(folder) == 1 and len(own) > 1 else own[0][1].path,
                tuple(file for _, file in sorted(own, key=lambda one: one[0])),
            )
            for (folder, _), own in runs.items()
        ]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read one run."""
        builder = TableBuilder()
        warnings: list[str] = []
        for file in group.files:
            try:
                builder.add(_row(file))
            except UnreadableLog as error:
                warnings.append(f"{file.path.name}: {error.reason}")
        table = builder.build()
        table.warnings.extend(warnings)
        runs = runs_of(table)
        if not runs:
            raise UnreadableLog(str(group.label), warnings[0] if warnings else "no curve in its documents")
        return runs


def _named(file: LogFile) -> tuple[str, str, str]:
    """What stands before the number in the name of a file, what is counted, and the number."""
    match = _NAME.fullmatch(file.name)
    if match is None:
        raise UnreadableLog(str(file.path), "its name has no number of an epoch or a step")
    before, counted, number = match.groups()
    return before, counted.lower(), number


def _row(file: LogFile) -> dict[str, JsonValue]:
    """The members of a document, and where it stands by its name. Raises UnreadableLog."""
    _, counted, number = _named(file)
    nothing = why_no_data(LogFile(file.path))
    if nothing:
        raise UnreadableLog(str(file.path), nothing)
    text = read_text(file.path)
    try:
        members = as_object(load(text))
    except NotJson as error:
        raise UnreadableLog(str(file.path), error.told_of(text)) from error
    if members is None:
        raise UnreadableLog(str(file.path), "no JSON object")
    axis = "epoch" if counted in _EPOCHS else "step"
    return {axis: int(number), **{name: value for name, value in members.items() if not is_bookkeeping(name)}}
