from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from losstui.run import StepUnit
from losstui_parsers.delimited import Delimited
from text_logs import claim_of, runs_in, sessions, steps, values
from text_logs import read_table as read

NAN = math.nan
EPISODES = [(1, -9.5, 41), (2, -8.5, 37), (3, -9.0, 52), (4, -7.0, 37), (5, -6.5, 60)]  # reward, length


def test_keras_counts_epochs(tmp_path: Path) -> None:
    run = read(tmp_path, "epoch,accuracy,loss,val_loss\n0,0.1,2.0,2.5\n1,0.2,1.0,1.5\n", "log.txt")
    assert sorted(run.frame) == ["accuracy", "loss", "val_loss"]
    assert run.step_unit is StepUnit.EPOCH
    assert steps(run, "val_loss") == [0, 1]
    assert values(run, "val_loss") == [2.5, 1.5]


def test_lightning_rows_are_sparse_and_the_step_is_the_axis(tmp_path: Path) -> None:
    text = "epoch,step,train_loss_step,train_loss_epoch,val_loss\n"
    text += "0,49,0.9,,\n0,62,,0.8,\n0,62,,,0.7\n1,99,0.6,,\n"
    run = read(tmp_path, text)
    assert run.step_unit is StepUnit.STEP
    assert steps(run, "train_loss_step") == [49, 99]
    assert values(run, "train_loss_epoch") == [0.8]
    assert steps(run, "val_loss") == [62]
    epochs = run.frame["train_loss_step"].epochs
    assert epochs is not None
    assert epochs.tolist() == [0.0, 1.0]


def test_a_moment_with_a_zone_is_turned_to_utc(tmp_path: Path) -> None:
    text = "time,step,loss\n2026-01-01 01:00:00+01:00,0,1.0\n2026-01-01 00:00:01Z,1,0.5\n"
    walls = read(tmp_path, text).frame["loss"].wall_times
    assert walls is not None
    assert walls.tolist() == [1767225600.0, 1767225601.0]


@pytest.mark.parametrize(
    ("name", "cells", "seconds"),
    [
        ("_timestamp", ("1795391275.5", "1795391276.5"), [1795391275.5, 1795391276.5]),
        ("timestamp", ("1795391275500", "1795391276500"), [1795391275.5, 1795391276.5]),
    ],
)
def test_a_clock_is_the_wall_time_and_no_curve(
    name: str, cells: tuple[str, str], seconds: list[float], tmp_path: Path
) -> None:
    run = read(tmp_path, f"step,{name},loss\n0,{cells[0]},1.0\n1,{cells[1]},0.5\n")
    assert list(run.frame) == ["loss"]
    walls = run.frame["loss"].wall_times
    assert walls is not None
    assert walls.tolist() == seconds


def test_seconds_since_the_start_are_an_ordinary_curve(tmp_path: Path) -> None:
    run = read(tmp_path, "epoch,time,loss\n1,12.5,1.0\n2,25.0,0.5\n")
    assert values(run, "time") == [12.5, 25.0]
    assert run.frame["loss"].wall_times is None


def test_sb3_counts_environment_steps(tmp_path: Path) -> None:
    text = "time/fps,rollout/ep_rew_mean,time/total_timesteps,time/iterations,train/loss\n"
    run = read(tmp_path, text + "900,-7.5,1024,1,\n910,-7.0,2048,2,0.5\n")
    assert steps(run, "rollout/ep_rew_mean") == [1024, 2048]
    assert sorted(run.frame) == ["rollout/ep_rew_mean", "time/fps", "train/loss"]


def test_ray_settings_are_hyperparameters(tmp_path: Path) -> None:
    text = "episode_reward_mean,training_iteration,config/lr,config/env,timestamp\n"
    run = read(tmp_path, text + "1.0,1,0.01,CartPole,1795391275\n2.0,2,0.01,CartPole,1795391285\n")
    assert dict(run.hyperparameters) == {"lr": 0.01, "env": "CartPole"}
    assert steps(run, "episode_reward_mean") == [1, 2]
    assert list(run.frame) == ["episode_reward_mean"]


def test_several_rows_of_one_step_are_all_kept(tmp_path: Path) -> None:
    run = read(tmp_path, "global_step,loss,validation/loss\n0,1.6,\n1,,1.5\n1,1.4,\n1,1.3,\n2,1.2,\n")
    assert steps(run, "loss") == [0, 1, 1, 2]
    assert values(run, "loss") == [1.6, 1.4, 1.3, 1.2]
    assert sessions(run, "loss") is None


def test_a_long_table_gives_one_curve_a_tag(tmp_path: Path) -> None:
    text = "step,metric,value,timestamp\n0,loss,1.0,1795391275\n0,lr,0.1,1795391275\n1,loss,nan,1795391276\n"
    run = read(tmp_path, text)
    np.testing.assert_array_equal(run.frame["loss"].values, [1.0, NAN])
    assert values(run, "lr") == [0.1]
    walls = run.frame["loss"].wall_times
    assert walls is not None
    assert walls.tolist() == [1795391275.0, 1795391276.0]


@pytest.mark.parametrize("names", [("a", "b"), ("1", "2")])
def test_a_column_run_gives_several_runs(names: tuple[str, str], tmp_path: Path) -> None:
    rows = [f"{run},train/loss,{step},{step + 0.5}\n" for run in names for step in range(3)]
    runs = runs_in(Delimited(), tmp_path / "table.txt", "run,tag,step,value\n" + "".join(rows))
    assert [run.name for run in runs] == list(names)
    assert all(values(run, "train/loss") == [0.5, 1.5, 2.5] for run in runs)
    assert all(sessions(run, "train/loss") is None for run in runs)


