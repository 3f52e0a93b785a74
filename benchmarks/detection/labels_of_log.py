"""Labels by what the log itself has: gradients, single points, evaluations, bad shards, dead units."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.doubts import (
    SEEN,
    end_of,
    follow_each_other,
    move_together,
    risen_since,
    shows_swings,
    smooth,
    swings,
    turns_often,
)
from benchmarks.detection.labels import FAR, GAP, HELD, OVERFITTED, SWING, Labels
from benchmarks.detection.recording import Recorded, logged_step
from benchmarks.detection.setups import Setup
from benchmarks.detection.telling import chosen
from losstui.frame import Series

FloatArray = NDArray[np.float64]

EXPLODED = 100.0  # times the first norm and the median norm of the first quarter
HALF_AN_ORDER = 10.0**0.5  # norms are read by orders of magnitude: so far below the bound it could be said
VANISHED = 1e-3  # first layer over last
NOISY = 3.0  # times the scatter of the full validation set
SPIKE_SIGMAS = 6.0  # robust standard deviations: normal noise reaches them once in a billion values
SPIKE = 0.1  # D: what a person sees in the curve
# Of natural ones, whatever their cause: so far out, and so high together, a person calls values spikes.
BURST_SIGMAS, BURSTS = 10.0, 1.0  # and of what the run gained: twice half of it, or once all
JUST_BEFORE = 20  # values: the noise at a moment
AROUND = 41  # values: the exact loss around a moment
DEAD = 0.7  # of the units of a layer
AT_BORDERS = 0.6  # of the fall of the logged train loss
BESIDE = 0.25  # of an epoch on both sides of its border
SEEN_GAP = 0.03  # D: less is not seen, however much it is of what a run gained
FEW_EVALUATIONS = 7  # whose scatter nobody can tell from their course
MOST_CARRIED = 0.1  # of what train gained: more than that is no learning by heart
BEGINNING = 0.25  # of the run


def swings_in_the_log(recorded: Recorded, size: float) -> bool:
    """Whether one of the two losses as logged swings as the exact one does, through all noise.

    Where that of train swings by less of `size`, D, because other data are fed or all is averaged, the log
    shows a validation loss that is noisy. Nor is seen what is small beside all that the log shows. Rows of
    train that do not follow each other are what batches alone make as well: that the model swings is seen
    where validation moves in step with it.
    """
    train, held_out = recorded.frame["train/loss"], recorded.frame["val/loss"]
    if not recorded.as_logged:  # in another quantity than the exact one
        return turns_often(train.values)
    swing = swings(train.values[len(train) // 2 :])[0]
    if swing < max(SWING * size, SEEN * float(np.ptp(train.values))):
        return False
    if shows_swings(held_out.values, _exact_at(held_out, recorded, recorded.validation)):
        return True
    in_step = move_together(held_out.values, _exact_at(held_out, recorded, recorded.train))
    in_order = in_step or follow_each_other(train.values)
    return in_order and shows_swings(train.values, _exact_at(train, recorded, recorded.train))


def rises_in_train_too(recorded: Recorded) -> bool:
    """Whether the logged train loss rises since validation was best, farther than where a run overfits.

    So it is where what is fed comes in rounds or goes another way than the whole: the exact loss of train
    may hold, and whoever sees the log sees both losses rise.
    """
    if not recorded.as_logged:
        return False
    validation, train = smooth(recorded.validation), recorded.frame["train/loss"]
    best = int(np.argmin(validation))
    risen = risen_since(train.values, int(np.count_nonzero(train.steps < recorded.steps[best])))
    return risen > HELD * (end_of(recorded.validation) - float(validation[best]))


def hides_the_rise(recorded: Recorded) -> bool:
    """Whether the exact train loss rises since it was best, and the logged one does not.

    So it is where what is fed is easier from then on, and the rest forgotten: whoever sees the log sees a
    train loss that came down, and at most a validation loss that overfits.
    """
    train = recorded.frame["train/loss"]
    best = int(np.argmin(smooth(recorded.train)))
    row = int(np.count_nonzero(train.steps < recorded.steps[best]))
    exact = _exact_at(train, recorded, recorded.train)
    return recorded.as_logged and risen_since(exact, row) > 0.0 >= risen_since(train.values, row)


def shows_a_gap(recorded: Recorded, own: float) -> bool:
    """Whether the logged losses end apart by much of what the log shows as gained, be it little of `own`."""
    logged, held_out = (recorded.frame[tag].values for tag in ("train/loss", "val/loss"))
    gained = float(logged[0]) - end_of(logged)
    return gained > 0 and end_of(held_out) - end_of(logged) >= max(GAP * gained, SEEN_GAP * own)


def _exact_at(logged: Series, recorded: Recorded, exact: FloatArray) -> FloatArray:
    """The `exact` loss at the steps of the `logged` one."""
    return np.interp(logged.steps, recorded.steps, exact)


def are_skipped_steps(recorded: Recorded, not_finite: set[str]) -> bool:
    """Whether only gradient norms are `not_finite`, for a moment: half precision leaves such steps out."""
    if not all("grad_norm" in tag for tag in not_finite):
        return False
    norms = [recorded.frame[tag].values for tag in sorted(not_finite)]
    exact = np.concatenate((recorded.train, recorded.validation))
    return bool(np.isfinite(exact).all() and all(np.isfinite(one[-2:]).any() for one in norms))


def contradicts_itself(recorded: Recorded) -> bool:
    """Whether the steps or the times of the log say other things than one run on one axis, though it is."""
    logging = recorded.logging
    other_axis = logging.held_out_units is not None
    share_steps = logging.every * logging.units < 1.0  # several rows are of one step as the log counts it
    return other_axis or share_steps or logging.lost is not None or (logging.timed and _goes_back(recorded))


def _goes_back(recorded: Recorded) -> bool:
    """Whether the clock does, from one row to the next."""
    clocks = [one.wall_times for one in recorded.frame.values() if one.wall_times is not None]
    return any(bool(np.any(np.diff(clock) < 0.0)) for clock in clocks)


def judge_gradients(labels: Labels, recorded: Recorded) -> None:
    """Gradients that exploded, by the third highest norm, or vanished in the first layer."""
    norms = recorded.frame["train/grad_norm"].values
    norms = norms[np.isfinite(norms)]
    reference = max(float(np.median(norms[: len(norms) // 4])), float(norms[0]), 1e-30)
    grown = float(np.sort(norms)[-3]) / reference
    labels.judge("exploding_gradients", grown, EXPLODED)
    if EXPLODED / HALF_AN_ORDER <= grown < EXPLODED:
        labels.gray.add("exploding_gradients")
    layers = sorted(tag for tag in recorded.frame if tag.startswith("grad_norm/"))
    if layers:
        first, last = (np.median(recorded.frame[tag].values) for tag in (layers[0], layers[-1]))
        labels.judge("vanishing_gradients", float(VANISHED * last / max(float(first), 1e-30)), 1.0)


def judge_single_points(labels: Labels, recorded: Recorded, setup: Setup, size: float) -> None:
    """Noise of the validation loss, and spikes of the train loss, put in or not."""
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


def _bursts(noise: FloatArray, size: float) -> float:
    """How high those of `noise`, shape (n,), that stand out of those just before are together, in `size`."""
    if len(noise) <= JUST_BEFORE:
        return 0.0
    before = np.lib.stride_tricks.sliding_window_view(noise, JUST_BEFORE)[:-1]
    sigma = 1.4826 * np.median(np.abs(before - np.median(before, axis=1, keepdims=True)), axis=1)
    later = noise[JUST_BEFORE:]
    return float(later[later >= np.maximum(BURST_SIGMAS * sigma, SPIKE * size)].sum()) / size


def judge_evaluations(labels: Labels, recorded: Recorded, own: float) -> None:
    """Of a rise that lies between two evaluations the log has nothing, and of few ones no scatter is seen."""
    logged = chosen(recorded.frame["val/loss"], recorded.frame["train/loss"], recorded.logging).values
    seen = logged[np.isfinite(logged)]
    if len(seen) < FEW_EVALUATIONS:
        labels.doubt(frozenset({"noisy_validation"}))
    if len(seen) and end_of(recorded.validation) - float(seen.min()) < OVERFITTED * own / 2:
        labels.doubt(frozenset({"overfitting"}))


def judge_bad_shards(
    labels: Labels, recorded: Recorded, intended: str, bad_shard: Callable[[float], bool], size: float
) -> None:
    """The log has the loss of each batch, however little the model learnt of a bad one."""
    train, steps = recorded.frame["train/loss"], recorded.logging.steps
    bad = np.array([bad_shard(step / steps) for step in train.steps])
    later = train.steps >= BEGINNING * steps
    rise = float(np.median(train.values[later & bad]) - np.median(train.values[later & ~bad]))
    labels.judge(intended, rise, SWING * size)
    if intended in labels.sure:
        labels.doubt(frozenset({"plateau", "underfitting", "overfitting", "converged"}))
    if intended == "oscillation" and swings(recorded.train[len(recorded.train) // 2 :])[0] < SWING / 2 * size:
        labels.doubt(frozenset({intended}))  # an order of the data, which no validation loss shows


def judge_dead_units(labels: Labels, recorded: Recorded) -> None:
    """Dead units at the end, of the layer that has most."""
    ends = [end_of(one.values) for one in _dead_shares(recorded)]
    labels.judge("dead_relu", max(ends, default=0.0), DEAD)


def died_before(recorded: Recorded, step: int) -> bool:
    """Whether a layer was dead before `step`, whatever was done to it there."""
    return any(bool(np.any(one.values[one.steps < step] >= DEAD)) for one in _dead_shares(recorded))


def _dead_shares(recorded: Recorded) -> list[Series]:
    return [series for tag, series in recorded.frame.items() if tag.startswith("dead_fraction/")]


def judge_epochs(labels: Labels, recorded: Recorded, epochs: int, size: float) -> None:
    """Drops at the borders of epochs, where most of the fall lies there and validation has no part in it."""
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
