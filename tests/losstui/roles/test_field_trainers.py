"""The tags that trainers of pictures, sound, molecules, forecasts and recommendations write."""

from __future__ import annotations

import pytest

from role_support import assert_roles

# One run a row: its tags with the role each has.
RUNS: dict[str, dict[str, str]] = {
    "Gaussian splatting": {
        "train_loss_patches/l1_loss": "train_component_loss",
        "train_loss_patches/total_loss": "train_loss",
        "test/loss_viewpoint - l1_loss": "test_loss",
        "test/loss_viewpoint - psnr": "test_accuracy",
        "iter_time": "step_time",
    },
    "gsplat": {
        "train/loss": "train_loss",
        "train/l1loss": "train_component_loss",
        "train/ssimloss": "train_component_loss",
        "val/psnr": "val_accuracy",
        "val/lpips": "val_error",
    },
    "VQGAN": {
        "train/aeloss": "train_component_loss",
        "train/discloss": "train_adversarial_loss",
        "train/total_loss": "train_loss",
        "train/rec_loss": "train_component_loss",
        "val/rec_loss": "val_component_loss",
        "val/aeloss": "val_component_loss",
    },
    "a codebook": {
        "loss/train": "train_loss",
        "loss/val": "val_loss",
        "perplexity/train": "other",
        "perplexity/val": "other",
        "commit_loss": "train_component_loss",
    },
    "PaddleOCR": {
        "TRAIN/acc": "train_accuracy",
        "TRAIN/norm_edit_dis": "train_accuracy",
        "TRAIN/loss": "train_loss",
        "EVAL/acc": "val_accuracy",
        "EVAL/norm_edit_dis": "val_accuracy",
        "EVAL/hmean": "val_accuracy",
        "EVAL/fps": "val_throughput",
    },
    "icefall": {
        "train/current_loss": "train_loss",
        "train/current_ctc_loss": "train_component_loss",
        "train/tot_loss": "train_loss",
        "train/tot_ctc_loss": "train_component_loss",
        "train/valid_loss": "val_loss",
        "train/valid_ctc_loss": "val_component_loss",
        "train/grad_scale": "loss_scale",
    },
    "separation": {
        "neg_si_snr": "train_loss",
        "val_neg_si_snr": "val_loss",
    },
    "OpenFold": {
        "train/loss": "train_loss",
        "train/fape": "train_error",
        "val/loss": "val_loss",
        "val/drmsd_ca": "val_error",
        "val/lddt_ca": "val_accuracy",
    },
    "RecBole": {
        "Loss/Train": "train_loss",
        "Vaild_score": "val_accuracy",
        "vaild_result/recall@10": "val_accuracy",
    },
    "proper scores": {
        "train/interval_score": "train_loss",
        "val/interval_score": "val_loss",
        "val/coverage": "other",
    },
    "proper scores of many variables": {
        "train/energy_score": "train_loss",
        "val/energy_score": "val_loss",
        "val/smape": "val_error",
    },
    "densities": {
        "training_log_probs": "train_loss",
        "validation_log_probs": "val_loss",
    },
    "Gaussian processes": {"neg_mll": "train_loss", "val_neg_mll": "val_loss"},
    "likelihoods beside errors": {
        "train_ll": "train_loss",
        "test_ll": "test_loss",
        "test_rmse": "test_error",
    },
    "criteria": {
        "train_criterion": "train_loss",
        "val_criterion": "val_loss",
    },
    "glued": {
        "train_bceloss": "train_loss",
        "val_bceloss": "val_loss",
        "val_acc": "val_accuracy",
    },
    "PyKEEN": {
        "loss": "train_loss",
        "hits_at_10": "train_accuracy",
        "both.realistic.inverse_harmonic_mean_rank": "train_accuracy",
        "validation.both.realistic.hits_at_10": "val_accuracy",
        "validation.both.realistic.inverse_harmonic_mean_rank": "val_accuracy",
        "validation.both.realistic.arithmetic_mean_rank": "val_error",
    },
    "nerfstudio": {
        "Train Loss": "train_loss",
        "Eval Loss": "val_loss",
        "Train Rays / Sec": "train_throughput",
    },
    "AutoGluon": {"score_val": "val_accuracy", "fit_time": "step_time"},
    "big_vision": {
        "training_loss": "train_loss",
        "l2_grads": "grad_norm",
        "l2_params": "other",
        "l2_updates": "other",
    },
    "WeNet": {
        "train/loss": "train_loss",
        "cv/loss": "val_loss",
        "epoch/cv_loss": "val_loss",
        "epoch/cv_acc": "val_accuracy",
    },
    "Flower": {
        "losses_distributed": "val_loss",
        "losses_centralized": "test_loss",
        "metrics_distributed_fit/accuracy": "train_accuracy",
        "metrics_distributed/accuracy": "val_accuracy",
        "metrics_centralized/accuracy": "test_accuracy",
    },
    "a set for cross validation": {"tr_loss": "train_loss", "cv_loss": "val_loss"},
    "CRFsuite": {"Loss": "train_loss", "Error norm": "grad_norm", "Feature norm": "other"},
    "a codebook without a loss": {"recon_error": "train_loss", "perplexity": "other"},
    "LeRobot": {
        "loss": "train_loss",
        "grdn": "grad_norm",
        "lr": "learning_rate",
        "eval/pc_success": "val_accuracy",
    },
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_tags_of_a_run_have_the_roles_a_person_gives_them(run: dict[str, str]) -> None:
    assert_roles(run)
