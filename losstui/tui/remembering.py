"""What was selected when the screen was left, kept for the next time the same paths are looked at."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

VERSION = 1  # of the file: another one is not read
MOST_BYTES = 1_000_000  # of a file of ours: a longer one is not ours


def memory_file(folder: Path, root: Sequence[str]) -> Path:
    """The file in `folder` for the paths of `root`, however they are spelled."""
    spelled = "\0".join(sorted(str(Path(one).resolve()) for one in root))
    name = hashlib.sha256(spelled.encode(errors="surrogateescape")).hexdigest()[:16]
    return folder / "sessions" / f"{name}.json"


def recall(path: Path) -> dict[str, Any]:
    """What was kept; nothing where there is no such file or it cannot be used."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return {}
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(kept, dict):
        return {}
    state = cast("dict[str, Any]", kept)
    return state if state.get("version") == VERSION else {}


def keep(path: Path, root: Sequence[str], state: Mapping[str, Any]) -> None:
    """Keep `state`, plain JSON values, for the next time; what cannot be written is not kept."""
    text = json.dumps({"version": VERSION, "root": [str(Path(one).resolve()) for one in root], **state})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(text, encoding="utf-8", errors="backslashreplace")
        new.replace(path)  # at once: two screens that are left together leave one whole file
    except OSError:
        return


def choice_of(kept: Mapping[str, Any], name: str, choices: Sequence[str]) -> str | None:
    """The value kept under that name if it is one of the choices."""
    value = kept.get(name)
    return value if isinstance(value, str) and value in choices else None


def strings_of(kept: Mapping[str, Any], name: str) -> list[str]:
    """The strings kept under that name; those that are none are left out."""
    value = kept.get(name)
    values = cast("list[object]", value) if isinstance(value, list) else []
    return [one for one in values if isinstance(one, str)]
