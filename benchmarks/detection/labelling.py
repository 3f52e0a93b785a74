"""Labels by rule, from the losses without noise; no curve is looked at.

All sizes are in units of D, the loss before the first step minus the loss that a well-tuned run of the
same task ends at. A class whose bound is met by half only is gray: it could be said either way. So could
that a run stopped too high, where nothing in its log says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.classes import FAULTS
from benchmarks.detection.doubts import (
    end_of,
    has_come_back_from_as_much,
    lost_for_good,
    lost_in_between,
    risen_level,
    rises_beyond_swings,
    rose_of_its_level,
    smooth,
    swings,
)
from benchmarks.detection.labels import FAR, GAP, HELD, OVERFITTED, REVERSALS, SWING, Labels
from benchmarks.detection.labels_of_log import (
    are_skipped_steps,
    contradicts_itself,
    hides_the_rise,
    judge_bad_shards,
    judge_dead_units,
    judge_epochs,
    judge_evaluations,
    judge_gradients,
    judge_single_points,
    rises_in_train_too,
    shows_a_gap,
    swings_in_the_log,
)
from benchmarks.detection.recording import Recorded
from benchmarks.detection.setups import Recipe, Setup
from benchmarks.detection.too_high import TOO_HIGH, doubt_what_no_log_shows

FloatArray = NDArray[np.float64]

NEAR_REACHABLE = 0.1  # D above what is reachable: nearer a run is done, up to twice as far it may be
FLAT = 0.03  # D lost or won from the third to the last quarter of the run
DIVERGED = 0.5  # D above the best
ROSE = 0.1  # D that a lasting rise has at least
LEARNT = 0.4  # D: nearer than this something had been learnt
FAR_TOO_HIGH = 10.0  # D above the tuned end at the start: no plain initialisation comes near it
SWING_OF_LEVEL = 0.2  # of the level of the loss: a swing that a person would call large
HARMLESS = ("healthy", "resumed", "late_improvement", "val_below_train")
BREAKDOWNS = frozenset({"divergence", "late_instability", "oscillation", "loss_spikes"})


@dataclass(frozen=True, slots=True)
class Reachable:
    """What a well-tuned run of the task ends at, and the train loss that it begins with."""

    train: float
    validation: float
    start: float


def label(recorded: Recorded, recipe: Recipe, setup: Setup, reachable: Reachable) -> Labels:
    """Return what is true of a run."""
    labels = Labels(set(), set())
    _by_construction(labels, recipe, setup)
    _by_the_log(labels, setup, recorded)
    if _became_non_finite(labels, recorded):
        return labels
    # A model that was trained before the log begins has little left to gain: what counts is all there was.
    start = reachable.start if setup.pretrained else float(recorded.train[0])
    size = max(start - reachable.train, 1e-12)
    level = (recorded.train - reachable.train) / size
    level_of_loss = float(np.median(recorded.train[len(level) // 2 :])) / size
    _stability(labels, level, level_of_loss)
    if recorded.logging.without_first:
        _doubt_what_came_before(labels, level, level_of_loss)
    if recipe.intended in HARMLESS:  # the noise of small batches: it moves the exact loss too
        labels.doubt(frozenset({"oscillation"}))
    if recorded.train[0] - reachable.train >= FAR_TOO_HIGH * (reachable.start - reachable.train) > 0:
        labels.gray.add("exploding_gradients")  # from the first norm on: later ones are no larger
    size_left = max(float(recorded.validation[0]) - reachable.validation, 1e-12)
    validation_size = max(reachable.start - reachable.validation, 1e-12) if setup.pretrained else size_left
    _learning(labels, level, recorded, setup, validation_size)
    _generalisation(labels, recorded, validation_size, size)
    if setup.pretrained or recorded.logging.without_first:
        _by_what_was_left(labels, recorded, reachable, size)
    _by_what_is_logged(labels, recorded, recipe.intended, setup, size, validation_size)
    doubt_what_no_log_shows(labels, recorded, size)
    if recipe.intended in HARMLESS and not recorded.as_logged:  # no curve of the log shows what it did
        labels.doubt(FAULTS | {"converged"})
    if recipe.intended in HARMLESS and end_of(level) <= NEAR_REACHABLE:  # norms grow as learning begins
        labels.doubt(frozenset({"exploding_gradients"}))
    if not labels.sure & FAULTS:
        logged = (recorded.frame["train/loss"].values - reachable.train) / size
        # Where other data are fed than those it is judged by, the log has the loss of those alone.
        seen = level if setup.fed is None else smooth(logged)
        _without_fault(labels, level, seen, harmless=recipe.intended in HARMLESS)
    elif shows_a_gap(recorded, validation_size):  # without a fault it would excuse alarms of overfitting
        labels.gray.add("train_val_gap")
    return labels


def _became_non_finite(labels: Labels, recorded: Recorded) -> bool:
    """Whether a value became NaN or infinite, and nothing else of the run can be told."""
    not_finite = {tag for tag, one in recorded.frame.items() if not np.isfinite(one.values).all()}
    if not not_finite:
        return False
    if are_skipped_steps(recorded, not_finite):
        labels.gray.add("nan")  # left out by design, and worth a note at most: no loss became NaN
        return False
    labels.sure.add("nan")
    labels.gray |= FAULTS - {"nan"}
    return True


def _by_what_is_logged(
    labels: Labels, recorded: Recorded, intended: str, setup: Setup, size: float, own: float
) -> None:
    """What the logged curves add to the exact losses, and what they leave open of them."""
    judge_gradients(labels, recorded)
    _either_way(labels, recorded, size, own)
    if setup.fed is not None and hides_the_rise(recorded):
        labels.doubt(frozenset({"late_instability", "divergence"}))
    if intended == "late_instability" and min(lost_for_good(recorded.train)) >= ROSE / 4 * size:
        labels.doubt(frozenset({"converged"}))  # little of D was lost, but as was meant, and for good
        labels.gray.add("late_instability")
    if recorded.as_logged:
        judge_single_points(labels, recorded, setup, size)
    else:  # how the logged losses lie to each other is not what was judged
        labels.gray |= {"overfitting", "train_val_gap"}
    if "divergence" in labels.sure:  # whose checkpoints nobody compares
        labels.doubt(frozenset({"noisy_validation"}))
    if "late_instability" in labels.sure:  # how far apart both were thrown says nothing of what was learnt
        labels.doubt(frozenset({"train_val_gap"}))
    judge_evaluations(labels, recorded, own)
    judge_dead_units(labels, recorded)
    if setup.bad_shard is not None:
        judge_bad_shards(labels, recorded, intended, setup.bad_shard, size)
    if setup.epochs is not None:
        judge_epochs(labels, recorded, setup.epochs, size)


def _without_fault(labels: Labels, level: FloatArray, seen: FloatArray, *, harmless: bool) -> None:
    """Healthy, unless something happened on the way that a person would call by a fault's name."""
    lost = lost_in_between(level) or lost_in_between(seen)
    if lost:
        labels.doubt(frozenset({"converged"}))
        labels.gray |= BREAKDOWNS
    if harmless:
        (labels.sure if end_of(level) < FAR and not lost else labels.gray).add("healthy")


