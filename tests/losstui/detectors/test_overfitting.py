from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.detectors.overfitting import Overfitting
from losstui.findings import Severity, Skipped
from losstui.wording import percent
from support import found_by, make_curves

FloatArray = NDArray[np.float64]
EPOCHS = np.arange(60)


findings = partial(found_by, Overfitting())


def train_loss(noise: float = 0.01) -> FloatArray:
    return 2.0 * np.exp(-EPOCHS / 15.0) + 0.05 + np.random.default_rng(0).normal(0, noise, 60)


def turning(best: int = 20, noise: float = 0.01, slope: float = 0.02) -> FloatArray:
    """A validation loss that falls until `best` and rises from there."""
    away = np.abs(EPOCHS - best)
    values = 1.0 + np.where(best > EPOCHS, 0.05, slope) * away
    return values + np.random.default_rng(1).normal(0, noise, 60)


def test_it_names_the_best_checkpoint() -> None:
    [found] = findings(make_curves({"train_loss": train_loss(), "val_loss": turning()}))
    assert found.severity is Severity.WARNING
    assert found.onset.step == pytest.approx(20, abs=2)
    assert found.onset.low <= 20 <= found.onset.high
    assert f"step {found.onset.step}" in found.message
    assert found.tag == "val_loss"
    assert all(measure.value >= measure.bound for measure in found.measures)


def test_a_rise_while_the_train_loss_rises_too_is_another_finding() -> None:
    train = np.linspace(1.0, 2.0, 60)
    assert findings(make_curves({"train_loss": train, "val_loss": turning()})) == []


def test_a_train_loss_at_its_floor_is_enough_where_validation_is_ruined() -> None:
    floor = 2.0 * np.exp(-EPOCHS / 2.0) + 0.25 + np.random.default_rng(0).normal(0, 0.001, 60)
    [found] = findings(make_curves({"train_loss": floor, "val_loss": turning(slope=0.04)}))
    assert "kept its level" in found.message
    assert found.onset.step == pytest.approx(20, abs=2)
    assert findings(make_curves({"train_loss": floor, "val_loss": turning(slope=0.004)})) == []
    risen = floor + 0.01 * np.maximum(0, EPOCHS - 20)
    assert findings(make_curves({"train_loss": risen, "val_loss": turning(slope=0.04)})) == []


def test_a_constant_gap_is_not_overfitting() -> None:
    assert findings(make_curves({"train_loss": train_loss(), "val_loss": train_loss() + 0.8})) == []


def test_another_validation_set_is_not_overfitting() -> None:
    other_set = 0.6 * (EPOCHS >= 35)
    falling = train_loss() + 0.1
    assert findings(make_curves({"train/loss": train_loss(), "val/loss": falling + other_set})) == []
    [found] = findings(make_curves({"train/loss": train_loss(), "val/loss": turning() + other_set}))
    [alone] = findings(make_curves({"train/loss": train_loss(), "val/loss": turning()}))
    assert found.onset.step == alone.onset.step
    assert found.measures[0].value == pytest.approx(alone.measures[0].value, rel=0.3)


def test_a_few_wild_evaluations_are_no_rise() -> None:
    rng = np.random.default_rng(3)
    validation = 0.05 + np.exp(-EPOCHS / 8.0) + 0.2 * rng.pareto(1.5, 60)
    assert findings(make_curves({"train_loss": train_loss(), "val_loss": validation})) == []


def test_validation_that_recovered_is_silent() -> None:
    validation = turning()
    validation[40:] = 0.9
    assert findings(make_curves({"train_loss": train_loss(), "val_loss": validation})) == []


def test_a_rise_close_to_zero_is_no_rise_of_the_gain() -> None:
    validation = 0.02 + 2.0 * np.exp(-EPOCHS / 4.0) + np.where(EPOCHS > 30, 0.0001 * (EPOCHS - 30), 0.0)
    assert findings(make_curves({"train_loss": train_loss(), "val_loss": validation})) == []


def test_validation_every_hundred_steps_finds_its_place_on_the_train_steps() -> None:
    steps = np.arange(6000)
    train = 2.0 * np.exp(-steps / 1500.0) + 0.05 + np.random.default_rng(0).normal(0, 0.05, 6000)
    curves = make_curves({"train_loss": train, "val_loss": turning()}, {"val_loss": range(0, 6000, 100)})
    [found] = findings(curves)
    assert found.onset.step == pytest.approx(2000, abs=200)


