"""Whether other runs of the same task had come far lower with as many steps."""

from __future__ import annotations

from losstui.detectors._plateaus.bounds import LEAST_FALL
from losstui.detectors._plateaus.reason import Reason
from losstui.findings import Measure
from losstui.kin import BEHIND_SIBLINGS, Standing
from losstui.siblings import LEAST_SHARE

MOST_WAY = 0.15  # of the distance to them, over the last half: three more runs at that pace end above them


def behind_siblings(standing: Standing, unit: str) -> Reason:
    """The reason that siblings give: with as many steps they came far lower. `unit` names one step."""
    measure = Measure(
        "distance to what two siblings reach", standing.share, LEAST_SHARE, "fraction of their gain"
    )
    return Reason(BEHIND_SIBLINGS, standing.text(unit), measure, (standing.share, LEAST_SHARE))


def gain_to_leave(standing: Standing) -> float:
    """The gain of which a share of `LEAST_FALL` is `MOST_WAY` of the distance to the siblings, or their own.

    Noise may hide a fall worth going on for, and yet leave no doubt that it leads nowhere near them.
    """
    return standing.gain * max(1.0, MOST_WAY * standing.share / LEAST_FALL)
