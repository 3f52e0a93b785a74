"""The configuration file: the same choices as the flags, kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from losstui.arguments import MARKERS, SEVERITIES, THEMES
from losstui.errors import UsageError, reason_of

MOST_BYTES = 1 << 20  # of a configuration file


def find_config(given: Path | None) -> dict[str, Any]:
    """Read the file of `--config`, else that of $LOSSTUI_CONFIG, else the user's own if there is one.

    Raises UsageError as `read_config` does.
    """
    if given is not None:
        return read_config(given)
    from losstui.tui.places import config_file

    path = config_file(os.environ)
    return read_config(path) if os.environ.get("LOSSTUI_CONFIG") or os.path.isfile(path) else {}


def read_config(path: Path) -> dict[str, Any]:
    """Read a TOML file with the settings of `SETTINGS`; the value of `keys` is a `Keymap`.

    Raises UsageError, with the place, where the file cannot be read or says something else.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        with path.open("rb") as stream:
            config: dict[str, Any] = tomllib.loads(stream.read(MOST_BYTES).decode())
    except OSError as error:
        raise UsageError(f"{path}: {reason_of(error)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    for key, value in config.items():
        if key not in SETTINGS:
            raise UsageError(f"{path}: no setting '{key}'; there are: {', '.join(SETTINGS)}")
        fits, wanted = SETTINGS[key]
        if not fits(value):
            raise UsageError(f"{path}: '{key}' must be {wanted}")
    if "keys" in config:
        config["keys"] = _keymap(path, config["keys"])
    return config


def _keymap(path: Path, table: Mapping[str, str | list[str]]) -> object:
    from losstui.tui.keymap import keymap

    changes = {name: [keys] if isinstance(keys, str) else keys for name, keys in table.items()}
    try:
        return keymap(changes)
    except UsageError as error:
        raise UsageError(f"{path}: in 'keys': {error}") from error


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in cast("list[object]", value))


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


def _is_table(fits: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, dict) and all(fits(one) for one in cast("Mapping[str, object]", value).values())
    )


def _one_of(*words: str) -> tuple[Callable[[object], bool], str]:
    *others, last = (f'"{word}"' for word in words)
    return lambda value: value in words, f"{', '.join(others)} or {last}"


_STRINGS = (_is_strings, "a list of strings")
_SWITCH = (_is_switch, "true or false")

# What may be said, whether a value fits, and what it must be in words.
SETTINGS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "select": _STRINGS,
    "ignore": _STRINGS,
    "run": _STRINGS,
    "tag": _STRINGS,
    "fail-on": _one_of(*SEVERITIES),
    "roles": (_is_table(lambda value: isinstance(value, str)), "a table of tag = role"),
    "verify": _SWITCH,
    "theme": _one_of(*THEMES),
    "marker": _one_of(*MARKERS),
    "ascii": _SWITCH,
    "follow": _SWITCH,
    "session": _SWITCH,
    "keys": (
        _is_table(lambda value: isinstance(value, str) or _is_strings(value)),
        "a table of action = key or list of keys",
    ),
}
