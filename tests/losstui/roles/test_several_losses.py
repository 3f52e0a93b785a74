"""Losses that pull against each other, rewards, and what regularises."""

from __future__ import annotations

import pytest

from role_support import assert_roles

# One run a row: its tags with the role each has.
RUNS: dict[str, dict[str, str]] = {
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
    "variational": {
        "loss": "train_loss",
        "recon_loss": "train_component_loss",
        "kl_loss": "train_component_loss",
        "val_loss": "val_loss",
        "val_kl_loss": "val_component_loss",
    },
    "physics": {
        "loss": "train_loss",
        "data_loss": "train_component_loss",
        "pde_loss": "train_component_loss",
        "val_data_loss": "val_loss",
    },
    "physics, in a folder": {"train/loss": "train_loss", "train/loss_data": "train_component_loss"},
    "a loss of data alone": {"data_loss": "train_loss", "val_data_loss": "val_loss"},
    "variational without a total": {"recon_loss": "train_component_loss", "kld": "train_component_loss"},
    "GAN": {
        "Loss_D": "adversarial_loss",
        "Loss_G": "adversarial_loss",
        "d_real": "other",
        "D(G(z))": "other",
    },
    "pix2pix": {
        "G_GAN": "adversarial_loss",
        "G_L1": "train_component_loss",
        "D_A": "adversarial_loss",
        "cycle_A": "train_component_loss",
    },
    "Paddle": {"loss": "train_loss", "batch_cost": "step_time", "avg_reader_cost": "step_time"},
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
    "two adversaries": {"Discriminator": "adversarial_loss", "Generator": "adversarial_loss"},
    "two pairs of adversaries": {
        "G Loss": "adversarial_loss",
        "D_A Loss": "adversarial_loss",
        "loss_D_B": "adversarial_loss",
    },
    "no adversaries": {"generator": "other", "turbine": "other"},
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
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_tags_of_a_run_have_the_roles_a_person_gives_them(run: dict[str, str]) -> None:
    assert_roles(run)
