"""Which curves of train and validation a finding about both looks at."""

from __future__ import annotations

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.findings import Skipped


def long_pairs(curves: RunCurves, least: int, least_train: int | None = None) -> list[Pair] | Skipped:
    """The pair of the losses, or where no loss is logged those of the metrics or rewards, if long enough.

    Long enough are `least` values of both curves, or `least_train` of train where that is given. Where no
    pair is, the result says why.
    """
    pairs = curves.whole_pairs
    if not pairs:
        return Skipped("no train and validation loss, nor a metric of both in place of losses")
    trained = least if least_train is None else least_train
    long = [one for one in pairs if len(one.train) >= trained and len(one.validation) >= least]
    return long or Skipped(f"fewer than {trained} train or {least} validation values")


def pair_of(curve: Curve, curves: RunCurves) -> Pair | None:
    """The pair of the losses, or where no loss is logged that of the metric or reward `curve`."""
    pairs = curves.whole_pairs
    return next((one for one in pairs if one is curves.loss_pair or one.train is curve), None)
