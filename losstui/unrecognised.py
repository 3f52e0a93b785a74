"""Why files and folders hold no training log, one line each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from losstui.compression import ARCHIVE_REASON, ZIP, ZIP_REASON, is_archive, is_compressed, why_compressed
from losstui.errors import UnreadableLog
from losstui.parsing import LFS_POINTER, LFS_REASON, LogFile, Parser, Refusing
from losstui.walk import LogError


def without_log(
    root: Path, skipped: Sequence[Path], fruitful: Collection[Path], parsers: Sequence[Parser]
) -> Iterator[LogError]:
    """One line for each file or folder right below `root` in which all files were `skipped`.

    `fruitful` are the files below it of which something else is known: logs, and what cannot be read. What
    has the name of such a file but for its ending is of the same run (`job.err` beside `job.out`).
    """
    if not skipped:
        if not fruitful:
            yield LogError(str(root), "no training log in this folder")
        return
    fruitful_tops = {_top(path, root) for path in fruitful}
    barren: dict[Path, list[Path]] = {}
    jobs = {path.with_suffix("") for path in fruitful}
    for path in skipped:
        top = _top(path, root)
        if top not in fruitful_tops and path.with_suffix("") not in jobs:
            barren.setdefault(top, []).append(path)
    for top, (first, *others) in barren.items():
        reason = why_no_log(first, parsers)
        if others:
            reason = f"none of its {len(others) + 1} files is a training log; {first.name}: {reason}"
        yield LogError(str(top if others else first), reason)


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
        if is_archive(file.head):
            return ARCHIVE_REASON
        if file.head.startswith(ZIP):
            return ZIP_REASON
        if b"\0" in file.head:
            return "binary, and none of the known log formats"
        refusing = (parser for parser in parsers if isinstance(parser, Refusing))
        reasons = (reason for parser in refusing if (reason := parser.refuse(file)) is not None)
        return next(reasons, "none of the known log formats; 'losstui --list-formats' shows them")
    except UnreadableLog as error:
        return error.reason
