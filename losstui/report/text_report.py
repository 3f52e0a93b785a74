"""The plain-text report: what a terminal-less `losstui` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from losstui.findings import Finding
from losstui.run import Status
from losstui.sanitise import clean
from losstui.wording import counted, percent

if TYPE_CHECKING:
    from losstui.analysis import RunReport
    from losstui.walk import LogError

MARKS = {"critical": "x", "warning": "!", "info": "i", "ok": "-"}


def run_lines(report: RunReport) -> Iterator[str]:
    """The lines of one run: its verdict, its findings, each with the first thing to try."""
    run = report.run
    size = f"{run.format}, {counted(len(run.frame), 'tag')}, {counted(run.frame.points, 'value')}"
    if run.status is not Status.UNKNOWN:
        size += f", {run.status.value}"
    yield f"{MARKS[report.verdict]} {clean(run.id)}: {report.verdict} ({size})"
    for finding in report.findings:
        yield from _finding_lines(finding, run.step_unit.value)
    for warning in run.warnings:
        yield f"    note: {clean(warning)}"


def _finding_lines(finding: Finding, unit: str) -> Iterator[str]:
    kind = f" ({finding.kind})" if finding.kind else ""
    onset = finding.onset
    yield (
        f"    {MARKS[finding.severity.value]} {finding.code} {finding.name}{kind} in {clean(finding.tag)}"
        f" since {unit} {onset.step} [{onset.low} to {onset.high}], {percent(finding.confidence)} sure"
    )
    yield f"        {clean(finding.message)}"
    if finding.remedies:
        yield f"        try: {finding.remedies[0].title}"


def closing_lines(verdicts: Counter[str], errors: Iterable[LogError]) -> Iterator[str]:
    """What could not be read, then how many runs ended with which verdict."""
    for error in errors:
        yield f"? {clean(error.path)}: {clean(error.reason)}"
    total = sum(verdicts.values())
    told = ", ".join(f"{verdicts[name]} {name}" for name in MARKS if verdicts[name])
    yield f"{counted(total, 'run')}: {told}" if total else "no runs"
