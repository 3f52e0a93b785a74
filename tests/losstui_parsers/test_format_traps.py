"""What is particular to one trainer's logs, each trap once: a log as it is written, what it has to give."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from losstui.analysis import LogError, RunReport, analyse
from losstui.run import Run, StepUnit
from text_logs import json_lines


def runs(folder: Path, files: Mapping[str, str]) -> list[Run]:
    """The runs of a folder that holds these files and nothing else."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    outcomes = list(analyse([folder]))
    assert [one for one in outcomes if isinstance(one, LogError)] == []
    return [one.run for one in outcomes if isinstance(one, RunReport)]


def points(run: Run, tag: str) -> list[tuple[int, float]]:
    series = run.frame[tag]
    return list(zip(series.steps.tolist(), series.values.tolist(), strict=True))


def test_llama_factory(tmp_path: Path) -> None:
    """Durations of days, rows of a prediction without a loss, a second job behind the first."""
    common = {"total_steps": 40, "elapsed_time": "1 day, 4:06:56", "remaining_time": "2:09:13"}
    rows = [
        {
            "current_steps": step,
            "loss": loss,
            "lr": 1e-5,
            "epoch": step / 10,
            "percentage": 2.5 * step,
            **common,
        }
        for step, loss in ((10, 1.9), (20, 1.7), (20, 1.8), (30, 1.6))
    ]
    prediction = {"current_steps": 1, "total_steps": 5, "percentage": 20.0, "elapsed_time": "0:00:05"}
    [run] = runs(tmp_path, {"trainer_log.jsonl": json_lines(*rows, prediction)})
    assert sorted(run.frame) == ["loss", "lr"]
    assert points(run, "loss") == [(10, 1.9), (20, 1.7), (20, 1.8), (30, 1.6)]
    assert run.warnings == ()


def test_transformers_state(tmp_path: Path) -> None:
    """NaN as it stands, a summary at the end, a total that is no curve, the past in each checkpoint."""
    history = [
        {"epoch": 0.1, "loss": 1.5, "total_flos": 1e15, "step": 10},
        {"epoch": 0.2, "loss": float("nan"), "total_flos": 2e15, "step": 20},
        {"epoch": 0.2, "eval_loss": 1.4, "eval_runtime": 3.0, "step": 20},
    ]
    summary = {"epoch": 0.2, "train_loss": 1.4, "train_runtime": 9.0, "total_flos": 2e15, "step": 20}
    files = {
        "out/checkpoint-10/trainer_state.json": json.dumps({"global_step": 10, "log_history": history[:1]}),
        "out/checkpoint-20/trainer_state.json": json.dumps({"global_step": 20, "log_history": history}),
        "out/trainer_state.json": json.dumps({"global_step": 20, "log_history": [*history, summary]}),
    }
    [run] = runs(tmp_path, files)
    assert run.frame["loss"].steps.tolist() == [10, 20]
    assert "train_loss" not in run.frame
    assert run.roles["total_flos"].name == "other"
    assert run.status.value == "finished"


def test_transformers_output(tmp_path: Path) -> None:
    """Numbers as texts, a bar around them, colours, blanks at the end, and several ranks at once."""
    blanks = " " * 30
    text = "".join(
        f"\x1b[0m\r {i}%|█ | {i}/50 [00:01<00:09]{{'loss': '{2 / i:.4g}', 'epoch': '{i / 10:.4g}'}}{blanks}\n"
        for i in (10, 20, 30)
        for _ in range(2)
    )
    [run] = runs(tmp_path, {"train.log": text})
    assert run.frame["loss"].values.tolist() == [0.2, 0.2, 0.1, 0.1, 0.06667, 0.06667]


def test_lightning(tmp_path: Path) -> None:
    """Rows of one step apart, columns in any order, a tag a step and a tag an epoch, a last row again."""
    text = (
        "val_loss,train_loss_step,step,epoch,train_loss_epoch\n"
        ",0.9,49,0,\n,0.8,99,0,\n0.7,,99,0,\n,,99,0,0.85\n,0.75,149,1,\n,0.75,149,1,\n"
    )
    [run] = runs(tmp_path, {"version_0/metrics.csv": text, "version_0/hparams.yaml": "lr: 0.1\n"})
    assert points(run, "train_loss_step") == [(49, 0.9), (99, 0.8), (149, 0.75), (149, 0.75)]
    assert points(run, "train_loss_epoch") == [(99, 0.85)]
    assert points(run, "val_loss") == [(99, 0.7)]
    assert run.frame["train_loss_step"].sessions is None
    assert run.hyperparameters == {"lr": 0.1}


