"""Hyper-parameters as logs give them, nested and of any type: as one flat table, and compared."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

# Names of what gives access to something: "wandb/api_key", "hub_token", "NEPTUNE_API_TOKEN", "dbPassword".
# Tokens of a text have names as well, "eos_token", so that only those that let somebody in are listed.
_SECRET_NAME = re.compile(
    r"(?:^|[./_-]|(?<=[a-z])(?=[A-Z]))(?i:"
    r"api[-_]?key|(?:access|private|secret|account|storage)[-_]?key(?:[-_]?id)?|pass(?:word|wd|phrase)"
    r"|secret|(?:client|app)[-_]?secret|credentials?|webhook(?:[-_]?url)?"
    r"|(?:api|auth|access|bearer|hub|hf|bot|refresh|session|wandb|github|gitlab|slack|telegram)[-_]?token"
    r")$|^(?i:token)$|[./](?i:token)$"
)
_WITH_PASSWORD = re.compile(r"\w+://[^/\s:@]*:[^/\s@]+@")  # the address of a database: "mysql://me:pass@host"


@dataclass(frozen=True, slots=True)
class HyperparameterDifference:
    """A hyper-parameter that is not the same, as text; None where a run does not log it."""

    name: str
    before: str | None
    now: str | None


def differing(reference: Mapping[str, object], run: Mapping[str, object]) -> list[HyperparameterDifference]:
    """What is not the same in two tables of hyper-parameters, by name; numbers compare as numbers."""
    before, now = (dict(flattened(one)) for one in (reference, run))
    return [
        HyperparameterDifference(name, _text(before, name), _text(now, name))
        for name in sorted(before.keys() | now.keys())
        if name not in before or name not in now or not _same(before[name], now[name])
    ]


def flattened(parameters: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The hyper-parameters in nested tables under their joined names: "optimizer.lr"."""
    for name, value in parameters.items():
        table = _table(value)
        if table is None:
            yield f"{prefix}{name}", value
        else:
            yield from flattened(table, f"{prefix}{name}.")


def without_secrets(parameters: Mapping[str, object]) -> dict[str, object]:
    """The hyper-parameters, nested ones too, without keys, tokens and passwords: reports are passed on."""
    told: dict[str, object] = {}
    for name, value in parameters.items():
        if not _is_secret(name, value):
            table = _table(value)
            told[name] = value if table is None else without_secrets(table)
    return told


def _is_secret(name: str, value: object) -> bool:
    """A text or number under such a name is one; a switch is not, nor is a table of settings."""
    if isinstance(value, str) and _WITH_PASSWORD.search(value):
        return True
    is_value = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    return is_value and _SECRET_NAME.search(name) is not None


def _table(value: object) -> dict[str, object] | None:
    """The hyper-parameters nested in a value, by name; None where it is no table."""
    if not isinstance(value, Mapping):
        return None
    return {str(key): one for key, one in cast("Mapping[object, object]", value).items()}


def _text(parameters: Mapping[str, object], name: str) -> str | None:
    return str(parameters[name]) if name in parameters else None


def _same(one: object, other: object) -> bool:
    numbers = number_of(one), number_of(other)
    if numbers[0] is None or numbers[1] is None:
        return str(one) == str(other)
    return numbers[0] == numbers[1] or (math.isnan(numbers[0]) and math.isnan(numbers[1]))


def number_of(value: object) -> float | None:
    """What a hyper-parameter is as a number, None where it is none; a switch is not a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
