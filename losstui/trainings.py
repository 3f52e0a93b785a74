"""Several trainings in one log, one after the other: folds, tasks, windows, rounds of pruning.

Each begins anew: the loss jumps up where it begins, and falls again. A jump that is meant says nothing of how
any of them goes, so whoever judges the course of a run judges each training by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detecting import Detector
from losstui.findings import Finding, Severity, Skipped
from losstui.frame import BoolArray, FloatArray, Frame, IntArray, Series
from losstui.kinds import Kind
from losstui.stats.alignment import Axis, place_on
from losstui.stats.medians import median

# The findings on how a loss goes, which a jump between two trainings would be mistaken for.
OF_A_COURSE = frozenset(
    (
        "divergence",
        "epoch-memorisation",
        "late-instability",
        "loss-spike",
        "lr-too-high",
        "oscillation",
        "overfitting",
    )
)
LEAST_ROWS = 6  # of a training: three for a start, three for an end
MOST_TRAININGS = 20  # in one log: each is looked at, and what begins anew more often is a loop within one
AFTER = 3  # values of a start: what falls fast is down again soon
MOST_BEFORE = 20  # values of the end before it: more are no end, and no surer
LEAST_JUMPS = 0.5  # of the borders: a window with an easier target may begin below the end of the last one
LEAST_RETURN = 0.5  # of a jump, that the loss comes down by again: a loss that stays up diverged
# Log10 of the probability that luck makes all jumps together: a counter says beforehand where they are ...
MOST_LOG10_LUCK_COUNTED = -3.0
MOST_LOG10_LUCK = -7.0  # ... without one some hundred places and periods could have been those
LEAST_BORDERS = 3  # of equal trainings that nothing counts: two jumps are as far from each other by chance


@dataclass(frozen=True, slots=True, eq=False)
class Trainings:
    """The trainings of a run that holds more than one.

    `begins`, shape (k,), k >= 1, are the steps at which all but the first begin; `counter` is the tag that
    counts them, None where they are only as long as each other. `log10_luck` is how likely all the jumps of
    the loss are in noise, `most_log10_luck` what that may be.
    """

    begins: IntArray
    counter: str | None
    log10_luck: float
    most_log10_luck: float
    curves: tuple[RunCurves, ...]


def trainings(curves: RunCurves) -> Trainings | None:
    """The trainings that one log holds; None where nothing says that there is more than one."""
    return curves.shared(_trainings)


def _trainings(curves: RunCurves) -> Trainings | None:
    loss = curves.train_loss
    if loss is None or len(loss) < 2 * LEAST_ROWS:
        return None
    found = next(_counted(loss, curves), None) or _equally_long(loss, curves)
    if found is None:
        return None
    begins = loss.steps[found.rows]
    return Trainings(begins, found.counter, found.luck, found.most_luck, tuple(_each(curves, loss, begins)))


@dataclass(frozen=True, slots=True, eq=False)
class _Borders:
    """The rows of the loss at which trainings begin, and what tells them: see `Trainings`."""

    rows: IntArray
    counter: str | None
    luck: float
    most_luck: float


def _counted(loss: Curve, curves: RunCurves) -> Iterator[_Borders]:
    """The rows at which a logged counter steps, or an epoch begins anew, and the loss with it."""
    for tag, role in curves.run.roles.items():
        if role.kind not in (Kind.OTHER, Kind.EPOCH) or tag not in curves.run.frame:
            continue
        series = curves.run.frame[tag]
        counts = series.values
        if role.kind is Kind.EPOCH:
            at = np.flatnonzero(counts[1:] < counts[:-1]) + 1
        elif len(counts) > LEAST_ROWS and not np.any(counts[1:LEAST_ROWS] != counts[0]):
            at = np.flatnonzero(counts[1:] != counts[:-1]) + 1
            moved = counts[at] - counts[at - 1]
            # What goes to and fro counts nothing; a single move is that of a counter only where it is by one.
            if not (np.all(moved > 0.0) if len(at) > 1 else np.all(moved == 1.0)):
                continue
        else:
            continue
        rows = np.searchsorted(loss.steps, series.steps[at])
        luck = _luck(loss, rows)
        if luck <= MOST_LOG10_LUCK_COUNTED:
            yield _Borders(rows, tag, luck, MOST_LOG10_LUCK_COUNTED)


def _equally_long(loss: Curve, curves: RunCurves) -> _Borders | None:
    """The rows at which the loss jumps up, the same number of rows apart from the first value on.

    Only where each row is evaluated, and validation jumps with train: so are epochs, and no order of the data
    makes them rise.
    """
    pair = curves.loss_pair
    if pair is None or pair.train is not loss or not np.array_equal(loss.steps, pair.validation.steps):
        return None
    jumps = np.diff(loss.descent)
    highest = np.argpartition(jumps, -LEAST_BORDERS)[-LEAST_BORDERS:] + 1
    period = int(np.gcd.reduce(highest))
    rows = np.arange(period, len(loss), period)
    if _luck(pair.validation, rows) > MOST_LOG10_LUCK_COUNTED:
        return None
    luck = _luck(loss, rows)
    return _Borders(rows, None, luck, MOST_LOG10_LUCK) if luck <= MOST_LOG10_LUCK else None


def _luck(loss: Curve, rows: IntArray) -> float:
    """How likely the jumps of `loss` at `rows`, shape (k,), are in noise: the logarithm to base 10.

    0 where it jumps at too few of them, or hardly falls again. The last training may have just begun.
    """
    ends = np.concatenate([rows, [len(loss)]])
    lengths = np.diff(np.concatenate([[0], ends]))
    if not 0 < len(rows) < MOST_TRAININGS or np.any(lengths[:-1] < LEAST_ROWS) or lengths[-1] < 1:
        return 0.0
    luck, jumps, judged = 0.0, 0, 0
    for row, end, length in zip(rows.tolist(), ends[1:].tolist(), lengths[:-1].tolist(), strict=True):
        before = loss.descent[row - min(length // 2, MOST_BEFORE) : row]
        training = loss.descent[row:end]
        if len(training) >= LEAST_ROWS:
            judged += 1
            if _jumps(before, training):
                jumps += 1
                luck -= math.log10(math.comb(len(before) + AFTER, AFTER))
    return luck if jumps >= LEAST_JUMPS * judged else 0.0


def _jumps(before: FloatArray, training: FloatArray) -> bool:
    """Whether a training begins above all of the end `before` it, and comes down from there again."""
    start = training[:AFTER]
    if float(start.min()) <= float(before.max()):
        return False
    top, whole = float(start.max()), len(training) // AFTER * AFTER
    lowest = float(np.median(training[:whole].reshape(-1, AFTER), axis=1).min())
    return top - lowest >= LEAST_RETURN * (top - median(before))


def _each(curves: RunCurves, loss: Curve, begins: IntArray) -> Iterator[RunCurves]:
    """The curves of each training: what was logged from its first step on and before the next one's."""
    run = curves.run
    reference = Axis(loss.steps, loss.wall_times, loss.epochs)
    placed = {
        tag: np.searchsorted(
            begins, place_on(reference, Axis(one.steps, one.wall_times, one.epochs)), side="right"
        )
        for tag, one in run.frame.items()
    }
    for index in range(len(begins) + 1):
        series = (_part(one, placed[tag] == index) for tag, one in run.frame.items())
        yield RunCurves(replace(run, frame=Frame(series)), curves.standing)


def _part(series: Series, chosen: BoolArray) -> Series:
    return Series(
        series.tag,
        series.steps[chosen],
        series.values[chosen],
        None if series.wall_times is None else series.wall_times[chosen],
        None if series.epochs is None else series.epochs[chosen],
        None if series.sessions is None else series.sessions[chosen],
    )


def judged(detector: Detector, curves: RunCurves) -> Sequence[Finding] | Skipped:
    """What `detector` says of a run; of several trainings the last it warns of, else the last of all.

    That is of the findings on the course of a loss: any other looks at the whole log.
    """
    anew = trainings(curves) if detector.name in OF_A_COURSE else None
    if anew is None:
        return detector.detect(curves)
    each = [detector.detect(one) for one in anew.curves]
    return next((one for one in reversed(each) if _warns(one)), each[-1])


def _warns(outcome: Sequence[Finding] | Skipped) -> bool:
    return not isinstance(outcome, Skipped) and any(one.severity is not Severity.INFO for one in outcome)
