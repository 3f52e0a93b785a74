"""The keys as the user has them: the table with what the configuration changes, and how keys are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from losstui.errors import UsageError
from losstui.tui.keys import CURVES, FINDINGS, KEYS, MOVE, PROGRAM, STOP, Key, Pane

# Textual's names of the keys that are neither a letter, a digit nor a word people use.
_SIGNS = {
    "question_mark": "?",
    "slash": "/",
    "plus": "+",
    "equals_sign": "=",
    "minus": "-",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "comma": ",",
    "full_stop": ".",
    "colon": ":",
    "semicolon": ";",
    "exclamation_mark": "!",
    "quotation_mark": '"',
    "apostrophe": "'",
    "number_sign": "#",
    "dollar_sign": "$",
    "percent_sign": "%",
    "ampersand": "&",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "asterisk": "*",
    "at": "@",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "backslash": "\\",
    "circumflex_accent": "^",
    "underscore": "_",
    "grave_accent": "`",
    "vertical_line": "|",
    "tilde": "~",
}
_WORDS = {
    "left": "Left",
    "right": "Right",
    "up": "Up",
    "down": "Down",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "space": "Space",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}
_MODIFIERS = ("ctrl", "alt", "shift")
_NAME_OF_SIGN = {sign: name for name, sign in _SIGNS.items()}


class Reading(Enum):
    """How far the runs have been read, by which some keys help and others do nothing."""

    SHORT = "short"  # or still unknown
    LONG = "long"  # one may want to stop it
    NOTHING = "nothing"  # all was looked at, and there is no run
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Keymap:
    """All keys, in the order of the table."""

    keys: tuple[Key, ...] = KEYS

    def bar(self, pane: Pane, reading: Reading = Reading.DONE, hidden: Collection[Pane] = ()) -> list[Key]:
        """The keys the bar shows while `pane` has the focus, the most needed first.

        `hidden` are the panes out of sight, to which alone the keys that lead to a pane are shown.
        """
        useless = {one.value for one in Pane if one not in hidden}
        if reading is not Reading.LONG:
            useless.add(STOP)
        if reading is Reading.NOTHING:
            useless |= {key.name for key in self.keys if key.panes or key.group == FINDINGS}
        return [
            key
            for key in self.keys
            if key.bar and (not key.panes or pane in key.panes) and key.name not in useless
        ]

    def hint(self, name: str) -> str:
        """The first key of that name, " (p)", to end a message with; nothing where it has none."""
        first = next((written(key.keys[0]) for key in self.keys if key.name == name and key.keys), "")
        return f" ({first})" if first else ""

    def groups(self) -> dict[str, list[Key]]:
        """The keys by what they are for, for the help screen."""
        grouped: dict[str, list[Key]] = {name: [] for name in (MOVE, FINDINGS, CURVES, PROGRAM)}
        for key in self.keys:
            grouped[key.group].append(key)
        return grouped

    def bindings(self) -> dict[str, str]:
        """Textual's names of the keys of each name that has others than in the table, apart by commas.

        No key is called "none". Textual goes through all pairs of keys for each name, at each key pressed.
        """
        return {
            key.name: ",".join(key.keys) or "none"
            for key, default in zip(self.keys, KEYS, strict=True)
            if key.keys != default.keys
        }


def keymap(changes: Mapping[str, Sequence[str]]) -> Keymap:
    """The table with other keys for some names; none for an empty list.

    Raises UsageError where there is no such name or key, or one key would do two things.
    """
    for name in changes:
        if all(key.name != name for key in KEYS):
            from difflib import get_close_matches

            close = get_close_matches(name, [key.name for key in KEYS], n=1)
            hint = f"did you mean '{close[0]}'?" if close else "':' in the terminal UI lists them all"
            raise UsageError(f"no action '{name}'; {hint}")
    keys = tuple(
        replace(key, keys=tuple(_key_name(one) for one in changes[key.name])) if key.name in changes else key
        for key in KEYS
    )
    does: dict[str, str] = {}
    for key in keys:
        for one in key.keys:
            if does.setdefault(one, key.name) != key.name:
                raise UsageError(f"{written(one)} would be both '{does[one]}' and '{key.name}'")
    return Keymap(keys)


def written(name: str) -> str:
    """How people write a key: "?", "Ctrl+L", "PgUp"."""
    *modifiers, last = name.split("+")
    if modifiers:
        last = last.upper() if len(last) == 1 else last
    return "+".join([*(one.capitalize() for one in modifiers), _SIGNS.get(last) or _WORDS.get(last) or last])


def all_written(key: Key) -> str:
    """All keys that do it."""
    return " ".join(written(one) for one in key.keys)


def _key_name(text: str) -> str:
    """Textual's name of a key as people write it; raises UsageError where there is no such key."""
    if len(text) == 1 and text.isprintable() and not text.isspace():
        return _NAME_OF_SIGN.get(text, text)
    *modifiers, last = text.split("+")
    plain = last.lower()
    known = {written.lower(): name for name, written in _WORDS.items()}
    name = known.get(plain) or (plain if plain in _WORDS or plain in _SIGNS else "")
    if not name and modifiers and len(last) == 1 and last.isalnum():
        name = plain
    lowered = [one.lower() for one in modifiers]
    if not name or len(set(lowered)) != len(lowered) or not set(lowered) <= set(_MODIFIERS):
        raise UsageError(f"no key '{text}'; keys are written as x, X, ?, enter, f5, ctrl+x, shift+left")
    return "+".join([*(one for one in _MODIFIERS if one in lowered), name])