def test_ultralytics(tmp_path: Path) -> None:
    """Names and numbers padded to the right, epochs from 1 on, the plan beside the table."""
    text = "                  epoch,      train/box_loss,   metrics/mAP50(B),             lr/pg0\n" + "".join(
        f"{epoch:23},{1 / epoch:20.5f},{epoch / 9:19.5f},{0.01:19.5f}\n" for epoch in range(1, 5)
    )
    [run] = runs(
        tmp_path, {"exp/results.csv": text, "exp/args.yaml": "task: detect\nepochs: 4\npatience: 50\n"}
    )
    assert run.step_unit is StepUnit.EPOCH
    assert points(run, "train/box_loss") == [(1, 1.0), (2, 0.5), (3, 0.33333), (4, 0.25)]
    assert run.status.value == "finished"
    assert run.hyperparameters == {"task": "detect", "epochs": 4, "patience": 50}


def test_detectron2(tmp_path: Path) -> None:
    """JSON lines in a file called .json, an evaluation with the step of the row before, a job begun again."""
    rows = [
        {"iteration": 19, "loss_mask": 0.7, "total_loss": 2.1, "lr": 0.1},
        {"iteration": 39, "loss_mask": 0.6, "total_loss": 2.0, "lr": 0.1},
        {"bbox/AP": 12.5, "iteration": 39},
        {"iteration": 19, "loss_mask": 0.5, "total_loss": 1.9, "lr": 0.1},
        {"iteration": 39, "loss_mask": 0.4, "total_loss": 1.8, "lr": 0.1},
    ]
    [run] = runs(tmp_path, {"metrics.json": json_lines(*rows)})
    assert points(run, "bbox/AP") == [(39, 12.5)]
    sessions = run.frame["total_loss"].sessions
    assert sessions is not None
    assert sessions.tolist() == [0, 1, 0, 1]


def test_mmcv(tmp_path: Path) -> None:
    """A first row about the machine, and validation rows that count their own batches."""
    rows: list[Mapping[str, object]] = [{"env_info": "sys.platform: linux", "seed": 7}]
    for epoch in (1, 2):
        rows += [{"mode": "train", "epoch": epoch, "iter": it, "loss": 1.0 / epoch} for it in (50, 100)]
        rows.append({"mode": "val", "epoch": epoch, "iter": 625, "bbox_mAP": 0.1 * epoch})
    [run] = runs(tmp_path, {"20260101_000000.log.json": json_lines(*rows)})
    assert run.frame["train/loss"].steps.tolist() == [50, 100, 150, 200]
    assert points(run, "val/bbox_mAP") == [(100, 0.1), (200, 0.2)]


def test_mmengine_writes_its_numbers_three_times(tmp_path: Path) -> None:
    rows = [
        {"lr": 0.1, "data_time": 0.1, "loss": 2.0 / i, "time": 0.5, "epoch": 1, "iter": i, "step": i}
        for i in range(1, 9)
    ]
    text = "".join(
        f"2026/01/01 00:00:0{i} - mmengine - INFO - Epoch(train) [1][{i}/8]  lr: 1.0e-01  eta: 0:00:00  "
        f"time: 0.5000  data_time: 0.1000  loss: {2.0 / i:.4f}\n"
        for i in range(1, 9)
    )
    found = runs(
        tmp_path,
        {
            "run/20260101/20260101.log": text,
            "run/20260101/vis_data/20260101.json": json_lines(*rows),
            "run/20260101/vis_data/scalars.json": json_lines(*rows),
        },
    )
    [run] = found
    assert (run.format, len(run.sources)) == ("json", 3)


def test_stable_baselines(tmp_path: Path) -> None:
    """The columns of progress.csv in the order of a set, and the step among them."""
    text = "time/fps,rollout/ep_rew_mean,time/total_timesteps,train/loss\n,22.4,2048,\n900,25.0,4096,0.5\n"
    [run] = runs(tmp_path, {"progress.csv": text})
    assert points(run, "rollout/ep_rew_mean") == [(2048, 22.4), (4096, 25.0)]
    assert points(run, "train/loss") == [(4096, 0.5)]


