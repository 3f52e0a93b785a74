"""Hyper-parameters as logs give them, nested and of any type: as one flat table, and compared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast


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
        if isinstance(value, Mapping):
            nested = cast("Mapping[object, object]", value)
            yield from flattened({str(key): one for key, one in nested.items()}, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


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
