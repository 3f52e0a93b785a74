"""Which curves of train and validation a finding about both looks at."""

from __future__ import annotations

from losstui.curves import Pair, RunCurves
from losstui.findings import Skipped


def long_pairs(curves: RunCurves, least_values: int) -> list[Pair] | Skipped:
    """That of the losses, or where no loss is logged those of its metrics, with so many values of both.

    Where there is none, why.
    """
    metrics = curves.lone_metrics
    pairs = [one for one in curves.pairs if one is curves.loss_pair or one.validation in metrics]
    if not pairs:
        return Skipped("no train and validation loss, nor a metric of both in place of losses")
    long = [one for one in pairs if min(len(one.validation), len(one.train)) >= least_values]
    return long or Skipped(f"fewer than {least_values} train or validation values")
