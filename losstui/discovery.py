"""From the paths a user gives to the runs behind them: the walk, the sniffing, the names of the runs."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from losstui.compression import is_compressed, why_compressed
from losstui.errors import UnreadableLog, why_absent
from losstui.parsing import LFS_POINTER, LFS_REASON, FileGroup, LogFile, Parser, Refusing
from losstui.tags import run_order
from losstui.walk import LogError, walk

_SLASH = re.compile("/")
_MMENGINE_FOLDER = "vis_data"  # beside the output of the same run

Recogniser = Callable[[LogFile, Sequence[Parser]], "tuple[int, str] | None"]


@dataclass(frozen=True, slots=True)
class FoundLog:
    """The files of one run, or of several in one file, before they are read.

    `names_others`: other logs have ids that begin with this one, as those of its own runs would.
    """

    id: str
    parser: Parser
    group: FileGroup
    why: str
    names_others: bool = False


@dataclass(slots=True)
class Discovery:
    """All that was found below the paths; `skipped` are the files that no parser recognises."""

    logs: list[FoundLog] = field(default_factory=list[FoundLog])
    errors: list[LogError] = field(default_factory=list[LogError])
    skipped: list[Path] = field(default_factory=list[Path])


def recognise(file: LogFile, parsers: Sequence[Parser]) -> tuple[int, str] | None:
    """Return which of the parsers recognises `file`, and why; None where none does.

    Raises UnreadableLog where the file cannot be opened, or parsers failed on it and none recognises it.
    """
    failures: list[str] = []
    for index, parser in enumerate(parsers):
        try:
            why = parser.recognise(file)
        except UnreadableLog:
            raise
        except Exception as error:  # noqa: BLE001  one parser must not take the file from the others
            failures.append(why_failed(parser, error))
            continue
        if why is not None:
            return index, "; ".join([why, *failures])
    if failures:
        raise UnreadableLog(str(file.path), "; ".join(failures))
    return None


def why_failed(parser: Parser, error: Exception) -> str:
    """What is told of a file on which a parser fails: one strange file must not take the others with it."""
    return f"the {parser.name} reader failed: {type(error).__name__}: {error}"


def discover(
    paths: Sequence[Path],
    parsers: Sequence[Parser],
    recognise: Recogniser = recognise,
) -> Discovery:
    """Find the logs below `paths`, each file by the first parser that recognises its content.

    What cannot be read, and each file or folder right below a path that holds no log, is an error.
    """
    found = Discovery()
    reached = _Reached() if len(paths) > 1 else None
    # Outer folders come first: what a path within one of them leads to is among its runs.
    for root in sorted(paths, key=lambda path: os.path.realpath(path).count(os.sep)):
        _discover_root(root, parsers, recognise, found, reached)
    return replace(found, logs=_with_distinct_ids(found.logs))


class _Reached:
    """The files that the paths so far have led to: several paths may lead to one."""

    def __init__(self) -> None:
        self._folders: dict[Path, str] = {}
        self._files: set[str] = set()

    def add(self, file: LogFile) -> bool:
        """Whether nothing has led to that file before."""
        folder = self._folders.get(file.folder)
        if folder is None:
            folder = self._folders[file.folder] = os.path.realpath(file.folder)
        before = len(self._files)
        self._files.add(os.path.join(folder, file.path.name))
        return len(self._files) > before


def _discover_root(
    root: Path, parsers: Sequence[Parser], recognise: Recogniser, found: Discovery, reached: _Reached | None
) -> None:
    absent = why_absent(root)
    if absent is not None:
        found.errors.append(LogError(str(root), absent))
        return
    sorted_out = _sorted_out(root, parsers, recognise, reached)
    skipped, errors = sorted_out.skipped, sorted_out.errors
    logs = _logs_of(sorted_out, parsers, root)
    found.logs.extend(logs)
    known = set(found.errors)
    found.errors.extend(error for error in errors if error not in known)
    found.skipped.extend(skipped)
    if not sorted_out.again or skipped:
        found.errors.extend(_without_log(root, logs, skipped, errors, parsers))


@dataclass(slots=True)
class _SortedOut:
    """The files below one path: by the index of the parser that claims them, with its reason, or skipped.

    `again`: another path has led to some of them before.
    """

    claimed: dict[int, list[LogFile]] = field(default_factory=dict[int, list[LogFile]])
    reasons: dict[Path, str] = field(default_factory=dict[Path, str])
    skipped: list[Path] = field(default_factory=list[Path])
    errors: list[LogError] = field(default_factory=list[LogError])
    again: bool = False


def _sorted_out(
    root: Path, parsers: Sequence[Parser], recognise: Recogniser, reached: _Reached | None
) -> _SortedOut:
    """Ask the parsers about each file below `root` that no path before has led to."""
    files = _SortedOut()
    for file in walk(root, files.errors):
        if reached is not None and not reached.add(file):
            files.again = True
            continue
        try:
            match = recognise(file, parsers)
        except UnreadableLog as error:
            if os.path.exists(file.path):  # else it vanished since its folder was looked at
                files.errors.append(LogError(error.path, error.reason))
            continue
        file.forget()
        if match is None:
            files.skipped.append(file.path)  # without its head: there may be a hundred thousand of them
        else:
            files.claimed.setdefault(match[0], []).append(file)
            files.reasons[file.path] = match[1]
    return files


def _logs_of(files: _SortedOut, parsers: Sequence[Parser], root: Path) -> list[FoundLog]:
    """The runs that the claimed files are of, named; what a parser fails to group is an error."""
    groups = [
        (parsers[index], group)
        for index, claimed in files.claimed.items()
        for group in _grouped(parsers[index], claimed, files.errors)
    ]
    run_ids = _named_by_folder([group for _, group in groups], root)
    return [
        FoundLog(run_id, parser, group, files.reasons[group.files[0].path])
        for run_id, (parser, group) in zip(run_ids, groups, strict=True)
    ]


def _grouped(parser: Parser, files: Sequence[LogFile], errors: list[LogError]) -> list[FileGroup]:
    try:
        return parser.group(files)
    except Exception as error:  # noqa: BLE001  as in `recognise`
        errors.extend(LogError(str(file.path), why_failed(parser, error)) for file in files)
        return []


def _run_id(label: Path, root: Path) -> str:
    depth = len(root.parts)
    if label.anchor == root.anchor and len(label.parts) > depth and label.parts[:depth] == root.parts:
        return "/".join(label.parts[depth:])
    return label.resolve().name or label.as_posix()


def _is_of_file(group: FileGroup) -> bool:
    """Whether the label of a group is a file, which is asked of the system only where it may be either."""
    first = group.files[0]
    return group.label != first.folder and (group.label == first.path or group.label.is_file())


def _named_by_folder(groups: Sequence[FileGroup], root: Path) -> list[str]:
    """Name each run by its folder where it is the only one in it, else by the stem of its file."""
    labels = [group.label for group in groups]
    files = {group.label for group in groups if _is_of_file(group)}
    folders = set(labels) - files
    inhabitants = Counter(label.parent for label in labels if label in files)

    def place(label: Path) -> Path:
        if label not in files:
            return label
        folder = label.parent
        alone = inhabitants[folder] == 1 and folder not in folders
        if alone and (folder != root or len(groups) == 1) and label != root:
            return folder
        return label.with_name(label.stem)

    return [_run_id(place(label), root) for label in labels]


def _with_distinct_ids(logs: list[FoundLog]) -> list[FoundLog]:
    """Two runs of one name, from two roots or two files of one stem, are told apart by their paths."""
    often = Counter(run_id for run_id, _ in {(log.id, log.group.label) for log in logs})
    labels = Counter(log.group.label for log in logs)
    run_ids: list[str] = []
    for log in logs:
        label = log.group.label
        run_id = log.id if often[log.id] == 1 else label.as_posix()
        if labels[label] > 1:  # a folder that holds two formats
            run_id = f"{run_id} ({log.parser.name})"
        run_ids.append(run_id)
    outer = {run_id[: slash.start()] for run_id in run_ids for slash in _SLASH.finditer(run_id)}
    distinct = [
        log
        if run_id == log.id and run_id not in outer
        else replace(log, id=run_id, names_others=run_id in outer)
        for log, run_id in zip(logs, run_ids, strict=True)
    ]
    return sorted(distinct, key=lambda log: run_order(log.id))


def neighbours(logs: Sequence[FoundLog]) -> list[tuple[FoundLog, ...]]:
    """The logs, those together that may be of one run: each in another format, in one folder.

    Where the folder holds several of a format, only logs whose files have the same stem may be. MMEngine
    has a folder for one run, in which it writes the same rows to two files.
    """
    folders: dict[Path, list[FoundLog]] = {}
    for log in logs:
        label = log.group.label
        folder = label.parent if label == log.group.files[0].path else label
        folders.setdefault(folder.parent if folder.name == _MMENGINE_FOLDER else folder, []).append(log)
    units: list[tuple[FoundLog, ...]] = []
    for own in folders.values():
        if any(log.group.label.parent.name == _MMENGINE_FOLDER for log in own):
            units.append(tuple(own))
            continue
        stems: dict[str, list[FoundLog]] = {}
        for log in own:
            several = max(Counter(one.parser.name for one in own).values()) > 1
            stems.setdefault(log.group.files[0].path.stem if several else "", []).append(log)
        for together in stems.values():
            distinct = len({log.parser.name for log in together}) == len(together)
            units.extend([tuple(together)] if distinct else [(log,) for log in together])
    return units


def _without_log(
    root: Path,
    logs: Sequence[FoundLog],
    skipped: Sequence[Path],
    errors: Sequence[LogError],
    parsers: Sequence[Parser],
) -> Iterator[LogError]:
    """One line for each file or folder right below `root` in which nothing is a log."""
    if not skipped:
        if not logs and not errors:
            yield LogError(str(root), "no training log in this folder")
        return
    fruitful = {_top(file.path, root) for log in logs for file in log.group.files}
    fruitful |= {_top(Path(error.path), root) for error in errors}
    barren: dict[Path, list[Path]] = {}
    for path in skipped:
        if _top(path, root) not in fruitful:
            barren.setdefault(_top(path, root), []).append(path)
    for top, paths in barren.items():
        reason = why_no_log(paths[0], parsers)
        if len(paths) == 1:
            yield LogError(str(paths[0]), reason)
        else:
            yield LogError(
                str(top), f"none of its {len(paths)} files is a training log; {paths[0].name}: {reason}"
            )


def _top(path: Path, root: Path) -> Path:
    if path == root:
        return root
    return root / path.relative_to(root).parts[0]


def why_no_log(path: Path, parsers: Sequence[Parser]) -> str:
    """Say in one line what keeps the file at `path`, which no parser recognises, from being a log."""
    file = LogFile(path)
    try:
        if not file.head:
            return file.damage or "the file is empty"
        if file.head.startswith(LFS_POINTER):
            return LFS_REASON
        if is_compressed(file.head):
            return why_compressed(file.head)
        if b"\0" in file.head:
            return "binary, and none of the known log formats"
        refusing = (parser for parser in parsers if isinstance(parser, Refusing))
        reasons = (reason for parser in refusing if (reason := parser.refuse(file)) is not None)
        return next(reasons, "none of the known log formats; 'losstui --list-formats' shows them")
    except UnreadableLog as error:
        return error.reason
