"""Why files and folders hold no training log, one line each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from losstui.compression import ARCHIVE_REASON, ZIP, ZIP_REASON, is_archive, is_compressed, why_compressed
from losstui.errors import UnreadableLog
from losstui.parsing import LFS_POINTER, LFS_REASON, LogFile, Parser, Refusing
from losstui.walk import LogError
from losstui_parsers.plain_text import is_output, promises_log


def without_log(
    root: Path, skipped: Sequence[Path], fruitful: Collection[Path], parsers: Sequence[Parser]
) -> Iterator[LogError]:
    """One line for each file or folder in which all files were `skipped`, as `_to_be_told` chooses them.

    `fruitful` are the files below it of which something else is known: logs, and what cannot be read. What
    has the name of such a file but for its ending is of the same run (`job.err` beside `job.out`).
    """
    if not skipped:
        if not fruitful:
            yield LogError(str(root), "no training log in this folder")
        return
    jobs = {path.with_suffix("") for path in fruitful}
    left = [path for path in skipped if path.with_suffix("") not in jobs]
    for folder, files in _to_be_told(root, left, fruitful).items():
        yield _told(folder, files, parsers)


def _to_be_told(root: Path, skipped: Sequence[Path], fruitful: Collection[Path]) -> dict[Path, list[Path]]:
    """The skipped files to tell of, by what they stand in: right below `root` or, further down, their folder.

    Further down only a folder counts that might be the folder of a run: nothing in it is known, nor is it
    within that of a run, and one of its files is called as a log is. Beside a log there are images, settings
    and code.
    """
    tops = {_top(path, root) for path in fruitful}
    of_runs = {path.parent for path in fruitful} - {root}
    around = {folder for own in of_runs for folder in (own, *own.parents)}
    barren: dict[Path, list[Path]] = {}
    for path in skipped:
        top = _top(path, root)
        inner = path.parents[: len(path.relative_to(top).parts)]
        if top not in tops:
            barren.setdefault(top, []).append(path)
        elif path.parent not in around and of_runs.isdisjoint(inner):
            outermost = next(folder for folder in reversed(inner) if folder not in around)
            barren.setdefault(outermost, []).append(path)
    return {
        folder: files
        for folder, files in barren.items()
        if folder == _top(folder, root) or any(map(_is_called_log, files))
    }


def _is_called_log(path: Path) -> bool:
    return promises_log(path) or is_output(path.name)


def _told(folder: Path, files: Sequence[Path], parsers: Sequence[Parser]) -> LogError:
    """Why none of some files is a log: that of the first that is called one, else of the first."""
    chosen = next(filter(_is_called_log, files), files[0])
    reason = why_no_log(chosen, parsers)
    if len(files) == 1:
        return LogError(str(chosen), reason)
    return LogError(str(folder), f"none of its {len(files)} files is a training log; {chosen.name}: {reason}")


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
