"""Whether the rewards of a run that logs neither loss nor metric are no better than at its start."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._flat_tail import LEAST_BLOCKS
from losstui.detectors._hit_or_miss import bound_of_hits, is_hit_or_miss
from losstui.detectors._idle import Idle
from losstui.findings import Measure
from losstui.roles import Kind
from losstui.stats.medians import median
from losstui.stats.trend import MEDIAN_ERROR, fall_over

LEAST_VALUES = 50  # fewer single episodes say little, with the scatter they have
REWARD_GAIN = 0.5  # of the scatter of single episodes: a policy that learned anything gains more
SUREST_GAIN = 0.2  # of that: episodes scatter too much for a smaller bound to be any surer
REWARD_PEAK = 1.2  # of the same: a policy that learned anything was better by more, once
SINGLE_EPISODES = 0.5  # of the deviation, as scatter: a running mean hides it
FIRST_MEANS = 5  # values of a running mean: enough for a middle and a best, before anything is learned
LUCKY_WALK = 2.0  # deviations: a running mean wanders, and 1 in 22 that learn nothing goes as far


def long_rewards(curves: RunCurves) -> list[Curve]:
    """The rewards that say enough by themselves."""
    return [one for one in curves.select(Kind.REWARD) if len(one) >= LEAST_VALUES]


def idle_reward(curves: RunCurves) -> Idle | None:
    """Of the rewards, at least one of them long, the surest to have gained nothing; None where one may have.

    One that never changed shows neither: it may be the best there is, or a goal that no episode has met yet.

    The upper 95 % bound of the gain is a share of the scatter of single episodes. Evaluations are means of
    many episodes: few are enough, and how far single ones scatter is seen in the rewards of training.
    """
    rewards = [one for one in long_rewards(curves) if np.ptp(one.values) > 0.0]
    evaluated = {
        pair.validation: pair.train.noise
        for pair in curves.whole_pairs
        if pair.train in rewards and not _is_running_mean(pair.train)
        if len(pair.validation.blocks) >= LEAST_BLOCKS
    }
    bounds = [(_bound_of_evaluations(one, scatter), one) for one, scatter in evaluated.items()]
    bounds += [(_bound(one), one) for one in rewards if one not in evaluated]
    bound, surest = min(bounds, key=lambda one: one[0], default=(math.inf, None))
    if surest is None or bound > REWARD_GAIN or any(one == math.inf for one, _ in bounds):
        return None
    message = f"The reward is no better after {len(surest)} values than at the start"
    measure = Measure("gain, upper 95 % bound", bound, REWARD_GAIN, "scatter of one episode")
    return Idle(surest, message, measure, (REWARD_GAIN, max(bound, SUREST_GAIN * REWARD_GAIN)))


def _is_running_mean(reward: Curve) -> bool:
    return reward.noise < SINGLE_EPISODES * float(np.std(reward.values))


def _bound(reward: Curve) -> float:
    """The upper bound of the gain as a share of the scatter; infinite where something may be learned."""
    scatter = reward.noise
    if is_hit_or_miss(reward):
        return bound_of_hits(reward)
    if _is_running_mean(reward):
        return _bound_of_running_mean(reward)
    gain = fall_over(reward.blocks.medians)
    peak = float(reward.levels[0]) - float(reward.levels[reward.best_block])
    # The best of many medians, and the first of them, are out by that much where nothing is learned.
    window = reward.level_window * reward.blocks.size
    luck = (math.sqrt(2.0 * math.log(max(2.0, len(reward) / window))) + 2.0) * MEDIAN_ERROR
    most_peak = max(REWARD_PEAK, luck / math.sqrt(window))
    # A gain that may be noise is none: another reward may be surer that there is none.
    gained = gain.value > REWARD_GAIN * scatter and gain.lower > 0.0
    return math.inf if gained or peak > most_peak * scatter else gain.upper / scatter


def _bound_of_evaluations(reward: Curve, scatter: float) -> float:
    """The bound as in `_bound`, of evaluations; single episodes of training scatter by `scatter`, above 0.

    They are exact enough to show what was learned before the second of them, and that a policy got worse.
    """
    gain = fall_over(reward.blocks.medians)
    best = float(reward.descent[0]) - float(reward.levels[reward.best_block])
    changed = abs(gain.value) > REWARD_GAIN * scatter or best > REWARD_PEAK * scatter
    return math.inf if changed else gain.upper / scatter


def _bound_of_running_mean(reward: Curve) -> float:
    """The bound as in `_bound`, of a running mean: only its first values, of few episodes, scatter much."""
    first, last = reward.descent[:FIRST_MEANS], float(reward.levels[-1])
    gained, best = median(first) - last, float(reward.levels[reward.best_block])
    learned = gained > 0.0 or best < float(first.min()) or _regains(reward)
    return math.inf if learned or -gained > float(np.ptp(first)) else REWARD_GAIN


def _regains(reward: Curve) -> bool:
    """Whether a running mean ends further above the worst of its second half than it wanders by luck.

    Episodes come in and go out of the mean one by one: of a policy that learns nothing it is a walk, and
    how far a walk ends above its lowest point is distributed as the size of its end.
    """
    half = reward.descent[len(reward) // 2 :]
    moves = np.diff(half)
    walk = float(np.std(moves)) * math.sqrt(len(moves))
    return float(half.max() - half[-1]) > LUCKY_WALK * walk
