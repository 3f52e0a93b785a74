"""The generated half of the data: every recipe on every task it fits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import chain
from zlib import crc32

import numpy as np

from benchmarks.detection.assorted.family import ASSORTED_FAMILY
from benchmarks.detection.broad.family import BROAD_FAMILY
from benchmarks.detection.classes import LabelledRun
from benchmarks.detection.diverse.family import DIVERSE_FAMILY
from benchmarks.detection.families import RECIPES, SHARED, Family
from benchmarks.detection.field.family import FIELD_FAMILY
from benchmarks.detection.fresh.family import FRESH_FAMILY
from benchmarks.detection.gathered.family import GATHERED_FAMILY
from benchmarks.detection.hard_tasks import HARD_TASKS
from benchmarks.detection.head.tasks import HEAD_TASKS
from benchmarks.detection.labelling import HARMLESS, Reachable, label
from benchmarks.detection.labels import Labels
from benchmarks.detection.labels_of_log import died_before
from benchmarks.detection.medley.family import MEDLEY_FAMILY
from benchmarks.detection.mixed.family import MIXED_FAMILY
from benchmarks.detection.more_tasks import MORE_TASKS
from benchmarks.detection.motley.family import MOTLEY_FAMILY
from benchmarks.detection.other_models.tasks import MODEL_TASKS
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.part.tasks import PART_TASKS
from benchmarks.detection.patchwork.family import PATCHWORK_FAMILY
from benchmarks.detection.recipes import HEALTHY, PARTS
from benchmarks.detection.recording import Recorded, checkpoint_step, logged_step, nearest_step
from benchmarks.detection.setups import Recipe, Setup, cosine
from benchmarks.detection.simulation import simulate
from benchmarks.detection.sundry.family import SUNDRY_FAMILY
from benchmarks.detection.tasks import TASKS, Logging, Task
from benchmarks.detection.telling import as_logged, as_told, in_units, unseen
from benchmarks.detection.varied.family import VARIED_FAMILY
from benchmarks.detection.wide.family import WIDE_FAMILY
from losstui.frame import Frame
from losstui.roles import assign_roles
from losstui.run import Run

PROCESSES = 2  # tasks that are trained side by side
RECIPES_OF_PARTS = (*(replace(recipe, seeds=1) for recipe in HEALTHY), *PARTS)
OPENED = (
    FIELD_FAMILY,
    BROAD_FAMILY,
    WIDE_FAMILY,
    VARIED_FAMILY,
    MIXED_FAMILY,
    DIVERSE_FAMILY,
    SUNDRY_FAMILY,
    ASSORTED_FAMILY,
    MOTLEY_FAMILY,
    MEDLEY_FAMILY,
    PATCHWORK_FAMILY,
    GATHERED_FAMILY,
)
SHARING = Family((*HEAD_TASKS, *MODEL_TASKS), shared=SHARED, shares={})  # each fault is made of a few
FAMILIES = (SHARING, *OPENED, FRESH_FAMILY)
GROUPS = (
    TASKS,
    HARD_TASKS,
    MORE_TASKS,
    PART_TASKS,
    SHARING.tasks,
    *(family.tasks for family in OPENED),
)
ALL_TASKS = tuple(chain.from_iterable(GROUPS))
SOURCE = "trained here"


def as_run(name: str, frame: Frame) -> Run:
    """A run as it comes from a log."""
    return Run(name, name, (), "made", frame, assign_roles(frame))


def reachable(task: Task) -> Reachable:
    """What the tuned learning rates reach under a cosine schedule; the best of both optimisers.

    A run that overflows reaches nothing, and NaN compares with nothing: it does not count.
    """
    every = [
        as_logged(simulate(task, Setup(schedule=cosine, adam=adam), seed))
        for adam in (False, True)
        for seed in (0, 1)
    ]
    runs = [one for one in every if np.isfinite(one.train).all() and np.isfinite(one.validation).all()]
    return Reachable(
        min(float(np.median(one.train[-10:])) for one in runs),
        min(float(np.median(one.validation[-10:])) for one in runs),
        float(np.mean([one.train[0] for one in runs])),
    )


def name_of(task: Task, recipe: Recipe, seed: int) -> str:
    """The id of a generated run."""
    return f"{task.name}/{recipe.name}/{seed}"


def setup_of(name: str, recipe: Recipe) -> tuple[Setup, int]:
    """The setup of the run of that name, and the seed it is trained with."""
    own_seed = crc32(name.encode())
    return recipe.make(np.random.default_rng(own_seed)), own_seed


def generate_one(task: Task, recipe: Recipe, seed: int, goal: Reachable) -> LabelledRun:
    """Train one run and label it; the same arguments give the same run."""
    name = name_of(task, recipe, seed)
    setup, own_seed = setup_of(name, recipe)
    recorded = as_logged(simulate(task, setup, own_seed))
    with np.errstate(over="ignore", invalid="ignore"):  # squares of a loss that has diverged
        labels = label(recorded, recipe, setup, goal)
    told = as_told(recorded.frame, recorded.logging)
    hidden = labels.sure & unseen(task.logging)
    if all(np.isfinite(one.values).all() for one in told.values()):  # what is not finite was not logged
        hidden |= labels.sure & {"nan"}
    onset = _onset(recorded, recipe, setup, labels)
    return LabelledRun(
        id=name,
        source=SOURCE,
        task=task.name,
        half=task.half,
        runs=(as_run(name, told),),
        labels=frozenset(labels.sure - hidden),
        gray=frozenset(labels.gray - labels.sure | hidden),
        onset=None if onset is None else in_units(onset, task.logging),
        onset_of=recipe.intended,
    )


def _onset(recorded: Recorded, recipe: Recipe, setup: Setup, labels: Labels) -> int | None:
    """The step where the fault begins, where the intended class came true and it begins at a step."""
    if recipe.intended not in labels.sure:
        return None
    if recipe.intended == "overfitting":
        if recorded.logging.held_out_units is not None:  # the log counts its place otherwise
            return None
        best = int(np.argmin(recorded.frame["val/loss"].values))
        return best * recorded.logging.evaluate_every
    if recorded.logging.counted_anew:
        return None
    # Where the curve changes over, not where the first session broke off; what else sets in has its place.
    if setup.resumed_at is not None and recipe.intended == "resumed":
        return checkpoint_step(setup.resumed_at, recorded.logging)
    if setup.bad_batches:  # they come with the steps that are logged
        return logged_step(setup.bad_batches[0], recorded.logging)
    once = setup.stalled_at if recipe.intended == "stalled" else setup.poisoned_at
    if once is not None:
        return nearest_step(once, recorded.logging)
    if setup.onset is None:
        return None
    step = first_step_from(setup.onset, recorded.logging)
    return None if recipe.intended == "dead_relu" and died_before(recorded, step) else step


def first_step_from(place: float, logging: Logging) -> int:
    """The first step that lies at that share of the run or after it: what sets in there begins with it."""
    return math.ceil(round(place * logging.steps, 6))


def recipes_of(task: Task) -> tuple[Recipe, ...]:
    """What is made of a task; of one that shares the faults all plain runs, and its share of the others."""
    for family in FAMILIES:
        if task in family.tasks:
            return tuple(recipe for recipe in family.recipes if task in _takers(recipe, family))
    return tuple(
        recipe
        for recipe in (RECIPES_OF_PARTS if isinstance(task, PartTask) else RECIPES)
        if recipe.fits(task)
    )


def _takers(recipe: Recipe, family: Family) -> Sequence[Task]:
    """Those that a recipe is made of: every so many of those it fits, from another on each time."""
    fitting = [task for task in family.tasks if recipe.fits(task)]
    place = family.recipes.index(recipe)
    share = (
        1
        if place < len(HEALTHY)
        else 2
        if recipe.intended in HARMLESS
        else family.shares.get(recipe.intended, 3)
    )
    return fitting[place % share :: share]


def generate(tasks: Sequence[Task] = ALL_TASKS, *, quick: bool = False) -> Iterator[LabelledRun]:
    """All generated runs of `tasks`; `quick` leaves one seed and every other task."""
    names = [task.name for task in tasks]
    with ProcessPoolExecutor(PROCESSES) as pool:
        for of_task in pool.map(partial(_of_task, quick=quick), names[::2] if quick else names):
            yield from of_task


def _of_task(name: str, quick: bool) -> list[LabelledRun]:
    task = next(task for task in (*ALL_TASKS, *FRESH_FAMILY.tasks) if task.name == name)
    goal = reachable(task)
    return [
        generate_one(task, recipe, seed, goal)
        for recipe in recipes_of(task)
        for seed in range(1 if quick else recipe.seeds)
    ]
