"""The bounded walk below a path: which files may be logs, without following loops or opening checkpoints."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from losstui.parsing import LogFile

MOST_DEPTH = 32  # folders below a root; deeper trees are link loops or caches
MOST_FILES = 200_000  # files looked at below a root
PRUNED = frozenset({"__pycache__", "node_modules", "site-packages", "venv"})
# Hidden folders that are entered all the same: the stores of trackers, whose reader says how to export.
STORES = frozenset({".aim", ".cometml-runs", ".neptune"})
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
        ".ipynb",
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


def walk(root: Path, errors: list[LogError]) -> Iterator[LogFile]:
    """Yield the files at and below `root` that may be logs, by name; `errors` gets what cannot be entered."""
    if not root.is_dir():
        yield LogFile(root)
        return
    pending: list[tuple[Path, int]] = [(root, 0)]
    seen: set[tuple[int, int]] = set()
    files = 0
    while pending:
        folder, depth = pending.pop()
        entries = _entries(folder, seen, errors)
        subfolders: list[Path] = []
        for entry in entries:
            path = folder / entry.name
            if entry.is_dir():
                if entry.name in STORES or not (entry.name.startswith(".") or entry.name in PRUNED):
                    subfolders.append(path)
            elif folder.name in STORES or not (_is_opaque(path) or entry.name.startswith(".")):
                files += 1
                if files > MOST_FILES:
                    errors.append(
                        LogError(str(root), f"more than {MOST_FILES} files: the rest is not looked at")
                    )
                    return
                yield LogFile(path)
        if depth == MOST_DEPTH and subfolders:
            errors.append(LogError(str(folder), f"more than {MOST_DEPTH} folders deep: not looked into"))
        else:
            pending.extend((path, depth + 1) for path in reversed(subfolders))


def _is_opaque(path: Path) -> bool:
    return path.suffix.lower() in OPAQUE_ENDINGS


def _entries(folder: Path, seen: set[tuple[int, int]], errors: list[LogError]) -> list[os.DirEntry[str]]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen:  # a link back into a folder that was walked
            return []
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        errors.append(LogError(str(folder), (error.strerror or str(error)).lower()))
        return []
