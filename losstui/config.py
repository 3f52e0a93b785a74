"""The configuration file of `--config`: the same choices as the flags, kept."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from losstui.errors import UsageError

LISTS = ("select", "ignore", "run", "tag")


def read_config(path: Path) -> dict[str, Any]:
    """Read a TOML file with `select`, `ignore`, `run`, `tag` (lists), `fail-on` and the table `roles`.

    Raises UsageError, with the place, where the file cannot be read or says something else.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        config: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    for key, value in config.items():
        _check(path, key, value)
    return config


def _check(path: Path, key: str, value: object) -> None:
    if key in LISTS:
        fits = isinstance(value, list) and all(isinstance(one, str) for one in cast("list[object]", value))
        wanted = "a list of strings"
    elif key == "fail-on":
        fits, wanted = value in ("info", "warning", "critical"), '"info", "warning" or "critical"'
    elif key == "roles":
        fits = isinstance(value, dict) and all(
            isinstance(one, str) for one in cast("Mapping[str, object]", value).values()
        )
        wanted = "a table of tag = role"
    else:
        there_are = ", ".join((*LISTS, "fail-on", "roles"))
        raise UsageError(f"{path}: no setting '{key}'; there are: {there_are}")
    if not fits:
        raise UsageError(f"{path}: '{key}' must be {wanted}")
