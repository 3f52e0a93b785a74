"""Labels by rule, from the losses without noise; no curve is looked at.

All sizes are in units of D, the loss before the first step minus the loss that a well-tuned run of the
same task ends at. A class whose bound is met by half only is gray: it could be said either way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.classes import FAULTS
from benchmarks.detection.doubts import (
    end_of,
    lost_in_between,
    rose_of_its_level,
    shows_swings,
    smooth,
    swings,
)
from benchmarks.detection.recording import Recorded, logged_step
from benchmarks.detection.setups import Recipe, Setup
from benchmarks.detection.tasks import Logging
from benchmarks.detection.telling import chosen
from losstui.frame import Series

FloatArray = NDArray[np.float64]

FAR = 0.25  # D above what is reachable: not learnt
NEAR_REACHABLE = 0.1
FLAT = 0.03  # D lost or won from the third to the last quarter of the run
DIVERGED = 0.5  # D above the best
ROSE = 0.1  # D that a lasting rise has at least
LEARNT = 0.4  # D: nearer than this something had been learnt
OVERFITTED = 0.08  # of the validation loss's own D
GAP = 0.25
SWING = 0.1  # D from the 5th to the 95th percentile around the trend
SWING_OF_LEVEL = 0.2
REVERSALS = 8
BEGINNING = 0.25  # of the run
EXPLODED = 100.0  # times the first norm and the median norm of the first quarter
HALF_AN_ORDER = 10.0**0.5  # norms are read by orders of magnitude: so far below the bound it could be said
VANISHED = 1e-3  # first layer over last
NOISY = 3.0  # times the scatter of the full validation set
HARMLESS = ("healthy", "resumed", "late_improvement", "val_below_train")
BREAKDOWNS = frozenset({"divergence", "late_instability", "oscillation", "loss_spikes"})
SPIKE_SIGMAS = 6.0
SPIKE = 0.1
# Of natural ones, whatever their cause: so far out, and so high together, a person calls values spikes.
BURST_SIGMAS, BURSTS = 10.0, 1.0  # and of what the run gained: twice half of it, or once all
JUST_BEFORE = 20  # values: the noise at a moment
AROUND = 41  # values: the exact loss around a moment
DEAD = 0.7  # of the units of a layer
AT_BORDERS = 0.6  # of the fall of the logged train loss
BESIDE = 0.25  # of an epoch on both sides of its border
FEW_EVALUATIONS = 7  # whose scatter nobody can tell from their course
MOST_CARRIED = 0.1  # of what train gained: more than that is no learning by heart


@dataclass(frozen=True, slots=True)
class Reachable:
    """What a well-tuned run of the task ends at, and the train loss that it begins with."""

    train: float
    validation: float
    start: float


@dataclass(slots=True)
class Labels:
    """Collects what is true (`sure`) and what could be said either way (`gray`)."""

    sure: set[str]
    gray: set[str]

    def judge(self, name: str, value: float, bound: float, *, when: bool = True) -> None:
        """Sure from `bound` on, gray from half of it."""
        if when and value >= bound:
            self.sure.add(name)
        elif when and value >= bound / 2:
            self.gray.add(name)


def label(recorded: Recorded, recipe: Recipe, setup: Setup, reachable: Reachable) -> Labels:
    """Return what is true of a run."""
    labels = Labels(set(), set())
    _by_construction(labels, recipe, setup)
    _by_the_log(labels, setup, recorded.logging)
    if any(not np.isfinite(one.values).all() for one in recorded.frame.values()):
        labels.sure.add("nan")
        labels.gray |= FAULTS - {"nan"}
        return labels
    # A model that was trained before the log begins has little left to gain: what counts is all there was.
    start = reachable.start if setup.pretrained else float(recorded.train[0])
    size = max(start - reachable.train, 1e-12)
    level = (recorded.train - reachable.train) / size
    _stability(labels, level, float(np.median(recorded.train[len(level) // 2 :])) / size)
    if recipe.intended in HARMLESS:  # the noise of small batches: it moves the exact loss too
        _doubt(labels, frozenset({"oscillation"}))
    size_left = max(float(recorded.validation[0]) - reachable.validation, 1e-12)
    validation_size = max(reachable.start - reachable.validation, 1e-12) if setup.pretrained else size_left
    _learning(labels, level, recorded, setup, validation_size)
    _generalisation(labels, recorded, validation_size, size)
    if setup.pretrained:  # of the little that was left to learn it may still be much
        of_the_rest = Labels(set(), set())
        _generalisation(of_the_rest, recorded, size_left, size)
        labels.gray |= of_the_rest.sure
    _gradients(labels, recorded)
    _either_way(labels, recorded, size, validation_size)
    if recorded.as_logged:
        _single_points(labels, recorded, setup, size)
    else:  # how the logged losses lie to each other is not what was judged
        labels.gray |= {"overfitting", "train_val_gap"}
    _by_the_evaluations(labels, recorded, validation_size)
    _dead_units(labels, recorded)
    if setup.bad_shard is not None:
        _bad_shards(labels, recorded, recipe.intended, setup.bad_shard, size)
    if setup.epochs is not None:
        _epochs(labels, recorded, setup.epochs, size)
    if recipe.intended in HARMLESS and not recorded.as_logged:  # no curve of the log shows what it did
        _doubt(labels, FAULTS | {"converged"})
    if recipe.intended in HARMLESS and end_of(level) <= NEAR_REACHABLE:  # norms grow as learning begins
        _doubt(labels, frozenset({"exploding_gradients"}))
    if not labels.sure & FAULTS:
        logged = (recorded.frame["train/loss"].values - reachable.train) / size
        # Where other data are fed than those it is judged by, the log has the loss of those alone.
        seen = level if setup.fed is None else smooth(logged)
        _without_fault(labels, level, seen, harmless=recipe.intended in HARMLESS)
    return labels


def _without_fault(labels: Labels, level: FloatArray, seen: FloatArray, *, harmless: bool) -> None:
    """Healthy, unless something happened on the way that a person would call by a fault's name."""
    lost = lost_in_between(level) or lost_in_between(seen)
    if lost:
        _doubt(labels, frozenset({"converged"}))
        labels.gray |= BREAKDOWNS
    if harmless:
        (labels.sure if end_of(level) < FAR and not lost else labels.gray).add("healthy")


