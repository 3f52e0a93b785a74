"""Labelled logs from a folder: each part of it holds a `labels.csv` and one folder a run, named by its id.

The columns read are `id`, `labels`, `gray`, `onset`, `confidence` and, for the task, the first there is of
`task`, `workload` and `format`; several labels are joined with "|".
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from zlib import crc32

from benchmarks.detection.classes import LabelledRun, Names
from losstui.analysis import Options, find_logs
from losstui.logged_runs import read_runs
from losstui.run import Run

# How labels by hand spell a class.
OTHER_SPELLINGS = {
    "spikes": "loss_spikes",
    "slow": "slow_convergence",
    "underfit": "underfitting",
    "noisy-validation": "noisy_validation",
    "still improving": "improving",
    "still-improving": "improving",
    "periodic": "oscillation",
}
NO_OVERFITTING = "not-overfitting"
# What a log says by its steps and times, and no curve shows: a part whose labels never name it was not read
# for it.
BESIDE_THE_CURVES = frozenset({"resumed", "stalled", "throughput_drop"})
TASK_COLUMNS = ("task", "workload", "format")


def names(text: str | None) -> Names:
    """The labels in one cell."""
    words = [word.strip() for word in (text or "").split("|")]
    return frozenset(OTHER_SPELLINGS.get(word, word) for word in words if word)


def read_corpus(folder: Path) -> Iterator[LabelledRun]:
    """Every run that is labelled and could be read, part by part; labels of low confidence are left out."""
    for labels in sorted(folder.glob("*/labels.csv")):
        yield from read_part(labels.parent)


def read_part(part: Path) -> Iterator[LabelledRun]:
    """The labelled runs of one part, by id."""
    with (part / "labels.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["id"]: row for row in csv.DictReader(stream)}
    runs = _runs(part)
    binary = any(NO_OVERFITTING in names(row["labels"]) for row in rows.values())
    unknown = BESIDE_THE_CURVES.difference(*(names(row["labels"]) for row in rows.values()))
    tasks = {id_: _task(part, row) for id_, row in rows.items()}
    halves = half_of(set(tasks.values()))
    for id_, row in sorted(rows.items()):
        labels = names(row["labels"])
        low = (row.get("confidence") or "high") == "low"
        if id_ in runs and not low and not labels & {"no-curve", "other"}:
            yield LabelledRun(
                id=f"{part.name}/{id_}",
                source=part.name,
                task=tasks[id_],
                half=halves[tasks[id_]],
                runs=tuple(runs[id_]),
                labels=labels,
                gray=names(row.get("gray")) | unknown,
                onset=_onset(row.get("onset"), labels),
                onset_of=min(labels, default=None),
                judged=frozenset({"overfitting"}) if binary else None,
            )


def half_of(tasks: set[str]) -> dict[str, str]:
    """Which half a task belongs to: every other one in an order that its name alone decides."""
    ordered = sorted(tasks, key=lambda task: (crc32(task.encode()), task))
    return {task: ("report", "dev")[i % 2] for i, task in enumerate(ordered)}


def _task(part: Path, row: dict[str, str]) -> str:
    """Runs of which no task is known are one task: nothing says that they differ."""
    named = next((row[column] for column in TASK_COLUMNS if row.get(column)), "")
    return f"{part.name}/{named}"


def _onset(text: str | None, labels: Names) -> int | None:
    """The labelled onset, where it is that of one label alone."""
    try:
        return int(float(text or "")) if len(labels) == 1 else None
    except ValueError:
        return None


def _runs(part: Path) -> dict[str, list[Run]]:
    """The runs that can be read, by the folder directly below the part that they lie in."""
    found: dict[str, list[Run]] = defaultdict(list)
    for log in find_logs([part]).logs:
        for run in read_runs(log, partial(log.parser.read, log.group), Options()):
            if isinstance(run, Run) and run.sources:
                found[Path(run.sources[0]).relative_to(part).parts[0]].append(run)
    return found
