"""The plain-text report: what a terminal-less `losstui` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from losstui.deaths import DEAD, death_of
from losstui.findings import Finding
from losstui.run import Status
from losstui.sanitise import clean
from losstui.wording import counted, percent

if TYPE_CHECKING:
    from losstui.analysis import RunReport
    from losstui.walk import LogError

MARKS = {"critical": "x", "warning": "!", DEAD: "!", "info": "i", "ok": "-"}  # the worst first
ILL = ("critical", "warning", DEAD)
MOST_LOOKED_THROUGH = 8  # runs: about as many, with three lines for a finding, are on one screen


def run_lines(report: RunReport) -> Iterator[str]:
    """The lines of one run: its verdict, its findings, each with the first thing to try."""
    run = report.run
    size = f"{run.format}, {counted(len(run.frame), 'tag')}, {counted(run.frame.points, 'value')}"
    state = state_of(report)
    if run.status.value not in (Status.UNKNOWN.value, state):
        size += f", {run.status.value}"
    yield f"{MARKS[state]} {clean(run.id)}: {state} ({size})"
    death = death_of(run)
    if death is not None:
        yield f"    {MARKS[DEAD]} {death}"
        yield f"        try: {death.remedies[0].title}"
    for finding in report.findings:
        yield from _finding_lines(finding, run.step_unit.value)
    for warning in run.warnings:
        if warning != run.cause:
            yield f"    note: {clean(warning)}"


def state_of(report: RunReport) -> str:
    """How a run is, one of `MARKS`: its verdict, or that it is dead, where there is no warning."""
    return DEAD if report.verdict not in ILL and report.run.status is Status.DEAD else report.verdict


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


@dataclass(slots=True)
class TextReport:
    """The lines of many runs, the worst first: whoever reads the beginning has read what matters."""

    told: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])  # by state

    def add(self, report: RunReport) -> None:
        """Take in one run."""
        self.told.setdefault(state_of(report), []).extend(run_lines(report))

    def lines(self) -> Iterator[str]:
        """The lines of all runs; those in the same state in the order in which they came."""
        for state in MARKS:
            yield from self.told.get(state, ())


@dataclass(slots=True)
class Tally:
    """How many runs have which verdict, and a line for each that needs someone: it is ill, or it died."""

    verdicts: Counter[str] = field(default_factory=Counter[str])
    states: Counter[str] = field(default_factory=Counter[str])  # as `state_of` has them
    ill: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])  # one of `ILL`, and the line

    def add(self, report: RunReport) -> None:
        """Count one run."""
        state = state_of(report)
        self.verdicts[report.verdict] += 1
        self.states[state] += 1
        if state in ILL:
            run = report.run
            if state == DEAD:
                why = str(death_of(run))
            else:
                worst = report.findings[0]
                why = f"{worst.name} since {run.step_unit.value} {worst.onset.step}"
            self.ill.append((state, f"{MARKS[state]} {clean(run.id)}: {why}"))

    def __str__(self) -> str:
        total = sum(self.verdicts.values())
        told = ", ".join(f"{self.states[name]} {name}" for name in MARKS if self.states[name])
        return f"{counted(total, 'run')}: {told}" if total else "no runs"


def closing_lines(tally: Tally, errors: Iterable[LogError]) -> Iterator[str]:
    """What could not be read, then how many runs have which verdict.

    Of more runs than one looks through, those that are ill are named again, the worst first.
    """
    for error in errors:
        yield f"? {clean(error.path)}: {clean(error.reason)}"
    if sum(tally.verdicts.values()) > MOST_LOOKED_THROUGH:
        yield from (line for name in ILL for verdict, line in tally.ill if verdict == name)
    yield str(tally)
