"""How far along a run is, as its own log says: steps or epochs done of those planned."""

from __future__ import annotations

from collections.abc import Mapping

from losstui_parsers.columns import EPOCH_NAMES, STEP_NAMES, first_of, normalise
from losstui_parsers.tables import Column

_TOTAL_STEPS = ("total_steps", "max_steps", "max_iters", "total_iters", "num_training_steps")
_TOTAL_EPOCHS = ("total_epochs", "num_train_epochs", "max_epochs", "num_epochs")
_PERCENTAGE = ("percentage",)


def progress_of(numbers: Mapping[str, Column]) -> float | None:
    """The share done at the last row, by a column of percentages or of one total; None where none says it."""
    percentage = first_of(numbers, _PERCENTAGE)
    if percentage and len(numbers[percentage].values):
        return float(numbers[percentage].values[-1]) / 100.0
    for totals, counts in ((_TOTAL_STEPS, STEP_NAMES), (_TOTAL_EPOCHS, EPOCH_NAMES)):
        total = first_of(numbers, totals)
        counted = first_of((name for name in numbers if normalise(name) not in totals), counts)
        if total and counted:
            return _share(numbers[counted], numbers[total])
    return None


def _share(counted: Column, total: Column) -> float | None:
    done, planned = counted.values, total.values
    if (
        not len(done)
        or not len(planned)
        or not 0 < planned[-1] == planned[0]
        or not done.max() <= planned[-1]
    ):
        return None
    return float(done[-1] / planned[-1])
