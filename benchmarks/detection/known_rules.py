"""Rules that are in use elsewhere, written from their descriptions, at their default settings.

Each takes the `Signals` of a run and returns the step at which it first fires, or None. What a rule
watches per step or epoch is here a logged value. `RULES` names the class that each is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.signals import FloatArray, Line, Signals

Fires = Callable[[Signals], int | None]


def _first(line_steps: NDArray[np.int64], fired: NDArray[np.bool_]) -> int | None:
    return int(line_steps[np.argmax(fired)]) if fired.any() else None


def _after_runs(flags: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """True where the last `length` flags are all true."""
    counts = np.zeros(len(flags), np.int64)
    count = 0
    for i, flag in enumerate(flags):
        count = count + 1 if flag else 0
        counts[i] = count
    return counts >= length


def _waits(values: FloatArray, delta: float) -> NDArray[np.int64]:
    """For each value, how many values ago the best was improved by more than `delta`."""
    waits = np.zeros(len(values), np.int64)
    best, wait = np.inf, 0
    for i, value in enumerate(values):
        improved = value < best - delta
        best, wait = (value, 0) if improved else (best, wait + 1)
        waits[i] = wait
    return waits


def sagemaker_loss_not_decreasing(
    signals: Signals, num_steps: int = 10, diff_percent: float = 0.0
) -> int | None:
    """The loss is not lower than `num_steps` steps before.

    Source: Amazon SageMaker Developer Guide, Debugger built-in rules, LossNotDecreasing.
    """
    train = signals.train
    start = 0
    for i in range(1, len(train)):
        if train.steps[i] - train.steps[start] >= num_steps:
            fell = (train.values[start] - train.values[i]) / max(abs(train.values[start]), 1e-30) * 100
            if not fell > diff_percent:
                return int(train.steps[i])
            start = i
    return None


def sagemaker_overfit(signals: Signals, ratio_threshold: float = 0.1) -> int | None:
    """The validation loss is a tenth above the train loss once.

    Source: Amazon SageMaker Developer Guide, Debugger built-in rules, Overfit.
    """
    train, validation, steps = signals.paired()
    return _first(steps, (validation - train) / np.maximum(train, 1e-30) > ratio_threshold)


def sagemaker_overtraining(signals: Signals, delta: float = 0.1) -> int | None:
    """Neither loss has improved by `delta`, train for 5 and validation for 10 values.

    Source: Amazon SageMaker Developer Guide, Debugger built-in rules, Overtraining.
    """
    train, validation, steps = signals.paired()
    return _first(steps, (_waits(train, delta) >= 5) & (_waits(validation, delta) >= 10))


def early_stopping(patience: int) -> Fires:
    """Keras: no new minimum of the validation loss for `patience` evaluations.

    Source: Keras API, EarlyStopping (min_delta 0).
    """

    def fires(signals: Signals) -> int | None:
        validation = signals.validation
        return _first(validation.steps, _waits(validation.values, 0.0) >= max(patience, 1))

    return fires


def autotrainer_oscillation(signals: Signals) -> int | None:
    """The i-th local maximum of the accuracy is 0.03 above the i-th local minimum, for a fifth of all epochs.

    Source: Zhang et al., AUTOTRAINER, ICSE 2021 (zeta 0.03, eta 0.2).
    """
    accuracy = _accuracy(signals)
    values = accuracy.values
    if len(values) < 3:
        return None
    inner = values[1:-1]
    highs = inner[(inner > values[:-2]) & (inner > values[2:])]
    lows = inner[(inner < values[:-2]) & (inner < values[2:])]
    n = min(len(highs), len(lows))
    many = np.sum(highs[:n] - lows[:n] >= 0.03) >= 0.2 * len(values)
    return int(accuracy.steps[0]) if many else None


def autotrainer_slow_convergence(signals: Signals) -> int | None:
    """No epoch gained 0.01 of accuracy and it stays below 0.6.

    Source: Zhang et al., AUTOTRAINER, ICSE 2021 (delta 0.01, theta 0.6).
    """
    accuracy = _accuracy(signals)
    if len(accuracy) < 3:
        return None
    slow = np.max(np.diff(accuracy.values)) < 0.01 and np.max(accuracy.values) < 0.6
    return int(accuracy.steps[0]) if slow else None


def autotrainer_explosion(signals: Signals) -> int | None:
    """A loss that is not finite, or 1000 and above.

    Source: Zhang et al., AUTOTRAINER, ICSE 2021.
    """
    values = signals.train.values
    return _first(signals.train.steps, ~np.isfinite(values) | (values >= 1e3))


def _accuracy(signals: Signals) -> Line:
    return signals.train_accuracy if len(signals.train_accuracy) else signals.validation_accuracy


def deepchecker_not_decreasing(signals: Signals) -> int | None:
    """Five values in a row that fall by less than 5 %.

    Source: Ben Braiek and Khomh, TheDeepChecker, TOSEM 2022, default settings.
    """
    values = signals.train.values
    falls = (values[:-1] - values[1:]) / np.maximum(np.abs(values[:-1]), 1e-30)
    return _first(signals.train.steps[1:], _after_runs(falls < 0.05, 5))


def deepchecker_diverging(signals: Signals) -> int | None:
    """Five values in a row at twice the minimum or more.

    Source: Ben Braiek and Khomh, TheDeepChecker, TOSEM 2022, default settings.
    """
    values = signals.train.values
    if not len(values):
        return None
    ratio = values / np.maximum(np.minimum.accumulate(values), 1e-30)
    return _first(signals.train.steps, _after_runs(ratio >= 2.0, 5))


def deepchecker_fluctuating(signals: Signals, window: int = 50) -> int | None:
    """Fewer than half of the last 50 values go on in the direction of the one before.

    Source: Ben Braiek and Khomh, TheDeepChecker, TOSEM 2022, default settings.
    """
    values = signals.train.values
    rising = values[1:] > values[:-1]
    changes = np.concatenate([[0], np.cumsum(rising[1:] != rising[:-1])]) if len(rising) else np.zeros(0)
    if len(changes) <= window:
        return None
    smoothness = (window - (changes[window:] - changes[:-window])) / window
    return _first(signals.train.steps[window + 1 :], smoothness < 0.5)


def foundry_spike(signals: Signals) -> int | None:
    """More than four values in a row at twice the mean of the window before them.

    Source: MosaicML llm-foundry, KillLossSpike (factor 2, patience 4, window max(100, 5 % of the run)).
    """
    values = signals.train.values
    window = max(100, len(values) // 20)
    return _first(signals.train.steps, _after_runs(values >= 2 * _mean_before(values, window), 5))


def olmo_spike(signals: Signals) -> int | None:
    """A value 6 standard deviations above the mean of the last 128.

    Source: AllenAI OLMo-core, StabilityMonitor and SkipStep.
    """
    distance, deviation = _deviates(signals.train.values, 128)
    return _first(signals.train.steps, distance > 6.0 * deviation)


def olmo2_spike(signals: Signals) -> int | None:
    """A value 7 standard deviations from the mean of the last 1000, to either side.

    Source: Team OLMo 2024, "2 OLMo 2 Furious", the spike score.
    """
    distance, deviation = _deviates(signals.train.values, 1000)
    return _first(signals.train.steps, (np.abs(distance) >= 7.0 * deviation) & (deviation > 0.0))


def _deviates(values: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """How far each value lies from the mean of the `window` before it, and their standard deviation.

    NaN where there are fewer.
    """
    mean = _mean_before(values, window)
    return values - mean, np.sqrt(np.maximum(_mean_before(values**2, window) - mean**2, 0.0))


def megatron_spike(signals: Signals) -> int | None:
    """A value ten times the largest of the first hundred.

    Source: NVIDIA Megatron-LM, rerun state machine.
    """
    values = np.abs(signals.train.values)
    if len(values) <= 100:
        return None
    return _first(signals.train.steps[100:], values[100:] >= 10 * np.max(values[:100]))


def _mean_before(values: FloatArray, window: int) -> FloatArray:
    """The mean of the `window` values before each; NaN where there are not so many."""
    means = np.full(len(values), np.nan)
    if len(values) > window:
        sums = np.concatenate([[0.0], np.cumsum(values)])
        means[window:] = (sums[window:-1] - sums[: -window - 1]) / window
    return means


# Name in the table: (the class it is about, the finding it stands for, the rule).
RULES: Mapping[str, tuple[str, str, Fires]] = {
    "SageMaker LossNotDecreasing": ("plateau", "plateau", sagemaker_loss_not_decreasing),
    "SageMaker Overfit": ("overfitting", "overfitting", sagemaker_overfit),
    "SageMaker Overtraining": ("overfitting", "overfitting", sagemaker_overtraining),
    "Keras EarlyStopping, patience 3": ("overfitting", "overfitting", early_stopping(3)),
    "Keras EarlyStopping, patience 10": ("overfitting", "overfitting", early_stopping(10)),
    "AUTOTRAINER oscillating": ("oscillation", "oscillation", autotrainer_oscillation),
    "AUTOTRAINER slow convergence": ("slow_convergence", "slow-progress", autotrainer_slow_convergence),
    "AUTOTRAINER exploding": ("nan", "non-finite", autotrainer_explosion),
    "TheDeepChecker NonDecreasing": ("plateau", "plateau", deepchecker_not_decreasing),
    "TheDeepChecker Diverging": ("divergence", "divergence", deepchecker_diverging),
    "TheDeepChecker Fluctuating": ("oscillation", "oscillation", deepchecker_fluctuating),
    "llm-foundry KillLossSpike": ("loss_spikes", "loss-spike", foundry_spike),
    "OLMo 6 sigma of 128": ("loss_spikes", "loss-spike", olmo_spike),
    "OLMo 2, 7 sigma of 1000": ("loss_spikes", "loss-spike", olmo2_spike),
    "Megatron ten times": ("loss_spikes", "loss-spike", megatron_spike),
}