def _either_way(labels: Labels, recorded: Recorded, size: float, own: float) -> None:
    """Where a label is true of the exact losses and a person could say otherwise of the log."""
    logged = recorded.frame["train/loss"].values
    if "oscillation" in labels.sure and not _swings_in_the_log(recorded):
        _doubt(labels, frozenset({"oscillation"}))
    # The log's train loss may be that of another model than is asked: under the scale of the batch, say.
    gap = (end_of(recorded.validation) - end_of(logged)) / own
    if recorded.as_logged and gap < GAP / 2:
        _doubt(labels, frozenset({"train_val_gap"}))
    elif recorded.as_logged and "divergence" not in labels.sure:
        labels.gray.add("train_val_gap")
    if "converged" in labels.sure and rose_of_its_level(recorded.train, size):
        _doubt(labels, frozenset({"converged"}))
        labels.gray.add("late_instability")
    # Train has converged, and yet to train on was worse than to stop: which of the two a person says is open.
    if "overfitting" in labels.sure or rose_of_its_level(recorded.validation, own):
        _doubt(labels, frozenset({"converged"}))


def _swings_in_the_log(recorded: Recorded) -> bool:
    """Whether one of the two losses as logged swings as the exact one does, through all noise."""
    train, held_out = recorded.frame["train/loss"], recorded.frame["val/loss"]
    if not recorded.as_logged:  # in another quantity than the exact one
        return swings(train.values[len(train) // 2 :])[1] >= REVERSALS
    return any(
        shows_swings(one.values, np.interp(one.steps, recorded.steps, exact), REVERSALS)
        for one, exact in ((train, recorded.train), (held_out, recorded.validation))
    )


def _doubt(labels: Labels, classes: frozenset[str]) -> None:
    """Make what is sure of `classes` what could be said either way."""
    labels.gray |= labels.sure & classes
    labels.sure -= classes


def _by_construction(labels: Labels, recipe: Recipe, setup: Setup) -> None:
    if setup.resumed_at is not None:
        labels.sure.add("resumed")
        labels.gray.add("stalled")
    if recipe.intended == "plateau":
        labels.gray.add("plateau")  # where the level was near all the same
        if setup.fed is not None:
            labels.gray.add("train_val_gap")  # the log has the loss of what was fed, and of that alone
    if recipe.intended == "oscillation" and setup.fed is not None:
        labels.gray.add("oscillation")  # the log has what was fed, though the model may not swing
    if setup.stalled_at is not None:
        labels.sure.add("stalled")
    if setup.slower_at is not None:
        labels.sure.add("throughput_drop")
    if recipe.intended == "late_improvement":
        labels.sure.add("late_improvement")
        labels.gray |= {"slow_convergence"}
    if setup.input_noise or recipe.intended == "val_below_train":
        labels.sure.add("val_below_train")


def _by_the_log(labels: Labels, setup: Setup, logging: Logging) -> None:
    """What the log shows, whatever the run itself was like."""
    if logging.held_out_units is not None:
        labels.gray.add("resumed")  # nothing was, but the steps of such a log do contradict each other
    if setup.held_out_fed is not None:
        labels.gray |= {"overfitting", "train_val_gap"}  # the log has more than what is judged


def _stability(labels: Labels, level: FloatArray, level_of_loss: float) -> None:
    smoothed = smooth(level)
    best, end = int(np.argmin(smoothed)), end_of(level)
    lost = end - float(smoothed[best])
    back_at_start = end >= float(level[0]) - 0.15
    labels.judge("divergence", lost, DIVERGED, when=back_at_start)
    if not back_at_start and lost >= DIVERGED / 2:
        labels.gray.add("divergence")
    # The log shows what this run gained and lost of it, not how much more a tuned one gains.
    if back_at_start and lost >= max(ROSE, DIVERGED * float(level[0] - smoothed[best])):
        labels.gray.add("divergence")
    if "divergence" not in labels.sure:
        back = float(np.min(smoothed[-len(smoothed) // 8 :])) - float(smoothed[best])
        learnt = float(smoothed[best]) <= LEARNT and best > len(level) // 20
        labels.judge("late_instability", lost, ROSE, when=learnt and back >= ROSE / 2)
        if min(lost, back) >= ROSE / 2:  # what a run of few rows gains, it gains at once
            labels.gray.add("late_instability")
    swing, reversals = swings(level[len(level) // 2 :])
    bounded = reversals >= REVERSALS and "divergence" not in labels.sure
    # A loss that may be below 0, as a likelihood, has no level to hold swings against.
    of_level = swing / (SWING_OF_LEVEL * level_of_loss) if level_of_loss > 0 else np.inf
    labels.judge("oscillation", min(swing / SWING, of_level), 1.0, when=bounded)


def _learning(
    labels: Labels, level: FloatArray, recorded: Recorded, setup: Setup, validation_size: float
) -> None:
    quarter = len(level) // 4
    third, last = float(np.median(level[2 * quarter : 3 * quarter])), float(np.median(level[3 * quarter :]))
    end, gained = end_of(level), third - last
    unstable = bool(labels.sure & {"divergence", "late_instability", "oscillation"})
    flat = abs(gained) <= FLAT
    close = abs(end_of(recorded.validation) - end_of(recorded.train)) <= 0.1 * validation_size
    stuck = flat and not unstable
    small = setup.lost_inputs > 0.0 or (setup.hidden is not None and len(setup.hidden) <= 1)
    if stuck and small and close:
        labels.judge("underfitting", end, FAR)
        labels.gray |= {"plateau"} & (FAULTS if end >= FAR / 2 else frozenset())
    elif stuck:
        labels.judge("plateau", end, FAR)
        labels.gray |= {"underfitting"} if end >= FAR / 2 else set()
    elif not unstable and gained > 0:
        labels.judge("slow_convergence", end, FAR, when=setup.rate <= 0.2)
        labels.sure.add("improving")
        labels.gray |= {"plateau", "underfitting"} if end >= FAR and gained < 2 * FLAT else set()
    if flat and end <= NEAR_REACHABLE and not unstable:
        labels.sure.add("converged")
    elif end <= 2 * NEAR_REACHABLE and abs(gained) <= 2 * FLAT and not unstable:
        labels.gray.add("converged")


def _generalisation(labels: Labels, recorded: Recorded, own: float, size: float) -> None:
    validation = smooth(recorded.validation)
    best = int(np.argmin(validation))
    rise = (end_of(recorded.validation) - float(validation[best])) / own
    # The lowest of many swings is no level: a rise that lasts does not come back near it.
    back = (float(np.min(validation[-len(validation) // 8 :])) - float(validation[best])) / own
    if back < OVERFITTED / 2:
        rise = min(rise, OVERFITTED / 2)
    train_rise = (end_of(recorded.train) - float(smooth(recorded.train)[best])) / size
    labels.judge("overfitting", rise, OVERFITTED, when=train_rise <= 0.02)
    gap = (end_of(recorded.validation) - end_of(recorded.train)) / own
    labels.judge("train_val_gap", gap, GAP, when="divergence" not in labels.sure)


def _gradients(labels: Labels, recorded: Recorded) -> None:
    norms = recorded.frame["train/grad_norm"].values
    reference = max(float(np.median(norms[: len(norms) // 4])), float(norms[0]), 1e-30)
    grown = float(np.sort(norms)[-3]) / reference
    labels.judge("exploding_gradients", grown, EXPLODED)
    if EXPLODED / HALF_AN_ORDER <= grown < EXPLODED:
        labels.gray.add("exploding_gradients")
    layers = sorted(tag for tag in recorded.frame if tag.startswith("grad_norm/"))
    if layers:
        first, last = (np.median(recorded.frame[tag].values) for tag in (layers[0], layers[-1]))
        labels.judge("vanishing_gradients", float(VANISHED * last / max(float(first), 1e-30)), 1.0)


def _single_points(labels: Labels, recorded: Recorded, setup: Setup, size: float) -> None:
    logged = recorded.frame["val/loss"]
    exact = np.interp(logged.steps, recorded.steps, recorded.validation)
    scatter = float(np.std(logged.values - exact)) / size
    own = float(np.std(np.diff(exact[len(exact) // 4 :]))) / size
    labels.judge("noisy_validation", scatter, max(NOISY * own, 0.05))
    train = recorded.frame["train/loss"]
    later = recorded.train[len(recorded.train) // 20 :]
    if float(np.max(later - smooth(later, AROUND))) >= SPIKE * size:
        labels.gray.add("loss_spikes")  # not put in, but the exact loss leaves its level for a moment
    # A person sees what this run gained: where the model was trained before, that is little.
    left = min(size, max(float(recorded.train[0] - recorded.train.min()), 1e-12))
    if _bursts(train.values - np.interp(train.steps, recorded.steps, recorded.train), left) >= BURSTS:
        labels.gray.add("loss_spikes")
    for place in setup.bad_batches:
        at = int(np.searchsorted(train.steps, logged_step(place, recorded.logging)))
        before = train.values[max(0, at - JUST_BEFORE) : at]
        sigma = 1.4826 * float(np.median(np.abs(before - np.median(before)))) or 1e-12
        height = float(train.values[at : at + 2].max() - np.median(before))
        back = recorded.train[min(at + 20, len(recorded.train) - 1)] - recorded.train[at - 1] < SPIKE * size
        labels.judge(
            "loss_spikes", min(height / (SPIKE_SIGMAS * sigma), height / (SPIKE * size)), 1.0, when=bool(back)
        )


def _by_the_evaluations(labels: Labels, recorded: Recorded, own: float) -> None:
    """Of a rise that lies between two evaluations the log has nothing, and of few ones no scatter is seen."""
    logged = chosen(recorded.frame["val/loss"], recorded.frame["train/loss"], recorded.logging).values
    seen = logged[np.isfinite(logged)]
    if len(seen) < FEW_EVALUATIONS:
        _doubt(labels, frozenset({"noisy_validation"}))
    if len(seen) and end_of(recorded.validation) - float(seen.min()) < OVERFITTED * own / 2:
        _doubt(labels, frozenset({"overfitting"}))


def _bad_shards(
    labels: Labels, recorded: Recorded, intended: str, bad_shard: Callable[[float], bool], size: float
) -> None:
    """The log has the loss of each batch, however little the model learnt of a bad one."""
    train, steps = recorded.frame["train/loss"], recorded.logging.steps
    bad = np.array([bad_shard(step / steps) for step in train.steps])
    later = train.steps >= BEGINNING * steps
    rise = float(np.median(train.values[later & bad]) - np.median(train.values[later & ~bad]))
    labels.judge(intended, rise, SWING * size)
    if intended in labels.sure:
        _doubt(labels, frozenset({"plateau", "underfitting", "overfitting", "converged"}))


def _bursts(noise: FloatArray, size: float) -> float:
    """How high those of `noise`, shape (n,), that stand out of those just before are together, in `size`."""
    if len(noise) <= JUST_BEFORE:
        return 0.0
    before = np.lib.stride_tricks.sliding_window_view(noise, JUST_BEFORE)[:-1]
    sigma = 1.4826 * np.median(np.abs(before - np.median(before, axis=1, keepdims=True)), axis=1)
    later = noise[JUST_BEFORE:]
    return float(later[later >= np.maximum(BURST_SIGMAS * sigma, SPIKE * size)].sum()) / size


def _dead_units(labels: Labels, recorded: Recorded) -> None:
    ends = [end_of(one.values) for one in _dead_shares(recorded)]
    labels.judge("dead_relu", max(ends, default=0.0), DEAD)


def died_before(recorded: Recorded, step: int) -> bool:
    """Whether a layer was dead before `step`, whatever was done to it there."""
    return any(bool(np.any(one.values[one.steps < step] >= DEAD)) for one in _dead_shares(recorded))


def _dead_shares(recorded: Recorded) -> list[Series]:
    return [series for tag, series in recorded.frame.items() if tag.startswith("dead_fraction/")]


def _epochs(labels: Labels, recorded: Recorded, epochs: int, size: float) -> None:
    logged = recorded.frame["train/loss"].values
    length = len(logged) / epochs
    width = max(1, round(BESIDE * length))
    borders = [round(i * length) for i in range(1, epochs)]
    drops = [float(np.mean(logged[at - width : at]) - np.mean(logged[at : at + width])) for at in borders]
    fall = float(np.mean(logged[:width]) - np.mean(logged[-width:]))
    carried = float(np.mean(recorded.validation[:width]) - np.mean(recorded.validation[-width:]))
    labels.gray.add("epoch_drops")  # by construction, where the fall or the steps are small
    if fall >= FAR * size:
        labels.judge("epoch_drops", sum(drops) / fall, AT_BORDERS, when=carried <= MOST_CARRIED * fall)
