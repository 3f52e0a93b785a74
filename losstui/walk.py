"""The bounded walk below a path: which files may be logs, without following loops or opening checkpoints."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from losstui.errors import reason_of
from losstui.parsing import LogFile
from losstui.sanitise import clean

MOST_DEPTH = 32  # folders below a root; deeper trees are link loops or caches
MOST_FILES = 200_000  # files looked at below a root
PRUNED = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})
_PSEUDO_ROOTS = ("/proc", "/sys")  # what looks like files here is the system itself: some waits for its news
# Virtual environments hold this file, conda's this folder, whatever they are called.
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})
_LOG_OF_CHECKPOINT = "trainer_state.json"  # all that is read of the forty files in a checkpoint
_CHECKPOINT = re.compile(r"checkpoint-\d+|global_step\d+")
# Hidden folders that are entered all the same: the stores of trackers, whose reader says how to export.
STORES = frozenset({".aim", ".cometml-runs", ".neptune"})
# The arrays that may be curves, by their names: a data set has others by the hundred thousand.
_ARRAY_OF_CURVE = re.compile(
    r".*(?:loss|accurac|error|reward|return|metric|histor|evaluations|(?<![a-z])acc(?![a-z])).*\.np[yz]",
    re.IGNORECASE,
)
# The archives of which a line is told, by their names: others are the models of reinforcement learning.
_ARCHIVE_OF_LOGS = re.compile(
    r"(?:.*[^a-z])?(?:logs?|runs?|results?|tensorboard|events|mlruns|wandb)(?:[^a-z].*)?\.(?:zip|tar)",
    re.IGNORECASE,
)
# No log by the ending of its name: opening forty checkpoints costs seconds on a network disk.
OPAQUE_ENDINGS = frozenset(
    {
        ".pt",
        ".pth",
        ".bin",
        ".safetensors",
        ".ckpt",
        ".h5",
        ".hdf5",
        ".keras",
        ".onnx",
        ".npy",
        ".npz",
        ".pkl",
        ".pickle",
        ".joblib",
        ".model",
        ".msgpack",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".svg",
        ".pdf",
        ".mp4",
        ".webp",
        ".wav",
        ".flac",
        ".zip",
        ".tar",
        ".7z",
        ".so",
        ".whl",
        ".pyc",
        ".py",
        ".sh",
        ".md",
        ".rst",
        ".yaml",
        ".yml",
        ".toml",
        ".ini",
        ".cfg",
        ".lock",
        ".html",
        ".css",
        ".js",
        ".parquet",
        ".arrow",
        ".feather",
        ".index",
        ".meta",
        ".data-00000-of-00001",
    }
)


@dataclass(frozen=True, slots=True)
class LogError:
    """A path that gave no run, and why."""

    path: str
    reason: str

    def __str__(self) -> str:
        return clean(f"{self.path}: {self.reason}")


def walk(root: Path, errors: list[LogError]) -> Iterator[LogFile]:
    """Yield the files at and below `root` that may be logs, by name; `errors` gets what cannot be entered.

    Only regular files are: to open a pipe is to wait for its writer. Folders of virtual environments and
    of checkpoints are not entered, but for what the latter say of the run.
    """
    if not os.path.isdir(root):
        if os.path.isfile(root) or not os.path.exists(root):
            yield LogFile(root)
        else:
            errors.append(LogError(str(root), "a pipe, a socket or a device, no file"))
        return
    pending: list[tuple[Path, int]] = [(root, 0)]
    seen: set[tuple[int, int]] = set()
    count = 0
    while pending:
        folder, depth = pending.pop()
        subfolders, files = _sorted_out(folder, root, _entries(folder, seen, errors))
        for path in files:
            count += 1
            if count > MOST_FILES:
                errors.append(LogError(str(root), f"more than {MOST_FILES} files: the rest is not looked at"))
                return
            yield LogFile(path, folder=folder)
        if depth == MOST_DEPTH and subfolders:
            errors.append(LogError(str(folder), f"more than {MOST_DEPTH} folders deep: not looked into"))
        else:
            pending.extend((path, depth + 1) for path in reversed(subfolders))


def _sorted_out(
    folder: Path, root: Path, entries: Sequence[os.DirEntry[str]]
) -> tuple[list[Path], list[Path]]:
    """The folders in `folder` to be entered, and the files in it that may be logs."""
    subfolders: list[Path] = []
    files: list[Path] = []
    if folder != root and not _ENVIRONMENT_MARKS.isdisjoint(entry.name for entry in entries):
        return subfolders, files
    in_store = folder.name in STORES
    in_checkpoint = folder != root and _CHECKPOINT.fullmatch(folder.name) is not None
    for entry in entries:
        path = folder / entry.name
        kind = _kind(entry, path, root)
        if kind == stat.S_IFDIR:
            left_out = entry.name.startswith(".") or entry.name in PRUNED or in_checkpoint
            if entry.name in STORES or not left_out:
                subfolders.append(path)
        elif kind == stat.S_IFREG and (in_store or _may_be_log(entry.name, in_checkpoint=in_checkpoint)):
            files.append(path)
    return subfolders, files


def _kind(entry: os.DirEntry[str], path: Path, root: Path) -> int:
    """What an entry of a folder is, or what it links to: one of the kinds of `stat.S_IFMT`.

    0 where it is gone, or links to what the walk comes to itself or to one of the system's own files.
    """
    try:
        is_folder = entry.is_dir()
        if not is_folder and not entry.is_file():
            return stat.S_IFMT(entry.stat().st_mode)
        if entry.is_symlink() and (_leads_back(path, root, is_folder=is_folder) or _is_pseudo(entry.stat())):
            return 0
        return stat.S_IFDIR if is_folder else stat.S_IFREG
    except OSError:
        return 0


def _is_pseudo(status: os.stat_result) -> bool:
    return status.st_dev in _pseudo_devices()


@cache
def _pseudo_devices() -> frozenset[int]:
    return frozenset(os.stat(root).st_dev for root in _PSEUDO_ROOTS if os.path.ismount(root))


def _may_be_log(name: str, *, in_checkpoint: bool) -> bool:
    if in_checkpoint and not name.startswith(_LOG_OF_CHECKPOINT):
        return False
    if _ARRAY_OF_CURVE.fullmatch(name) or _ARCHIVE_OF_LOGS.fullmatch(name):
        return True
    return not (os.path.splitext(name)[1].lower() in OPAQUE_ENDINGS or name.startswith("."))


def _leads_back(link: Path, root: Path, *, is_folder: bool) -> bool:
    """Whether a link leads to what the walk comes to itself; to a file, under a name that is as telling."""
    target, top = link.resolve(), root.resolve()
    if not target.is_relative_to(top) or not (is_folder or target.suffix == link.suffix):
        return False
    return not any(part.startswith(".") or part in PRUNED for part in target.relative_to(top).parts)


def _entries(folder: Path, seen: set[tuple[int, int]], errors: list[LogError]) -> list[os.DirEntry[str]]:
    try:
        status = os.stat(folder)
        # The latter is a link back into a folder that was walked.
        if _is_pseudo(status) or (status.st_dev, status.st_ino) in seen:
            return []
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:  # it vanished since its parent was looked at
        return []
    except OSError as error:
        errors.append(LogError(str(folder), reason_of(error)))
        return []
