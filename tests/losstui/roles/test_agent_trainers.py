"""The tags that libraries of reinforcement learning write."""

from __future__ import annotations

import pytest

from role_support import assert_roles

# One run a row: its tags with the role each has.
RUNS: dict[str, dict[str, str]] = {
    "CleanRL, a value function": {
        "losses/td_loss": "adversarial_loss",
        "losses/q_values": "other",
        "charts/SPS": "throughput",
        "charts/episodic_return": "reward",
    },
    "CleanRL, two value functions": {
        "losses/qf1_values": "other",
        "losses/qf1_loss": "adversarial_loss",
        "losses/qf_loss": "adversarial_loss",
        "losses/actor_loss": "adversarial_loss",
        "losses/alpha_loss": "adversarial_loss",
        "charts/episodic_return": "reward",
    },
    "the value function of logged actions": {
        "losses/td_loss": "train_loss",
        "losses/q_values": "other",
        "charts/SPS": "throughput",
    },
    "the value function of an agent that explores": {
        "td_loss": "adversarial_loss",
        "epsilon": "other",
    },
    "Stable-Baselines3 without evaluation": {
        "rollout/ep_rew_mean": "reward",
        "rollout/success_rate": "accuracy",
        "train/loss": "train_adversarial_loss",
    },
    "Stable-Baselines3 with evaluation": {
        "rollout/ep_rew_mean": "train_reward",
        "rollout/success_rate": "train_accuracy",
        "eval/mean_reward": "val_reward",
        "eval/success_rate": "val_accuracy",
        "train/loss": "train_adversarial_loss",
    },
    "Acme": {
        "episode_return": "train_reward",
        "evaluator_episode_return": "val_reward",
        "critic_loss": "adversarial_loss",
    },
    "a policy that imitates and is rewarded in evaluations alone": {
        "train/loss": "train_loss",
        "train/update_s": "other",
        "eval/avg_sum_reward": "val_reward",
        "eval/pc_success": "val_accuracy",
    },
    "a value function that explores and is rewarded in evaluations alone": {
        "loss": "adversarial_loss",
        "epsilon": "other",
        "eval/reward": "val_reward",
    },
    "a privacy budget, which no agent explores with": {"loss": "train_loss", "epsilon": "other"},
    "a model of rewards": {
        "train/loss": "train_loss",
        "train/chosen_reward": "other",
        "train/reject_reward": "other",
    },
    "a game": {
        "score": "reward",
        "avg_score": "reward",
        "epsilon": "other",
        "loss": "adversarial_loss",
    },
    "deepq of OpenAI Baselines": {
        "% time spent exploring": "other",
        "mean 100 episode reward": "reward",
    },
    "a solver of routes that is trained by REINFORCE": {
        "loss": "adversarial_loss",
        "loss_rl": "adversarial_loss",
    },
    "a genetic algorithm": {
        "Top Fitness": "reward",
        "mean_fitness": "reward",
        "Population": "other",
    },
    "RLlib, episodes of its runners and of those that evaluate": {
        "ray/tune/env_runners/episode_return_mean": "train_reward",
        "ray/tune/evaluation/env_runners/episode_return_mean": "val_reward",
        "ray/tune/env_runners/episode_return_max": "reward",
        "ray/tune/env_runners/episode_len_mean": "other",
    },
    "RLlib without evaluation": {
        "ray/tune/env_runners/episode_return_mean": "reward",
    },
    "rsl_rl": {
        "Loss/value_function": "adversarial_loss",
        "Loss/surrogate": "adversarial_loss",
        "Perf/learning_time": "step_time",
        "Perf/total_fps": "throughput",
        "Train/mean_reward": "train_reward",
        "Train/mean_reward/time": "other",
        "Train/mean_episode_length": "other",
        "Episode_Termination/time_out": "other",
        "Episode/rew_tracking_lin_vel": "reward",
    },
    "rl_games": {
        "losses/a_loss": "adversarial_loss",
        "losses/c_loss": "adversarial_loss",
        "rewards/step": "reward",
        "rewards/time": "other",
        "episode_lengths/time": "other",
        "performance/step_fps": "throughput",
    },
    "ML-Agents": {
        "Environment/Cumulative_Reward": "reward",
        "Policy/Entropy": "other",
        "Self-play/ELO": "reward",
        "Losses/Policy_Loss": "adversarial_loss",
    },
    "Spinning Up": {
        "AverageEpRet": "train_reward",
        "StdEpRet": "other",
        "AverageTestEpRet": "test_reward",
        "EpLen": "other",
        "LossQ": "adversarial_loss",
        "LossPi": "adversarial_loss",
        "Time": "other",
    },
    "self-play": {
        "loss_pi": "adversarial_loss",
        "loss_v": "adversarial_loss",
        "win_rate": "accuracy",
    },
    "robomimic": {
        "Train/Loss": "train_loss",
        "Train/Log_Likelihood": "other",
        "Train/Policy_Grad_Norms": "grad_norm",
        "Valid/Loss": "val_loss",
        "Rollout/Success_Rate/Lift": "val_accuracy",
    },
    "offline": {
        "value_loss": "adversarial_loss",
        "q_loss": "adversarial_loss",
        "actor_loss": "adversarial_loss",
        "eval/normalized_score": "val_reward",
    },
    "ManiSkill": {
        "eval/success_once": "val_accuracy",
        "eval/return": "val_reward",
        "losses/qf1_loss": "adversarial_loss",
    },
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_tags_of_a_run_have_the_roles_a_person_gives_them(run: dict[str, str]) -> None:
    assert_roles(run)
