"""Where the screen keeps files of its own, by the XDG base directories. Never below the logs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

FOLDER = "losstui"


def config_file(environment: Mapping[str, str]) -> Path:
    """The configuration file that is read where none is named: $LOSSTUI_CONFIG, else that of the user."""
    named = environment.get("LOSSTUI_CONFIG")
    return Path(named) if named else _base(environment, "XDG_CONFIG_HOME", ".config") / FOLDER / "config.toml"


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where is kept what was selected, and what led to a defect."""
    return _base(environment, "XDG_STATE_HOME", ".local/state") / FOLDER


def export_folder(environment: Mapping[str, str], root: tuple[str, ...]) -> Path:
    """The working directory; that of the user's data where the working directory is among the logs."""
    here = Path.cwd()
    if any(here.is_relative_to(Path(one).resolve()) for one in root):
        return _base(environment, "XDG_DATA_HOME", ".local/share") / FOLDER
    return here


def keep_traceback(environment: Mapping[str, str]) -> Path | None:
    """Write the exception at hand to a file and return its path; None where that cannot be done."""
    import traceback

    path = state_folder(environment) / "defect.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(traceback.format_exc(), encoding="utf-8", errors="backslashreplace")
    except OSError:
        return None
    return path


def _base(environment: Mapping[str, str], variable: str, default: str) -> Path:
    """A base directory; a relative one does not count, as XDG has it."""
    given = environment.get(variable, "")
    if os.path.isabs(given):
        return Path(given)
    home = os.path.expanduser("~")
    # Who has no home has no files of his own: below this nothing is found, and nothing can be written.
    return Path(home if os.path.isabs(home) else os.devnull) / default
