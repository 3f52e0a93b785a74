"""Steps of a loss to another level: lines on both sides that lie apart, at once and for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.stats.change_points import Shifts, shifts
from losstui.stats.medians import median


@dataclass(frozen=True, slots=True, eq=False)
class LevelStep:
    """A step of `curve` at the block of that index.

    `height` is in the unit of the curve, upwards positive, `of_progress` its size as a share of the progress,
    `z` in standard errors.
    """

    curve: Curve
    block: int
    height: float
    of_progress: float
    z: float


@dataclass(frozen=True, slots=True)
class StepSearch:
    """Finds steps that are unusually large, abrupt, of one slope on both sides, and never undone."""

    width_share: float = 0.08  # of the run: what lasts as long on both sides is a level
    width_least: int = 10  # blocks
    least_evaluations: int = 30  # values of the validation loss: it is logged less often, with less noise
    width_evaluations: int = 8  # blocks of it
    most_shared: float = 0.25  # of the share that validation steps by: what moves the model moves both
    beside: int = 3  # blocks on both sides that show whether it is abrupt
    least_z: float = 5.0  # standard errors: one in three million by chance, over 400 blocks
    least_share: float = 0.05  # of the progress: what a person sees in the curve
    least_abrupt: float = 0.6  # of the step within the blocks beside it: a slope has a third or less
    most_bend: float = 0.5  # of the step: beyond, the run goes on otherwise than before
    most_undone: float = 0.5  # of the step, by another one: a hump
    most_gap: float = 2.0  # times the usual steps between two blocks

    def steps_of(self, loss: Curve) -> list[LevelStep]:
        """The steps of `loss`, the train loss, by their place."""
        width = max(self.width_least, round(self.width_share * len(loss.blocks)))
        return list(self._lasting(loss, shifts(loss.blocks.medians, width)))

    def of_evaluation(self, curves: RunCurves) -> LevelStep | None:
        """The largest step of the validation loss that the train loss has no part in; None without one."""
        pair = curves.pairs[0] if curves.pairs else None
        if pair is None or len(pair.validation) < self.least_evaluations or pair.train.progress <= 0.0:
            return None
        validation, blocks = pair.validation, pair.validation.blocks
        width = max(self.width_evaluations, round(self.width_share * len(blocks)))
        levels = pair.train_levels_at(pair.train_steps_of_validation[blocks.first])
        shared = np.abs(shifts(levels, width).heights) / pair.train.progress
        steps = self._lasting(validation, shifts(blocks.medians, width))
        alone = [one for one in steps if shared[one.block] < self.most_shared * one.of_progress]
        return max(alone, key=lambda one: abs(one.height), default=None)

    def _lasting(self, loss: Curve, steps: Shifts) -> Iterator[LevelStep]:
        """The steps that are large, abrupt and not undone, each at the block where it is highest."""
        if loss.progress <= 0.0:
            return
        least = self.least_share * loss.progress
        levels = loss.blocks.medians
        left = np.where(
            (np.abs(steps.z) >= self.least_z) & (np.abs(steps.heights) > least), steps.heights, 0.0
        )
        chosen: list[LevelStep] = []
        while np.any(left):
            at = int(np.argmax(np.abs(left)))
            left[max(0, at - steps.width) : at + steps.width] = 0.0
            height = float(steps.heights[at])
            beside = median(levels[at : at + self.beside]) - median(levels[at - self.beside : at])
            abrupt = beside / height >= self.least_abrupt
            straight = abs(float(steps.bends[at])) <= self.most_bend * abs(height)
            if abrupt and straight and self._is_evenly_logged(loss, at, steps.width):
                chosen.append(
                    LevelStep(loss, at, height, abs(height) / loss.progress, abs(float(steps.z[at])))
                )
        for one in chosen:
            if not np.any(-np.sign(one.height) * steps.heights >= self.most_undone * abs(one.height)):
                yield one

    def _is_evenly_logged(self, loss: Curve, at: int, width: int) -> bool:
        """Whether the blocks follow each other there as on both sides: a curve may fall far in a pause."""
        gaps = np.diff(loss.block_steps[at - width : at + width]).astype(np.float64)
        usual = min(median(gaps[: width - 1]), median(gaps[width:]))
        return bool(gaps[width - 1] <= self.most_gap * usual)


def evaluation_step(curves: RunCurves) -> LevelStep | None:
    """Where another validation set or way to evaluate came in, by `StepSearch`; None where none did."""
    return StepSearch().of_evaluation(curves)
