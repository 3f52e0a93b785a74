from __future__ import annotations

import numpy as np
import pytest

from benchmarks.detection.labelling import Reachable
from benchmarks.detection.setups import Setup
from benchmarks.detection.simulation import simulate
from benchmarks.detection.tasks import Data, FloatArray
from benchmarks.detection.wide.look_alikes import by_half, has_shares
from sample_logs.training import Parameters
from task_support import finely_logged, labelling_test, recipe_called, task_named

SHADES, PREMIUMS = Reachable(1.73, 1.71, 12.2), Reachable(0.41, 0.41, 2.3)
APPLICANTS, SPECTRA = Reachable(0.32, 0.31, 0.84), Reachable(0.014, 0.014, 4.1)


def losses(name: str, setup: Setup) -> FloatArray:
    return simulate(finely_logged(name), setup, 0).frame["train/loss"].values


def test_what_is_fed_is_what_is_trained_on_and_the_exact_losses_are_of_the_data_as_they_are() -> None:
    def blank(done: float, rng: np.random.Generator, data: Data) -> Data:
        return 0.0 * data[0], data[1]

    plain, fed = (simulate(finely_logged("premiums"), Setup(fed=one), 0) for one in (None, blank))
    assert plain.train[0] == fed.train[0]
    assert plain.frame["train/loss"].values[0] != fed.frame["train/loss"].values[0]
    assert plain.train[-1] < fed.train[-1]


def test_what_is_done_to_bad_batches_instead_is_done_to_them_alone() -> None:
    def doubled(done: float, rng: np.random.Generator, data: Data) -> Data:
        return data[0], 3.0 * data[1]

    plain = losses("premiums", Setup(rate=0.0))
    spiked = losses("premiums", Setup(rate=0.0, bad_batches=(0.5,), bad_feed=doubled))
    assert np.flatnonzero(plain != spiked).tolist() == [15]


def test_half_of_a_batch_is_that_of_the_low_targets_or_of_the_first_classes() -> None:
    inputs = np.arange(6.0)[:, None]
    numbers = np.array([[3.0], [1.0], [2.0], [9.0], [8.0], [7.0]])
    assert sorted(set(by_half((inputs, numbers), low=True)[0].ravel())) == [0.0, 1.0, 2.0]
    kinds = np.eye(3)[[2, 0, 1, 2, 0, 2]]
    high = by_half((inputs, kinds), low=False)
    assert sorted(set(high[0].ravel())) == [0.0, 3.0, 5.0]
    assert len(high[0]) == 6
    np.testing.assert_array_equal(kinds[high[0].astype(np.int64).ravel()], high[1])


@pytest.mark.parametrize(("name", "shares"), [("species", True), ("topics", False), ("parcels", False)])
def test_smoothing_is_for_targets_that_are_shares_of_classes(name: str, shares: bool) -> None:
    assert has_shares(task_named(name)) == shares


def test_layers_are_let_go_from_the_last_one_on() -> None:
    setup = recipe_called("fine-tuned/unfrozen").make(np.random.default_rng(0))
    assert setup.spoilt is not None
    ones: Parameters = [np.ones(2) for _ in range(6)]
    trained = [[bool(one.any()) for one in setup.spoilt(done, ones)] for done in (0.0, 1.0)]
    assert trained == [[False] * 4 + [True] * 2, [True] * 6]


def test_gradients_that_overflow_a_byte_begin_anew_below_zero() -> None:
    setup = recipe_called("late/wrapped").make(np.random.default_rng(0))
    assert setup.spoilt is not None
    gradients: Parameters = [np.linspace(-1.0, 1.0, 100)]
    assert setup.spoilt(0.0, gradients) is gradients
    wrapped = setup.spoilt(0.9, gradients)[0]
    assert np.abs(wrapped).max() <= 1.0
    assert np.any(np.sign(wrapped) != np.sign(gradients[0]))


test_a_run_is_labelled_by_what_was_done_to_it = labelling_test(
    [
        ("divergence/turned", "shades", SHADES, "divergence"),
        ("late/corrupt-worker", "spectra", SPECTRA, "late_instability"),
        ("oscillation/two-sources", "applicants", APPLICANTS, "oscillation"),
        ("nan/infinite-weight", "premiums", PREMIUMS, "nan"),
        ("spikes/misaligned", "spectra", SPECTRA, "loss_spikes"),
        ("vanishing/saturated", "applicants", APPLICANTS, "vanishing_gradients"),
        ("dead-units/pushed-down", "applicants", APPLICANTS, "dead_relu"),
        ("plateau/blank", "applicants", APPLICANTS, "plateau"),
        ("plateau/short-schedule", "premiums", PREMIUMS, "plateau"),
        ("underfitting/coarse-features", "premiums", PREMIUMS, "underfitting"),
        ("gap/leak", "applicants", APPLICANTS, "train_val_gap"),
        ("overfitting/no-more-decay", "premiums", PREMIUMS, "overfitting"),
        ("noisy-validation/handful", "premiums", PREMIUMS, "noisy_validation"),
        ("epoch-drops/three-rounds", "applicants", APPLICANTS, "epoch_drops"),
        ("restarts/falling", "premiums", PREMIUMS, "healthy"),
        ("longer-in-stages", "applicants", APPLICANTS, "healthy"),
    ]
)
