"""The same run told otherwise, and told bit by bit: does the diagnosis stay, and when does it come?"""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.detection.classes import SAID_BY, LabelledRun, classes_said
from benchmarks.detection.scoring import Alarms
from benchmarks.detection.tools import Tool
from losstui.analysis import Options, find_logs
from losstui.detectors._skill import MISSES
from losstui.frame import Frame, Series
from losstui.logged_runs import read_runs
from losstui.roles import Kind
from losstui.run import Run

PREFIXES = 10  # of each run: what is told after each tenth
VALUE_SCALE = 1000.0  # times: a loss in another unit
STEP_OFFSET = 1_000_000  # steps: a log that does not begin at 0
LOSSES = (Kind.LOSS, Kind.COMPONENT_LOSS)


def _with_series(run: Run, change: Callable[[Series], Series]) -> Run:
    return replace(run, frame=Frame(change(one) for one in run.frame.values()))


def _chosen(series: Series, index: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Series:
    columns = {name: getattr(series, name) for name in ("wall_times", "epochs", "sessions")}
    kept = {name: None if column is None else column[index] for name, column in columns.items()}
    return Series(series.tag, series.steps[index], series.values[index], **kept)


def scaled(run: Run) -> Run:
    """All losses in units a thousand times smaller, and with them their gradients.

    But for the shares of wrong answers, which have no unit.
    """

    def change(series: Series) -> Series:
        of_a_loss = run.roles[series.tag].kind in (*LOSSES, Kind.GRAD_NORM, Kind.LAYER_GRAD_NORM)
        in_units = of_a_loss and MISSES.search(series.tag.lower()) is None
        return replace(series, values=series.values * VALUE_SCALE) if in_units else series

    return _with_series(run, change)


def shifted(run: Run) -> Run:
    """Steps that begin at a million."""
    return _with_series(run, lambda series: replace(series, steps=series.steps + STEP_OFFSET))


def thinned(run: Run) -> Run:
    """Every other value of each tag, in each session by itself: where two overlap, their rows alternate."""

    def change(series: Series) -> Series:
        sessions = np.zeros(len(series)) if series.sessions is None else series.sessions
        kept = [np.flatnonzero(sessions == one)[::2] for one in np.unique(sessions)]
        return _chosen(series, np.sort(np.concatenate(kept)) if kept else np.empty(0, np.int64))

    return _with_series(run, change)


def doubled(run: Run) -> Run:
    """Every row written twice."""
    return _with_series(run, lambda series: _chosen(series, np.repeat(np.arange(len(series)), 2)))


def reordered(run: Run) -> Run:
    """Through a file that holds one tag after the other, as long tables often do."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        with path.open("w", encoding="utf-8") as stream:
            for tag in reversed(list(run.frame)):
                series = run.frame[tag]
                for i in range(len(series)):
                    row = {"step": int(series.steps[i]), tag: float(series.values[i])}
                    if series.wall_times is not None:
                        row["time"] = float(series.wall_times[i])
                    stream.write(json.dumps(row) + "\n")
        for log in find_logs([path]).logs:
            for read in read_runs(log, partial(log.parser.read, log.group), Options()):
                if isinstance(read, Run):
                    return read
    raise ValueError(f"{run.id}: could not be read back")


CHANGES: Mapping[str, Callable[[Run], Run]] = {
    "losses x 1000": scaled,
    "steps + 1,000,000": shifted,
    "every other value": thinned,
    "every row twice": doubled,
    "one tag after the other": reordered,
}


def changed_shares(tool: Tool, runs: Iterable[LabelledRun]) -> dict[str, Alarms]:
    """For each change, in how many runs the set of warnings is another one."""
    shares = {name: Alarms() for name in CHANGES}
    for run in runs:
        before = _warnings(tool, run.runs[0])
        for name, change in CHANGES.items():
            if name != "one tag after the other" or "resumed" not in run.labels:
                shares[name].add(_warnings(tool, change(run.runs[0])) != before)
    return shares


def _warnings(tool: Tool, run: Run) -> set[str]:
    return {claim.name for claim in tool(run) if claim.loud}


@dataclass(slots=True)
class Replay:
    """What happened while logs grew.

    By class: `delays` are the steps from the onset to the end of the first prefix that tells it, as
    shares of the run; `taken_back` counts runs where a right class was said and later no more. `alarms`
    counts, by finding, the healthy runs that got it as a warning in any prefix.
    """

    delays: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    taken_back: dict[str, Alarms] = field(default_factory=lambda: defaultdict(Alarms))
    healthy: Alarms = field(default_factory=Alarms)
    alarms: Counter[str] = field(default_factory=Counter[str])


def replay(tool: Tool, runs: Iterable[LabelledRun]) -> Replay:
    """Tell each run in `PREFIXES` growing prefixes."""
    outcome = Replay()
    for run in runs:
        claims = [tool(_prefix(run.runs[0], i / PREFIXES)) for i in range(1, PREFIXES + 1)]
        if run.healthy:
            excused = {f for name in (run.labels | run.gray) & SAID_BY.keys() for f in SAID_BY[name]}
            loud = {c.name for said in claims for c in said if c.loud} - excused
            outcome.healthy.add(bool(loud))
            outcome.alarms.update(loud)
        for name in run.labels & SAID_BY.keys() - {"converged"}:
            told = [name in classes_said(said) for said in claims]
            if any(told):
                gone = any(before and not after for before, after in pairwise(told))
                outcome.taken_back[name].add(gone)
            if told[-1] and run.onset is not None and name == run.onset_of:
                end = (told.index(True) + 1) / PREFIXES
                outcome.delays[name].append(max(0.0, end - run.onset / run.span))
    return outcome


def _prefix(run: Run, share: float) -> Run:
    """The rows up to that share of the steps."""
    ends = [(int(one.steps[0]), int(one.steps[-1])) for one in run.frame.values() if len(one)]
    first, last = min(low for low, _ in ends), max(high for _, high in ends)
    until = first + share * (last - first)
    cut = _with_series(run, lambda series: _chosen(series, np.flatnonzero(series.steps <= until)))
    kept = Frame(one for one in cut.frame.values() if len(one))
    return replace(cut, frame=kept, roles={tag: run.roles[tag] for tag in kept})
