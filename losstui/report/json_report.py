"""The `--json` report, schema 1: one object, or one run a line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from losstui import __version__
from losstui.curves import RunCurves
from losstui.deaths import Death, death_of
from losstui.findings import Finding, Remedy

if TYPE_CHECKING:
    from losstui.analysis import RunReport
    from losstui.walk import LogError

SCHEMA = 1  # keys are only added under one number

JsonObject = dict[str, Any]


def dumps(value: object) -> str:
    """JSON text of `value`, plain ASCII; raises ValueError where a bare NaN or infinity is left in it."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def report_object(
    root: Sequence[str], reports: Iterable[RunReport], errors: Iterable[LogError]
) -> JsonObject:
    """The whole report as plain JSON values."""
    return {
        "schema": SCHEMA,
        "losstui": __version__,
        "root": list(root),
        "runs": [run_object(report) for report in reports],
        "group_findings": [],
        "errors": [error_object(error) for error in errors],
    }


def error_object(error: LogError) -> JsonObject:
    """One path that gave no run."""
    return {"path": error.path, "reason": error.reason}


def run_object(report: RunReport) -> JsonObject:
    """One run with its series, findings, checks and warnings."""
    run = report.run
    curves = RunCurves(run)
    return {
        "id": run.id,
        "sources": list(run.sources),
        "format": run.format,
        "status": run.status.value,
        "step_unit": run.step_unit.value,
        "verdict": report.verdict,
        "series": [_series(curves, tag) for tag in run.frame],
        "hyperparameters": {key: plain(value) for key, value in run.hyperparameters.items()},
        "findings": [_finding(finding) for finding in report.findings],
        "checks": dict(report.checks),
        "death": _death(death_of(run)),
        "warnings": list(run.warnings),
    }


def plain(value: object) -> Any:
    """`value` in types that JSON has: non-finite numbers as strings, anything else that it lacks as text."""
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in cast("Mapping[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in cast("Sequence[object]", value)]
    return str(value)


def number(value: float) -> float | str:
    """A finite number as it is, another as "NaN", "Infinity" or "-Infinity"."""
    if math.isfinite(value):
        return float(value)
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _series(curves: RunCurves, tag: str) -> JsonObject:
    series = curves.run.frame[tag]
    curve = curves.curve(tag)
    best = int(np.argmin(curve.descent)) if len(curve) else None
    return {
        "tag": tag,
        "role": curves.run.roles[tag].name,
        "points": len(series),
        "non_finite": int(np.count_nonzero(~np.isfinite(series.values))),
        "first_step": int(series.steps[0]),
        "last_step": int(series.steps[-1]),
        "first": number(float(series.values[0])),
        "last": number(float(series.values[-1])),
        "best": None if best is None else number(float(curve.values[best])),
        "best_step": None if best is None else int(curve.steps[best]),
    }


def _death(death: Death | None) -> JsonObject | None:
    if death is None:
        return None
    remedies = [_remedy(remedy) for remedy in death.remedies]
    return {"kind": death.kind, "cause": death.cause, "remedies": remedies}


def _finding(finding: Finding) -> JsonObject:
    return {
        "code": finding.code,
        "name": finding.name,
        "kind": finding.kind,
        "severity": finding.severity.value,
        "confidence": round(finding.confidence, 4),
        "tag": finding.tag,
        "onset": {"step": finding.onset.step, "low": finding.onset.low, "high": finding.onset.high},
        "spans": [{"first_step": span.first_step, "last_step": span.last_step} for span in finding.spans],
        "message": finding.message,
        "measures": [
            {"name": one.name, "value": number(one.value), "bound": number(one.bound), "unit": one.unit}
            for one in finding.measures
        ],
        "remedies": [_remedy(remedy) for remedy in finding.remedies],
    }


def _remedy(remedy: Remedy) -> JsonObject:
    return {
        "id": remedy.id,
        "title": remedy.title,
        "when": remedy.when,
        "why": remedy.why,
        "change": remedy.change,
        "verify": remedy.verify,
        "snippets": dict(remedy.snippets),
        "sources": list(remedy.sources),
    }
