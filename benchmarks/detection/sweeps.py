"""`python -m benchmarks.detection.sweeps`: what the runs of one task tell of each other.

The generated runs, put together as people keep theirs: the runs of a task in one folder, with the settings
logged or in the names, all of them or `FEW` at a time; and, as traps, runs of several tasks in one folder.
Prints and writes `sweeps.md`: the flat runs found and the healthy runs warned of, each alone and beside
its siblings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks.detection.classes import SAID_BY, UNSEEN, LabelledRun, is_wrong
from benchmarks.detection.generator import ALL_TASKS, generate, name_of, recipes_of, setup_of
from benchmarks.detection.scoring import Alarms
from benchmarks.detection.setups import Setup
from benchmarks.detection.table import HALVES, rows
from benchmarks.detection.tasks import Task
from losstui import plugins
from losstui.analysis import analyse_run, beside_siblings
from losstui.curves import RunCurves
from losstui.findings import Severity
from losstui.run import Run
from losstui.run_report import RunReport
from losstui.siblings import kin_of, standings

RESULTS = Path(__file__).with_name("sweeps.md")
FEW = 6  # runs: a small sweep
PARTNERS = 3  # later tasks that each shares a folder with: all pairs of some hundred tasks take hours

Settings = dict[str, object]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A labelled run with the settings a trainer would log and what is found in it alone."""

    run: LabelledRun
    settings: Settings
    report: RunReport
    curves: RunCurves

    def told(self, told: Run) -> RunReport:
        """The same report of the run as `told`: where it lies plays no part for a run alone."""
        return replace(self.report, run=told, kin=kin_of(told, self.curves))


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
        for recipe in recipes_of(task)
        for seed in range(recipe.seeds)
    }


def _logged(index: int, run: LabelledRun, settings: Settings) -> Run:
    parameters = {**settings, "task": run.task, "seed": index}
    return replace(run.runs[0], id=f"runs/run-{index}", hyperparameters=parameters)


def _named(index: int, run: LabelledRun, settings: Settings) -> Run:
    kept = {name: value for name, value in settings.items() if name not in ("learning_rate", "weight_decay")}
    words = "_".join(f"{name}-{value}" for name, value in kept.items())
    rates = f"lr-{settings['learning_rate']:.3g}_wd-{settings['weight_decay']:.3g}"
    return replace(run.runs[0], id=f"{run.task}_{words}/{rates}/seed-{index}")


def _undeclared(index: int, run: LabelledRun, settings: Settings) -> Run:
    return replace(run.runs[0], id=f"runs/run-{index}", hyperparameters={**settings, "seed": index})


def _numbered(index: int, run: LabelledRun, settings: Settings) -> Run:
    set_number = 1 + sum(map(ord, run.task))  # nothing but a number tells of which data a run is
    named = _named(index, run, settings)
    return replace(named, id=named.id.replace(run.task, f"data_{set_number}", 1))


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
    Folder("two tasks in one folder, their numbers and settings in the names", _numbered, two=True),
    Folder("the same, nothing logged, numbered names", _nameless, mixed=True),
)


def folders_of(folder: Folder, runs: Sequence[Judged]) -> Iterator[list[Judged]]:
    """The runs that lie together; which `FEW` do is drawn by lot."""
    if folder.mixed:
        yield list(runs)
        return
    tasks = list(dict.fromkeys(one.run.task for one in runs))
    if folder.two:
        for apart in range(1, PARTNERS + 1):
            for pair in zip(tasks, tasks[apart:], strict=False):
                yield [judged for judged in runs if judged.run.task in pair]
        return
    for task in tasks:
        own = [one for one in runs if one.run.task == task]
        if not folder.few:
            yield own
            continue
        order = np.random.default_rng(len(own)).permutation(len(own))
        for first in range(0, len(own) - FEW + 1, FEW):
            yield [own[i] for i in order[first : first + FEW]]


@dataclass(slots=True)
class Counted:
    """Stuck runs and others of which a finding says that they are, and healthy runs with any alarm."""

    plateau: Alarms = field(default_factory=Alarms)
    underfitting: Alarms = field(default_factory=Alarms)
    others: Alarms = field(default_factory=Alarms)
    healthy: Alarms = field(default_factory=Alarms)

    def add(self, run: LabelledRun, report: RunReport) -> None:
        """Count one run."""
        loud = {one.name for one in report.findings if one.severity is not Severity.INFO}
        for name, counted in (("plateau", self.plateau), ("underfitting", self.underfitting)):
            if {name, UNSEEN[name]} & run.labels:  # the siblings may show it
                counted.add(bool(loud & SAID_BY[name]))
        if is_wrong("plateau", run):
            self.others.add("plateau" in loud)
        if run.healthy:
            excused = {said for name in (run.labels | run.gray) & SAID_BY.keys() for said in SAID_BY[name]}
            self.healthy.add(bool(loud - excused))


def judge(runs: Iterable[LabelledRun]) -> list[Judged]:
    """Each of the generated runs alone."""
    known, detectors = all_settings(), plugins.load().detectors
    return [
        Judged(run, known[run.id], analyse_run(run.runs[0], detectors), RunCurves(run.runs[0]))
        for run in runs
    ]


def count(folder: Folder, runs: Sequence[Judged]) -> tuple[Counted, Counted]:
    """Each run alone, and beside the others of its folder."""
    detectors = plugins.load().detectors
    alone, beside = (Counted() for _ in range(2))
    for together in folders_of(folder, runs):
        reports = [one.told(folder.tell(i, one.run, one.settings)) for i, one in enumerate(together)]
        stands = standings(reports)
        for one, report in zip(together, reports, strict=True):
            alone.add(one.run, report)
            beside.add(one.run, beside_siblings(report, detectors, stands.get(report.run.id)))
    return alone, beside


def table(runs: Sequence[Judged]) -> str:
    """One row for each way to keep runs and each half."""
    body: list[list[str]] = []
    for folder in FOLDERS:
        for half in HALVES:
            alone, beside = count(folder, [one for one in runs if one.run.half == half])
            cells = [
                f"{before.raised} → {after.raised} of {after.runs}"
                for before, after in (
                    (alone.plateau, beside.plateau),
                    (alone.underfitting, beside.underfitting),
                    (alone.others, beside.others),
                    (alone.healthy, beside.healthy),
                )
            ]
            body.append([folder.name, half, *cells])
    return rows(
        [
            "kept",
            "half",
            "plateau found",
            "underfitting found",
            "plateau said of others",
            "healthy, any alarm",
        ],
        body,
    )


def write(runs: Iterable[LabelledRun]) -> str:
    """Count, write the page and return it."""
    text = f"""# Sweeps

`python -m benchmarks.detection.sweeps`: the runs trained here, kept as people keep theirs. Before the arrow
what is found in each run alone, behind it what is found beside its siblings. The last six kinds of folders
are traps: runs of several tasks together. Where two tasks share a folder, each does with the {PARTNERS} that
follow it, so that most runs count {2 * PARTNERS} times.

{table(judge(runs))}"""
    RESULTS.write_text(text, encoding="utf-8")
    return text


def main() -> None:
    """Train, count and write."""
    print(write(generate()), end="")


if __name__ == "__main__":
    main()