def test_a_column_of_splits_tells_the_tags_apart(tmp_path: Path) -> None:
    run = read(tmp_path, "epoch,phase,loss\n1,train,1.0\n1,val,1.2\n2,train,0.8\n2,val,1.1\n")
    assert values(run, "train/loss") == [1.0, 0.8]
    assert values(run, "val/loss") == [1.2, 1.1]
    assert run.step_unit is StepUnit.EPOCH


def test_a_counter_that_starts_anew_each_epoch_is_put_end_to_end(tmp_path: Path) -> None:
    rows = [f"{epoch},{batch},{1.0 / (1 + batch)}\n" for epoch in range(3) for batch in range(0, 40, 10)]
    run = read(tmp_path, "epoch,batch,loss\n" + "".join(rows))
    assert steps(run, "loss") == list(range(0, 120, 10))
    assert sessions(run, "loss") is None


def test_a_restart_begins_a_session(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss\n0,1.0\n10,0.9\n20,0.8\n10,0.85\n20,0.7\n")
    assert steps(run, "loss") == [0, 10, 10, 20, 20]
    assert sessions(run, "loss") == [0, 0, 1, 0, 1]


def test_rows_without_an_axis_are_counted(tmp_path: Path) -> None:
    run = read(tmp_path, "train_loss,val_loss\n1.0,1.1\n0.9,1.0\n")
    assert run.step_unit is StepUnit.ROW
    assert steps(run, "train_loss") == [0, 1]


def test_several_rows_of_each_epoch_are_counted_and_keep_their_epoch(tmp_path: Path) -> None:
    run = read(tmp_path, "epoch,loss\n" + "".join(f"{row // 5},{row}.5\n" for row in range(20)))
    assert run.step_unit is StepUnit.ROW
    epochs = run.frame["loss"].epochs
    assert epochs is not None
    assert epochs.tolist() == [row // 5 for row in range(20)]


def test_a_counter_that_is_no_whole_number_in_its_last_row_counts_no_steps(tmp_path: Path) -> None:
    rows = [f"{row},{row / 40_000}" for row in range(40_000)]
    assert read(tmp_path, "\n".join(["step,loss", *rows, "40000,1.0"])).step_unit is StepUnit.STEP
    assert read(tmp_path, "\n".join(["step,loss", *rows, "40000.5,1.0"])).step_unit is not StepUnit.STEP


def test_a_step_below_zero_is_the_end_of_the_epoch(tmp_path: Path) -> None:
    rows = [(0, 50, 0.5), (0, 100, 0.625), (0, -1, 0.75), (1, 50, 0.8), (1, 100, 0.85), (1, -1, 0.875)]
    text = "epoch,steps,cosine_spearman\n" + "".join(f"{e},{s},{v}\n" for e, s, v in rows)
    run = read(tmp_path, text, "results.csv")
    assert values(run, "cosine_spearman") == [v for _, _, v in rows]
    assert steps(run, "cosine_spearman") == [50, 100, 100, 150, 200, 200]


def test_a_step_and_an_epoch_below_zero_are_outside_of_training(tmp_path: Path) -> None:
    rows = "-1,-1,0.5\n0.5,25,0.6\n1.0,50,0.7\n2.0,100,0.8\n-1,-1,0.9\n"
    run = read(tmp_path, "epoch,steps,cosine_spearman\n" + rows, "results.csv")
    assert values(run, "cosine_spearman") == [0.5, 0.6, 0.7, 0.8, 0.9]
    assert steps(run, "cosine_spearman") == [0, 25, 50, 100, 100]
    epochs = run.frame["cosine_spearman"].epochs
    assert epochs is not None
    assert epochs.tolist() == [0, 0.5, 1, 2, 2]


@pytest.mark.parametrize("name", ["TimestepsSoFar", "frame", "Generation", "num episodes", "total_frames"])
def test_agents_count_what_they_have_seen(name: str, tmp_path: Path) -> None:
    rows = "".join(f"{reward},{10 * row}\n" for row, reward in enumerate((0.5, 1.5, 2.5), 1))
    run = read(tmp_path, f"mean_reward,{name}\n{rows}", "progress.csv")
    assert (run.step_unit, steps(run, "mean_reward")) == (StepUnit.STEP, [10, 20, 30])


@pytest.mark.parametrize("name", ["frame", "generation", "num_episodes"])
def test_what_others_count_too_is_no_training_log_alone(name: str, tmp_path: Path) -> None:
    assert claim_of(Delimited(), tmp_path / "boxes.csv", f"{name},x,y\n1,0.5,2\n2,0.7,3\n") is None


def test_how_long_each_episode_was_is_no_axis(tmp_path: Path) -> None:
    rows = "".join(f"{episode},{reward},{length}\n" for episode, reward, length in EPISODES)
    run = read(tmp_path, f"episode,reward,steps\n{rows}", "training_log.csv")
    assert steps(run, "reward") == [episode for episode, _, _ in EPISODES]
    assert values(run, "reward") == [reward for _, reward, _ in EPISODES]


def test_steps_that_start_again_with_the_episodes_stay_the_axis(tmp_path: Path) -> None:
    text = "step,episode,loss\n100,1,3.5\n200,2,2.5\n300,3,1.5\n200,2,2.25\n300,3,1.25\n400,4,0.5\n"
    assert set(steps(read(tmp_path, text), "loss")) == {100, 200, 300, 400}
