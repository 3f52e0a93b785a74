"""A late change that has taken a loss back to where it began: that is a divergence."""

from __future__ import annotations

from losstui.curve import Curve
from losstui.detectors._rises.lasting_rise import LEAST_LOST_LASTING, LEAST_VALUES, MOSTLY, course_of
from losstui.detectors._rises.late_changes import RISE, begin_of, late_rises
from losstui.detectors._rises.rise import AFTER_LEARNING, Rise

NEAR_START = 0.85  # of the progress: so much lost, the loss is back at its start but for noise


def lost_late(loss: Curve) -> Rise | None:
    """The late change of `loss` that ends near or above its start, and has lost half of any scale it has.

    What was calm from one part of the run to the next rose for sure, however the levels wandered while it
    still learned. What has been up for longer than that `lasting_rise` knows for itself. None below
    `LEAST_VALUES`.
    """
    if len(loss) < LEAST_VALUES:
        return None
    course = course_of(loss)
    back = course.tail - course.best >= NEAR_START * (course.start - course.best)
    if not back or course.lost < LEAST_LOST_LASTING:
        return None
    changes = list(late_rises(loss))
    if not changes:
        return None
    begin = begin_of(changes, RISE, loss)
    if begin.index < MOSTLY * len(course.levels):
        return None
    z = max(change.z for change in changes)
    return Rise(begin, course.start, course.best, course.tail, course.lost, z, AFTER_LEARNING)
