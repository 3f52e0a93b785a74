"""Whether other runs of the same task had come far lower with as many steps."""

from __future__ import annotations

from losstui.detectors._reasons import Reason
from losstui.findings import Measure
from losstui.kin import Standing
from losstui.siblings import LEAST_SHARE
from losstui.wording import number

MOST_NAMED = 3  # settings that differ: more is a list to read elsewhere
LONGEST = 24  # characters of a setting in a message


def behind_siblings(standing: Standing, unit: str) -> Reason:
    """Why a run of that `standing` could have come lower; `unit` is what one of its steps is called."""
    apart = [
        f"{one.name} {_short(one.now)}, there {_short(one.before)}" for one in standing.differing[:MOST_NAMED]
    ]
    text = (
        f"with as many {unit}s {standing.sibling} had brought {standing.tag} down to {number(standing.level)}"
        + (f" ({'; '.join(apart)})" if apart else "")
    )
    measure = Measure(
        "distance to what two siblings reach", standing.share, LEAST_SHARE, "fraction of their gain"
    )
    return Reason("behind-siblings", text, measure, (standing.share, LEAST_SHARE))


def _short(setting: str | None) -> str:
    if setting is None:
        return "not logged"
    return setting if len(setting) <= LONGEST else f"{setting[: LONGEST - 1]}…"
