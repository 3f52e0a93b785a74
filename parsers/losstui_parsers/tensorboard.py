"""TensorBoard event files: torch, Keras, TensorFlow, tensorboardX, and all that write through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from losstui.compression import is_compressed
from losstui.errors import UnreadableLog, reason_of
from losstui.frame import Frame, FrameBuilder
from losstui.parsing import LFS_POINTER, LFS_REASON, FileGroup, Follower, LogFile, LoggedRun
from losstui_parsers.event_file.head import first_record, holds_other_records
from losstui_parsers.event_file.learned import Learned
from losstui_parsers.event_file.reading import EventLog, read_event_file
from losstui_parsers.event_runs import Part, curve_of, group_by_run, part_of, says_split, split_of
from losstui_parsers.settings_beside import settings_beside

if TYPE_CHECKING:
    from losstui_parsers.event_following import ReadFile

_NAME = "tfevents"


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """One file of a run, read: its folder, and what the folder is to the run."""

    folder: Path
    part: Part
    log: EventLog


class Tensorboard:
    """TensorBoard event files (`events.out.tfevents.*`).

    Pictures, histograms and the like are stepped over by their headers: what happened to the bytes inside of
    one, and scalars that were written over it, only `--verify` finds.
    """

    name: ClassVar[str] = "tensorboard"

    def __init__(self, *, verify: bool = False) -> None:
        """With `verify`, the checksum of each record is checked, also of pictures and the like."""
        self._verify = verify
        self._learned = Learned()

    def verifying(self) -> Tensorboard:
        """The reader that checks the checksum of each record."""
        return Tensorboard(verify=True)

    def recognise(self, file: LogFile) -> str | None:
        """By the first record; by the name where the file is empty, damaged or a Git LFS pointer."""
        if first_record(file.head) is not None:
            return "an intact event record at its beginning"
        if _NAME not in file.path.name or holds_other_records(file.head):
            return None
        damaged = not file.head or b"\0" in file.head or file.head.startswith(LFS_POINTER)
        return "its name" if damaged else None

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """One run a folder, the folders joined that one writer made for one run."""
        return group_by_run(files)

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read the run. Raises UnreadableLog where none of its files holds a scalar."""
        return self._assemble(group, lambda path: read_event_file(path, self._learned, verify=self._verify))

    def follow(self, group: FileGroup) -> Follower:
        """Follow the run: only what is appended to its files is read."""
        from losstui.rereading import RereadingFollower
        from losstui_parsers.event_following import EventFollower

        if any(file.name != file.path.name for file in group.files):  # compressed
            return RereadingFollower(self, group)
        return EventFollower(group, self._learned, self._assemble, verify=self._verify)

    def _assemble(self, group: FileGroup, read_file: ReadFile) -> list[LoggedRun]:
        read: list[_Read] = []
        warnings: list[str] = []
        failures: list[tuple[str, str]] = []
        for file in group.files:
            try:
                log = _checked(file, read_file)
            except UnreadableLog as error:
                failures.append((error.path, error.reason))
                warnings.append(str(error))
                continue
            read.append(_Read(file.folder, part_of(group.label, file.folder), log))
            warnings += [f"{file.path}: {damage}" for damage in log.damages]
        frame = _join(read)
        if not frame:
            raise _nothing_in(group, read, failures)
        beside = settings_beside(group.files[0].path)
        hyperparameters = beside.settings
        settings = [setting for one in read for setting in one.log.settings]
        if settings:
            from losstui_parsers.event_file.settings import decode_settings

            hyperparameters.update(decode_settings(settings))
        warnings += beside.warnings
        return [LoggedRun(frame, hyperparameters=hyperparameters, warnings=tuple(warnings))]


def _checked(file: LogFile, read_file: ReadFile) -> EventLog:
    try:
        log = read_file(file.path)
    except OSError as error:
        raise UnreadableLog(str(file.path), reason_of(error)) from error
    if not log.records:
        raise UnreadableLog(str(file.path), _why_no_record(file, log))
    return log


def _why_no_record(file: LogFile, log: EventLog) -> str:
    if file.head.startswith(LFS_POINTER):
        return LFS_REASON
    if is_compressed(file.head_as_stored):
        return "a compressed event file: unpack it first"
    if not file.head:
        return "the file is empty"
    return log.damages[0] if log.damages else "the only record is cut off"


def _nothing_in(
    group: FileGroup, read: Sequence[_Read], failures: Sequence[tuple[str, str]]
) -> UnreadableLog:
    place = str(group.files[0].path if len(group.files) == 1 else group.label)
    if not read:
        others = f" (and {len(failures) - 1} more files like it)" if len(failures) > 1 else ""
        path, reason = failures[0]
        return UnreadableLog(path, reason + others)
    records = sum(one.log.records for one in read)
    return UnreadableLog(place, f"no scalar in it; records of other kinds: {records}")


def _join(read: Sequence[_Read]) -> Frame:
    builder = FrameBuilder()
    where: dict[str, set[Path]] = {}
    for one in read:
        for tag in one.log.columns if one.part is not Part.HPARAMS else ():
            where.setdefault(tag, set()).add(one.folder)
    for one in read:
        builder.next_file()
        for tag, columns in one.log.columns.items():
            # What add_hparams says about a tag is its last value again, at step 0.
            if one.part is Part.HPARAMS and tag in where:
                continue
            builder.add(
                _tag_in_run(tag, one, shared=len(where.get(tag, ())) > 1),
                columns.steps,
                columns.values,
                wall_times=columns.wall_times,
                positions=columns.positions,
            )
    return builder.build()


def _tag_in_run(tag: str, one: _Read, *, shared: bool) -> str:
    """Return the tag, with its folder's name where that is what tells it apart."""
    if one.part is Part.CHART:
        return f"{tag}/{curve_of(tag, one.folder)}"
    if one.part is Part.SPLIT and (shared or not says_split(tag)):
        return f"{split_of(one.folder)}/{tag}"
    return tag
