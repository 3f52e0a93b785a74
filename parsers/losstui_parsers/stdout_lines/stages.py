"""Demucs, AudioCraft and others of Dora: `Train | Epoch 1 | 200/1000 | 2.1 it/sec | Loss 0.12`."""

from __future__ import annotations

import re
from typing import ClassVar

from losstui_parsers.stdout_lines.piped import cells_of
from losstui_parsers.stdout_lines.record import LineFamily, Record

_NAMES = {"grad": "grad_norm"}  # of Demucs


class Stages(LineFamily):
    """The progress of a stage, and its `Train Summary | Epoch 1 | Loss=0.12`: an average over the epoch.

    On the way through held-out data an average is no point, and an overall summary repeats the others.
    """

    title: ClassVar[str] = "Demucs or AudioCraft"
    marks: ClassVar[tuple[str, ...]] = ("| Epoch ", "| End of Epoch ")
    distinctive: ClassVar[bool] = True

    _line = re.compile(
        r"(?:^|\s)(Train|Valid|Test|Evaluate|Generate|Overall)( Summary)? \| (?:End of )?Epoch (\d+) \| "
        r"(?:(\d+)/(\d+) \| )?(.*)"
    )

    def read(self, line: str) -> Record | None:
        """The values of a stage so far, or over the epoch."""
        match = self._line.search(line)
        if match is None:
            return None
        stage, summary, epoch, batch, batches, rest = match.groups()
        if summary is None and batch is None:
            return None
        prefix = stage.lower()
        held_out = prefix != "train"
        if prefix == "overall" or (held_out and batch != batches):
            return Record([])
        prefix += "" if held_out or summary is None else "_epoch"
        values = [
            (f"{prefix}/{_NAMES.get(tag.lower(), tag)}", value)
            for tag, value, _ in cells_of(rest)
            if tag != "it/sec"
        ]
        return Record(values, None if held_out or batch is None else float(batch), float(epoch))
