"""Whether what is measured on held-back data hardly changes, however the batches scatter."""

from __future__ import annotations

import numpy as np

from losstui.curve import Curve
from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.bounds import LEAST_Z
from losstui.detectors._plateaus.frozen import EARLY, MOST_FALLEN, MOST_SCATTER, UNIT
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._skill import HITS
from losstui.findings import Measure
from losstui.kinds import HELD_BACK
from losstui.roles import Kind


def unchanged(tails: list[FlatTail]) -> tuple[FlatTail, Reason] | None:
    """The one of `tails` on held-back data that has been at one value since `EARLY`, and why that is no end.

    Any update that reaches a weight changes a loss on fixed data, whatever a schedule does later. Weights
    that batches move at a rate that trains move it by more than `MOST_SCATTER` of what a train value
    scatters: in healthy runs of the benchmark by twice that at least, in those that are fine-tuned too.
    Values that lie no further apart, with what the digits of the log may hide, therefore say that next to no
    update reaches a weight. They say so only if all of this holds:

    - They lie as close together beside their own level: beside a train loss that has blown up anything does.
    - Train does not fall by `LEAST_Z` standard errors. If it fell, the value on held-back data would be an
      old one that is written again.
    - It is no share of right answers, which stays the same until an answer changes.
    - The loss is not at its floor, where nothing is left to gain.
    - It does not lie above its first value: a run that was thrown off has another fault.
    - It has lost less than `MOST_FALLEN` of its first level: else the run did learn.
    """
    train, tail = tails[0], tails[-1]
    if len(tails) < 2 or tail.curve.role.split not in HELD_BACK or _of_answers(tail.curve):
        return None
    curve, scatter = tail.curve, min(train.curve.noise, abs(tail.level))
    apart, most = float(np.ptp(curve.values[int(EARLY * len(curve)) :])), MOST_SCATTER * scatter
    if curve.floor is not None and tail.level <= curve.floor:
        return None
    seen = scatter > 0.0 and apart + tail.digit <= most
    thrown = tail.level - float(curve.descent[0]) > LEAST_Z * scatter
    if not seen or thrown or tail.fallen > MOST_FALLEN or train.falls(train.bound, LEAST_Z):
        return None
    how = "does not change in a digit" if apart == 0.0 else "hardly changes"
    moved = float(np.ptp(curve.values)) > most
    text = (
        f"{curve.tag} {how} while {train.curve.tag} scatters: "
        f"{'the weights stopped early' if moved else 'the updates reach no weight'}"
    )
    measure = Measure("range since a quarter of the run", apart / scatter, MOST_SCATTER, UNIT)
    return tail, Reason("stuck", text, measure)


def _of_answers(curve: Curve) -> bool:
    return curve.role.kind is Kind.ACCURACY and HITS.search(curve.tag.lower()) is not None