def _either_way(labels: Labels, recorded: Recorded, size: float, own: float) -> None:
    """Where a label is true of the exact losses and a person could say otherwise of the log."""
    logged = recorded.frame["train/loss"].values
    if "oscillation" in labels.sure and not swings_in_the_log(recorded, size):
        labels.doubt(frozenset({"oscillation"}))
    # The log's train loss may be that of another model than is asked: under the scale of the batch, say.
    gap = (end_of(recorded.validation) - end_of(logged)) / own
    if recorded.as_logged and gap < GAP / 2:
        labels.doubt(frozenset({"train_val_gap"}))
    elif recorded.as_logged and "divergence" not in labels.sure:
        labels.gray.add("train_val_gap")
    if "converged" in labels.sure and rose_of_its_level(recorded.train, size):
        labels.doubt(frozenset({"converged"}))
        labels.gray.add("late_instability")
    # Train has converged, and yet to train on was worse than to stop: which of the two a person says is open.
    if "overfitting" in labels.sure or rose_of_its_level(recorded.validation, own):
        labels.doubt(frozenset({"converged"}))
    if has_come_back_from_as_much(recorded.train):
        labels.doubt(frozenset({"late_instability"}))
    if not rises_beyond_swings(recorded.validation) or rises_in_train_too(recorded):
        labels.doubt(frozenset({"overfitting"}))


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
    if recipe.intended == "late_instability" and setup.fed is not None:
        labels.gray |= {"late_instability", "divergence"}  # the log rises, though the model may lose little
    if setup.stalled_at is not None:
        labels.sure.add("stalled")
    if setup.slower_at is not None:
        labels.sure.add("throughput_drop")
    if recipe.intended == "late_improvement":
        labels.sure.add("late_improvement")
        labels.gray |= {"slow_convergence"}
    if setup.input_noise or recipe.intended == "val_below_train":
        labels.sure.add("val_below_train")


