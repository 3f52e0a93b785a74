"""What else than a loss is logged."""

from __future__ import annotations

import pytest

from role_support import assert_roles

# One run a row: its tags with the role each has.
RUNS: dict[str, dict[str, str]] = {
    "better is higher": {
        "top1": "accuracy",
        "roc_auc": "accuracy",
        "mIoU": "accuracy",
        "IoU": "accuracy",
        "F1": "accuracy",
        "bleu": "accuracy",
        "psnr": "accuracy",
        "ssim": "accuracy",
        "R2": "accuracy",
    },
    "ranked": {
        "ndcg@10": "accuracy",
        "hit_ratio@10": "accuracy",
        "HitRate": "accuracy",
        "HR@5": "accuracy",
        "hits@1": "accuracy",
        "cache_hit_rate": "other",
    },
    "speeds in short": {"tok/s": "throughput", "step_ms": "step_time", "fp16/scale": "loss_scale"},
    "better is lower": {"fid": "error", "val_wer": "val_error", "cer": "error", "per": "error"},
    "layers": {
        "grad_norm": "grad_norm",
        "grads/layer0": "layer_grad_norm",
        "grads/layer8": "layer_grad_norm",
        "grad_l0": "layer_grad_norm",
        "GradNorm/layer_7": "layer_grad_norm",
        "grad_norm/0.weight": "layer_grad_norm",
        "train/grad_norm/layers.3": "layer_grad_norm",
        "grad_norm/encoder.conv1.weight": "layer_grad_norm",
    },
    "gradients that are no layer's": {
        "grad_l2": "grad_norm",
        "global_grad_norm": "grad_norm",
        "total_norm": "grad_norm",
        "actor/grad_norm": "grad_norm",
        "Epoch Norm/grad": "grad_norm",
        "norm_of_gradients": "grad_norm",
        "norm/global_grad": "grad_norm",
        "batch_norm/grad": "other",
        "norm/grad_penalty": "other",
        "grad_clip_frac": "other",
        "gradient_accumulation_steps": "other",
    },
    "speed": {
        "tokens/s": "throughput",
        "it/s": "throughput",
        "mfu": "throughput",
        "tokens_per_second_per_gpu": "throughput",
        "examples_per_sec": "throughput",
        "sec/iter": "step_time",
        "step_time": "step_time",
        "ms_per_step": "step_time",
        "epoch_time": "step_time",
        "wall_time": "other",
        "episode time": "other",
        "elapsed_time": "other",
        "elapsed time per iteration (ms)": "step_time",
        "remaining_time": "other",
        "time": "other",
    },
    "half precision": {
        "amp/loss_scale": "loss_scale",
        "scaler/scale": "loss_scale",
        "grad_scale": "loss_scale",
    },
    "learning rates": {
        "learning_rate_group_0": "learning_rate",
        "lrs/0": "learning_rate",
        "charts/learning_rate": "learning_rate",
        "cur_lr": "learning_rate",
    },
    "said again": {
        "loss": "train_loss",
        "best_val_loss": "other",
        "loss_std": "other",
        "hparam/Final_Val_Loss": "other",
    },
    "machine": {
        "system/gpu.0.memory": "other",
        "system/cpu": "other",
        "gpu_memory": "other",
        "num_examples": "other",
    },
    "a folder is no split": {"tf_test_run/loss": "train_loss", "tf_test_run/val_loss": "val_loss"},
    "a folder of one experiment": {
        "exp/train/loss": "train_loss",
        "exp/train/cls_loss": "train_component_loss",
    },
    "whole words only": {
        "contest/latest/loss": "train_loss",
        "validity": "other",
        "trainable_params": "other",
        "testing_time": "test_step_time",
        "deadline": "other",
        "device": "other",
        "accumulated": "other",
    },
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_tags_of_a_run_have_the_roles_a_person_gives_them(run: dict[str, str]) -> None:
    assert_roles(run)
