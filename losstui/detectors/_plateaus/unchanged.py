"""Whether what is measured on held-back data does not change in a digit, however the batches scatter."""

from __future__ import annotations

import numpy as np

from losstui.curve import Curve
from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.frozen import EARLY, MOST_FALLEN, MOST_SCATTER
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._skill import HITS
from losstui.findings import Measure
from losstui.kinds import HELD_BACK
from losstui.roles import Kind


def unchanged(tails: list[FlatTail], least_z: float) -> tuple[FlatTail, Reason] | None:
    """The one of `tails` on held-back data that has been at one value since `EARLY`, and why that is no end.

    Any update that reaches a weight changes a loss on fixed data in some digit, whatever a schedule does
    later. One value all along therefore says that no update reaches a weight. It says so only if all of this
    holds:

    - Train scatters by far more than the last digit of the log, and does not fall by `least_z` errors. If it
      fell, the value on held-back data would be an old one that is written again.
    - It is no share of right answers, which stays the same until an answer changes.
    - The loss is not at its floor, where nothing is left to gain.
    - It does not lie above its first value: a run that was thrown off has another fault.
    - It has lost less than `MOST_FALLEN` of its first level: else the run did learn.
    """
    train, tail = tails[0], tails[-1]
    curve, scatter = tail.curve, train.curve.noise
    if len(tails) < 2 or curve.role.split not in HELD_BACK or _of_answers(curve):
        return None
    values = curve.values[int(EARLY * len(curve)) :]
    if float(np.ptp(values)) != 0.0 or (curve.floor is not None and tail.level <= curve.floor):
        return None
    seen = scatter > 0.0 and tail.digit <= MOST_SCATTER * scatter
    thrown = tail.level - float(curve.descent[0]) > least_z * scatter
    if not seen or thrown or tail.fallen > MOST_FALLEN or train.falls(train.bound, least_z):
        return None
    moved = float(np.ptp(curve.values)) > 0.0
    text = (
        f"{curve.tag} does not change in a digit while {train.curve.tag} scatters: "
        f"{'the weights stopped early' if moved else 'the updates reach no weight'}"
    )
    return tail, Reason("stuck", text, Measure("values that differ", 0.0, 1.0, "values"))


def _of_answers(curve: Curve) -> bool:
    return curve.role.kind is Kind.ACCURACY and HITS.search(curve.tag.lower()) is not None
