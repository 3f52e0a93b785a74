from __future__ import annotations

import re

import numpy as np
import pytest

from losstui.analysis import analyse_run
from losstui.detectors.converged import Converged
from losstui.detectors.plateau import Plateau
from losstui.findings import Severity, Skipped
from losstui.frame import FloatArray
from plateau_support import POINTS, falling, findings, lasting_norm, steady
from support import make_curves


def test_a_loss_that_freezes_when_the_learning_rate_is_gone() -> None:
    steps = np.arange(POINTS)
    rate = np.where(steps < 60, 1.0, 0.001)
    loss = np.maximum(4.0 - 0.03 * steps, 4.0 - 0.03 * 60) + np.random.default_rng(0).normal(0, 0.02, POINTS)
    [found] = findings(make_curves({"train/loss": loss, "lr": rate}))
    assert found.kind == "lr-exhausted"
    assert found.severity is Severity.WARNING
    assert found.onset.low <= 66
    assert found.onset.step == pytest.approx(60, abs=12)
    assert found.spans[0].last_step == POINTS - 1


@pytest.mark.parametrize("seed", range(5))
def test_it_begins_with_the_rate_that_is_gone_however_noise_hides_the_loss(seed: int) -> None:
    steps = np.arange(POINTS)
    rate = np.where(steps < 60, 1.0, 0.001)
    scatter = np.random.default_rng(seed).normal(0.0, 0.4, POINTS)
    loss = np.maximum(4.0 - 0.03 * steps, 4.0 - 0.03 * 60) + scatter
    [found] = findings(make_curves({"train/loss": loss, "lr": rate}))
    assert (found.kind, found.onset.low, found.onset.step, found.onset.high) == ("lr-exhausted", 59, 60, 60)
    assert (found.spans[0].first_step, found.spans[0].last_step) == (60, POINTS - 1)


def test_a_rate_that_decays_stops_a_run_between_half_of_it_and_a_hundredth() -> None:
    steps = np.arange(POINTS)
    rate = 0.5 ** (steps / 20.0)
    loss = 4.0 - np.cumsum(rate) * 0.05 + np.random.default_rng(0).normal(0.0, 0.02, POINTS)
    [found] = findings(make_curves({"train/loss": loss, "lr": rate}))
    assert (found.kind, found.onset.low, found.onset.step, found.onset.high) == ("lr-exhausted", 19, 87, 133)


def test_a_loss_at_ln_10_with_the_accuracy_of_guessing() -> None:
    loss = falling(3.5, np.log(10), 0.1, 0.01)
    [found] = findings(make_curves({"train/loss": loss, "val/accuracy": steady(0.1), "lr": steady(0.1)}))
    assert found.kind == "stuck"
    assert "ln 10" in found.message
    assert re.match("Flat since step [0-9]+, for (nearly )?(all|[0-9]+ %) of the run: ", found.message)


def test_a_small_fall_with_a_gradient_that_is_not_small() -> None:
    loss = falling(4.0, 3.0, 0.2, 0.02)
    [found] = findings(make_curves({"train/loss": loss, "grad_norm": lasting_norm(), "lr": steady(0.1)}))
    assert found.kind == "lr-floor"


def test_the_same_fall_at_a_rate_of_fine_tuning_may_be_all_there_is() -> None:
    tags = {"train/loss": falling(1.2, 1.05, 0.2, 0.02), "grad_norm": lasting_norm()}
    for more in ({}, {"lr": steady(2e-5)}):
        [found] = findings(make_curves({**tags, **more}))
        assert (found.kind, found.severity) == ("or-done", Severity.INFO)
    [found] = findings(make_curves({**tags, "lr": steady(2e-3)}))
    assert (found.kind, found.severity) == ("lr-floor", Severity.WARNING)


def test_what_says_more_comes_before_that_it_may_be_done() -> None:
    tags = {"train/loss": falling(1.2, 1.05, 0.2, 0.02), "grad_norm": steady(0.8)}
    [found] = findings(make_curves({**tags, "dead_fraction/layer_1": steady(0.9)}))
    assert found.kind == "starved"


