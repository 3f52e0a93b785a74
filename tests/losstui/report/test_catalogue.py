"""What is told of the findings: the documentation and the constants it rests on."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from discovery_support import write
from losstui import plugins
from losstui.detecting import Detector
from losstui.detectors import DETECTORS
from losstui.detectors._rises.late_changes import LEAST_RISE, LEAST_SCATTER
from losstui.detectors.late_instability import LateInstability
from losstui.report.catalogue import (
    documentation,
    explanation,
    finding_lines,
    format_lines,
    run_lines,
    summary,
)

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)?")
# What is no bound: the sureness of an interval, what was measured, what follows from a definition.
NO_BOUND = re.compile(
    r"95 % bound|at 5 %|\d+ of [12]00|one value in 20|by 1 to 10 %|the last 4, 5 and more"
    r"|an even descent: 0\.1|-0\.5 in theory|from (?:2 )?ln 2|10 to the power of|up to 100 percent"
)

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


def test_what_is_listed_stands_below_each_other() -> None:
    known = plugins.load()
    for lines, listed in ((finding_lines(), known.detectors), (format_lines(), known.parsers)):
        told = list(zip(lines, map(summary, listed), strict=True))
        assert all(line.endswith(f"  {text}") for line, text in told)
        assert len({len(line) - len(text) for line, text in told}) == 1


@pytest.mark.parametrize(("files", "more"), [(1, ""), (2, " (and 1 more file of this folder)")])
def test_files_that_are_no_log_for_one_reason_are_told_once(tmp_path: Path, files: int, more: str) -> None:
    write(tmp_path / "metrics.csv")
    for number in range(files):
        write(tmp_path / f"{number}.log", "nothing of a training\n")
    _, [line] = run_lines([tmp_path])
    assert line.startswith(f"- {tmp_path / '0.log'}: ")
    assert line.partition(" (and ")[1:] == more.partition(" (and ")[1:]


def test_explain_tells_the_values_also_of_a_search_that_the_detector_uses() -> None:
    text = "\n".join(explanation("loss-spike"))
    assert "`settling_share` (" in text
    assert "`least_height` (" in text


def test_explain_tells_the_values_also_of_the_modules_that_the_detector_uses() -> None:
    text = "\n".join(explanation("late-instability"))
    assert f"`LEAST_RISE` ({LEAST_RISE})" in text  # which the detector's module knows itself
    assert f"`LEAST_SCATTER` ({LEAST_SCATTER})" in text  # which it does not


def test_a_name_that_means_several_numbers_needs_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losstui.detectors._rises.witness.LEAST_SCATTER", 0.5, raising=False)
    assert "`LEAST_SCATTER` of" in documentation(LateInstability())
    monkeypatch.setattr(LateInstability, "__doc__", "At `late_changes.LEAST_SCATTER`.")
    assert documentation(LateInstability()) == f"At `late_changes.LEAST_SCATTER` ({LEAST_SCATTER})."


@every_detector
def test_each_constant_that_is_named_has_a_value(cls: type[Detector]) -> None:
    without = re.findall(r"`([a-z0-9]+_[a-z0-9_]+|(?:\w+\.)?[A-Z][A-Z0-9_]+)`(?! \()", documentation(cls()))
    valued = re.findall(r"`([\w.]+)` \(", documentation(cls()))
    assert set(without) <= set(valued)


@every_detector
def test_what_decides_is_told_by_name_so_that_no_page_can_differ_from_the_code(cls: type[Detector]) -> None:
    text = (inspect.getdoc(cls) or "").partition("## How it decides")[2].partition("## When it is wrong")[0]
    told = NUMBER.findall(NO_BOUND.sub("", re.sub("`[^`]*`", "", " ".join(text.split()))))
    assert {float(one) for one in told} <= {0.0, 1.0}
