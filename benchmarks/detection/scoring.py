"""Counts hits and mistakes of one tool on labelled runs."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.detection.classes import (
    OUTSIDE_MEAN,
    SAID_BY,
    UNSEEN,
    Claim,
    LabelledRun,
    classes_said,
    is_wrong,
)
from benchmarks.detection.tools import Tool

LEAST_LABELLED = 3  # runs of a class: fewer do not count in the mean
Z = 1.96  # of a 95 % interval


def wilson(hits: float, of: int) -> tuple[float, float]:
    """The 95 % interval of Wilson for a share of `hits` in `of`; (0, 1) where there is nothing."""
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, Z * Z / of
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * math.sqrt(share * (1 - share) / of + square / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(slots=True)
class Alarms:
    """How many runs of a kind got a warning or worse."""

    raised: int = 0
    runs: int = 0

    def add(self, raised: bool) -> None:
        """Count one more run."""
        self.raised += raised
        self.runs += 1

    def text(self) -> str:
        """Alarms per 100 runs with their interval."""
        if not self.runs:
            return "-"
        low, high = wilson(self.raised, self.runs)
        return f"{100 * self.raised / self.runs:.1f} ({100 * low:.1f} to {100 * high:.1f})"


@dataclass(frozen=True, slots=True)
class Placed:
    """One onset that a tool gave: how far off, as a share of the run, and the same for its interval's width.

    `covered` is None where the tool gives no interval.
    """

    error: float
    width: float
    covered: bool | None


@dataclass(slots=True)
class Score:
    """What one tool got right and wrong."""

    hits: Counter[str] = field(default_factory=Counter[str])
    missed: Counter[str] = field(default_factory=Counter[str])
    wrong: Counter[str] = field(default_factory=Counter[str])
    healthy: Alarms = field(default_factory=Alarms)
    traps: Alarms = field(default_factory=Alarms)
    off_target: Alarms = field(default_factory=Alarms)
    unseen: dict[str, Alarms] = field(default_factory=lambda: defaultdict(Alarms))  # by class
    onsets: dict[str, list[Placed]] = field(default_factory=lambda: defaultdict(list))  # by class
    seconds: float = 0.0
    runs: int = 0

    def precision(self, name: str) -> float:
        """Hits of all that was said; NaN where nothing was."""
        said = self.hits[name] + self.wrong[name]
        return self.hits[name] / said if said else math.nan

    def recall(self, name: str) -> float:
        """Hits of all that is there; NaN where nothing is."""
        there = self.labelled(name)
        return self.hits[name] / there if there else math.nan

    def f1(self, name: str) -> float:
        """The harmonic mean of precision and recall; NaN where neither exists."""
        total = 2 * self.hits[name] + self.wrong[name] + self.missed[name]
        return 2 * self.hits[name] / total if total else math.nan

    def labelled(self, name: str) -> int:
        """The runs that have that label."""
        return self.hits[name] + self.missed[name]

    def macro_f1(self, *, known_only: bool = False) -> float:
        """The mean F1 of the classes with enough labelled runs; `known_only`: of those ever said."""
        counted = [
            self.f1(name)
            for name in SAID_BY
            if name not in OUTSIDE_MEAN
            and self.labelled(name) >= LEAST_LABELLED
            and (not known_only or self.hits[name] + self.wrong[name])
        ]
        return sum(counted) / len(counted) if counted else math.nan


def claims_of(tool: Tool, run: LabelledRun) -> list[Claim]:
    """What the tool says of all that the log holds."""
    return [claim for one in run.runs for claim in tool(one)]


def score(tool: Tool, runs: Iterable[LabelledRun]) -> Score:
    """Run the tool on every run and count."""
    total = Score()
    for run in runs:
        start = time.process_time()
        claims = claims_of(tool, run)
        total.seconds += time.process_time() - start
        total.runs += 1
        count(total, run, claims)
    return total


def count(total: Score, run: LabelledRun, claims: list[Claim]) -> None:
    """Add one run, of which `claims` were made, to the score."""
    if "missed" in run.labels:
        total.off_target.add(any(claim.loud for claim in claims))
        return
    said = classes_said(claims)
    for name in SAID_BY:
        if run.judged is not None and name not in run.judged:
            continue
        if name in run.labels:
            (total.hits if name in said else total.missed)[name] += 1
            if name in said:
                _count_onset(total, run, name, claims)
        elif name in said and is_wrong(name, run):
            total.wrong[name] += 1
    for name in UNSEEN:
        if UNSEEN[name] in run.labels:
            total.unseen[name].add(name in said)
    if run.judged is None:
        _count_alarm(total, run, claims)


def _count_alarm(total: Score, run: LabelledRun, claims: list[Claim]) -> None:
    excused = {finding for name in (run.labels | run.gray) & SAID_BY.keys() for finding in SAID_BY[name]}
    alarm = any(claim.loud and claim.name not in excused for claim in claims)
    if run.healthy:
        total.healthy.add(alarm)
    elif run.trap:
        total.traps.add(alarm)


def _count_onset(total: Score, run: LabelledRun, name: str, claims: list[Claim]) -> None:
    if run.onset is None or name != run.onset_of:
        return
    first = next((claim for claim in claims if claim.name in SAID_BY[name] and claim.step is not None), None)
    if first is None or first.step is None:
        return
    error = abs(first.step - run.onset) / run.span
    if first.low is None or first.high is None:
        total.onsets[name].append(Placed(error, 0.0, None))
    else:
        covered = first.low <= run.onset <= first.high
        total.onsets[name].append(Placed(error, (first.high - first.low) / run.span, covered))
