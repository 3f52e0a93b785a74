"""What runs are called: by their folder, or where that holds others too by their file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from losstui.parsing import FileGroup


def named_by_folder(groups: Sequence[FileGroup], root: Path) -> list[str]:
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


def _is_of_file(group: FileGroup) -> bool:
    """Whether the label of a group is a file, which is asked of the system only where it may be either."""
    first = group.files[0]
    return group.label != first.folder and (group.label == first.path or group.label.is_file())


def _run_id(label: Path, root: Path) -> str:
    depth = len(root.parts)
    if label.anchor == root.anchor and len(label.parts) > depth and label.parts[:depth] == root.parts:
        return "/".join(label.parts[depth:])
    return label.resolve().name or label.as_posix()
