"""What is kept of one run: its log, and the exact losses beside it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.tasks import Logging
from losstui.frame import Frame, FrameBuilder

REPLAYED = 0.1  # share of the run that is lost and trained again where it is resumed

FloatArray = NDArray[np.float64]


@dataclass(slots=True)
class Recorded:
    """One run: what was logged, and the exact losses of the full data at each logged step.

    `train`, `validation`: shape (n,), each before the step is done. `as_logged`: they are the losses of
    the log; else what a run is judged by is another quantity, or weighed otherwise.
    """

    frame: Frame
    steps: FloatArray
    train: FloatArray
    validation: FloatArray
    logging: Logging
    as_logged: bool = True


@dataclass(slots=True)
class RunLog:
    """What a run has logged so far, each row with its step, its time and its place."""

    steps: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    row: int = 0

    def add(self, step: int, time: float, values: dict[str, float]) -> None:
        """One row; `time` is in seconds since 1970."""
        self.row += 1
        for tag, value in values.items():
            self.steps[tag].append(step)
            self.values[tag].append(value)
            self.times[tag].append(time)
            self.rows[tag].append(self.row)

    def frame(self) -> Frame:
        """The rows as the readers of logs give them."""
        builder = FrameBuilder()
        for tag, steps in self.steps.items():
            builder.add(tag, steps, self.values[tag], wall_times=self.times[tag], positions=self.rows[tag])
        return builder.build()


def logged_step(place: float, logging: Logging) -> int:
    """The last logged step before that share of the run."""
    return round(place * logging.steps) // logging.every * logging.every


def nearest_step(place: float, logging: Logging) -> int:
    """The step at that share of the run, where something happens once."""
    return round(place * logging.steps)


def checkpoint_step(resumed_at: float, logging: Logging) -> int:
    """The step that a run which stops at that share of its length goes back to."""
    return round((resumed_at - REPLAYED) * logging.steps) // logging.evaluate_every * logging.evaluate_every