def test_five_evaluations_that_only_rise_are_enough() -> None:
    tags = {"train_loss": np.linspace(1.0, 0.1, 5), "val_loss": np.array([0.30, 0.36, 0.41, 0.44, 0.47])}
    [found] = findings(make_curves(tags))
    assert found.onset.step == 0


@pytest.mark.parametrize("scale", [1e-3, 50.0])
def test_units_do_not_matter(scale: float) -> None:
    [plain] = findings(make_curves({"train_loss": train_loss(), "val_loss": turning()}))
    [scaled] = findings(make_curves({"train_loss": scale * train_loss(), "val_loss": scale * turning()}))
    assert scaled.onset == plain.onset
    assert scaled.message == plain.message


def test_thinning_keeps_the_best_checkpoint() -> None:
    tags = {"train_loss": train_loss()[::3], "val_loss": turning()[::3]}
    [found] = findings(make_curves(tags, {tag: range(0, 60, 3) for tag in tags}))
    assert found.onset.step == pytest.approx(20, abs=6)


def test_the_parts_of_a_loss_are_looked_at_too() -> None:
    tags = {"train/box_loss": train_loss(), "val/box_loss": turning()}
    assert [one.tag for one in findings(make_curves(tags))] == ["val/box_loss"]


def test_a_part_is_no_warning_while_the_total_still_falls() -> None:
    parts = {"train/box_loss": train_loss(), "val/box_loss": turning()}
    totals = {"train/loss": 9.0 * train_loss(), "val/loss": 9.0 * train_loss() + 1.0 - 0.01 * EPOCHS}
    [found] = findings(make_curves({**parts, **totals}))
    assert (found.tag, found.severity) == ("val/box_loss", Severity.INFO)
    assert found.message.endswith("val/loss as a whole still falls")


def test_a_slight_rise_is_enough_where_train_surely_goes_on_alone() -> None:
    by_heart, carried_over = np.exp(-EPOCHS / 15.0), 0.5 + 2.0 * np.exp(-EPOCHS / 15.0)
    loss = 0.6 + 0.05 * EPOCHS / 60.0 + np.random.default_rng(2).normal(0.0, 0.02, 60)
    [found] = findings(make_curves({"train_loss": by_heart, "val_loss": loss}))
    assert found.severity is Severity.WARNING
    assert Overfitting.least_z_apart <= found.measures[3].value < Overfitting.least_z
    assert findings(make_curves({"train_loss": carried_over, "val_loss": loss})) == []


def test_a_rise_in_noise_goes_farther_than_a_walk_though_it_ends_far_below_the_start() -> None:
    """The fall before it hides it from the order of all pairs."""
    epochs, told = np.arange(20), 0
    for seed in range(30):
        noise = np.random.default_rng(seed).normal(0.0, 0.14, 20) * np.interp(
            epochs, [0, 6, 19], [0.3, 0.5, 1.5]
        )
        loss = np.interp(epochs, [0, 6, 19], [2.2, 0.7, 1.2]) + noise
        told += len(findings(make_curves({"train_loss": 2.0 * np.exp(-epochs / 4.0), "val_loss": loss})))
    assert told >= 15


@pytest.mark.parametrize(
    "tags",
    [
        {"train_loss": [1.0] * 20},
        {"train_loss": [1.0, 0.9, 0.8], "val_loss": [1.0, 1.1, 1.2]},
        {"train_loss": [float("nan")] * 20, "val_loss": [float("nan")] * 20},
    ],
)
def test_it_says_when_it_could_not_look(tags: dict[str, list[float]]) -> None:
    assert isinstance(Overfitting().detect(make_curves(tags)), Skipped)


def test_the_rise_of_a_few_values_is_that_above_the_checkpoint_it_names() -> None:
    tags = {"train/loss": [0.06, 0.0036, 0.001, 0.0004, 0.0003], "val/loss": [0.73, 0.85, 0.9, 0.935, 0.95]}
    [found] = findings(make_curves({tag: np.array(values) for tag, values in tags.items()}))
    assert found.onset.step == 0
    assert "risen 28 %" in found.message
    assert f"risen {percent(found.measures[0].value)} above" in found.message


TEN = np.arange(10)
FINE_TUNED = {
    "train_loss": 0.7 * 0.75**TEN,
    "val_loss": 0.5 + 0.3 * 0.4**TEN + 0.012 * np.maximum(0, TEN - 5),
}


