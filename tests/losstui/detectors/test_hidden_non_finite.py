from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from losstui.curves import RunCurves
from losstui.detectors.hidden_non_finite import HiddenNonFinite
from losstui.findings import Onset, Severity, Skipped, Span
from retelling import RETELLINGS, Tags
from support import found_by, make_curves

NAN = float("nan")


def learning(n: int) -> list[float]:
    rng = np.random.default_rng(0)
    return list(0.5 + 2.0 * np.exp(-np.arange(n) / 50.0) + 0.02 * rng.standard_normal(n))


found = partial(found_by, HiddenNonFinite())


def test_exact_zeros_after_a_loss_that_was_not_small() -> None:
    [finding] = found({"loss": [*learning(60), *[0.0] * 8]})
    assert (finding.kind, finding.severity) == ("zero", Severity.CRITICAL)
    assert finding.onset == Onset(60, 59, 60)
    assert finding.spans == (Span(60, 67),)


def test_few_zeros_count_only_with_a_lost_gradient_norm() -> None:
    loss = [*learning(60), 0.0, 0.0, 0.0]
    assert found({"loss": loss}) == []
    [finding] = found({"loss": loss, "grad_norm": [1.0] * 60 + [NAN] * 3})
    assert finding.kind == "zero"


def test_frozen_loss_counts_only_with_a_lost_gradient_norm() -> None:
    loss = [*learning(60), *[0.731] * 10]
    assert found({"loss": loss}) == []
    assert found({"loss": loss, "grad_norm": [1.0] * 70}) == []
    [finding] = found({"loss": loss, "grad_norm": [1.0] * 60 + [NAN] * 10})
    assert finding.kind == "frozen"
    assert finding.onset.step == 60


def test_a_loss_that_moves_in_steps_may_stand_still_beside_a_lost_gradient_norm() -> None:
    loss = [*learning(60), 0.9, 0.9, 0.8, 0.8, 0.75, *[0.731] * 10]
    assert found({"loss": loss, "grad_norm": [1.0] * 65 + [NAN] * 10}) == []


@pytest.mark.parametrize(("zeros", "is_told"), [(1, False), (2, True)])
def test_one_zero_beside_a_lost_gradient_norm_may_be_chance(zeros: int, is_told: bool) -> None:
    tags = {"loss": [*learning(60), *[0.0] * zeros], "grad_norm": [1.0] * 60 + [NAN] * zeros}
    assert bool(found(tags)) is is_told


@pytest.mark.parametrize(("share", "is_told"), [(0.015, True), (0.007, False)])
def test_a_loss_has_to_fall_from_a_hundredth_of_its_start(share: float, is_told: bool) -> None:
    low = 2.0 * share * (1.0 + 0.01 * (-1.0) ** np.arange(10))
    assert bool(found({"loss": [*[2.0] * 5, *[1.0] * 20, *low, *[0.0] * 8]})) is is_told


def test_loss_that_reaches_zero_by_itself_is_clear() -> None:
    rounded = np.round(2.0 * np.exp(-np.arange(120) / 8.0), 4)
    assert rounded[-5:].tolist() == [0.0] * 5
    assert found({"loss": rounded.tolist()}) == []


def test_loss_that_was_zero_before_is_clear() -> None:
    assert found({"loss": [*learning(40), 0.0, *learning(20), *[0.0] * 8]}) == []


def test_last_digit_of_the_log_is_no_loss_to_fall_from() -> None:
    loss = [1.2, 0.8, 0.5, 0.3, 0.2, *[0.1] * 9, *[0.0] * 20]
    assert found({"loss": loss}) == []
    [finding] = found({"loss": loss, "grad_norm": [1.0] * 14 + [NAN] * 20})  # that says what the loss hides
    assert finding.kind == "zero"


def test_loss_that_moves_as_far_as_it_is_from_zero_is_clear() -> None:
    assert found({"loss": [1.0, 0.61, 0.2, *[0.0] * 20]}) == []


def test_finite_validation_loss_shows_that_the_model_is_alive() -> None:
    train = [*learning(60), *[0.0] * 20]
    places = {"val/loss": range(0, 80, 8)}
    assert found(make_curves({"train/loss": train, "val/loss": [0.5] * 10}, places)) == []
    lost = [*[0.5] * 8, NAN, NAN]
    [finding] = found(make_curves({"train/loss": train, "val/loss": lost}, places))
    assert finding.kind == "zero"


def test_model_that_is_always_right_has_an_error_of_zero() -> None:
    assert found({"train/error": [*learning(60), *[0.0] * 20]}) == []


def test_a_loss_that_is_missing_while_the_run_goes_on() -> None:
    [finding] = found({"loss": learning(60), "lr": [0.1] * 80})
    assert (finding.kind, finding.severity) == ("absent", Severity.WARNING)
    assert (finding.onset, finding.spans) == (Onset(60, 59, 60), (Span(60, 79),))
    assert "no value after step 59, while lr is logged 20 times more" in finding.message


def test_a_loss_is_not_missing_where_little_follows_or_another_takes_its_place() -> None:
    loss, rate = learning(60), [0.1] * 80
    assert found({"loss": loss, "lr": rate[:63]}) == []
    assert (
        found(make_curves({"loss": loss, "train/loss": loss[:20], "lr": rate}, {"train/loss": range(60, 80)}))
        == []
    )
    assert (
        found(make_curves({"loss": loss, "val_loss": loss[:20], "lr": rate}, {"val_loss": range(0, 80, 4)}))
        == []
    )


def test_a_loss_that_is_logged_more_seldom_than_the_rate_is_not_missing() -> None:
    assert found(make_curves({"loss": learning(60), "lr": [0.1] * 605}, {"loss": range(0, 600, 10)})) == []


def test_few_rows_together_do_not_say_that_a_loss_is_missing_later() -> None:
    assert found({"loss": [1.0, 0.9, 0.8], "grad_norm": np.linspace(1.0, 0.5, 13)}) == []


def test_two_losses_are_too_few_to_look_at() -> None:
    assert isinstance(HiddenNonFinite().detect(make_curves({"loss": [1.0, 0.0]})), Skipped)


def test_loss_that_was_always_zero_is_clear() -> None:
    assert found({"loss": [0.0] * 50}) == []


def test_run_without_a_train_loss_is_skipped() -> None:
    assert isinstance(HiddenNonFinite().detect(make_curves({"lr": [0.1] * 9})), Skipped)


@pytest.mark.parametrize("retold", RETELLINGS)
def test_says_the_same_however_it_is_logged(retold: Callable[[Tags], RunCurves]) -> None:
    outcome = HiddenNonFinite().detect(retold({"loss": np.array([*learning(60), *[0.0] * 20])}))
    assert not isinstance(outcome, Skipped)
    assert [one.kind for one in outcome] == ["zero"]
