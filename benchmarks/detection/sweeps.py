"""`python -m benchmarks.detection.sweeps`: what the runs of one task tell of each other.

The generated runs, put together as people keep theirs: the runs of a task in one folder, with the settings
logged or in the names, all of them or `FEW` at a time; and, as traps, runs of several tasks in one folder.
Prints and writes `sweeps.md`: the flat runs found and the healthy runs warned of, each alone and beside
its siblings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.detection.classes import SAID_BY, LabelledRun
from benchmarks.detection.generator import ALL_TASKS, RECIPES, generate, name_of, setup_of
from benchmarks.detection.scoring import Alarms
from benchmarks.detection.setups import Setup
from benchmarks.detection.table import rows
from benchmarks.detection.tasks import Task
from losstui import plugins
from losstui.analysis import analyse_run, beside_siblings
from losstui.findings import Severity
from losstui.run import Run
from losstui.run_report import RunReport
from losstui.siblings import standings

RESULTS = Path(__file__).with_name("sweeps.md")
FEW = 6  # runs: a small sweep
STUCK = ("plateau", "underfitting")
SAY_SO = frozenset(finding for name in STUCK for finding in SAID_BY[name])

Settings = dict[str, object]


@dataclass(frozen=True)
class Folder:
    """A way to keep runs: how one is told from its settings, and which runs lie together."""

    name: str
    tell: Callable[[int, LabelledRun, Settings], Run]
    mixed: bool = False
    few: bool = False
    two: bool = False


def settings_of(task: Task, recipe_name: str, setup: Setup) -> Settings:
    """What a trainer would log of a setup; what was broken in the data or the code it does not know."""
    schedule = setup.schedule.__name__
    return {
        "learning_rate": (task.adam_rate if setup.adam else task.rate) * setup.rate,
        "optimizer": "adam" if setup.adam else "sgd",
        "momentum": setup.momentum,
        "scheduler": recipe_name if schedule == "<lambda>" else schedule,
        "weight_decay": setup.weight_decay,
        "hidden": "-".join(map(str, task.sizes[1:-1] if setup.hidden is None else setup.hidden)),
        "activation": setup.activation,
        "gain": setup.gain,
        "frozen_layers": setup.frozen_layers,
        "batch_size": setup.batch or task.batch,
        "examples": setup.examples,
        "pretrained": setup.pretrained > 0.0,
    }


def all_settings() -> dict[str, Settings]:
    """The settings of each generated run, by its id."""
    return {
        (name := name_of(task, recipe, seed)): settings_of(task, recipe.name, setup_of(name, recipe)[0])
        for task in ALL_TASKS
        for recipe in RECIPES
        for seed in range(recipe.seeds)
    }


def _logged(index: int, run: LabelledRun, settings: Settings) -> Run:
    parameters = {**settings, "task": run.task, "seed": index}
    return replace(run.runs[0], id=f"runs/run-{index}", hyperparameters=parameters)


def _named(index: int, run: LabelledRun, settings: Settings) -> Run:
    kept = {name: value for name, value in settings.items() if name not in ("learning_rate", "weight_decay")}
    words = "_".join(f"{value}" for value in kept.values())
    rates = f"lr-{settings['learning_rate']:.3g}_wd-{settings['weight_decay']:.3g}"
    return replace(run.runs[0], id=f"{run.task}_{words}/{rates}/seed-{index}")


def _undeclared(index: int, run: LabelledRun, settings: Settings) -> Run:
    return replace(run.runs[0], id=f"runs/run-{index}", hyperparameters={**settings, "seed": index})


def _nameless(index: int, run: LabelledRun, settings: Settings) -> Run:
    return replace(run.runs[0], id=f"runs/version_{index}")


FOLDERS = (
    Folder("a task a folder, settings logged", _logged),
    Folder(f"the same, {FEW} runs a folder", _logged, few=True),
    Folder("a task a folder, rate and seed in the names", _named),
    Folder("all tasks in one folder, settings and task logged", _logged, mixed=True),
    Folder("the same, the task not logged", _undeclared, mixed=True),
    Folder("two tasks in one folder, neither logged", _undeclared, two=True),
    Folder("all tasks in one folder, task and settings in the names", _named, mixed=True),
    Folder("the same, nothing logged, numbered names", _nameless, mixed=True),
)


def folders_of(folder: Folder, runs: Sequence[LabelledRun]) -> Iterator[list[LabelledRun]]:
    """The runs that lie together; which `FEW` do is drawn by lot."""
    if folder.mixed:
        yield list(runs)
        return
    tasks = list(dict.fromkeys(run.task for run in runs))
    if folder.two:
        for one, other in combinations(tasks, 2):
            yield [run for run in runs if run.task in (one, other)]
        return
    for task in tasks:
        own = [run for run in runs if run.task == task]
        if not folder.few:
            yield own
            continue
        order = np.random.default_rng(len(own)).permutation(len(own))
        for first in range(0, len(own) - FEW + 1, FEW):
            yield [own[i] for i in order[first : first + FEW]]


@dataclass(slots=True)
class Counted:
    """Stuck runs of which a finding says so, healthy runs with a warning that is wrong."""

    plateau: Alarms
    underfitting: Alarms
    healthy: Alarms

    def add(self, run: LabelledRun, report: RunReport) -> None:
        """Count one run."""
        loud = {one.name for one in report.findings if one.severity is not Severity.INFO}
        for name, counted in (("plateau", self.plateau), ("underfitting", self.underfitting)):
            if name in run.labels:
                counted.add(bool(loud & SAID_BY[name]))
        if run.healthy:
            excused = {said for name in (run.labels | run.gray) & SAID_BY.keys() for said in SAID_BY[name]}
            self.healthy.add(bool(loud - excused))


def count(folder: Folder, runs: Sequence[LabelledRun], known: dict[str, Settings]) -> tuple[Counted, Counted]:
    """Each run alone, and beside the others of its folder."""
    detectors = plugins.load().detectors
    alone, beside = (Counted(Alarms(), Alarms(), Alarms()) for _ in range(2))
    for together in folders_of(folder, runs):
        told = [folder.tell(index, run, known[run.id]) for index, run in enumerate(together)]
        reports = [analyse_run(run, detectors) for run in told]
        stands = standings(reports)
        for run, report in zip(together, reports, strict=True):
            alone.add(run, report)
            beside.add(run, beside_siblings(report, detectors, stands.get(report.run.id)))
    return alone, beside


def table(runs: Sequence[LabelledRun]) -> str:
    """One row for each way to keep runs and each half."""
    known = all_settings()
    body: list[list[str]] = []
    for folder in FOLDERS:
        for half in ("dev", "report"):
            alone, beside = count(folder, [run for run in runs if run.half == half], known)
            cells = [
                f"{before.raised} → {after.raised} of {after.runs}"
                for before, after in (
                    (alone.plateau, beside.plateau),
                    (alone.underfitting, beside.underfitting),
                    (alone.healthy, beside.healthy),
                )
            ]
            body.append([folder.name, half, *cells])
    return rows(["kept", "half", "plateau found", "underfitting found", "healthy warned of"], body)


def write(runs: Iterable[LabelledRun]) -> str:
    """Count, write the page and return it."""
    text = f"""# Sweeps

`python -m benchmarks.detection.sweeps`: the runs trained here, kept as people keep theirs, each judged alone
→ beside its siblings. The last four rows are traps: many tasks in one folder.

{table(list(runs))}"""
    RESULTS.write_text(text, encoding="utf-8")
    return text


def main() -> None:
    """Train, count and write."""
    print(write(generate()), end="")


if __name__ == "__main__":
    main()
