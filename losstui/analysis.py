"""The whole way for a run: read, curves, detectors, remedies, report. The library's front door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from losstui import plugins
from losstui.curves import RunCurves
from losstui.detecting import Detector, no_such_finding
from losstui.discovery import Discovery, discover, neighbours
from losstui.enriching import enriched
from losstui.findings import Finding, Skipped
from losstui.kin import Standing
from losstui.logged_runs import read_neighbours
from losstui.options import EVERYTHING, Options
from losstui.run import Run
from losstui.run_report import RunReport
from losstui.siblings import kin_of, standings
from losstui.stats.calibration import Calibrate, calibrated
from losstui.trainings import judged
from losstui.walk import LogError

__all__ = [
    "Discovery",
    "LogError",
    "Options",
    "RunReport",
    "analyse",
    "analyse_logs",
    "analyse_run",
    "find_logs",
]

CLEAR = "clear"
FOUND = "found"


def find_logs(paths: Sequence[Path]) -> Discovery:
    """Find the logs below `paths`; nothing is read but the heads of the files."""
    return discover(paths, plugins.load().parsers)


def analyse(paths: Sequence[Path], options: Options = EVERYTHING) -> Iterator[RunReport | LogError]:
    """Find, read and diagnose every run below `paths`; yields each as it is done.

    The errors of the plug-ins come first, all others last. Raises UsageError where the options name a
    detector there is not.
    """
    loaded = plugins.load(verify=options.verify)
    yield from (LogError("plug-ins", warning) for warning in loaded.warnings)
    yield from analyse_logs(discover(paths, loaded.parsers), options, loaded.detectors)


def analyse_logs(
    found: Discovery, options: Options, detectors: Sequence[Detector]
) -> Iterator[RunReport | LogError]:
    """Read what was found and diagnose it with those `detectors` that the options leave.

    A run that declares a family waits, as do those behind it, until its siblings are known: `siblings`.
    """
    chosen = chosen_detectors(detectors, options)
    errors = list(found.errors)
    waiting: list[RunReport] = []
    for logs in neighbours(found.logs):
        readers = [(log, partial(log.parser.read, log.group)) for log in logs]
        for outcome in read_neighbours(readers, options):
            if isinstance(outcome, LogError):
                errors.append(outcome)
                continue
            report = analyse_run(outcome, chosen)
            if report.kin is not None or waiting:
                waiting.append(report)
            else:
                yield report
    stands = standings(waiting)
    for report in waiting:
        yield beside_siblings(report, chosen, stands.get(report.run.id))
    yield from errors


def analyse_run(
    run: Run,
    detectors: Iterable[Detector],
    calibrate: Calibrate = calibrated,
    standing: Standing | None = None,
) -> RunReport:
    """Diagnose one run with those detectors; a detector that fails costs one warning, not the run.

    `calibrate` turns the name and the kind of a finding and the confidence of its detector into the one
    reported; `standing` is where the run stands among its siblings, as far as they are known.
    """
    curves = RunCurves(run, standing)
    warnings: list[str] = []
    outcomes = [(one, _outcome(one, curves, warnings)) for one in detectors]
    found = _found(outcomes)
    checks: dict[str, str] = {}
    kept: list[Finding] = []
    for detector, outcome in outcomes:
        explained_by = _explanation(detector.name, found)
        if isinstance(outcome, Skipped):
            checks[detector.name] = f"skipped: {outcome.reason}"
        elif explained_by is not None:
            checks[detector.name] = f"skipped: explained by {explained_by.partition(':')[0]}"
        else:
            checks[detector.name] = FOUND if outcome else CLEAR
            kept.extend(enriched(one, calibrate, run, standing) for one in outcome)
    kept.sort(key=lambda one: (-one.severity.rank, -one.confidence, one.onset.step, one.code))
    if warnings:
        run = replace(run, warnings=(*run.warnings, *warnings))
    return RunReport(run, tuple(kept), checks, kin_of(run, curves))


def _outcome(detector: Detector, curves: RunCurves, warnings: list[str]) -> Sequence[Finding] | Skipped:
    """What a detector says of a run; where it fails, `warnings` get one more."""
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            outcome = judged(detector, curves)
            return outcome if isinstance(outcome, Skipped) else tuple(outcome)
    except FloatingPointError:  # no test of significance holds where squares are infinite
        return Skipped("the values are too large to compute with")
    except Exception as error:  # noqa: BLE001  one failing detector must not hide what the others found
        warnings.append(f"detector {detector.name} failed: {type(error).__name__}: {error}")
        return Skipped(f"it failed: {type(error).__name__}")


def _found(outcomes: Iterable[tuple[Detector, Sequence[Finding] | Skipped]]) -> dict[str, tuple[str, ...]]:
    """All findings, each by its name and by that with its kind, with the names of those they yield to.

    What was over before another began on the same curve is not explained by it, and does not yield: a
    finding about the past does not vanish for what the run did later. Nor does a finding of several events,
    such as spikes, of which the first was over before, though others came later.
    """
    named: dict[str, list[Finding]] = {}
    yields: dict[str, tuple[str, ...]] = {}
    for detector, outcome in outcomes:
        for finding in () if isinstance(outcome, Skipped) else outcome:
            for name in (detector.name, f"{detector.name}:{finding.kind}"):
                named.setdefault(name, []).append(finding)
                yields[name] = detector.yields_to
    return {
        name: tuple(
            other
            for other in yields[name]
            if not all(_is_over(one, later) for one in findings for later in named.get(other, ()))
        )
        for name, findings in named.items()
    }


def _is_over(finding: Finding, other: Finding) -> bool:
    """Whether `finding`, or its first event, ended before `other` may have begun on the same curve."""
    return finding.tag == other.tag and finding.spans[0].last_step < other.onset.low


def _explanation(name: str, found: Mapping[str, tuple[str, ...]], behind: tuple[str, ...] = ()) -> str | None:
    """The first finding that makes `name` moot and stands: what is moot itself explains nothing.

    `found` are all findings, each by its name and by that with its kind, with those they yield to, and
    `behind` those that were asked for it, so that two which yield to each other end somewhere.
    """
    return next(
        (
            other
            for other in found.get(name, ())
            if other in found and other not in behind and _explanation(other, found, (*behind, name)) is None
        ),
        None,
    )


def beside_siblings(report: RunReport, detectors: Iterable[Detector], standing: Standing | None) -> RunReport:
    """The report of a run whose siblings are known too; the same one where they say no more of it."""
    if standing is None:
        return report
    beside = analyse_run(report.run, detectors, standing=standing)
    if beside.findings == report.findings and beside.checks == report.checks:
        return report
    return replace(beside, run=report.run)  # with the warnings of the detectors, once


def chosen_detectors(detectors: Sequence[Detector], options: Options) -> list[Detector]:
    """The detectors that `options.select` and `options.ignore` leave, in the order of their codes.

    Raises UsageError where one of them fits no detector.
    """
    for wanted in (*options.select, *options.ignore):
        if not any(_is(detector, wanted) for detector in detectors):
            raise no_such_finding(wanted, detectors)
    return [
        detector
        for detector in detectors
        if (not options.select or any(_is(detector, wanted) for wanted in options.select))
        and not any(_is(detector, unwanted) for unwanted in options.ignore)
    ]


def _is(detector: Detector, wanted: str) -> bool:
    """Whether `wanted` is the name of what `detector` finds, its code, or the beginning of it: "LT1"."""
    return detector.name == wanted or (wanted.isupper() and detector.code.startswith(wanted))
