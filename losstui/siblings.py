"""Runs of one task, as they declare it themselves, and which of them ends far above what the others reach.

What a loss can come down to no curve says, but another run of the same task does. Two runs are siblings
where what they log is the same, tags and intervals, and where nothing they declare, by hyper-parameters or by
name, differs but for how they are trained: the learning rate, a width, the seed. Runs that declare
nothing have no siblings: ten classes begin at ln 10 whatever the pictures are of.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.declared import apart, declared, trained
from losstui.kin import Kin, LossLevels, Standing
from losstui.kinds import OF_THE_MODEL
from losstui.run import Run
from losstui.run_names import LoneNumber, saying
from losstui.run_report import RunReport
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation
from losstui.stats.trend import MEDIAN_ERROR

LEAST_RUNS = 3  # one run, and two that agree on what is reachable
LEAST_LOWER = 2  # siblings: one alone may be another task after all, or have learned its data by heart
LEAST_SHARE = 0.2  # of the gain: settings that are a bit worse cost less
LEAST_Z = 4.0  # standard errors
SAME_START = 0.15  # of the level: initial weights and the first batch add as much
HIGH_START = 0.75  # of the starts of a family, by size: what an untrained model of the task stands at
MOST_OF_FAMILY = 0.8  # of the runs: the others may have been given another start
LEAST_LEVELS = 8  # of a loss: fewer have no level at the end
MOST_LEVELS = 64  # of a loss: a level every 1.6 % of the run
END_SHARE = 0.25  # of the run: what the level at its end is the median of
LARGEST = 1e150  # of a loss: nothing can be computed with squares that are infinite
SAME_LEVELS = 1e-3  # of each level of a run logged twice: tables are written with as few as four digits
AS_GOOD = 0.05  # of the distance: who is no further from the best is worth as much to learn from
MOST_COMPARED = 8  # siblings, those that got furthest: two of them will do, and families may be large


def kin_of(run: Run, curves: RunCurves) -> Kin | None:
    """What the siblings of a run have to know; None where it declares no family or no loss is long enough."""
    told = declared(run)
    if told is None:
        return None
    chosen = [curve for curve in (curves.train_loss, curves.validation_loss) if curve is not None]
    losses = tuple(_levels_of(curve) for curve in chosen if _has_levels(curve))
    if not losses:
        return None
    logged = tuple((curve.tag, _interval(curve)) for curve in chosen)
    measured = tuple(sorted(tag for tag, role in run.roles.items() if role.kind in OF_THE_MODEL))
    family = (told.alike, logged, measured, run.step_unit)
    return Kin(family, told.numbers, told.names_task, losses)


def _has_levels(curve: Curve) -> bool:
    return len(curve.blocks) >= LEAST_LEVELS and float(np.abs(curve.descent).max()) < LARGEST


def _interval(curve: Curve) -> int:
    return int(np.median(np.diff(curve.steps))) if len(curve) > 1 else 0


def _levels_of(curve: Curve) -> LossLevels:
    n = len(curve.levels)
    chosen = np.unique(np.linspace(0, n - 1, min(n, MOST_LEVELS)).astype(np.int64))
    scatter = median_deviation(curve.blocks.medians - curve.levels)
    error = MEDIAN_ERROR * scatter / math.sqrt(curve.level_window)
    steps, levels = curve.block_steps[chosen].astype(np.float64), curve.levels[chosen]
    return LossLevels(curve.tag, steps, levels, curve.start_level, error)


def standings(reports: Iterable[RunReport]) -> dict[str, Standing]:
    """By id, where those runs stand that end far above what their siblings reach; the order plays no part."""
    families: dict[Hashable, list[tuple[RunReport, Kin]]] = {}
    for report in reports:
        if report.kin is not None:
            families.setdefault(report.kin.family, []).append((report, report.kin))
    found: dict[str, Standing] = {}
    for family in families.values():
        for together in _parted(family):
            alike = together if together[0][1].names_task else _begun_alike(together)
            if len(alike) >= LEAST_RUNS:
                found.update(_standings_in(alike))
    return found


def _parted(family: Sequence[tuple[RunReport, Kin]]) -> Iterable[list[tuple[RunReport, Kin]]]:
    """The runs of a family whose names hold the same numbers, but for those that count them."""
    parts: dict[tuple[LoneNumber, ...], list[tuple[RunReport, Kin]]] = {}
    for one, numbers in zip(family, saying([kin.numbers for _, kin in family]), strict=True):
        parts.setdefault(numbers, []).append(one)
    return parts.values()


def _begun_alike(family: list[tuple[RunReport, Kin]]) -> list[tuple[RunReport, Kin]]:
    """Those whose losses begin at one level; none where that is not nearly the whole family.

    Where nothing names the task, a folder in which runs begin at many levels holds more than one.
    """
    starts = np.array([kin.losses[0].start for _, kin in family])
    middle = median(starts)
    near = np.abs(starts - middle) <= SAME_START * abs(middle)
    if np.count_nonzero(near) < MOST_OF_FAMILY * len(family):
        return []
    return [one for one, is_near in zip(family, near.tolist(), strict=True) if is_near]


def _standings_in(family: Sequence[tuple[RunReport, Kin]]) -> Iterator[tuple[str, Standing]]:
    starts = _untrained([kin for _, kin in family])
    by_level = sorted(family, key=lambda one: (_lowest(one[1]), one[0].run.id))
    furthest = list(islice(_distinct(by_level), MOST_COMPARED + 1))
    if len(furthest) < LEAST_RUNS:
        return
    settings = {other.run.id: trained(other.run) for other, _ in furthest}
    reached = _lowest(furthest[LEAST_LOWER - 1][1])
    for report, kin in family:
        if _lowest(kin)[0] <= reached[0]:
            continue
        below = [
            (far, other.run.id)
            for other, other_kin in furthest
            if other is not report and (far := _distance(kin, other_kin, starts)) is not None
        ]
        if len(below) < LEAST_LOWER:
            continue
        shares = sorted((far for far, _ in below), key=lambda far: -far.share)
        best, second = shares[0], shares[LEAST_LOWER - 1]
        own = trained(report.run)
        differing = {sibling: apart(settings[sibling], own) for _, sibling in below}
        named, sibling = min(_as_good(below), key=lambda one: len(differing[one[1]]))
        yield (
            report.run.id,
            Standing(
                sibling,
                named.tag,
                named.level,
                named.own,
                differing[sibling],
                second.share,
                best.gain,
            ),
        )


def _as_good(below: Sequence[tuple[_Distance, str]]) -> list[tuple[_Distance, str]]:
    """Of the runs that came further, the furthest first, those that are as good to learn from."""
    furthest = below[0][0]
    most = furthest.level + AS_GOOD * (furthest.own - furthest.level)
    return [one for one in below if one[0].tag == furthest.tag and one[0].level <= most]


def _distinct(by_level: Iterable[tuple[RunReport, Kin]]) -> Iterator[tuple[RunReport, Kin]]:
    """The runs but for those that repeat the one before: logged twice, copied, or trained again the same."""
    before: Kin | None = None
    for report, kin in by_level:
        if before is None or not _repeats(kin, before):
            yield report, kin
        before = kin


def _repeats(kin: Kin, other: Kin) -> bool:
    if len(kin.losses) != len(other.losses):
        return False
    pairs = list(zip(kin.losses, other.losses, strict=True))
    if not all(np.array_equal(one.steps, two.steps) for one, two in pairs):
        return False
    return all(np.allclose(one.levels, two.levels, rtol=SAME_LEVELS, atol=0.0) for one, two in pairs)


def _lowest(kin: Kin) -> list[float]:
    return [float(loss.levels.min()) for loss in reversed(kin.losses)]


@dataclass(frozen=True, slots=True)
class _Distance:
    """How far one sibling had come below a run: see `Standing`; `is_sure` is whether by more than noise."""

    tag: str
    level: float
    own: float
    share: float
    gain: float
    is_sure: bool


def _untrained(family: Sequence[Kin]) -> dict[str, float]:
    """By tag, the level that a loss of the task begins at before anything is learned.

    Untrained models of one task lie at about one level. Many a run shows less of it, as what is evaluated
    for the first time after an epoch had learned by then, and a few begin far above, from weights that are
    too large: so it is one of the higher starts and not the highest.
    """
    starts: dict[str, list[float]] = {}
    for kin in family:
        for loss in kin.losses:
            starts.setdefault(loss.tag, []).append(loss.start)
    return {tag: float(np.quantile(levels, HIGH_START)) for tag, levels in starts.items()}


def _distance(kin: Kin, other: Kin, starts: Mapping[str, float]) -> _Distance | None:
    """How far `kin` ends above `other`, by the loss of both for which that is least.

    None where that is less than `LEAST_SHARE`, or where it is not sure for every loss that both have.
    """
    beside = {loss.tag: loss for loss in other.losses}
    distances = [
        _distance_of(loss, beside[loss.tag], starts[loss.tag]) for loss in kin.losses if loss.tag in beside
    ]
    nearest = min(distances, key=lambda one: one.share, default=None)
    if nearest is None or nearest.share < LEAST_SHARE or not all(one.is_sure for one in distances):
        return None
    # Of the two it is validation that a person goes by.
    told = distances[-1]
    return replace(nearest, tag=told.tag, level=told.level, own=told.own)


def _distance_of(loss: LossLevels, other: LossLevels, start: float) -> _Distance:
    first, last = float(loss.steps[0]), float(loss.steps[-1])
    tail = loss.steps >= last - END_SHARE * (last - first)
    level = median(loss.levels[tail])
    beside = median(np.interp(loss.steps[tail], other.steps, other.levels))
    apart = level - beside
    gain = max(loss.start, other.start, start) - beside
    share = apart / gain if gain > 0.0 else 0.0
    # Smooth losses have no error: they are as far apart as they look.
    is_sure = apart >= LEAST_Z * math.hypot(loss.error, other.error)
    return _Distance(loss.tag, beside, level, share, gain, is_sure)
