"""The tags that trainers of language models and of speech write."""

from __future__ import annotations

import pytest

from role_support import assert_roles

# One run a row: its tags with the role each has.
RUNS: dict[str, dict[str, str]] = {
    "SFT with TRL": {
        "loss": "train_loss",
        "grad_norm": "grad_norm",
        "learning_rate": "learning_rate",
        "num_tokens": "other",
        "mean_token_accuracy": "train_accuracy",
        "entropy": "other",
        "eval_loss": "val_loss",
        "eval_mean_token_accuracy": "val_accuracy",
    },
    "preferences with TRL": {
        "loss": "train_loss",
        "rewards/chosen": "other",
        "rewards/accuracies": "train_accuracy",
        "rewards/margins": "other",
        "logps/chosen": "other",
        "logits/rejected": "other",
        "nll_loss": "train_component_loss",
        "eval_loss": "val_loss",
        "eval_rewards/accuracies": "val_accuracy",
        "eval_rewards/margins": "other",
    },
    "group-relative rewards with TRL": {
        "loss": "adversarial_loss",
        "completions/mean_length": "other",
        "completions/clipped_ratio": "other",
        "rewards/accuracy_reward/mean": "reward",
        "rewards/accuracy_reward/std": "other",
        "reward": "reward",
        "reward_std": "other",
        "frac_reward_zero_std": "other",
        "kl": "other",
        "clip_ratio/region_mean": "other",
    },
    "a reward model with TRL": {
        "loss": "train_loss",
        "accuracy": "train_accuracy",
        "margin": "other",
        "min_reward": "reward",
        "mean_reward": "reward",
        "max_reward": "reward",
    },
    "PPO with TRL": {
        "ppo/returns/mean": "reward",
        "ppo/returns/var": "other",
        "env/reward_mean": "reward",
        "ppo/loss/total": "adversarial_loss",
        "ppo/loss/value": "adversarial_loss",
        "objective/kl": "other",
    },
    "OLMo": {
        "train/CrossEntropyLoss": "train_loss",
        "train/Perplexity": "train_error",
        "train/ZLoss": "train_component_loss",
        "optim/total_grad_norm": "grad_norm",
        "throughput/total_tokens": "other",
        "throughput/device/tokens_per_second": "throughput",
        "eval/pile/CrossEntropyLoss": "val_loss",
        "eval/pile/Perplexity": "val_error",
        "validation/lm_loss_ppl value": "val_error",
        "eval/downstream_ce_loss/hellaswag_ce_loss": "val_component_loss",
    },
    "OLMo-core": {
        "train/CE_loss": "train_loss",
        "train/PPL": "train_error",
        "train/Z_loss": "train_component_loss",
        "train/load_balancing_loss": "train_component_loss",
        "optim/LR": "learning_rate",
        "eval/lm/c4_en-validation/CE_loss": "val_loss",
        "eval/lm/c4_en-validation/PPL": "val_error",
        "throughput/device/TPS": "throughput",
    },
    "torchtitan": {
        "loss_metrics/global_avg_loss": "train_loss",
        "loss_metrics/global_max_loss": "train_component_loss",
        "throughput(tps)": "throughput",
        "grad_norm": "grad_norm",
        "lr": "learning_rate",
        "n_tokens_seen": "other",
    },
    "torchtitan, with validation": {
        "loss_metrics/global_avg_loss": "train_loss",
        "loss_metrics/global_max_loss": "train_component_loss",
        "validation_metrics/loss": "val_loss",
    },
    "MaxText": {
        "learning/loss": "train_loss",
        "learning/moe_lb_loss": "train_component_loss",
        "learning/grad_norm": "grad_norm",
        "learning/current_learning_rate": "learning_rate",
        "learning/perplexity": "train_error",
        "eval/avg_loss": "val_loss",
        "perf/step_time_seconds": "step_time",
        "TFLOP/s/device": "throughput",
    },
    "nanochat": {
        "train/loss": "train_loss",
        "val/bpb": "val_error",
        "total_training_flops": "other",
        "total_training_time": "other",
        "train/tok_per_sec": "train_throughput",
        "train/mfu": "train_throughput",
    },
    "Levanter": {
        "train/loss": "train_loss",
        "eval/loss": "val_loss",
        "eval/bpb": "val_error",
        "grad/norm/total": "grad_norm",
        "throughput/total_tokens": "other",
        "throughput/total_gflops": "other",
        "throughput/tokens_per_second": "throughput",
        "throughput/duration": "step_time",
    },
    "Megatron, of which each curve is drawn three times": {
        "lm-loss-training/lm_loss": "train_loss",
        "lm-loss-training/lm_loss_vs_tokens": "other",
        "lm-loss-training/lm_loss_vs_gigaflops": "other",
        "lm-loss-validation/valid/lm_loss_validation": "val_loss",
    },
    "OpenNMT": {
        "progress/ppl": "train_loss",
        "progress/acc": "train_accuracy",
        "valid/ppl": "val_loss",
        "valid/acc": "val_accuracy",
        "progress/lr": "learning_rate",
    },
    "Marian": {
        "cost": "train_loss",
        "valid/cross-entropy": "val_loss",
        "valid/ce-mean-words": "val_component_loss",
        "valid/perplexity": "val_error",
    },
    "wav2vec 2": {
        "train_loss": "train_loss",
        "train_loss_0": "train_component_loss",
        "train_prob_perplexity": "other",
        "train_code_perplexity": "other",
        "valid_loss": "val_loss",
        "valid_code_perplexity": "other",
        "valid_uer": "val_error",
        "valid_wer": "val_error",
    },
    "spaCy": {
        "loss_ner": "train_component_loss",
        "loss_tok2vec": "train_component_loss",
        "ents_f": "accuracy",
        "ents_p": "accuracy",
        "ents_r": "accuracy",
        "tag_acc": "accuracy",
    },
    "a trainer's own loss beside the likelihood": {
        "trainer/loss": "train_loss",
        "train/nll": "train_loss",
        "val/nll": "val_loss",
        "val/ppl": "val_error",
    },
    "sparse autoencoders": {
        "losses/mse_loss": "train_component_loss",
        "losses/l1_loss": "train_component_loss",
        "losses/overall_loss": "train_loss",
        "metrics/explained_variance": "other",
        "metrics/ce_loss_score": "other",
    },
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_tags_of_a_run_have_the_roles_a_person_gives_them(run: dict[str, str]) -> None:
    assert_roles(run)
