"""Runs that differ in nothing but their seed, and their curves as one: the mean and the band around it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from losstui.frame import FloatArray, IntArray
from losstui.hyperparameters import flattened
from losstui.run import Run
from losstui.run_names import follow_each_other

LEAST_RUNS = 2  # one run has no band
# "seed-3", "seed=3", "seed3", "seed_3" anywhere in a name.
_SEED = re.compile(r"(?<![a-z])(seed[-_=:. ]?)\d+", re.IGNORECASE)
# "s3" as a word of its own, which may as well be a size or a stride: "vit_s16".
_S = re.compile(r"(?:(?<=[-_/.,=])|^)(s[-_=]?)(\d+)(?=$|[-_/.,])", re.IGNORECASE)
_SEED_PARAMETER = re.compile(r"(?:^|[._/-])(?:seed|random_state|rng)$", re.IGNORECASE)
_Identity = tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SeedGroup:
    """Runs of one configuration: what their names have in common, and their ids in the order given."""

    name: str
    run_ids: tuple[str, ...]


def seed_groups(runs: Sequence[tuple[str, Run]]) -> list[SeedGroup]:
    """The groups among `runs`, each with its id; a run is in one at most, and a group has two or more.

    Two runs are of one group where their names are the same but for a seed ("lr-0.1/seed-3", "base_s3")
    or, in one folder, where they log a seed among their hyper-parameters; and where all other
    hyper-parameters are the same. An "s" before a number is taken for a seed only where the runs log
    seeds that differ, or where the numbers are counted through from 0 or 1.
    """
    members: dict[_Identity, list[tuple[str, Run]]] = {}
    for run_id, run in runs:
        identity = _identity(run_id, run)
        if identity is not None:
            members.setdefault(identity, []).append((run_id, run))
    return [
        SeedGroup(_name([run_id for run_id, _ in group]), tuple(run_id for run_id, _ in group))
        for group in members.values()
        if len(group) >= LEAST_RUNS and _differ_by_seed(group)
    ]


def without_seed(name: str) -> str:
    """A name with a star in place of its seed: "lr-0.1/seed-*"."""
    return _S.sub(r"\1*", _SEED.sub(r"\1*", name))


def _differ_by_seed(group: Sequence[tuple[str, Run]]) -> bool:
    """Whether what differs between the names is a seed, not some other number behind an "s"."""
    names = {_SEED.sub(r"\1*", run_id) for run_id, _ in group}
    if len(names) == 1 or not any(_S.search(name) for name in names):
        return True
    logged = [_logged_seeds(run) for _, run in group]
    if all(logged):
        return len(set(logged)) == len(group)
    columns = zip(*([int(match[2]) for match in _S.finditer(run_id)] for run_id, _ in group), strict=True)
    differing: list[set[int]] = [numbers for column in columns if len(numbers := set(column)) > 1]
    if len(differing) != 1 or len(differing[0]) < len(group):
        return False
    [numbers] = differing
    return min(numbers) <= 1 and follow_each_other(numbers)


def _logged_seeds(run: Run) -> tuple[str, ...]:
    return tuple(str(value) for name, value in flattened(run.hyperparameters) if _SEED_PARAMETER.search(name))


def _masked(value: object) -> str:
    """A hyper-parameter without the seed in it: that of a folder named after it is no other configuration."""
    text = str(value)
    return without_seed(text) if "/" in text else _SEED.sub(r"\1*", text)


def _identity(run_id: str, run: Run) -> _Identity | None:
    """What two runs of a group have in common; None where nothing says which seed a run has."""
    parameters = dict(flattened(run.hyperparameters))
    others = tuple(
        sorted(
            (name, _masked(value)) for name, value in parameters.items() if not _SEED_PARAMETER.search(name)
        )
    )
    name = without_seed(run_id)
    if name != run_id:
        return name, others, ()
    # Names that tell nothing: the seed and what else was logged must, and the runs must be siblings.
    if len(others) == len(parameters) or not others:
        return None
    return os.path.dirname(run_id), others, tuple(run.frame)


def _name(run_ids: Sequence[str]) -> str:
    name = without_seed(run_ids[0])
    if name != run_ids[0]:
        return name
    return f"{run_ids[0]} and {len(run_ids) - 1} more"


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """The curves of a group as one, arrays of shape (n,): mean, lowest and highest value at each step.

    `runs` is how many of the curves have come to that step, never below `LEAST_RUNS`.
    """

    steps: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    runs: IntArray


def band(curves: Sequence[tuple[FloatArray, FloatArray]]) -> Band:
    """The mean and the range of curves, each its steps and values, shape (n,), finite, by step.

    From lowest to highest, not a standard deviation: groups have three to ten runs, and one that went
    astray must show. Between its own points a curve is a straight line; before and after them it does
    not count. Where fewer than two curves have come there is no band.
    """
    curves = [curve for curve in curves if len(curve[0])]
    if len(curves) < LEAST_RUNS:
        nothing = np.empty(0)
        return Band(nothing, nothing, nothing, nothing, np.empty(0, np.int64))
    grid = _grid([steps for steps, _ in curves])
    total, runs = np.zeros(len(grid)), np.zeros(len(grid), np.int64)
    low, high = np.full(len(grid), np.inf), np.full(len(grid), -np.inf)
    for steps, values in curves:
        here = slice(
            int(np.searchsorted(grid, float(steps[0]))),
            int(np.searchsorted(grid, float(steps[-1]), side="right")),
        )
        level = values if np.array_equal(steps, grid) else np.interp(grid[here], steps, values)
        # Divided before they are added: the sum of the largest numbers there are would overflow.
        total[here] += level / len(curves)
        runs[here] += 1
        low[here] = np.minimum(low[here], level)
        high[here] = np.maximum(high[here], level)
    kept = runs >= LEAST_RUNS
    mean = total[kept] * (len(curves) / runs[kept])
    return Band(grid[kept], mean, low[kept], high[kept], runs[kept])


def _grid(axes: Sequence[FloatArray]) -> FloatArray:
    """Every step any of the curves has, thinned to about as many as the longest has."""
    if all(np.array_equal(axes[0], other) for other in axes[1:]):
        return axes[0]
    union: FloatArray = np.unique(np.concatenate(axes))
    every = -(-len(union) // max(len(steps) for steps in axes))
    ends = union[-1:] if (len(union) - 1) % every else union[:0]
    return np.concatenate([union[::every], ends])
