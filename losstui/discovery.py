"""From the paths a user gives to the runs behind them: the walk and the sniffing."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from losstui.errors import UnreadableLog, why_absent
from losstui.parsing import FileGroup, LogFile, Parser
from losstui.run_ids import named_by_folder
from losstui.tags import run_order
from losstui.unrecognised import without_log
from losstui.walk import LogError, walk
from losstui_parsers.plain_text import is_output

_SLASH = re.compile("/")
_MMENGINE_FOLDER = "vis_data"  # beside the output of the same run
# A Hugging Face Trainer writes its events to a folder for each start, within one in its output folder.
_TRAINER_STATE, _TRAINER_EVENTS = "hf-trainer-state", "runs"

Recogniser = Callable[[LogFile, Sequence[Parser]], "tuple[int, str] | None"]


@dataclass(frozen=True, slots=True)
class FoundLog:
    """The files of one run, or of several in one file, before they are read.

    `names_others`: the ids of other logs begin with this id, as the ids of several runs in this file would.
    `outputs`: files of printed output without values, beside a log that is alone in its folder.
    """

    id: str
    parser: Parser
    group: FileGroup
    why: str
    names_others: bool = False
    outputs: tuple[Path, ...] = ()


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
    search = _Search(parsers, recognise, _Reached() if len(paths) > 1 else None)
    # Outer folders come first: what a path within one of them leads to is among its runs.
    for root in sorted(paths, key=lambda path: os.path.realpath(path).count(os.sep)):
        search.look_below(root)
    return replace(search.found, logs=_with_distinct_ids(search.found.logs))


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


class _Search:
    """Looks below one path after another. `reached` is None where there is but one."""

    def __init__(self, parsers: Sequence[Parser], recognise: Recogniser, reached: _Reached | None) -> None:
        self._parsers = parsers
        self._recognise = recognise
        self._reached = reached
        self.found = Discovery()

    def look_below(self, root: Path) -> None:
        """Add to what was found what is below `root` and no path before has led to."""
        absent = why_absent(root)
        if absent is not None:
            self.found.errors.append(LogError(str(root), absent))
            return
        files = self._sorted_out(root)
        logs = self._logs_of(files, root)
        self.found.logs.extend(logs)
        known = set(self.found.errors)
        self.found.errors.extend(error for error in files.errors if error not in known)
        self.found.skipped.extend(files.skipped)
        if not files.again or files.skipped:
            fruitful = {file.path for log in logs for file in log.group.files}
            fruitful |= {Path(error.path) for error in files.errors}
            fruitful |= {output for log in logs for output in log.outputs}
            self.found.errors.extend(without_log(root, files.skipped, fruitful, self._parsers))

    def _sorted_out(self, root: Path) -> _SortedOut:
        """Ask the parsers about each file below `root` that no path before has led to."""
        files = _SortedOut()
        for file in walk(root, files.errors):
            if self._reached is not None and not self._reached.add(file):
                files.again = True
                continue
            try:
                match = self._recognise(file, self._parsers)
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

    def _logs_of(self, files: _SortedOut, root: Path) -> list[FoundLog]:
        """The runs that the claimed files are of, named; what a parser fails to group is an error."""
        groups = [
            (self._parsers[index], group)
            for index, claimed in files.claimed.items()
            for group in _grouped(self._parsers[index], claimed, files.errors)
        ]
        run_ids = named_by_folder([group for _, group in groups], root)
        outputs = _outputs([group for _, group in groups], files.skipped)
        return [
            FoundLog(
                run_id,
                parser,
                group,
                files.reasons[group.files[0].path],
                outputs=outputs.get(group.files[0].path.parent, ()),
            )
            for run_id, (parser, group) in zip(run_ids, groups, strict=True)
        ]


def _outputs(groups: Sequence[FileGroup], skipped: Iterable[Path]) -> dict[Path, tuple[Path, ...]]:
    """The files called as printed output by their folder, where that holds the files of one log alone."""
    logs = Counter(folder for group in groups for folder in {file.path.parent for file in group.files})
    outputs: dict[Path, tuple[Path, ...]] = {}
    for path in skipped:
        if logs[path.parent] == 1 and is_output(path.name):
            outputs[path.parent] = (*outputs.get(path.parent, ()), path)
    return outputs


def _grouped(parser: Parser, files: Sequence[LogFile], errors: list[LogError]) -> list[FileGroup]:
    try:
        return parser.group(files)
    except Exception as error:  # noqa: BLE001  as in `recognise`
        errors.extend(LogError(str(file.path), why_failed(parser, error)) for file in files)
        return []


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


def called_as_before(logs: Sequence[FoundLog], before: Iterable[FoundLog]) -> list[FoundLog]:
    """The logs, those that were there `before` by the id they had, unless that is another's now.

    What comes to lie beside a log makes it no other run.
    """
    ids = {(log.parser.name, log.group.label): log.id for log in before}
    taken = {log.id for log in logs}
    called: list[FoundLog] = []
    for log in logs:
        known = ids.get((log.parser.name, log.group.label), log.id)
        called.append(log if known in taken else replace(log, id=known))
    return called


def neighbours(logs: Sequence[FoundLog]) -> list[tuple[FoundLog, ...]]:
    """The logs, those together that may be of one run: each in another format, in one folder.

    Where the folder holds several of a format, only logs whose files have the same stem may be. MMEngine
    and the Hugging Face Trainer have a folder for one run, in which they write the same values twice.
    """
    outputs = {log.group.label for log in logs if log.parser.name == _TRAINER_STATE}
    folders: dict[Path, list[FoundLog]] = {}
    for log in logs:
        folders.setdefault(_folder_of_run(log, outputs), []).append(log)
    units: list[tuple[FoundLog, ...]] = []
    for folder, own in folders.items():
        if folder in outputs or any(log.group.label.parent.name == _MMENGINE_FOLDER for log in own):
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


def _folder_of_run(log: FoundLog, outputs: Collection[Path]) -> Path:
    """The folder that a log is in, or the one around it that its trainer calls the folder of the run."""
    label = log.group.label
    folder = label.parent if label == log.group.files[0].path else label
    if folder.name == _MMENGINE_FOLDER:
        return folder.parent
    output = folder.parent.parent
    return output if folder.parent.name == _TRAINER_EVENTS and output in outputs else folder
