"""Which of many losses is the one that is optimised, and on which data."""

from __future__ import annotations

import pytest

from losstui.roles import Direction, Kind, assign_roles
from role_support import assert_roles

# One run a row: its tags with the role each has.
RUNS: dict[str, dict[str, str]] = {
    "a total on train alone": {
        "loss": "train_loss",
        "box_loss": "train_component_loss",
        "cls_loss": "train_component_loss",
        "val_box_loss": "val_component_loss",
        "val_cls_loss": "val_component_loss",
    },
    "a penalty is no metric": {"train/loss": "train_loss", "train/l2": "other", "fair": "other"},
    "perplexity beside the cost": {"cost": "train_loss", "valid perplexity": "val_error"},
    "perplexity alone": {"train/perplexity": "train_loss", "val/perplexity": "val_loss"},
    "squared error alone": {"mse/train": "train_loss", "mse/val": "val_loss", "mae/val": "val_error"},
    "squared error as a metric": {"loss": "train_loss", "mse": "train_error", "val_mse": "val_error"},
    "bits per byte": {"train/loss": "train_loss", "val/bpb": "val_error"},
    "bits per dimension": {"bits_per_dim": "train_loss", "val_bpd": "val_loss"},
    "bits per dimension, with a slash": {"bits/dim": "train_loss", "val_bits/dim": "val_loss"},
    "nats": {"nats": "train_loss", "val_nats": "val_loss"},
    "the score of an interval": {"train_interval_score": "train_loss", "val_interval_score": "val_loss"},
    "words written as one": {"training/batchloss": "train_loss", "validation/nll": "val_loss"},
    "a forecast's scores": {"train/crps": "train_loss", "val/crps": "val_loss", "val/mase": "val_error"},
    "negative likelihoods": {"neg_log_likelihood": "train_loss", "val_negative_log_likelihood": "val_loss"},
    "negative bounds": {"-elbo": "train_loss", "val_-ELBO": "val_loss", "test/neg_elbo": "test_loss"},
    "bounds": {"loss": "train_loss", "train-elbo": "other", "val_elbo": "other"},
    "likelihood": {"train/nll": "train_loss", "val/nll": "val_loss"},
    "a loss by another name": {"xyz_loss": "train_loss"},
    "a loss by another name, with validation": {"xyz_loss": "train_loss", "val_xyz_loss": "val_loss"},
    "several losses, none the total": {
        "ce_loss": "train_component_loss",
        "dice_loss": "train_component_loss",
        "val_ce_loss": "val_component_loss",
    },
    "a total among parts": {
        "loss": "train_loss",
        "cross_entropy_loss": "train_component_loss",
        "nll_loss": "train_component_loss",
    },
    "evaluation sets in folders": {
        "train/loss": "train_loss",
        "val/dataset_a/loss": "val_loss",
        "val/dataset_b/loss": "val_loss",
    },
    "evaluated on both": {"eval/train_loss": "train_loss", "eval/val_loss": "val_loss"},
    "short forms": {"trl": "train_loss", "vall": "val_loss"},
    "averaged weights": {
        "train_loss": "train_loss",
        "ema_val_loss": "val_loss",
        "acc": "train_accuracy",
        "swa_val_acc": "val_accuracy",
    },
    "camel case": {"trainLoss": "train_loss", "valLoss": "val_loss", "TestAccuracy": "test_accuracy"},
    "glued": {"trainloss": "train_loss", "valloss": "val_loss", "testacc": "test_accuracy"},
    "totals": {"train_total": "train_loss", "val_total": "val_loss", "val_l1": "other"},
    "a total that may be anything": {"train_total": "other", "loss": "train_loss"},
    "the adversary's by its letter": {"D loss": "adversarial_loss", "A loss": "adversarial_loss"},
    "a table of evaluations": {
        "Training Loss": "train_loss",
        "Validation Loss": "val_loss",
        "Accuracy": "val_accuracy",
        "Wer": "val_error",
    },
    "metrics beside the test loss": {
        "train_loss": "train_loss",
        "test_loss": "test_loss",
        "f1": "test_accuracy",
    },
    "other held-out words": {
        "loss": "train_loss",
        "dev_loss": "val_loss",
        "dev_f1": "val_accuracy",
        "holdout/loss": "val_loss",
        "minival/loss": "val_loss",
    },
    "what is combined of several outputs": {
        "training/combined/loss": "train_loss",
        "training/label/loss": "train_component_loss",
        "validation/combined/loss": "val_loss",
        "validation/label/loss": "val_component_loss",
    },
    "what a discriminator says": {
        "Loss/G/loss": "adversarial_loss",
        "Loss/D/loss": "adversarial_loss",
        "Loss/scores/fake": "other",
        "Loss/signs/real": "other",
    },
    "scores, of which one is held out": {
        "loss": "train_loss",
        "train/score": "train_accuracy",
        "val/score": "val_accuracy",
    },
    "the best so far": {"loss": "train_loss", "Max accuracy": "other", "test/acc1": "test_accuracy"},
    "a squared error, held out alone beside the train loss": {
        "loss/train/total": "train_loss",
        "metrics/eval/MeanSquaredError": "val_loss",
    },
    "a squared error with its twin": {"loss": "train_loss", "mse": "train_error", "val_mse": "val_error"},
    "a squared error beside a held-out loss": {
        "loss": "train_loss",
        "val_loss": "val_loss",
        "val_mse": "val_error",
    },
    "a score on train alone": {"loss": "train_loss", "train/score": "other"},
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_tags_of_a_run_have_the_roles_a_person_gives_them(run: dict[str, str]) -> None:
    assert_roles(run)


def test_a_likelihood_is_maximised_where_no_loss_is_logged() -> None:
    roles = assign_roles(["train/log_likelihood", "val log-likelihood"])
    assert [role.name for role in roles.values()] == ["train_loss", "val_loss"]
    assert {role.direction for role in roles.values()} == {Direction.HIGHER}
    beside = assign_roles(["loss", "log_likelihood"])
    assert (beside["loss"].direction, beside["log_likelihood"].kind) == (Direction.LOWER, Kind.OTHER)
    assert assign_roles(["negative_log_likelihood"])["negative_log_likelihood"].direction is Direction.LOWER


@pytest.mark.parametrize("name", ["log_probs", "ll"])
def test_a_log_probability_of_data_is_maximised_where_no_loss_is_logged(name: str) -> None:
    roles = assign_roles([f"train_{name}", f"val_{name}"])
    assert [(role.name, role.direction) for role in roles.values()] == [
        ("train_loss", Direction.HIGHER),
        ("val_loss", Direction.HIGHER),
    ]
    assert assign_roles([name])[name].direction is Direction.NEUTRAL


@pytest.mark.parametrize("name", ["log_cosh", "logcosh"])
def test_the_logarithm_of_a_hyperbolic_cosine_stands_for_the_loss(name: str) -> None:
    roles = assign_roles([f"train/{name}", f"val/{name}"])
    assert [role.name for role in roles.values()] == ["train_loss", "val_loss"]


def test_which_sign_an_elbo_has_its_name_does_not_tell() -> None:
    assert assign_roles(["elbo_train"])["elbo_train"].kind is Kind.OTHER
