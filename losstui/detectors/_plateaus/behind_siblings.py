"""Whether other runs of the same task had come far lower with as many steps."""

from __future__ import annotations

from losstui.detectors._plateaus.reason import Reason
from losstui.findings import Measure
from losstui.kin import BEHIND_SIBLINGS, Standing
from losstui.siblings import LEAST_SHARE


def behind_siblings(standing: Standing, unit: str) -> Reason:
    """The reason that siblings give: with as many steps they came far lower. `unit` names one step."""
    measure = Measure(
        "distance to what two siblings reach", standing.share, LEAST_SHARE, "fraction of their gain"
    )
    return Reason(BEHIND_SIBLINGS, standing.text(unit), measure, (standing.share, LEAST_SHARE))