def test_the_same_fall_with_a_gradient_that_has_vanished_may_be_all_there_is() -> None:
    loss, gradient = falling(4.0, 3.0, 0.2, 0.02), falling(1.0, 0.001, 0.2, 0.0)
    assert findings(make_curves({"train/loss": loss, "grad_norm": gradient, "lr": steady(0.1)})) == []


def test_a_rate_that_was_never_lowered_makes_a_small_fall_flat_enough_beside_its_noise() -> None:
    loss = falling(4.0, 3.3, 0.2, 0.2)
    tags = {"train/loss": loss, "grad_norm": lasting_norm(), "lr": steady(0.1)}
    [found] = findings(make_curves(tags))
    assert found.kind == "lr-floor"
    lowered = np.where(np.arange(POINTS) < POINTS // 2, 0.1, 0.03)
    assert findings(make_curves({**tags, "lr": lowered})) == []


def schedule(name: str, done: float) -> FloatArray:
    """The first part, `done` of the whole, of a schedule over 1 to 0, or to a tenth."""
    time = done * np.linspace(0.0, 1.0, POINTS)
    cosine: FloatArray = 0.5 * (1.0 + np.cos(np.pi * time))
    return {"linear": 1.0 - time, "cosine": cosine, "cosine to a tenth": 0.1 + 0.9 * cosine}[name]


@pytest.mark.parametrize("done", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("name", ["linear", "cosine", "cosine to a tenth"])
def test_a_small_fall_in_the_middle_of_a_schedule_may_not_be_all(name: str, done: float) -> None:
    tags = {"train/loss": falling(4.0, 3.0, 0.2, 0.02), "grad_norm": lasting_norm()}
    assert findings(make_curves({**tags, "lr": schedule(name, done)})) == []


def test_a_small_fall_is_stuck_where_the_rate_has_arrived() -> None:
    tags = {"train/loss": falling(4.0, 3.0, 0.2, 0.02), "grad_norm": lasting_norm()}
    steps = np.arange(POINTS)
    for rate in (schedule("cosine to a tenth", 1.0), np.where(steps < 500, 1.0, 0.1)):
        [found] = findings(make_curves({**tags, "lr": rate}))
        assert found.kind == "stuck"


def test_a_third_lost_is_a_small_fall_only_where_the_other_loss_has_lost_less() -> None:
    tags = {"train/loss": falling(4.0, 2.66, 0.4, 0.02), "grad_norm": lasting_norm(), "lr": steady(0.1)}
    [other] = findings(make_curves({**tags, "val/loss": falling(4.0, 2.66, 0.4, 0.02, 1)}))
    assert other.kind == "or-done"
    [found] = findings(make_curves({**tags, "val/loss": falling(4.0, 3.5, 0.2, 0.02, 1)}))
    assert (found.kind, found.tag) == ("lr-floor", "train/loss")


def classifier(end: float = 1.7, accuracy: float = 0.3) -> dict[str, FloatArray]:
    """Ten classes, from guessing to those levels, with both losses still falling a little."""
    losses = {
        tag: falling(np.log(10), end, 0.3, 0.01, seed) - np.linspace(0.0, 0.05, POINTS)
        for seed, tag in enumerate(("train/loss", "val/loss"))
    }
    return {**losses, "val/accuracy": 0.1 + (accuracy - 0.1) * (1.0 - falling(1.0, 0.0, 0.3, 0.0))}


def test_a_classifier_that_is_little_better_than_guessing_at_a_stand() -> None:
    [found] = findings(make_curves(classifier()))
    assert found.kind == "low-skill"
    assert "30 % is 22 % of the way from guessing among 10 classes" in found.message


def preferences(tag: str) -> dict[str, FloatArray]:
    """Two classes, told apart 65 % of the time, with both losses still falling a little."""
    losses = {
        name: falling(np.log(2), 0.5, 0.3, 0.005, seed) - np.linspace(0.0, 0.01, POINTS)
        for seed, name in enumerate(("train/loss", "eval/loss"))
    }
    return {**losses, tag: 0.5 + 0.15 * (1.0 - falling(1.0, 0.0, 0.3, 0.0))}


def test_nobody_knows_how_many_preferences_can_be_told() -> None:
    [found] = findings(make_curves(preferences("eval/accuracy")))
    assert found.kind == "low-skill"
    assert findings(make_curves(preferences("eval/rewards/accuracies"))) == []


NO_LACK_OF_SKILL: dict[str, dict[str, FloatArray]] = {
    "skilled": classifier(accuracy=0.6),
    "learned": classifier(end=0.9),
    "good from the start": {**classifier(), "val/accuracy": np.linspace(0.3, 0.32, POINTS)},
    "by heart": {**classifier(), "train/loss": falling(np.log(10), 0.8, 0.3, 0.01)},
    "falling": {**classifier(), "val/loss": np.linspace(np.log(10), 1.6, POINTS)},
    "in mid-schedule": {**classifier(), "lr": np.linspace(1.0, 0.5, POINTS)},
    "no accuracy": {name: values for name, values in classifier().items() if name != "val/accuracy"},
}


@pytest.mark.parametrize("name", NO_LACK_OF_SKILL)
def test_what_only_looks_like_a_classifier_without_skill(name: str) -> None:
    assert findings(make_curves(NO_LACK_OF_SKILL[name])) == []


def test_a_high_accuracy_ends_the_question() -> None:
    loss = falling(2.3, 2.0, 0.1, 0.01)
    tags = {"train/loss": loss, "val/accuracy": steady(0.97), "grad_norm": steady(1.0), "lr": steady(0.1)}
    assert findings(make_curves(tags)) == []


@pytest.mark.parametrize("noise", [0.002, 0.01])
def test_a_small_fall_alone_is_stuck_or_a_good_start(noise: float) -> None:
    tags = {"train/loss": falling(1.5, 1.45, 0.2, noise), "val/loss": falling(1.5, 1.45, 0.2, 0.002, 1)}
    [found] = findings(make_curves(tags))
    assert (found.kind, found.severity) == ("or-done", Severity.INFO)
    assert "tuned from a start that was good" in found.message


def test_a_small_fall_from_guessing_is_stuck() -> None:
    losses = {
        "train/loss": falling(np.log(7), 1.8, 0.2, 0.002),
        "val/loss": falling(np.log(7), 1.8, 0.2, 0.002, 1),
    }
    untrained = falling(1.0 / 7.0, 0.5, 0.2, 0.0)
    [found] = findings(make_curves({**losses, "val/accuracy": untrained}))
    assert (found.kind, found.severity) == ("stuck", Severity.WARNING)
    tuned = falling(0.35, 0.4, 0.2, 0.0)  # far better than one as unsure guesses, before the first step
    [found] = findings(make_curves({**losses, "val/accuracy": tuned}))
    assert found.severity is Severity.INFO


def test_fine_tuning_whose_schedule_ran_out_is_no_plateau() -> None:
    rate = np.linspace(1.0, 0.0, POINTS)
    loss = falling(1.6, 1.35, 0.2, 0.02)
    assert findings(make_curves({"train/loss": loss, "lr": rate, "grad_norm": steady(1.0)})) == []


def passing(level: float) -> FloatArray:
    """A loss that began far above and drifts through that level."""
    return falling(3.0 * level, 1.04 * level, 0.3, 0.0) - np.linspace(0.0, 0.08 * level, POINTS)


@pytest.mark.parametrize("level", [np.log(2), 1.0], ids=["ln 2", "1"])
def test_a_loss_that_passes_a_level_of_guessing_is_not_at_it(level: float) -> None:
    assert findings(make_curves({"train/loss": passing(level)})) == []


def test_validation_alone_at_a_level_of_guessing_is_no_guess() -> None:
    tags = {"train/loss": falling(8.0, 0.25, 0.2, 0.01), "val/loss": falling(8.0, 1.0, 0.2, 0.005, 1)}
    assert findings(make_curves(tags)) == []
    alike = {**tags, "train/loss": falling(8.0, 1.02, 0.2, 0.01)}
    assert findings(make_curves(alike)) == []
    for sign in ({"lr": steady(0.1), "grad_norm": steady(0.5)}, {"val/rmse": steady(1.0)}):
        [found] = findings(make_curves({**alike, **sign}))
        assert "standardised target" in found.message


def test_a_loss_that_falls_steadily_by_little_is_slow_not_flat() -> None:
    """Fine-tuning of a good model, or trees that are added one by one."""
    steps = np.arange(40)
    even, bending = 1.02 - 0.0003 * steps, 0.204 + 0.01 * np.exp(-steps / 8.0) - 1e-5 * steps
    for loss in (even, bending):
        assert findings(make_curves({"train/loss": np.full(40, 1.03), "val/loss": loss})) == []
        assert findings(make_curves({"val/loss": loss})) == []
    flat = 0.2 + 0.01 * np.exp(-steps / 2.0)
    [found] = findings(make_curves({"val/loss": flat}))
    assert found.kind == "stuck"


def test_both_losses_frozen_by_a_rate_that_was_gone_with_noise_that_hides_it_in_one() -> None:
    steps = np.arange(POINTS)
    rate = np.where(steps < 60, 1.0, 0.001)
    exact = np.maximum(4.0 - 0.03 * steps, 4.0 - 0.03 * 60)
    noisy = exact + np.random.default_rng(0).normal(0, 4.0, POINTS)
    tags = {"train/loss": noisy, "val/loss": exact[::10], "lr": rate}
    [found] = findings(make_curves(tags, {"val/loss": range(0, POINTS, 10)}))
    assert (found.kind, found.tag) == ("lr-exhausted", "val/loss")


WAITING = np.where(np.arange(POINTS) < 400, 0.0, 1.0)


CONFOUNDERS: dict[str, dict[str, FloatArray]] = {
    "grokking": {
        "train/loss": falling(1.0, 1e-4, 0.05, 0.0),
        "val/loss": 1.1 - WAITING + falling(0.0, 0.02, 0.1, 0.01),
    },
    "late improvement": {"train/loss": 2.31 - 1.5 * WAITING + falling(0.1, 0.0, 0.1, 0.01)},
    "before the decay of warm-up, stable, decay": {
        "train/loss": falling(10.5, 3.4, 0.3, 0.03),
        "lr": np.minimum(np.arange(POINTS) / 30.0, 1.0),
        "grad_norm": steady(0.4),
        "val/accuracy": falling(0.1, 0.6, 0.3, 0.01),
    },
    "warm-up": {"train/loss": falling(4.0, 3.99, 0.5, 0.002), "lr": np.linspace(0.0, 1.0, POINTS)},
    "rounded": {"train/loss": np.round(falling(2.3, 0.4, 0.3, 0.02), 1)},
    "smoothed": {"train/loss": np.convolve(falling(2.3, 0.4, 0.3, 0.1), np.ones(25) / 25, "valid")},
    "reward": {"episode_reward": falling(-50.0, 180.0, 0.3, 12.0)},
}


@pytest.mark.parametrize("name", CONFOUNDERS)
def test_what_only_looks_like_a_plateau(name: str) -> None:
    outcome = Plateau().detect(make_curves(CONFOUNDERS[name]))
    assert isinstance(outcome, Skipped) or outcome == []


@pytest.mark.parametrize("scale", [1.0, 1e-4, 1e6])
def test_a_loss_with_much_left_at_the_rate_it_began_with_is_not_told_as_done(scale: float) -> None:
    tags = {"train/loss": falling(1.0, 0.5, 0.4, 0.01) * scale, "lr": steady(0.1)}
    [found] = findings(make_curves(tags))
    assert (found.kind, found.severity) == ("or-done", Severity.INFO)
    assert "51 % of its first level is left, at a learning rate that was never lowered" in found.message
    both = analyse_run(make_curves(tags).run, [Plateau(), Converged()])
    assert [one.name for one in both.findings] == ["plateau"]
    assert both.findings[0].remedies[0].id == "decay-lr"


@pytest.mark.parametrize(
    "other",
    [
        {"train/loss": falling(1.0, 0.2, 0.2, 0.01)},
        {"val/loss": falling(1.0, 0.2, 0.2, 0.01)},
        {"val/accuracy": falling(0.5, 0.8, 0.2, 0.01)},
        {"grad_norm": falling(1.0, 0.001, 0.2, 0.0)},
        {"lr": steady(2e-5)},
        {"lr": np.linspace(0.1, 0.0, POINTS)},
        {"lr": np.where(np.arange(POINTS) < POINTS // 2, 0.1, 0.01)},
    ],
    ids=["little left", "less of validation", "accuracy", "no gradient", "tuning", "decay", "lowered"],
)
def test_what_says_that_it_is_done_or_how_good_it_is_leaves_it_to_that(other: dict[str, FloatArray]) -> None:
    tags = {"train/loss": falling(1.0, 0.5, 0.4, 0.01), "lr": steady(0.1)}
    assert findings(make_curves({**tags, **other})) == []


def test_a_learning_rate_alone_is_nothing_to_look_at() -> None:
    assert isinstance(Plateau().detect(make_curves({"lr": np.linspace(1.0, 0.0, POINTS)})), Skipped)


def test_a_slow_descent_is_not_flat() -> None:
    loss = np.linspace(4.0, 3.0, POINTS) + np.random.default_rng(0).normal(0, 0.02, POINTS)
    assert findings(make_curves({"train/loss": loss, "grad_norm": steady(1.0), "lr": steady(0.1)})) == []


def test_noise_too_large_to_prove_anything_is_silent() -> None:
    loss = falling(1.5, 1.2, 0.2, 0.0)[:40] + np.abs(np.random.default_rng(0).normal(0, 0.6, 40))
    assert findings(make_curves({"train/loss": loss, "grad_norm": steady(1.0)[:40]})) == []


@pytest.mark.parametrize("scale", [1e-3, 7.0])
def test_units_do_not_matter(scale: float) -> None:
    loss = falling(4.0, 3.0, 0.2, 0.02)
    tags = {"grad_norm": lasting_norm(), "lr": steady(0.1)}
    [plain] = findings(make_curves({"train/loss": loss, **tags}))
    [scaled] = findings(make_curves({"train/loss": scale * loss, **tags}))
    assert (plain.kind, plain.onset) == (scaled.kind, scaled.onset)


def test_the_step_offset_moves_the_onset_and_nothing_else() -> None:
    tags = {"train/loss": falling(4.0, 3.0, 0.2, 0.02), "grad_norm": lasting_norm(), "lr": steady(0.1)}
    later = {tag: range(10_000, 10_000 + POINTS) for tag in tags}
    [plain] = findings(make_curves(tags))
    [moved] = findings(make_curves(tags, later))
    assert moved.onset.step == plain.onset.step + 10_000


def test_thinning_keeps_the_finding() -> None:
    tags = {"train/loss": falling(4.0, 3.0, 0.2, 0.02), "grad_norm": lasting_norm(), "lr": steady(0.1)}
    thin = {tag: values[::4] for tag, values in tags.items()}
    [plain] = findings(make_curves(tags))
    [found] = findings(make_curves(thin, {tag: range(0, POINTS, 4) for tag in tags}))
    assert found.kind == plain.kind
    assert found.onset.step == pytest.approx(plain.onset.step, abs=0.1 * POINTS)


@pytest.mark.parametrize("loss", [[], [1.0], [float("nan")] * 30, [-1.0] * 30])
def test_it_says_when_it_could_not_look(loss: list[float]) -> None:
    assert isinstance(Plateau().detect(make_curves({"train/loss": loss})), Skipped)
