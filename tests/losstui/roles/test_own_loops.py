"""Names that people give in loops of their own: cut short, counted together, compared with each other."""

from __future__ import annotations

import pytest

from losstui.roles import Kind, Split, assign_roles
from role_support import assert_roles

RUNS: dict[str, dict[str, str]] = {
    "an accuracy cut short": {
        "train_loss": "train_loss",
        "test_loss": "test_loss",
        "train_accur": "train_accuracy",
        "test_accur": "test_accuracy",
        "val_accu": "val_accuracy",
    },
    "an accuracy misspelt": {"train accurracy": "train_accuracy", "val_acuracy": "val_accuracy"},
    "flags and differences": {
        "train_loss": "train_loss",
        "valid_loss": "val_loss",
        "has_train_loss_improved": "other",
        "has_valid_loss_improved": "other",
        "loss_gap": "other",
        "acc_gap": "other",
        "val_loss_change": "other",
    },
    "bounds and counts": {
        "loss": "train_loss",
        "loss_threshold": "other",
        "iou_threshold": "other",
        "cost_limit": "other",
        "lowest_loss": "other",
        "num_nan_losses": "other",
        "loss_nan_count": "other",
        "total_cost_usd": "other",
    },
    "what a metric lost or gained": {
        "train_loss": "train_loss",
        "val_acc": "val_accuracy",
        "val_acc_drop": "other",
        "perplexity_gap": "other",
        "error_reduction": "other",
        "accuracy_sd": "other",
        "val/mae_gap": "val_error",
    },
    "scores turned round": {
        "train_loss": "train_loss",
        "val_dice": "val_accuracy",
        "val_dice_error": "val_error",
        "val_jaccard_distance": "val_error",
        "val_one_minus_accuracy": "val_error",
        "val_attack_success_rate": "other",
    },
    "what is spent, and what is minimised": {
        "train_cost": "train_loss",
        "valid_cost": "val_loss",
        "compute_cost": "other",
        "annotation_cost": "other",
        "cost_per_token": "other",
        "comm_cost_mb": "other",
        "costSec": "other",
        "carbon_cost": "other",
        "cost_so_far": "other",
    },
    "what networks and traders lose": {
        "loss": "train_loss",
        "packet_loss": "other",
        "loss_rate": "other",
        "profit_loss": "other",
        "distill_loss": "train_component_loss",
        "distill_loss_decay": "other",
        "distill_loss_gain": "other",
        "loss_time": "other",
        "acc": "train_accuracy",
        "acc_steps": "other",
        "map_size": "other",
    },
    "data unlike that trained on": {
        "train/loss": "train_loss",
        "val/loss": "val_loss",
        "val/acc": "val_accuracy",
        "ood/loss": "test_component_loss",
        "ood/acc": "test_accuracy",
        "unseen_acc": "test_accuracy",
        "ood_rate": "other",
    },
    "scores out of the fold": {"train_loss": "train_loss", "oof_loss": "val_loss", "oof_auc": "val_accuracy"},
    "outliers that are trained on": {
        "train/loss": "train_loss",
        "train/ood_loss": "train_component_loss",
        "val/loss": "val_loss",
    },
    "gradients of layers by their names": {
        "loss": "train_loss",
        "GradientNorms/encoder.weight": "layer_grad_norm",
        "GradientNorms/decoder.weight": "layer_grad_norm",
        "GradientNorms/0TOTAL": "grad_norm",
    },
    "a clock beside a duration": {
        "epoch_time": "step_time",
        "cum_time": "other",
        "cumulative_time": "other",
        "time_so_far": "other",
    },
    "seconds by their unit": {
        "epoch_s": "step_time",
        "train/step_s": "train_step_time",
        "steps_s": "throughput",
        "step/s": "throughput",
    },
    "what a generator is told": {
        "D_loss": "adversarial_loss",
        "G_loss": "adversarial_loss",
        "gan_loss": "adversarial_loss",
        "content_loss": "train_component_loss",
    },
    "a discriminator cut short": {
        "train/dsc_loss": "train_adversarial_loss",
        "train/gen_loss": "train_adversarial_loss",
    },
    "the Dice coefficient": {"train/dsc_loss": "train_loss", "val/dsc": "val_accuracy"},
    "errors on scaled values": {"train_mse_scaled": "train_loss", "val_mse_scaled": "val_loss"},
    "games after each iteration": {
        "policy_loss": "adversarial_loss",
        "eval_win": "other",
        "eval_draw": "other",
        "eval_loss": "other",
    },
    "games": {"wins": "other", "losses": "other", "draws": "other", "win_rate": "accuracy"},
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_tags_of_a_run_have_the_roles_a_person_gives_them(run: dict[str, str]) -> None:
    assert_roles(run)


def test_losses_that_no_wins_stand_beside_are_trained_on() -> None:
    role = assign_roles(["losses"])["losses"]
    assert (role.kind, role.split) == (Kind.LOSS, Split.TRAIN)
