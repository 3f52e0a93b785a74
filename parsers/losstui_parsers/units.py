"""Numbers with a unit behind them, as people write them into tables: times become seconds, rates stay."""

from __future__ import annotations

import re

from losstui_parsers.columns import is_label, number, training_words

_SECONDS = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "μs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "sec": 1.0,
    "secs": 1.0,
    "min": 60.0,
    "h": 3600.0,
}
_WITH_UNIT = re.compile(r"([+-]?[\d.,]*\d(?:[eE][+-]?\d{1,3})?) ?([A-Za-zµμ]{1,3}|[A-Za-z]{1,12}/s(?:ec)?)")


def number_with_unit(cell: str, decimal: str = ".") -> float | None:
    """The number of "1.2e-3s" and "850 ms", in seconds, and that of "93 it/s"; None for any other cell."""
    match = _WITH_UNIT.fullmatch(cell.strip())
    factor = _SECONDS.get(match[2], 1.0 if "/" in match[2] else None) if match else None
    value = number(match[1], decimal) if match and factor is not None else None
    return None if value is None or factor is None else value * factor


def holds_value(name: str, cell: str) -> bool:
    """Whether a cell that is no number may hold one: by its unit, or as a digit below the name of a loss."""
    if is_label(name):
        return False
    of_training = any(map(str.isdigit, cell)) and bool(training_words([name]))
    return of_training or number_with_unit(cell) is not None
