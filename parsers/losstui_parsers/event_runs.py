"""Which event files make one run, by the folders that TensorBoard's writers put them into.

One folder is one run. Three writers spread a run over folders: Keras and TensorFlow's estimators have one
for each split of the data (`train`, `validation`, `eval`), `add_scalars` one for each curve of a chart
(`Loss_train` in torch, `Loss/train` in tensorboardX) and `add_hparams` one, named by the time, for the
hyper-parameters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from losstui.parsing import FileGroup, LogFile
from losstui_parsers.event_file.head import tags_in_head

_SPLIT = re.compile(
    r"(?:(?P<run>\d+)[_-])?"
    r"(?P<split>train|training|learn|val|valid|validation|eval|evaluation|dev|test|testing)",
    re.IGNORECASE,
)
_TRAIN = ("train", "training", "learn")
_TIME = re.compile(r"\d{9,11}\.\d+")
_WRITTEN = re.compile(r"tfevents\.(\d+)")


class Part(Enum):
    """What a folder is to its run."""

    OWN = "own"
    SPLIT = "split"
    CHART = "chart"
    HPARAMS = "hparams"


def part_of(label: Path, folder: Path) -> Part:
    """Return what `folder` is to the run `label`, which it was put to by `group_by_run`."""
    if folder == label:
        return Part.OWN
    if label in folder.parent.parents:
        return Part.CHART
    if _TIME.fullmatch(folder.name):
        return Part.HPARAMS
    return Part.SPLIT if _SPLIT.fullmatch(folder.name) else Part.CHART


def split_of(folder: Path) -> str:
    """Return the split that the name of a `Part.SPLIT` folder says."""
    match = _SPLIT.fullmatch(folder.name)
    return match["split"] if match else folder.name


def curve_of(tag: str, folder: Path) -> str:
    """Return the curve that the name of a `Part.CHART` folder says, of the chart `tag`."""
    return folder.name.removeprefix(_flat(tag) + "_")


def says_split(tag: str) -> bool:
    """Whether one of the words of `tag` is a split of the data."""
    return any(_SPLIT.fullmatch(word) for word in re.split(r"[^A-Za-z]+", tag))


def group_by_run(files: Sequence[LogFile]) -> list[FileGroup]:
    """Put the files of each run together, in the order of the times in their names."""
    folders: dict[Path, list[LogFile]] = {}
    for file in files:
        folders.setdefault(file.folder, []).append(file)
    runs: dict[Path, list[LogFile]] = {}
    parents = {folder: folder.parent for folder in folders}
    above = {parent: not folders.keys().isdisjoint(parent.parents) for parent in set(parents.values())}
    for folder, own in folders.items():
        runs.setdefault(_label(folder, folders, nested=above[parents[folder]]), []).extend(own)
    return [FileGroup(label, tuple(sorted(own, key=_order))) for label, own in runs.items()]


def _label(folder: Path, folders: dict[Path, list[LogFile]], *, nested: bool) -> Path:
    """Return the run of `folder`; `nested` where a folder above its parent holds event files too."""
    parent = folder.parent
    run_of_chart = _run_of_nested_chart(folder, folders) if nested else None
    if run_of_chart is not None:
        return run_of_chart
    split = _SPLIT.fullmatch(folder.name)
    if split is not None:
        return _split_label(folder, split["run"], folders)
    if parent not in folders:
        return folder
    if _TIME.fullmatch(folder.name):
        # A writer calls add_hparams once a session; more calls than sessions are trials of their own.
        trials = [other for other in folders if other.parent == parent and _TIME.fullmatch(other.name)]
        return parent if len(trials) <= len(folders[parent]) else folder
    return parent if _is_chart(folder, folders[folder]) else folder


def _split_label(folder: Path, run: str | None, folders: dict[Path, list[LogFile]]) -> Path:
    parent = folder.parent
    siblings = [other for other in folders if other.parent == parent]
    if parent in folders and run is None:
        # Other runs below show that the parent collects runs, one of which is called "test".
        collects = any(_is_run(other, folders[other]) for other in siblings)
        return folder if collects else parent
    splits = [match for other in siblings if (match := _SPLIT.fullmatch(other.name))]
    same_run = {match["split"].lower() for match in splits if match["run"] == run}
    if not same_run.intersection(_TRAIN) or same_run.issubset(_TRAIN):
        return folder
    one_run = len({match["run"] for match in splits}) == 1
    return parent if one_run or run is None else parent / run


def _is_run(folder: Path, files: Sequence[LogFile]) -> bool:
    """Whether `folder` is a run of its own: its name is no split, no time and no chart."""
    part = _SPLIT.fullmatch(folder.name) or _TIME.fullmatch(folder.name)
    return part is None and not _is_chart(folder, files)


def _is_chart(folder: Path, files: Sequence[LogFile]) -> bool:
    """Whether `folder` holds the one tag that its name begins with, as torch's add_scalars writes it."""
    tag = _only_tag(files)
    return tag is not None and folder.name.startswith(_flat(tag) + "_")


def _run_of_nested_chart(folder: Path, folders: dict[Path, list[LogFile]]) -> Path | None:
    """The folder of the run where `folder` is a curve of it, as tensorboardX's add_scalars writes it.

    It then lies below folders that spell the one tag in it.
    """
    tag = _only_tag(folders[folder])
    words = [] if tag is None else tag.split("/")
    if not words or list(folder.parent.parts[-len(words) :]) != words:
        return None
    run = folder.parents[len(words)]
    return run if run in folders else None


def _only_tag(files: Sequence[LogFile]) -> str | None:
    tags = {tag for file in files for tag in tags_in_head(file.head)}
    return tags.pop() if len(tags) == 1 else None


def _flat(tag: str) -> str:
    """The tag as torch writes it into the name of a folder."""
    return tag.replace("/", "_")


def _order(file: LogFile) -> tuple[int, list[tuple[int, str]]]:
    written = _WRITTEN.search(file.path.name)
    parts = re.findall(r"(\d+)|(\D+)", file.path.name)
    natural = [(int(digits or 0), text) for digits, text in parts]
    return int(written[1]) if written else 0, natural