def test_the_course_of_ten_evaluations_is_enough() -> None:
    [found] = findings(make_curves(FINE_TUNED))
    assert found.severity is Severity.WARNING
    assert found.onset.step == pytest.approx(5, abs=1)
    assert found.onset.low <= 5 <= found.onset.high


def test_of_four_that_only_rise_the_first_is_the_best() -> None:
    [found] = findings(make_curves({"train_loss": 0.3 * 0.5 ** TEN[:4], "val_loss": 0.3 + 0.05 * TEN[:4]}))
    assert (found.kind, found.severity, found.onset.step) == ("few-evaluations", Severity.WARNING, 0)


@pytest.mark.parametrize(
    "validation",
    [
        [0.61, 0.96, 0.39, 0.33, 0.92, 0.25, 0.43, 0.16, 0.17, 0.29],
        [0.9, 0.7, 0.6, 0.55, 0.52, 0.5, 0.5, 0.49, 0.48, 0.6],
        [0.9, 0.7, 0.6, 0.55, 0.5, 0.7, 0.6, 0.53, 0.5, 0.5],
    ],
    ids=["noise", "a bump at the end", "a bump within"],
)
def test_a_bump_or_noise_in_few_evaluations_is_silent(validation: list[float]) -> None:
    assert findings(make_curves({**FINE_TUNED, "val_loss": np.array(validation)})) == []


def test_a_warm_restart_lifts_train_too() -> None:
    train = np.where(TEN < 6, 0.7 * 0.75**TEN, 0.17 + 0.03 * (TEN - 5))
    assert findings(make_curves({**FINE_TUNED, "train_loss": train})) == []


def test_the_parts_of_a_loss_need_more_evaluations() -> None:
    five = {tag: values[:5] for tag, values in FINE_TUNED.items()}
    box = np.array([0.095, 0.0907, 0.105, 0.1127, 0.1475])
    parts = {"train/box_loss": 0.16 * 0.5 ** TEN[:5], "val/box_loss": box}
    assert findings(make_curves({"train/loss": five["train_loss"], "val/loss": box}))
    falling = {"train/loss": five["train_loss"], "val/loss": 0.5 + five["train_loss"]}
    assert findings(make_curves({**parts, **falling})) == []


def test_the_best_by_accuracy_is_told_where_it_comes_later() -> None:
    few = {"train_loss": 0.16 * 0.85 ** TEN[:5], "val_loss": np.array([0.095, 0.0907, 0.105, 0.1127, 0.1475])}
    [later] = findings(make_curves({**few, "val_accuracy": np.array([0.8, 0.84, 0.86, 0.87, 0.87])}))
    assert later.message.endswith("step 1, but by val_accuracy near 3")
    [earlier] = findings(make_curves({**few, "val_accuracy": np.array([0.88, 0.87, 0.86, 0.86, 0.85])}))
    assert earlier.message.endswith("step 1")


def test_both_bests_are_named_where_many_evaluations_tell_them_apart() -> None:
    noise = np.random.default_rng(5).normal(0.0, 0.003, len(EPOCHS))
    loss = {"train_loss": train_loss(), "val_loss": turning()}
    [best] = {int(one.onset.step) for one in findings(make_curves(loss))}
    late = best + 40
    later = 0.8 - 0.002 * np.abs(EPOCHS - late) + noise
    [found] = findings(make_curves({**loss, "val_accuracy": later}))
    assert f"step {best}, but by val_accuracy near " in found.message
    assert int(found.message.rsplit(" ", 1)[1]) == pytest.approx(late, abs=8)
    flat = 0.8 + noise
    [found] = findings(make_curves({**loss, "val_accuracy": flat}))
    assert "by val_accuracy" not in found.message


def test_few_evaluations_that_train_shares_are_places_on_its_swings() -> None:
    validation = np.array([2.3, 0.9, 1.2, 1.3, 1.5, 1.7, 0.8, 0.82, 0.88, 1.0, 1.15, 1.4])
    steps, every = np.arange(240), 20
    alone = 0.7 + 1.6 * np.exp(-steps / 10.0)
    swinging = alone + np.repeat(validation - 0.8, every) * np.exp(-(steps % every) / 4.0)
    at = {"val/loss": steps[::every].tolist()}
    [found] = findings(make_curves({"train/loss": alone, "val/loss": validation}, at))
    assert found.kind == "few-evaluations"
    assert findings(make_curves({"train/loss": swinging, "val/loss": validation}, at)) == []


