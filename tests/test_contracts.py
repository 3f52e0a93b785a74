"""What every registered detector and parser must do: the next member is tested before it is written."""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from losstui.analysis import analyse_run
from losstui.curves import RunCurves
from losstui.detecting import Detector
from losstui.detectors import DETECTORS
from losstui.findings import Severity, Skipped
from losstui.parsing import LogFile, Parser
from losstui.remedies import remedies_for
from losstui.run import Run
from losstui_parsers import PARSERS
from support import make_run

TESTS = Path(__file__).parent
HEADINGS = ("## What it looks for", "## How it decides", "## When it is wrong", "## Source")

every_detector = pytest.mark.parametrize("cls", DETECTORS, ids=lambda cls: cls.code)
every_parser = pytest.mark.parametrize("cls", PARSERS, ids=lambda cls: cls.name)


def healthy_run(points: int = 400) -> Run:
    rng = np.random.default_rng(0)
    steps = np.arange(points)
    loss = 0.3 + 2.0 / (1.0 + steps / 25.0) + rng.normal(0, 0.02, points)
    validation_steps = range(0, points, 10)
    validation = (
        0.35 + 2.0 / (1.0 + np.asarray(validation_steps) / 25.0) + rng.normal(0, 0.01, len(validation_steps))
    )
    return make_run(
        {
            "train/loss": loss,
            "val/loss": validation,
            "train/accuracy": 0.9 - 0.8 / (1.0 + steps / 25.0) + rng.normal(0, 0.01, points),
            "train/learning_rate": 1e-3 * (0.02 + 0.98 * 0.5 * (1.0 + np.cos(np.pi * steps / points))),
            "train/grad_norm": 1.0 / (1.0 + steps / 100.0) * np.exp(rng.normal(0, 0.2, points)),
        },
        {"val/loss": validation_steps},
    )


@every_detector
def test_detector_is_named_after_its_file(cls: type[Detector]) -> None:
    assert inspect.getmodule(cls) is not None
    assert cls.__module__ == f"losstui.detectors.{cls.name.replace('-', '_')}"
    assert cls.__name__ == "".join(part.capitalize() for part in cls.name.split("-"))
    assert re.fullmatch(r"LT\d{3}", cls.code)


@every_detector
def test_detector_has_documentation_and_constants_and_a_test_file(cls: type[Detector]) -> None:
    documentation = inspect.getdoc(cls) or ""
    positions = [documentation.find(heading) for heading in HEADINGS]
    assert all(position > 0 for position in positions), (
        f"missing headings: {dict(zip(HEADINGS, positions, strict=True))}"
    )
    assert positions == sorted(positions)
    assert dataclasses.is_dataclass(cls)
    assert (TESTS / "losstui" / "detectors" / f"test_{cls.name.replace('-', '_')}.py").is_file()


@every_detector
def test_detector_has_remedies(cls: type[Detector]) -> None:
    assert len(remedies_for(cls.name)) >= 2


@every_detector
def test_detector_yields_only_to_detectors_there_are(cls: type[Detector]) -> None:
    assert {name.partition(":")[0] for name in cls.yields_to} <= {one.name for one in DETECTORS} - {cls.name}


@every_detector
def test_detector_asks_no_other_detector(cls: type[Detector]) -> None:
    known = [*vars(sys.modules[cls.__module__]).values()]
    others = [other for other in DETECTORS if other is not cls]
    assert [other.name for other in others if any(one is other for one in known)] == []


@every_detector
def test_detector_warns_of_nothing_on_a_healthy_run(cls: type[Detector]) -> None:
    outcome = cls().detect(RunCurves(healthy_run()))
    loud = (
        [] if isinstance(outcome, Skipped) else [one for one in outcome if one.severity is not Severity.INFO]
    )
    assert loud == []


@every_detector
@pytest.mark.parametrize("values", [[], [1.0], [float("nan")], [float("nan")] * 50, [2.0] * 50], ids=repr)
def test_detector_survives_a_degenerate_run(cls: type[Detector], values: list[float]) -> None:
    tags = {"train/loss": values, "val/loss": values, "lr": values, "grad_norm": values, "accuracy": values}
    outcome = cls().detect(RunCurves(make_run(tags)))
    assert isinstance(outcome, Skipped) or all(finding.spans for finding in outcome)


@every_detector
def test_detector_changes_nothing_and_says_the_same_twice(cls: type[Detector]) -> None:
    run = healthy_run()
    before = {tag: (series.steps.copy(), series.values.copy()) for tag, series in run.frame.items()}
    assert cls().detect(RunCurves(run)) == cls().detect(RunCurves(run))
    for tag, (steps, values) in before.items():
        np.testing.assert_array_equal(run.frame[tag].steps, steps)
        np.testing.assert_array_equal(run.frame[tag].values, values)


def test_codes_are_distinct_and_in_order() -> None:
    codes = [cls.code for cls in DETECTORS]
    assert all(before < after for before, after in pairwise(codes))
    assert len({cls.name for cls in DETECTORS}) == len(codes)


def test_every_check_of_a_healthy_run_is_answered() -> None:
    report = analyse_run(healthy_run(), [cls() for cls in DETECTORS])
    assert set(report.checks) == {cls.name for cls in DETECTORS}
    assert all(re.fullmatch(r"found|clear|skipped: .+", answer) for answer in report.checks.values())
    assert report.verdict in ("ok", "info")
    assert report.run.warnings == ()


@every_parser
def test_parser_has_documentation_and_a_test_file(cls: type[Parser]) -> None:
    assert inspect.getdoc(cls)
    assert isinstance(cls(), Parser)
    assert (TESTS / "losstui_parsers" / f"test_{cls.__module__.rsplit('.', 1)[-1]}.py").is_file()


@every_parser
@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF" + bytes(range(256)) * 8,
        b"Dear diary,\nnothing was trained today.\n",
        b"{}",
        b"[]",
        b"\x00" * 4096,
    ],
    ids=["binary", "prose", "empty object", "empty list", "zeros"],
)
def test_parser_does_not_claim_what_is_no_log(cls: type[Parser], content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert cls().recognise(LogFile(path)) is None


def test_parser_names_are_distinct() -> None:
    names = [cls.name for cls in PARSERS]
    assert len(set(names)) == len(names)
