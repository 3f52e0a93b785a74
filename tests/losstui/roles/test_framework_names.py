"""Families of names that frameworks log and that are easily taken for their opposite."""

from __future__ import annotations

import pytest

from role_support import assert_roles

RUNS: dict[str, dict[str, str]] = {
    "a score taken from 1": {
        "train_loss": "train_loss",
        "val/1-ssim": "val_error",
        "val_1-dice": "val_error",
        "1 - mIoU": "error",
        "val/one_minus_ms_ssim": "val_error",
        "val/top-1-acc": "val_accuracy",
        "fold_1-acc": "accuracy",
    },
    "XGBoost's sets are no scores taken from 1": {
        "validation_0-auc": "train_accuracy",
        "validation_1-auc": "val_accuracy",
    },
    "Flower, one loss a side": {
        "loss_distributed": "val_loss",
        "loss_centralized": "test_loss",
        "accuracy_distributed_fit": "train_accuracy",
        "accuracy_distributed": "val_accuracy",
        "accuracy_centralised": "test_accuracy",
        "metrics_centralized/accuracy": "test_accuracy",
    },
    "how often a discriminator is right": {
        "d_loss": "adversarial_loss",
        "g_loss": "adversarial_loss",
        "d_acc": "other",
        "disc_accuracy_real": "other",
        "Discriminator/accuracy": "other",
        "fake_acc": "other",
        "adv_acc": "accuracy",  # under attack
    },
    "a bare accuracy between two adversaries": {
        "D loss": "adversarial_loss",
        "G loss": "adversarial_loss",
        "acc": "other",
        "val_acc": "val_accuracy",
    },
    "what a generator is told of the data": {
        "loss/g/total": "adversarial_loss",
        "loss/d/total": "adversarial_loss",
        "loss/g/mel": "train_component_loss",
        "loss/g/dur": "train_component_loss",
        "loss/g/fm": "adversarial_loss",
    },
    "a monitor of optimisers": {
        "train_loss": "train_loss",
        "lr-SGD": "learning_rate",
        "lr-SGD/pg1": "learning_rate",
        "lr-SGD-momentum": "other",
        "lr-SGD/pg1-momentum": "other",
        "lr-AdamW-weight_decay": "other",
    },
    "rewards of language models": {
        "objective/scores": "reward",
        "objective/non_score_reward": "other",
        "critic/score/mean": "reward",
        "actor/pg_loss": "adversarial_loss",
    },
    "crops of DINOv2": {"dino_local_crops_loss": "adversarial_loss", "dino_loss": "adversarial_loss"},
    "running means": {"loss/avr_loss": "train_loss", "loss/current": "train_loss"},
    "ranks, misses and pixels": {
        "train/loss": "train_loss",
        "val/mr": "val_error",
        "val/miss_rate": "val_error",
        "cache_miss_rate": "other",
        "val/pixacc": "val_accuracy",
    },
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_the_tags_of_a_run_have_the_roles_a_person_gives_them(run: dict[str, str]) -> None:
    assert_roles(run)
