"""The runs of a file that is one table, with the settings that lie beside it."""

from __future__ import annotations

from dataclasses import replace

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile, LoggedRun
from losstui.wording import counted
from losstui_parsers.melting import runs_of
from losstui_parsers.plain_text import with_damage
from losstui_parsers.settings_beside import settings_beside
from losstui_parsers.tables import Table


def runs_of_file(table: Table, file: LogFile) -> list[LoggedRun]:
    """The runs in the table of `file`. Raises UnreadableLog where no value has a place on an axis."""
    runs = runs_of(table)
    if not runs:
        reason = f"no curve: no number beside its axes in {counted(table.rows, 'row')}"
        raise UnreadableLog(str(file.path), reason)
    beside = settings_beside(file.path)
    with_settings = [
        replace(
            run,
            hyperparameters={**beside.settings, **run.hyperparameters},
            warnings=(*run.warnings, *beside.warnings),
        )
        for run in runs
    ]
    return with_damage(with_settings, file)
