"""What a tag is, by its name and by the other tags of its run. The names are those real trainers log."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from losstui.errors import UsageError
from losstui.roles import Direction, Kind, Role, Split, assign_roles, make_role, parse_role

# One run a row: its tags with the role each has. "x" alone stands for "other".
RUNS: dict[str, dict[str, str]] = {
    "torch, slashes": {
        "Loss/train": "train_loss",
        "Loss/val": "val_loss",
        "Accuracy/train": "train_accuracy",
        "Accuracy/val": "val_accuracy",
        "LR": "learning_rate",
        "GradNorm": "grad_norm",
        "Throughput": "throughput",
    },
    "torch, split first": {
        "Train/Loss": "train_loss",
        "Train/Acc": "train_accuracy",
        "Valid/Loss": "val_loss",
        "Valid/Acc": "val_accuracy",
        "Optim/LR": "learning_rate",
        "Optim/GradNorm": "grad_norm",
    },
    "underscores": {
        "tr_loss": "train_loss",
        "tr_acc": "train_accuracy",
        "va_loss": "val_loss",
        "va_acc": "val_accuracy",
        "gnorm": "grad_norm",
        "lr": "learning_rate",
        "ips": "throughput",
    },
    "spelled out": {
        "training_loss": "train_loss",
        "validation_loss": "val_loss",
        "training_accuracy": "train_accuracy",
        "validation_accuracy": "val_accuracy",
        "learning_rate": "learning_rate",
        "gradient_norm": "grad_norm",
    },
    "groups": {
        "losses/total": "train_loss",
        "losses/val_total": "val_loss",
        "losses/aux": "train_component_loss",
        "metrics/train_top1": "train_accuracy",
        "metrics/val_top1": "val_accuracy",
        "optim/lr": "learning_rate",
        "optim/grad_norm": "grad_norm",
        "optim/gnorm/0": "layer_grad_norm",
        "optim/gnorm/1": "layer_grad_norm",
        "perf/samples_per_s": "throughput",
    },
    "test as the held-out set": {
        "loss/train": "train_loss",
        "loss/test": "test_loss",
        "accuracy/train": "train_accuracy",
        "accuracy/test": "test_accuracy",
        "hyper/lr": "learning_rate",
        "grad/global_norm": "grad_norm",
        "grad/norm_0": "layer_grad_norm",
        "grad/norm_3": "layer_grad_norm",
        "time/throughput": "throughput",
    },
    "Keras": {
        "epoch": "epoch",
        "loss": "train_loss",
        "accuracy": "train_accuracy",
        "dice_coef": "train_accuracy",
        "mean_io_u_5": "train_accuracy",
        "precision": "train_accuracy",
        "val_loss": "val_loss",
        "val_accuracy": "val_accuracy",
        "val_dice_coef": "val_accuracy",
        "val_mean_io_u_5": "val_accuracy",
        "lr": "learning_rate",
        "dead_frac": "dead_units",
    },
    "Keras event files": {
        "train/epoch_loss": "train_loss",
        "train/batch_loss": "train_loss",
        "train/epoch_accuracy": "train_accuracy",
        "train/epoch_learning_rate": "learning_rate",
        "validation/epoch_loss": "val_loss",
        "validation/evaluation_loss_vs_iterations": "val_loss",
        "validation/evaluation_accuracy_vs_iterations": "val_accuracy",
    },
    "Hugging Face": {
        "loss": "train_loss",
        "train_loss": "train_loss",
        "grad_norm": "grad_norm",
        "learning_rate": "learning_rate",
        "epoch": "epoch",
        "eval_loss": "val_loss",
        "eval_rouge1": "val_accuracy",
        "eval_rougeLsum": "val_accuracy",
        "eval_gen_len": "other",
        "eval_wer": "val_error",
        "eval_matthews_correlation": "val_accuracy",
        "eval_macro_f1": "val_accuracy",
        "eval_runtime": "val_step_time",
        "eval_samples_per_second": "val_throughput",
        "predict_loss": "test_loss",
        "predict_rouge-1": "test_accuracy",
        "total_flos": "other",
        "train_runtime": "other",
        "train_samples_per_second": "train_throughput",
    },
    "Hugging Face, several evaluation sets": {
        "loss": "train_loss",
        "eval_g0_loss": "val_loss",
        "eval_g1_loss": "val_loss",
        "eval_g0_accuracy": "val_accuracy",
        "eval_g1_steps_per_second": "val_throughput",
    },
    "Hugging Face in event files": {
        "train/loss": "train_loss",
        "train/learning_rate": "learning_rate",
        "train/grad_norm": "grad_norm",
        "train/epoch": "epoch",
        "train/train_samples_per_second": "train_throughput",
        "train/dead_relu": "dead_units",
        "eval/loss": "val_loss",
        "eval/accuracy": "val_accuracy",
    },
    "Lightning": {
        "train_loss_step": "train_loss",
        "train_loss_epoch": "train_loss",
        "dynamics_loss_step": "train_component_loss",
        "initial_theta_loss_epoch": "train_component_loss",
        "val_loss": "val_loss",
        "lr-Adam": "learning_rate",
        "lr-AdamW/pg1": "learning_rate",
        "grad_2.0_norm_total": "grad_norm",
        "grad_2.0_norm/layers.0.weight": "layer_grad_norm",
        "grad_2.0_norm/layers.10.weight": "layer_grad_norm",
        "hp_metric": "other",
        "device/items_per_sec": "throughput",
    },
    "YOLO": {
        "train/box_loss": "train_component_loss",
        "train/cls_loss": "train_component_loss",
        "train/dfl_loss": "train_component_loss",
        "val/box_loss": "val_component_loss",
        "val/cls_loss": "val_component_loss",
        "metrics/mAP50(B)": "val_accuracy",
        "metrics/mAP50-95(B)": "val_accuracy",
        "metrics/precision(B)": "val_accuracy",
        "lr/pg0": "learning_rate",
        "x/lr2": "learning_rate",
    },
    "Detectron2": {
        "total_loss": "train_loss",
        "loss_cls": "train_component_loss",
        "loss_box_reg": "train_component_loss",
        "loss_mask": "train_component_loss",
        "bbox/AP": "val_accuracy",
        "bbox/APl": "val_accuracy",
        "fast_rcnn/cls_accuracy": "train_accuracy",
        "roi_head/num_bg_samples": "other",
        "data_time": "step_time",
        "time": "step_time",
        "eta_seconds": "other",
    },
    "MMDetection": {
        "loss": "train_loss",
        "loss_bbox": "train_component_loss",
        "acc": "train_accuracy",
        "mAP": "val_accuracy",
        "AP50": "val_accuracy",
        "memory": "other",
        "momentum": "other",
    },
    "Megatron": {
        "lm loss": "train_loss",
        "lm loss validation": "val_loss",
        "lm loss validation ppl": "val_error",
        "lm loss vs samples": "other",
        "load_balancing_loss": "train_component_loss",
        "mtp_1 loss": "train_component_loss",
        "learning-rate": "learning_rate",
        "grad-norm": "grad_norm",
        "loss-scale": "loss_scale",
        "params-norm": "other",
        "num-zeros": "other",
        "iteration-time": "step_time",
    },
    "AlgoPerf": {
        "loss": "train_loss",
        "train/loss": "train_loss",
        "train/ctc_loss": "train_component_loss",
        "validation/loss": "val_loss",
        "validation/wer": "val_error",
        "validation/mean_average_precision": "val_accuracy",
        "validation/num_examples": "other",
        "test/loss": "test_loss",
        "accumulated_eval_time": "other",
        "total_duration": "other",
        "preemption_count": "other",
    },
    "AlgoPerf, a loss by another name at evaluations": {
        "loss": "train_loss",
        "train/ctc_loss": "train_loss",
        "validation/ctc_loss": "val_loss",
        "test/ctc_loss": "test_loss",
    },
    "the same loss by two names": {"reduced_train_loss": "train_loss", "val_loss": "val_loss"},
    "Composer": {
        "loss/train/total": "train_loss",
        "metrics/train/LanguageCrossEntropy": "train_loss",
        "metrics/eval/LanguageCrossEntropy": "val_loss",
        "metrics/eval/MulticlassAccuracy": "val_accuracy",
        "lr-DecoupledAdamW/group0": "learning_rate",
        "throughput/samples_per_sec": "throughput",
        "l2_norm/grad/global": "grad_norm",
        "l2_norm/grad/model.layers.0.weight": "layer_grad_norm",
        "l2_norm/grad/model.layers.1.weight": "layer_grad_norm",
        "trainer/batch_idx": "other",
    },
    "fairseq": {
        "train_loss": "train_loss",
        "train_nll_loss": "train_component_loss",
        "train_ppl": "train_error",
        "train_wps": "train_throughput",
        "train_gnorm": "grad_norm",
        "train_loss_scale": "loss_scale",
        "valid_loss": "val_loss",
        "valid_best_loss": "other",
    },
    "Keras metrics spelled out": {
        "mean_squared_error": "train_loss",
        "val_mean_squared_error": "val_loss",
        "val_mean_absolute_error": "val_error",
    },
    "latent diffusion": {
        "train/loss_step": "train_loss",
        "train/loss_simple_step": "train_component_loss",
        "train/loss_vlb_step": "train_component_loss",
        "val/loss": "val_loss",
        "val/loss_ema": "val_loss",
        "val/loss_simple_ema": "val_component_loss",
        "lr_abs": "learning_rate",
    },
    "policy gradient on text": {
        "objective/kl": "other",
        "objective/rlhf_reward": "reward",
        "loss/policy_avg": "adversarial_loss",
        "loss/value_avg": "adversarial_loss",
    },
    "a total on train alone": {
        "loss": "train_loss",
        "box_loss": "train_component_loss",
        "cls_loss": "train_component_loss",
        "val_box_loss": "val_component_loss",
        "val_cls_loss": "val_component_loss",
    },
    "gradient boosting": {"train-rmse": "train_loss", "eval-rmse": "val_loss"},
    "boosting classifier": {
        "train-mlogloss": "train_loss",
        "test-mlogloss": "test_loss",
        "train-merror": "train_error",
    },
    "boosting, sets by number": {
        "training's l2": "train_loss",
        "valid_0's l2": "val_loss",
    },
    "boosting, sets in front": {
        "training/l2": "train_loss",
        "valid_0/l2": "val_loss",
        "valid_0/l1": "val_error",
    },
    "boosting, deviances": {
        "training/gamma_deviance": "train_error",
        "valid_1/gamma_deviance": "val_error",
        "valid_1/aucpr": "val_accuracy",
    },
    "a penalty is no metric": {"train/loss": "train_loss", "train/l2": "other", "fair": "other"},
    "CatBoost": {"learn/RMSE": "train_loss", "test/RMSE": "test_loss"},
    "diarization": {
        "loss/train": "train_loss",
        "DiarizationErrorRate": "error",
        "DiarizationErrorRate/Precision": "accuracy",
    },
    "perplexity beside the cost": {"cost": "train_loss", "valid perplexity": "val_error"},
    "perplexity alone": {"train/perplexity": "train_loss", "val/perplexity": "val_loss"},
    "squared error alone": {"mse/train": "train_loss", "mse/val": "val_loss", "mae/val": "val_error"},
    "squared error as a metric": {"loss": "train_loss", "mse": "train_error", "val_mse": "val_error"},
    "bits per byte": {"train/loss": "train_loss", "val/bpb": "val_error"},
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
    "variational": {
        "loss": "train_loss",
        "recon_loss": "train_component_loss",
        "kl_loss": "train_component_loss",
        "val_loss": "val_loss",
        "val_kl_loss": "val_component_loss",
    },
    "variational without a total": {"recon_loss": "train_component_loss", "kld": "train_component_loss"},
    "evaluation sets in folders": {
        "train/loss": "train_loss",
        "val/dataset_a/loss": "val_loss",
        "val/dataset_b/loss": "val_loss",
    },
    "evaluated on both": {"eval/train_loss": "train_loss", "eval/val_loss": "val_loss"},
    "short forms": {"trl": "train_loss", "vall": "val_loss"},
    "camel case": {"trainLoss": "train_loss", "valLoss": "val_loss", "TestAccuracy": "test_accuracy"},
    "glued": {"trainloss": "train_loss", "valloss": "val_loss", "testacc": "test_accuracy"},
    "other held-out words": {
        "loss": "train_loss",
        "dev_loss": "val_loss",
        "dev_f1": "val_accuracy",
        "holdout/loss": "val_loss",
    },
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
    "better is lower": {"fid": "error", "val_wer": "val_error", "cer": "error", "mape": "error"},
    "GAN": {
        "Loss_D": "adversarial_loss",
        "Loss_G": "adversarial_loss",
        "d_real": "other",
        "D(G(z))": "other",
    },
    "GAN, slashes": {"loss/D": "adversarial_loss", "loss/G": "adversarial_loss", "gp": "other"},
    "GAN, errors": {"errD": "adversarial_loss", "errG": "adversarial_loss", "errD_real": "adversarial_loss"},
    "GAN, words": {
        "train/loss_disc": "train_adversarial_loss",
        "train/loss_gen": "train_adversarial_loss",
        "train/rec_loss": "train_component_loss",
        "loss": "adversarial_loss",
    },
    "GAN with a held-out loss": {
        "D_loss": "adversarial_loss",
        "G_loss": "adversarial_loss",
        "loss": "train_loss",
        "val_loss": "val_loss",
    },
    "policy gradient": {
        "rollout/ep_rew_mean": "reward",
        "rollout/ep_len_mean": "other",
        "time/fps": "throughput",
        "time/iterations": "other",
        "time/total_timesteps": "other",
        "time/time_elapsed": "other",
        "train/approx_kl": "other",
        "train/clip_fraction": "other",
        "train/entropy_loss": "other",
        "train/explained_variance": "other",
        "train/loss": "train_adversarial_loss",
        "train/policy_gradient_loss": "train_adversarial_loss",
        "train/value_loss": "train_adversarial_loss",
        "train/learning_rate": "learning_rate",
        "train/n_updates": "other",
        "eval/mean_reward": "val_reward",
    },
    "policy gradient, one file": {
        "charts/episodic_return": "reward",
        "charts/SPS": "throughput",
        "losses/policy_loss": "adversarial_loss",
        "losses/value_loss": "adversarial_loss",
        "losses/qf1_loss": "adversarial_loss",
        "losses/entropy": "other",
        "policy/entropy": "other",
    },
    "policy and value": {
        "loss/policy": "adversarial_loss",
        "loss/value": "adversarial_loss",
        "episode_reward": "reward",
    },
    "trust region": {
        "AverageReturn": "reward",
        "StdReturn": "other",
        "MeanKL": "other",
        "Perplexity": "other",
        "LossAfter": "adversarial_loss",
        "dLoss": "adversarial_loss",
    },
    "monitor file": {"r": "reward", "l": "other", "t": "other"},
    "rewarded language model": {
        "loss": "adversarial_loss",
        "reward": "reward",
        "kl": "other",
        "reward_std": "other",
    },
    "preferences": {
        "loss": "train_loss",
        "rewards/chosen": "other",
        "rewards/margins": "other",
        "rewards/accuracies": "train_accuracy",
        "logps/rejected": "other",
    },
    "contrastive": {
        "loss": "train_loss",
        "temperature": "other",
        "logit_scale": "other",
        "contrastive_acc": "train_accuracy",
    },
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
        "elapsed_time": "other",
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
CASES = [pytest.param(run, id=name) for name, run in RUNS.items()]


@pytest.mark.parametrize("run", CASES)
def test_the_tags_of_a_run_have_the_roles_a_person_gives_them(run: dict[str, str]) -> None:
    assert {tag: role.name for tag, role in assign_roles(run).items()} == run


@pytest.mark.parametrize("run", CASES)
def test_the_order_of_the_tags_does_not_matter(run: dict[str, str]) -> None:
    assert assign_roles(reversed(run)) == assign_roles(run)


@pytest.mark.parametrize(
    ("tag", "direction"),
    [
        ("loss", Direction.LOWER),
        ("val/rmse", Direction.LOWER),
        ("fid", Direction.LOWER),
        ("accuracy", Direction.HIGHER),
        ("psnr", Direction.HIGHER),
        ("episode_reward", Direction.HIGHER),
        ("elbo", Direction.HIGHER),
        ("kl_loss", Direction.NEUTRAL),
        ("Loss_D", Direction.NEUTRAL),
        ("entropy", Direction.NEUTRAL),
        ("lr", Direction.NEUTRAL),
        ("grad_norm", Direction.NEUTRAL),
        ("tokens_per_sec", Direction.NEUTRAL),
    ],
)
def test_which_way_is_better(tag: str, direction: Direction) -> None:
    assert assign_roles([tag])[tag].direction is direction


def test_a_regulariser_stays_neutral_beside_adversaries() -> None:
    roles = assign_roles(["g_loss", "d_loss", "kl_loss", "rec_loss"])
    assert roles["kl_loss"].direction is Direction.NEUTRAL
    assert roles["rec_loss"].direction is Direction.LOWER


@pytest.mark.parametrize("tags", [(), ("",), ("///",), ("потери",), ("\x1b[31m", "12", "☃/loss"), ("__",)])
def test_any_text_is_a_tag(tags: Iterable[str]) -> None:
    assert set(assign_roles(tags)) == set(tags)


def test_what_a_very_long_tag_is_stands_at_its_end() -> None:
    tag = "grad_layer_" * 20_000 + "/val_loss"
    assert assign_roles([tag])[tag].name == "val_loss"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("split", Split)
def test_a_role_is_spelled_as_it_is_named(kind: Kind, split: Split) -> None:
    role = make_role(kind, split)
    assert parse_role(role.name) == role


def test_an_unknown_role_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="no role 'losss'; a role is one of loss, component_loss"):
        parse_role("losss")


def test_a_role_without_a_split_is_named_by_its_kind() -> None:
    assert Role(Kind.LEARNING_RATE).name == "learning_rate"
