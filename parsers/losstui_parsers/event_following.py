"""Follows the event files of one run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from losstui.parsing import FileGroup, LoggedRun
from losstui.rereading import fresh_group
from losstui_parsers.event_file.following import FollowedFile
from losstui_parsers.event_file.learned import Learned
from losstui_parsers.event_file.reading import EventLog

ReadFile = Callable[[Path], EventLog]
Assemble = Callable[[FileGroup, ReadFile], "list[LoggedRun]"]


class EventFollower:
    """The files of one run; `assemble` makes the run of them, as for a reader of whole files."""

    def __init__(self, group: FileGroup, learned: Learned, assemble: Assemble, *, verify: bool) -> None:
        self._group = group
        self._assemble = assemble
        self._files = {file.path: FollowedFile(file.path, learned, verify=verify) for file in group.files}
        self._unreadable: dict[Path, tuple[object, ...]] = {}  # what makes an OSError

    def poll(self) -> bool:
        """Read what was appended to the files."""
        changed = False
        for path, file in self._files.items():
            try:
                if file.poll():
                    changed = True
                    self._unreadable.pop(path, None)
            except OSError as error:
                changed |= path not in self._unreadable
                self._unreadable[path] = error.args
        return changed

    def runs(self) -> list[LoggedRun]:
        """The run. Raises UnreadableLog where none of its files holds a scalar."""
        return self._assemble(fresh_group(self._group), self._log)

    def _log(self, path: Path) -> EventLog:
        if path in self._unreadable:
            raise OSError(*self._unreadable[path])
        return self._files[path].log()
