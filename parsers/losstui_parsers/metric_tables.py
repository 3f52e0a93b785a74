"""Runs that were written, or downloaded, as one small table a metric."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import ClassVar

from losstui.errors import UnreadableLog
from losstui.frame import Frame, Series
from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui.run import StepUnit
from losstui_parsers.columns import SPLIT_WORDS, normalise
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.plain_text import why_no_data

_DOWNLOAD_HEADER = ("wall_time", "step", "value")
_DOWNLOAD = re.compile(r"run-(.*)-tag-(.+)")
# TensorBoard writes the folder `exp/train` into a file's name as `exp_train`.
_SPLIT = re.compile(rf"(?:(.*)_)?({'|'.join(sorted(SPLIT_WORDS))})", re.IGNORECASE)
_TRAIN = frozenset(("train", "training", "tr"))


@dataclass(frozen=True, slots=True)
class _Name:
    """What the name of a table says of its run: all of it, what stands before the split, and the split."""

    run: str
    before: str
    split: str


class MetricTables:
    """One table a metric: what TensorBoard's download button saves, and DeepSpeed's CSV monitor.

    TensorBoard calls a file `run-RUN-tag-TAG.csv` with the columns `Wall time,Step,Value`, or `.json` with a
    list of these three; two runs that end in `train` and in a split held out are one. DeepSpeed's is called
    by the whole tag and has the columns `step` and the tag's last part: all of one beginning and folder are
    one run.
    """

    name: ClassVar[str] = "metric-tables"

    def recognise(self, file: LogFile) -> str | None:
        """Say that the name holds the run and the tag, and the columns a step and a value."""
        if why_no_data(file) or file.path.suffix.lower() not in (".csv", ".json") or not _has_columns(file):
            return None
        return _reader(file).recognise(file)

    def group(self, files: Sequence[LogFile]) -> list[FileGroup]:
        """The tables of one run, by their names; a run that has its folder to itself is called by that."""
        folders: dict[Path, list[LogFile]] = {}
        for file in files:
            folders.setdefault(file.path.parent, []).append(file)
        return [group for folder, own in folders.items() for group in _groups(folder, own)]

    def read(self, group: FileGroup) -> list[LoggedRun]:
        """Read all metrics of the run; one that cannot be read costs itself and one warning."""
        splits = {_named(file).split for file in group.files}
        warnings: list[str] = []
        series: list[Series] = []
        for file in group.files:
            try:
                (run,) = _reader(file).read(FileGroup(file.path, (file,)))
            except UnreadableLog as error:
                warnings.append(f"{file.path.name}: {error.reason}")
                continue
            warnings.extend(run.warnings)
            if run.step_unit is not StepUnit.STEP:
                warnings.append(f"{file.path.name}: its steps do not move; left out")
                continue
            prefix = f"{_named(file).split}/" if len(splits) > 1 else ""
            series.extend(replace(one, tag=prefix + _tag(one.tag)) for one in run.frame.values())
        if not series:
            raise UnreadableLog(str(group.label), warnings[0])
        return [LoggedRun(Frame(series), warnings=tuple(warnings))]


def _reader(file: LogFile) -> Delimited | JsonRows:
    return JsonRows() if file.path.suffix.lower() == ".json" else Delimited()


def _tag(column: str) -> str:
    """The tag of a column; that of a list without names is in the name of its file."""
    download = _DOWNLOAD.fullmatch(column)
    return download[2] if download else column


def _has_columns(file: LogFile) -> bool:
    """Whether the columns are a step and the metric in the name."""
    if file.path.suffix.lower() == ".json":
        return _DOWNLOAD.fullmatch(_stem(file)) is not None and file.text.startswith("[[")
    names = file.text.partition("\n")[0].strip().split(",")
    if _DOWNLOAD.fullmatch(_stem(file)):
        return tuple(normalise(name) for name in names) == _DOWNLOAD_HEADER
    return len(names) == 2 and names[0] == "step" and _stem(file).endswith(f"_{names[1]}")


def _stem(file: LogFile) -> str:
    return PurePath(file.name).stem


def _named(file: LogFile) -> _Name:
    download = _DOWNLOAD.fullmatch(_stem(file))
    if download is None:
        tag = file.text.partition("\n")[0].strip().partition(",")[2]
        return _Name(_stem(file).removesuffix(f"_{tag}"), "", "")
    split = _SPLIT.fullmatch(download[1])
    before, name = split.groups() if split else ("", "")
    return _Name(download[1], before or "", name)


def _groups(folder: Path, files: Sequence[LogFile]) -> list[FileGroup]:
    names = {file: _named(file) for file in files}
    splits: dict[str, set[str]] = {}
    for name in names.values():
        if name.split:
            splits.setdefault(name.before, set()).add(name.split.lower())
    runs: dict[str, list[LogFile]] = {}
    for file, name in names.items():
        found = splits.get(name.before, set()) if name.split else set[str]()
        in_splits = bool(found & _TRAIN) and not found <= _TRAIN
        runs.setdefault(name.before if in_splits else name.run, []).append(file)
    if len(runs) == 1 and len(files) > 1:
        return [FileGroup(folder, tuple(files))]
    return [
        FileGroup(own[0].path if len(own) == 1 else folder / (run or names[own[0]].split), tuple(own))
        for run, own in runs.items()
    ]