def _by_the_log(labels: Labels, setup: Setup, recorded: Recorded) -> None:
    """What the log shows, whatever the run itself was like."""
    if contradicts_itself(recorded):
        labels.gray.add("resumed")  # nothing was, but such a log may be said to contradict itself
    if setup.held_out_fed is not None:
        labels.gray |= {"overfitting", "train_val_gap"}  # the log has more than what is judged


def _stability(labels: Labels, level: FloatArray, level_of_loss: float) -> None:
    smoothed = smooth(level)
    best, end = int(np.argmin(smoothed)), end_of(level)
    lost, back = lost_for_good(level)
    back_at_start = end >= float(level[0]) - 0.15
    # The lowest of many swings is no level: a rise that lasts does not come back near it.
    lasting = lost if back >= DIVERGED / 2 else min(lost, DIVERGED / 2)
    labels.judge("divergence", lasting, DIVERGED, when=back_at_start)
    if not back_at_start and lost >= DIVERGED / 2:
        labels.gray.add("divergence")
    # The log shows what this run gained and lost of it, not how much more a tuned one gains.
    if back_at_start and lost >= max(ROSE, DIVERGED * float(level[0] - smoothed[best])):
        labels.gray.add("divergence")
    if "divergence" not in labels.sure:
        learnt = float(smoothed[best]) <= LEARNT and best > len(level) // 20
        labels.judge("late_instability", risen_level(level), ROSE, when=learnt and back >= ROSE / 2)
        # What a run of few rows gains, it gains at once.
        if "late_instability" not in labels.sure and min(lost, back) >= ROSE / 2:
            labels.gray.add("late_instability")
    swing, reversals = swings(level[len(level) // 2 :])
    bounded = reversals >= REVERSALS and "divergence" not in labels.sure
    # A loss that may be below 0, as a likelihood, has no level to hold swings against.
    of_level = swing / (SWING_OF_LEVEL * level_of_loss) if level_of_loss > 0 else np.inf
    labels.judge("oscillation", min(swing / SWING, of_level), 1.0, when=bounded)


def _doubt_what_came_before(labels: Labels, level: FloatArray, level_of_loss: float) -> None:
    """Leave a divergence open that the rows from the second on, the first ones of the log, do not show."""
    shown = Labels(set(), set())
    _stability(shown, level[1:], level_of_loss)
    if "divergence" not in shown.sure:
        labels.doubt(frozenset({"divergence"}))


def _learning(
    labels: Labels, level: FloatArray, recorded: Recorded, setup: Setup, validation_size: float
) -> None:
    quarter = len(level) // 4
    third, last = float(np.median(level[2 * quarter : 3 * quarter])), float(np.median(level[3 * quarter :]))
    end, gained = end_of(level), third - last
    unstable = bool(labels.sure & {"divergence", "late_instability", "oscillation"})
    flat = abs(gained) <= FLAT
    slow = FLAT / 2 < gained <= FLAT  # so near the bound it could be said either way
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
    if stuck and slow and end >= FAR / 2:
        labels.doubt(TOO_HIGH)
        labels.gray.add("slow_convergence")
    if flat and end <= NEAR_REACHABLE and not unstable:
        labels.sure.add("converged")
    elif end <= 2 * NEAR_REACHABLE and abs(gained) <= 2 * FLAT and not unstable:
        labels.gray.add("converged")


def _by_what_was_left(labels: Labels, recorded: Recorded, reachable: Reachable, size: float) -> None:
    """Leave open what is little of D and much of what there was to learn from the first row of the log on."""
    begun = float(recorded.validation[int(recorded.logging.without_first)])
    of_the_rest = Labels(set(), set())
    _generalisation(of_the_rest, recorded, max(begun - reachable.validation, 1e-12), size)
    labels.gray |= of_the_rest.sure
    if "overfitting" in of_the_rest.sure:
        labels.doubt(frozenset({"converged"}))


def _generalisation(labels: Labels, recorded: Recorded, own: float, size: float) -> None:
    validation = smooth(recorded.validation)
    best = int(np.argmin(validation))
    rise = (end_of(recorded.validation) - float(validation[best])) / own
    # The lowest of many swings is no level: a rise that lasts does not come back near it.
    back = (float(np.min(validation[-len(validation) // 8 :])) - float(validation[best])) / own
    if back < OVERFITTED / 2:
        rise = min(rise, OVERFITTED / 2)
    train_rise = (end_of(recorded.train) - float(smooth(recorded.train)[best])) / size
    labels.judge("overfitting", rise, OVERFITTED, when=train_rise <= HELD * OVERFITTED)
    gap = (end_of(recorded.validation) - end_of(recorded.train)) / own
    labels.judge("train_val_gap", gap, GAP, when="divergence" not in labels.sure)
