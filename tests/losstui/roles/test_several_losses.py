"""Losses that pull against each other, rewards, and what regularises."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from losstui.roles import Kind
from role_support import assert_roles
from support import make_run

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
    "two that play against each other beside a distance": {
        "loss_G": "adversarial_loss",
        "loss_D": "adversarial_loss",
        "l1_loss": "train_component_loss",
    },
    "values of actions that a policy chooses": {"td_loss": "adversarial_loss", "episode_reward": "reward"},
    "values of actions that were logged": {"td_loss": "train_loss"},
    "a game, and a score held back": {
        "score": "train_reward",
        "val/score": "val_accuracy",
        "epsilon": "other",
    },
    "a total of training alone": {"train/total": "other", "val/acc": "val_accuracy"},
    "policy gradient on text": {
        "objective/kl": "other",
        "objective/rlhf_reward": "reward",
        "loss/policy_avg": "adversarial_loss",
        "loss/value_avg": "adversarial_loss",
    },
    "variational, bare names": {
        "train/loss": "train_loss",
        "train/recon": "train_component_loss",
        "train/kl": "train_component_loss",
        "val/loss": "val_loss",
        "val/reconstruction_loss": "val_component_loss",
        "val/kl": "val_component_loss",
        "beta": "other",
    },
    "variational, no total": {"recon_loss": "train_loss", "kl": "other"},
    "distance from a teacher": {"loss": "train_loss", "ce_loss": "train_component_loss", "kl": "other"},
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
    "a target that the model sets itself": {
        "train/byol_loss": "train_adversarial_loss",
        "I-JEPA_loss": "adversarial_loss",
        "data2vec_loss": "adversarial_loss",
        "train/dino_loss_epoch": "train_adversarial_loss",
        "val/knn_acc": "val_accuracy",
    },
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
    "one loss a worker": {
        "train/l2_loss": "train_loss",
        "eval/l2_loss": "val_loss",
        "worker_0/loss": "train_component_loss",
        "worker_1/loss": "train_component_loss",
    },
    "workers alone": {"rank_0/loss": "train_loss", "rank_0/kl_loss": "train_component_loss"},
    "weights of the parts": {
        "loss": "train_loss",
        "recon_loss": "train_component_loss",
        "recon_loss_weight": "other",
        "loss_weights/recon": "other",
        "lambda_ce": "other",
        "ce_coef": "other",
    },
    "several actors": {"critic_losses": "adversarial_loss", "actor_losses": "adversarial_loss"},
    "costs": {"train_cost": "train_loss", "valid_cost": "val_loss"},
    "Spanish costs": {"coste": "train_loss", "coste_val": "val_loss"},
    "distances": {"train_l2": "train_loss", "test_l2": "test_loss", "test_l1": "other"},
    "norms of weights": {"loss": "train_loss", "train_l2": "other"},
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
        "rollout/ep_rew_mean": "train_reward",
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


FloatArray = NDArray[np.float64]

DATA = np.round(np.random.default_rng(0).uniform(0.2, 0.7, 60), 3)
NOISE = np.round(np.random.default_rng(1).uniform(0.1, 0.9, 60), 3)


def _loss_of(total: FloatArray, data: FloatArray, noise: FloatArray) -> list[str]:
    """The tags that are the loss of a run told from noise, whose total is called after the method."""
    losses = {"data_loss": data, "noise_loss": noise, "nce_loss": total}
    return _named_loss({f"{split}/{name}": one for split in ("train", "val") for name, one in losses.items()})


def _named_loss(run: dict[str, FloatArray]) -> list[str]:
    return [tag for tag, role in make_run(run).roles.items() if role.kind is Kind.LOSS]


def test_what_is_the_sum_of_all_other_losses_is_the_loss_on_all_data() -> None:
    summed = np.round(DATA + NOISE, 3) + np.random.default_rng(2).choice([0.0, 0.001], 60)
    assert _loss_of(summed, DATA, NOISE) == ["train/nce_loss", "val/nce_loss"]


def test_rows_that_are_not_finite_add_up_to_nothing_and_count_for_nothing() -> None:
    broken = np.where(np.arange(60) % 10 == 3, np.nan, DATA)
    assert _loss_of(DATA + NOISE, broken, NOISE) == ["train/nce_loss", "val/nce_loss"]


@pytest.mark.parametrize(
    ("total", "data", "noise"),
    [
        pytest.param(0.5 * (DATA + NOISE), DATA, NOISE, id="a mean"),
        pytest.param(
            np.where(np.arange(60) == 7, 2.0, 1.0) * (DATA + NOISE), DATA, NOISE, id="not in one row"
        ),
        pytest.param(DATA, DATA, np.zeros(60), id="a part of nothing"),
        pytest.param((DATA + NOISE)[:7], DATA[:7], NOISE[:7], id="too few rows"),
        pytest.param(DATA + NOISE, DATA[:50], NOISE, id="not the same rows"),
    ],
)
def test_losses_that_do_not_clearly_add_up_are_told_apart_by_their_names(
    total: FloatArray, data: FloatArray, noise: FloatArray
) -> None:
    assert _loss_of(total, data, noise) == ["train/data_loss", "val/data_loss"]


def test_a_loss_by_name_stays_one_where_another_is_the_sum_of_all() -> None:
    roles = make_run({"loss": DATA + NOISE, "box_loss": DATA, "cls_loss": NOISE}).roles
    assert roles["loss"].name == "train_loss"
    assert roles["box_loss"].name == "train_component_loss"
