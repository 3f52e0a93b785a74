"""One training run, ready to be looked at: its frame, what each tag is, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from losstui.frame import Frame, Series
from losstui.roles import Role


class StepUnit(str, Enum):
    """What one unit of the frame's `step` column is."""

    STEP = "step"
    EPOCH = "epoch"
    ROW = "row"


class Status(str, Enum):
    """Whether the run still goes on, as far as the log tells: `losstui.liveness` says how that is decided."""

    RUNNING = "running"
    FINISHED = "finished"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run as the detectors and the reports see it; nothing in it is changed once it is built.

    `id` is the path of its log from where the search began, which no other run there has, `sources` are the
    files as reached from the working directory, `format` is the name of the parser, and `roles` says for each
    tag of the `frame` what it is. `warnings`, one line each, are what was lost on the way.
    """

    id: str
    name: str
    sources: tuple[str, ...]
    format: str
    frame: Frame
    roles: Mapping[str, Role]
    step_unit: StepUnit = StepUnit.STEP
    hyperparameters: Mapping[str, object] = field(default_factory=dict[str, object])
    status: Status = Status.UNKNOWN
    warnings: tuple[str, ...] = ()
    # What the status becomes, and when, in seconds since 1970, if nothing more is logged until then.
    fades: tuple[tuple[float, Status], ...] = ()
    cause: str = ""  # of its death, as far as the log tells; silence has none


def says_the_same(known: Run, run: Run) -> bool:
    """Whether a report says the same of both, so far as it says what the log says."""
    return (
        known.status is run.status
        and known.cause == run.cause
        and known.warnings == run.warnings
        and known.hyperparameters == run.hyperparameters
        and known.step_unit is run.step_unit
        and _equal_frames(known.frame, run.frame)
    )


def _equal_frames(one: Frame, other: Frame) -> bool:
    return list(one) == list(other) and all(_equal(one[tag], other[tag]) for tag in one)


def _equal(one: Series, other: Series) -> bool:
    for name in ("steps", "values", "wall_times", "epochs", "sessions"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine is None or theirs is None:
            if mine is not theirs:
                return False
        elif not np.array_equal(mine, theirs, equal_nan=True):
            return False
    return True
