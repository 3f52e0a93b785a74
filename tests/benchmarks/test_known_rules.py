from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from benchmarks.detection import known_rules
from benchmarks.detection.classes import SAID_BY
from benchmarks.detection.signals import Signals, signals_of
from support import make_run

FALLING = np.exp(-np.arange(200) / 20.0) + 0.001


def signals(train: ArrayLike, validation: ArrayLike = (), accuracy: ArrayLike = ()) -> Signals:
    tags = {"train/loss": train, "val/loss": validation, "val/accuracy": accuracy}
    return signals_of(make_run({tag: values for tag, values in tags.items() if np.size(values)}))


def test_loss_not_decreasing_looks_every_ten_steps() -> None:
    rising_after_20 = np.concatenate([np.linspace(3, 1, 21), np.linspace(1, 2, 20)])
    assert known_rules.sagemaker_loss_not_decreasing(signals(rising_after_20)) == 30
    assert known_rules.sagemaker_loss_not_decreasing(signals(np.linspace(3, 1, 41))) is None


def test_overfit_fires_where_validation_is_a_tenth_above_train() -> None:
    assert known_rules.sagemaker_overfit(signals([1.0, 1.0, 1.0], [1.05, 1.09, 1.11])) == 2
    assert known_rules.sagemaker_overfit(signals([1.0, 1.0, 1.0], [1.05, 1.09, 1.09])) is None


def test_overtraining_waits_for_both_losses() -> None:
    flat, falling = np.ones(15), np.linspace(10, 1, 15)
    assert known_rules.sagemaker_overtraining(signals(flat, flat)) == 10
    assert known_rules.sagemaker_overtraining(signals(falling, flat)) is None


def test_early_stopping_counts_evaluations_without_a_new_minimum() -> None:
    validation = [3.0, 2.0, 2.5, 2.4, 2.3, 1.0]
    assert known_rules.early_stopping(3)(signals(FALLING, validation)) == 4
    assert known_rules.early_stopping(4)(signals(FALLING, validation)) is None


def test_autotrainer_pairs_maxima_with_minima() -> None:
    swinging = np.tile([0.5, 0.6], 20)
    assert known_rules.autotrainer_oscillation(signals(FALLING, (), swinging)) == 0
    assert known_rules.autotrainer_oscillation(signals(FALLING, (), 0.5 + (swinging - 0.5) / 10)) is None


def test_autotrainer_calls_a_low_creeping_accuracy_slow() -> None:
    creeping = np.linspace(0.1, 0.4, 100)
    assert known_rules.autotrainer_slow_convergence(signals(FALLING, (), creeping)) == 0
    assert known_rules.autotrainer_slow_convergence(signals(FALLING, (), creeping + 0.5)) is None


def test_autotrainer_explodes_at_a_thousand_or_nan() -> None:
    assert known_rules.autotrainer_explosion(signals([1.0, 999.0, 1000.0])) == 2
    assert known_rules.autotrainer_explosion(signals([1.0, np.nan])) == 1
    assert known_rules.autotrainer_explosion(signals([1.0, 999.0])) is None


def test_deepchecker_wants_five_percent_a_value() -> None:
    assert known_rules.deepchecker_not_decreasing(signals(0.96 ** np.arange(10))) == 5
    assert known_rules.deepchecker_not_decreasing(signals(0.94 ** np.arange(10))) is None


def test_deepchecker_diverges_after_five_values_at_twice_the_minimum() -> None:
    assert known_rules.deepchecker_diverging(signals([1.0, *[2.0] * 5])) == 5
    assert known_rules.deepchecker_diverging(signals([1.0, *[2.0] * 4, 1.9])) is None


def test_deepchecker_fluctuates_on_an_alternating_curve_alone() -> None:
    assert known_rules.deepchecker_fluctuating(signals(np.tile([1.0, 2.0], 40))) == 51
    assert known_rules.deepchecker_fluctuating(signals(FALLING)) is None


def test_foundry_wants_more_than_four_values_at_twice_the_mean() -> None:
    flat = np.ones(150)
    five, four = flat.copy(), flat.copy()
    five[120:125], four[120:124] = 3.0, 3.0
    assert known_rules.foundry_spike(signals(five)) == 124
    assert known_rules.foundry_spike(signals(four)) is None


def test_olmo_and_megatron_see_a_needle() -> None:
    needle = 1 + 0.01 * np.random.default_rng(0).normal(size=300)
    assert known_rules.megatron_spike(signals(needle)) is None
    assert known_rules.olmo_spike(signals(needle)) is None
    needle[200] = 50.0
    assert known_rules.olmo_spike(signals(needle)) == 200
    assert known_rules.megatron_spike(signals(needle)) == 200


def test_olmo_2_looks_back_a_thousand_values_and_both_ways() -> None:
    needle = 1 + 0.01 * np.random.default_rng(0).normal(size=1300)
    assert known_rules.olmo2_spike(signals(needle)) is None
    needle[900], needle[1200] = 0.5, 0.5
    assert known_rules.olmo2_spike(signals(needle)) == 1200


def test_every_rule_survives_curves_it_can_say_nothing_about() -> None:
    for name, (class_, finding, rule) in known_rules.RULES.items():
        assert finding in SAID_BY[class_], name
        assert rule(signals_of(make_run({}))) is None, name
