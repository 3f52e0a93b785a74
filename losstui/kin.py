"""What runs tell of themselves to their siblings, and where one of them stands among the others."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from losstui.frame import FloatArray
from losstui.hyperparameters import HyperparameterDifference


@dataclass(frozen=True, slots=True, eq=False)
class LossLevels:
    """The course of one loss in a few levels; `steps` and `levels` have shape (n,), n >= 1, by step.

    `start` is the level it began at, `error` the standard error of one level, both in the unit of the loss.
    """

    tag: str
    steps: FloatArray
    levels: FloatArray
    start: float
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Kin:
    """The family a run says it belongs to, equal for all of it, and its losses: train, validation or both.

    `names_task` is whether what it says names the task, or only how it was trained.
    """

    family: Hashable
    names_task: bool
    losses: tuple[LossLevels, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run ends above what two siblings at least had reached with as many steps.

    `sibling` is the id of the one that got furthest, `level` where its loss `tag` stood by then, `differing`
    the settings that are other there (`before`) than here (`now`). `share` and `z` hold for the second: the
    distance as a share of what it gained, and in standard errors; the smaller of train and validation.
    `gain` is what it gained, in the unit of the loss.
    """

    sibling: str
    tag: str
    level: float
    differing: tuple[HyperparameterDifference, ...]
    share: float
    z: float
    gain: float
