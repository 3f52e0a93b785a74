"""Whether a loss at its level, with much of its first one left, has seen one learning rate only."""

from __future__ import annotations

from collections.abc import Iterator

from losstui.curves import RunCurves
from losstui.detectors._arrival import MUCH_LEFT, done_or_stuck
from losstui.detectors._flat_tail import FlatTail
from losstui.detectors._plateaus.reason import Reason
from losstui.detectors._plateaus.small_fall import OR_DONE
from losstui.detectors._plateaus.stopped_at_once import at_first_rate_only
from losstui.detectors._schedule import Schedule
from losstui.findings import Measure, Severity
from losstui.wording import percent


def at_the_first_rate(curves: RunCurves, plan: Schedule | None) -> Iterator[tuple[FlatTail, Reason]]:
    """Why a run that looks done may be stuck: no lower rate was tried, and no accuracy says how good it is.

    Of runs that are flat with as much left four in five are done where the rate ran out, of these every
    other. None where the rate goes on changing or is one that models are fine-tuned at, nor where the
    gradient is gone.
    """
    tail = done_or_stuck(curves) if at_first_rate_only(curves, plan) else None
    if tail is None:
        return
    left = 1.0 - tail.fallen
    text = (
        f"{percent(left)} of its first level is left, at a learning rate that was never lowered: stuck, or "
        "done; a lower rate soon tells"
    )
    measure = Measure("level left", left, MUCH_LEFT, "fraction of the first level")
    yield tail, Reason(OR_DONE, text, measure, severity=Severity.INFO)