def test_fastai(tmp_path: Path) -> None:
    """Clock times, and the header again where the next fit appended."""
    header = "epoch,train_loss,valid_loss,time\n"
    rows = ["0,0.9,1.0,00:12\n", "1,0.8,0.9,01:02:03\n"]
    [run] = runs(tmp_path, {"history.csv": header + "".join(rows) + header + rows[0]})
    sessions = run.frame["train_loss"].sessions
    assert sessions is not None
    assert sorted(sessions.tolist()) == [0, 0, 1]
    assert run.warnings == ()


def test_timm(tmp_path: Path) -> None:
    """Rows without an evaluation leave its cells out, in front of the learning rate."""
    rows = ["0,6.9,6.8,1.5,0.4", "1,6.5,0.3", "2,6.0,0.2", "3,5.5,5.6,3.5,0.1"]
    text = "epoch,train_loss,eval_loss,eval_top1,lr\n" + "\n".join(rows) + "\n"
    [run] = runs(tmp_path, {"summary.csv": text})
    assert points(run, "eval_loss") == [(0, 6.8), (3, 5.6)]
    assert points(run, "eval_top1") == [(0, 1.5), (3, 3.5)]
    assert points(run, "lr") == [(0, 0.4), (1, 0.3), (2, 0.2), (3, 0.1)]


def test_ray(tmp_path: Path) -> None:
    """The settings again in each row, results within results, and the moment beside the count."""
    rows = [
        {
            "training_iteration": i,
            "timestamp": 1_795_391_275 + i,
            "done": False,
            "info": {"learner": {"default_policy": {"learner_stats": {"total_loss": 2.0 / i}}}},
            "config": {"lr": 0.01, "num_workers": 2},
        }
        for i in (1, 2, 3)
    ]
    [run] = runs(tmp_path, {"trial/result.json": json_lines(*rows), "trial/params.json": '{"lr": 0.01}'})
    assert run.frame["info/learner/default_policy/learner_stats/total_loss"].steps.tolist() == [1, 2, 3]
    assert run.hyperparameters == {"lr": 0.01, "num_workers": 2}


def test_fairseq(tmp_path: Path) -> None:
    """Numbers as texts, the step under another name, and evaluations at the step before them."""
    rows = [
        {"epoch": 1, "loss": "8.206", "num_updates": "100", "lr": "1e-05"},
        {"epoch": 1, "loss": "7.9", "num_updates": "200", "lr": "2e-05"},
        {"epoch": 1, "valid_loss": "8.1", "valid_num_updates": "200"},
    ]
    [run] = runs(tmp_path, {"log.jsonl": json_lines(*rows)})
    assert points(run, "loss") == [(100, 8.206), (200, 7.9)]
    assert points(run, "valid_loss") == [(200, 8.1)]


def test_torn_lines_cost_themselves(tmp_path: Path) -> None:
    """Two processes that write at once put one line into the other."""
    lines = [
        f" iteration {i:8d}/  100 | consumed samples: {8 * i} | lm loss: {2 / i:.6E} | grad norm: 0.5 |\n"
        for i in range(1, 9)
    ]
    torn = lines[3][:60] + lines[4][:-1] + lines[3][60:]
    [run] = runs(tmp_path, {"train.log": "".join([*lines[:3], torn, *lines[5:]])})
    steps = run.frame["lm loss"].steps.tolist()
    assert {1, 2, 3, 6, 7, 8} <= set(steps)
    told = dict(points(run, "lm loss"))
    assert all(told[i] == pytest.approx(2 / i, rel=1e-6) for i in (1, 2, 3, 6, 7, 8))


def test_yolov5(tmp_path: Path) -> None:
    """A table without a header, whose columns only the trainer knows."""
    row = " {e}/3  7.1G  0.1078  0.05  0.02  {total}  12  640  0.6  0.5  {m}  0.3  0.09  0.04  0.01\n"
    text = "".join(row.format(e=e, total=1 / (e + 1), m=0.1 * e) for e in range(4))
    [run] = runs(tmp_path, {"exp/results.txt": text})
    assert run.step_unit is StepUnit.EPOCH
    assert points(run, "train/total_loss") == [(e, 1 / (e + 1)) for e in range(4)]
    assert run.status.value == "finished"