def test_what_few_evaluations_do_not_prove_is_not_told() -> None:
    few = {"train_loss": 0.16 * 0.85 ** TEN[:5], "val_loss": np.array([0.095, 0.0907, 0.105, 0.107, 0.135])}
    assert findings(make_curves(few)) == []
    few["train_loss"] = 0.16 * 0.5 ** TEN[:5]  # and behind it by more than validation ever gained
    assert [one.severity for one in findings(make_curves(few))] == [Severity.WARNING]


def test_train_goes_on_alone_whatever_the_distance_was_before() -> None:
    loss = np.array([0.78, 0.70, 0.66, 0.71, 0.70, 0.75, 0.74, 0.80, 0.79, 0.82])
    begun_far_below = {"train_loss": 0.30 - 0.012 * TEN, "val_loss": loss}
    [found] = findings(make_curves(begun_far_below))
    assert Overfitting.least_z_of_few_apart <= found.measures[3].value < Overfitting.least_z_of_few
    begun_far_below["train_loss"] = 2.0 * (loss - 0.3)  # train has risen with it, and nothing goes on
    assert findings(make_curves(begun_far_below)) == []


def test_the_gain_counts_from_a_first_evaluation_as_high_as_train_began() -> None:
    steps = np.arange(200)
    train = 0.005 + 2.6 * np.exp(-steps / 8.0)
    loss = np.array([2.6, 0.09, 0.06, 0.05, 0.047, *np.linspace(0.048, 0.067, 15)])
    at = {"val_loss": range(0, 200, 10)}
    assert findings(make_curves({"train_loss": train, "val_loss": loss}, at)) == []
    loss[0] = 0.12  # of a run that never was as bad it is a fifth of the gain
    began = np.minimum(train, 0.12)
    assert len(findings(make_curves({"train_loss": began, "val_loss": loss}, at))) == 1


def test_a_first_evaluation_far_above_hides_no_ruin() -> None:
    train = 0.56 + 0.9 * np.exp(-EPOCHS / 1.0) - 0.0004 * EPOCHS  # has hardly anything left to learn
    loss = 0.50 + 0.7 * np.exp(-EPOCHS / 0.8) + 0.004 * EPOCHS
    loss += np.random.default_rng(0).normal(0.0, 0.01, 60)
    [found] = findings(make_curves({"train_loss": train, "val_loss": loss}))
    assert found.measures[4].value < Overfitting.least_train_fall
    assert found.measures[2].value < Overfitting.great_share


def test_without_any_loss_metrics_tell_and_in_their_own_words() -> None:
    tags = {"train/accuracy": 1.0 - 0.3 * train_loss(), "val/accuracy": 1.6 - 0.8 * turning()}
    [finding] = findings(make_curves(tags))
    assert finding.tag == "val/accuracy"
    assert finding.onset.step == pytest.approx(20, abs=3)
    assert "val/accuracy has fallen" in finding.message
    assert "while train/accuracy improved by another" in finding.message
    assert "loss" not in finding.message


def test_beside_losses_no_metric_overfits() -> None:
    losses = {"train/loss": train_loss(), "val/loss": train_loss()}
    metrics = {"train/accuracy": 1.0 - 0.3 * train_loss(), "val/accuracy": 1.6 - 0.8 * turning()}
    assert findings(make_curves({**losses, **metrics})) == []


def test_a_likelihood_falls_where_a_loss_would_rise() -> None:
    [found] = findings(make_curves({"train_log_likelihood": -train_loss(), "val_log_likelihood": -turning()}))
    assert found.onset.step == pytest.approx(20, abs=2)
    assert found.message.startswith("val_log_likelihood has fallen ")


@pytest.mark.parametrize("logged", range(14, 31, 2))
def test_a_rise_does_not_grow_less_sure_while_validation_stays_there(logged: int) -> None:
    """Of values that are mostly alike the descent before the best level tells no noise."""
    validation = np.full(30, 0.91)
    validation[:8] = (1.17, 0.966, 0.832, 0.811, 0.902, 0.873, 0.904, 0.911)
    train = 0.9 * np.exp(-0.2 * np.arange(30))
    assert findings({"train/loss": train[:logged], "val/loss": validation[:logged]})
