"""What is different between two runs: findings, hyper-parameters, levels, and their curves step by step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.findings import Finding, Severity
from losstui.frame import FloatArray
from losstui.hyperparameters import HyperparameterDifference, differing, flattened
from losstui.kinds import Direction, Kind, Split
from losstui.roles import assign_roles
from losstui.run import Run, StepUnit
from losstui.run_report import RunReport
from losstui.stats.trend import MEDIAN_ERROR
from losstui.wording import readable

_SKIPPED = "skipped: "
LEAST_Z = 3.0  # standard errors: the best of many levels is a little lucky in either run
SAME_RATE = 0.01  # of the higher: a schedule logged now and then misses its peak by that


class Change(str, Enum):
    """How a finding of one run stands against another run, the worst first."""

    NEW = "new"
    WORSE = "worse"
    SAME = "same"
    BETTER = "better"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class ComparedFinding:
    """A finding beside the other run: that of the run itself, or of the reference where it is gone.

    `unsure` is why the run without the finding was not looked at: what was not looked for is neither
    new nor gone for certain. `before` is the severity in the reference, None where it is new.
    """

    finding: Finding
    change: Change
    before: Severity | None = None
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class LevelDifference:
    """The best level of a curve in the reference and now; `is_better` is None where noise may be why."""

    tag: str
    before: float
    now: float
    is_better: bool | None


@dataclass(frozen=True, slots=True)
class RunComparison:
    """A run beside a reference: findings, hyper-parameters that differ, best levels, last steps.

    `step_units` is what the steps of each count. Among the hyper-parameters is the peak of the learning rate
    where that was logged as a curve alone.
    """

    findings: tuple[ComparedFinding, ...]
    hyperparameters: tuple[HyperparameterDifference, ...]
    levels: tuple[LevelDifference, ...]
    last_steps: tuple[int, int]
    step_units: tuple[StepUnit, StepUnit]


def compare_runs(reference: tuple[RunReport, RunCurves], run: tuple[RunReport, RunCurves]) -> RunComparison:
    """All that is different between two runs, each its report and its curves."""
    return RunComparison(
        tuple(compare_findings(reference[0], run[0])),
        (
            *differing(reference[0].run.hyperparameters, run[0].run.hyperparameters),
            *_peak_rates(reference[1], run[1]),
        ),
        tuple(compare_levels(reference[1], run[1])),
        (_last_step(reference[0].run), _last_step(run[0].run)),
        (reference[0].run.step_unit, run[0].run.step_unit),
    )


def _peak_rates(reference: RunCurves, run: RunCurves) -> Iterator[HyperparameterDifference]:
    """The highest learning rates of two runs where they differ and no hyper-parameter says so."""
    before, now = reference.learning_rate, run.learning_rate
    names = [name for one in (reference, run) for name, _ in flattened(one.run.hyperparameters)]
    known = any(role.kind is Kind.LEARNING_RATE for role in assign_roles(names).values())
    if known or before is None or now is None or not (len(before) and len(now)):
        return
    peaks = float(np.max(before.values)), float(np.max(now.values))
    if not math.isclose(*peaks, rel_tol=SAME_RATE):
        yield HyperparameterDifference("peak of the learning rate", readable(peaks[0]), readable(peaks[1]))


def _last_step(run: Run) -> int:
    return max((int(series.steps[-1]) for series in run.frame.values() if len(series)), default=0)


def compare_levels(reference: RunCurves, run: RunCurves) -> list[LevelDifference]:
    """The best levels of the validation loss, the train loss and the held-out accuracy both runs have.

    A level is a running median (`Curve.levels`): one lucky value does not make a run the better one.
    """
    before, now = _main_curves(reference), _main_curves(run)
    compared: list[LevelDifference] = []
    for name, curve in now.items():
        other = before.get(name)
        if other is None or curve.role.direction is not other.role.direction:
            continue
        levels = float(other.levels[other.best_block]), float(curve.levels[curve.best_block])
        sign = -1.0 if curve.role.direction is Direction.HIGHER else 1.0
        error = math.hypot(_error_of_level(other), _error_of_level(curve))
        differs = abs(levels[1] - levels[0]) > LEAST_Z * error
        is_better = levels[1] < levels[0] if differs else None
        compared.append(LevelDifference(curve.tag, sign * levels[0], sign * levels[1], is_better))
    return compared


def _error_of_level(curve: Curve) -> float:
    """The standard error of one level, in the unit of the values."""
    values = curve.level_window * len(curve.values) / len(curve.blocks)
    return MEDIAN_ERROR * curve.noise / math.sqrt(values)


def _main_curves(curves: RunCurves) -> dict[str, Curve]:
    accuracies = curves.select(Kind.ACCURACY, Split.VALIDATION) or curves.select(Kind.ACCURACY)
    chosen = {
        "validation loss": curves.validation_loss,
        "train loss": curves.train_loss,
        "accuracy": accuracies[0] if accuracies else None,
    }
    return {name: curve for name, curve in chosen.items() if curve is not None and len(curve)}


def compare_findings(reference: RunReport, run: RunReport) -> list[ComparedFinding]:
    """What was found in `run` against `reference`: new first, then worse, same, better, gone.

    A finding is the same if it has the same code and is about the same tag, or about a tag of the same
    role: another program may call the train loss otherwise.
    """
    pairs = _pairs(reference, run)
    before_of = {id(now): before for before, now in pairs}
    paired = {id(before) for before, _ in pairs}
    compared: list[ComparedFinding] = []
    for now in run.findings:
        before = before_of.get(id(now))
        if before is None:
            compared.append(ComparedFinding(now, Change.NEW, None, _why_skipped(reference, now)))
        else:
            compared.append(ComparedFinding(now, _change(before, now), before.severity))
    for before in reference.findings:
        if id(before) not in paired:
            unsure = _why_skipped(run, before)
            compared.append(ComparedFinding(before, Change.GONE, before.severity, unsure))
    order = list(Change)
    compared.sort(key=lambda one: (order.index(one.change), -one.finding.severity.rank))
    return compared


def _pairs(reference: RunReport, run: RunReport) -> list[tuple[Finding, Finding]]:
    """The findings both runs have, each once: those about the same tag first, then by role."""
    pairs: list[tuple[Finding, Finding]] = []
    left, unmatched = list(reference.findings), list(run.findings)
    for by_role in (False, True):
        for now in list(unmatched):
            wanted = _subject(now, run.run, by_role=by_role)
            before = next(
                (one for one in left if _subject(one, reference.run, by_role=by_role) == wanted), None
            )
            if before is not None:
                pairs.append((before, now))
                left.remove(before)
                unmatched.remove(now)
    return pairs


def _subject(finding: Finding, run: Run, *, by_role: bool) -> tuple[str, str]:
    role = run.roles.get(finding.tag)
    if by_role and role is not None and role.kind is not Kind.OTHER:
        return finding.code, f"role {role.name}"
    return finding.code, f"tag {finding.tag}"


def _change(before: Finding, now: Finding) -> Change:
    if now.severity is before.severity:
        return Change.SAME
    return Change.WORSE if now.severity.rank > before.severity.rank else Change.BETTER


def _why_skipped(report: RunReport, finding: Finding) -> str:
    outcome = report.checks.get(finding.name, "")
    return outcome.removeprefix(_SKIPPED) if outcome.startswith(_SKIPPED) else ""


def difference(
    reference: tuple[FloatArray, FloatArray], curve: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """The steps of `curve` that `reference` has come to as well, and how far above it the values are there.

    Both are steps and values, shapes (n,) and (m,), finite, by step; the result has shape (k,), k <= m.
    Between two of its points the reference is taken to be a straight line.
    """
    (known, level), (steps, values) = reference, curve
    if not len(known):
        return np.empty(0), np.empty(0)
    shared = (steps >= known[0]) & (steps <= known[-1])
    return steps[shared], values[shared] - np.interp(steps[shared], known, level)
