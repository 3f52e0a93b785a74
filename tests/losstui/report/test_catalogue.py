"""What is told of the findings: the documentation and the constants it rests on."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from types import ModuleType
from typing import ClassVar

import pytest

from losstui.detecting import Detector
from losstui.detectors import DETECTORS
from losstui.detectors._late_changes import LEAST_RISE, LEAST_SCATTER
from losstui.detectors.late_instability import LateInstability
from losstui.report.catalogue import documentation, explanation

RULES = ("losstui.detectors.", "losstui.stats.", "losstui.siblings")  # where constants of a decision stand
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?:e-?\d+)?")

every_detector = pytest.mark.parametrize("cls", DETECTORS, ids=lambda cls: cls.name)


@dataclass(frozen=True)
class Sloping:
    """Slopes by `least_slope`, `least_slope` again, and `other`; a `kind` is none."""

    code: ClassVar[str] = "XX101"
    least_slope: float = 0.25
    other: int = 12
    kind: str = "steep"


def test_a_constant_has_its_value_where_it_is_named_first() -> None:
    assert documentation(Sloping()) == (
        "Slopes by `least_slope` (0.25), `least_slope` again, and `other` (12); a `kind` is none."
    )


def test_explain_tells_the_values_also_of_a_search_that_the_detector_uses() -> None:
    text = "\n".join(explanation("loss-spike"))
    assert "`settling_share` (" in text
    assert "`least_height` (" in text


def test_explain_tells_the_values_also_of_the_modules_that_the_detector_uses() -> None:
    text = "\n".join(explanation("late-instability"))
    assert f"`LEAST_RISE` ({LEAST_RISE})" in text  # which the detector's module knows itself
    assert f"`LEAST_SCATTER` ({LEAST_SCATTER})" in text  # which it does not


def test_a_name_that_means_several_numbers_needs_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losstui.detectors._witness.LEAST_SCATTER", 0.5, raising=False)
    assert "`LEAST_SCATTER` of" in documentation(LateInstability())
    monkeypatch.setattr(LateInstability, "__doc__", "At `_late_changes.LEAST_SCATTER`.")
    assert documentation(LateInstability()) == f"At `_late_changes.LEAST_SCATTER` ({LEAST_SCATTER})."


@every_detector
def test_each_constant_that_is_named_has_a_value(cls: type[Detector]) -> None:
    without = re.findall(r"`([a-z0-9]+_[a-z0-9_]+|(?:\w+\.)?[A-Z][A-Z0-9_]+)`(?! \()", documentation(cls()))
    valued = re.findall(r"`([\w.]+)` \(", documentation(cls()))
    assert set(without) <= set(valued)


@every_detector
def test_each_number_of_the_documentation_is_a_constant(cls: type[Detector]) -> None:
    text = (inspect.getdoc(cls) or "").partition("## How it decides")[2].partition("## When it is wrong")[0]
    told = {float(one.replace(",", "")) for one in NUMBER.findall(re.sub("`[^`]*`", "", text))}
    assert {one for one in told if one and round(one, 9) not in known_numbers(cls)} == set()


def known_numbers(cls: type[Detector]) -> set[float]:
    """All constants that may decide, as they are and as a text may put them: 0.97 is 97 % and 3 % less."""
    values = {
        value for module in modules_of(sys.modules[cls.__module__], {}) for value in constants_in(module)
    }
    forms = (
        form
        for x in values
        for form in (x, 100 * x, 1 - x, 100 * (1 - x), x - 1, 100 * (x - 1), 1 / x if x else 0.0)
    )
    return {round(form, 9) for form in forms}


def modules_of(module: ModuleType, seen: dict[str, ModuleType]) -> list[ModuleType]:
    """The module and those below it that its names come from, as far as they decide anything."""
    seen[module.__name__] = module
    for value in list(vars(module).values()):
        name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if isinstance(name, str) and name.startswith(RULES) and name not in seen:
            modules_of(sys.modules[name], seen)
    return list(seen.values())


def constants_in(module: ModuleType) -> Iterator[float]:
    for value in vars(module).values():
        if isinstance(value, (int, float)):
            yield float(value)
        elif isinstance(value, type) and is_dataclass(value):
            yield from (float(one.default) for one in fields(value) if isinstance(one.default, (int, float)))
