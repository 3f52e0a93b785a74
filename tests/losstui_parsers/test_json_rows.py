from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from losstui.errors import UnreadableLog
from losstui.run import StepUnit
from losstui_parsers.json_rows import JsonRows
from text_logs import json_lines as lines
from text_logs import read_rows as read
from text_logs import runs_in, steps, values

NAN = math.nan


@pytest.mark.parametrize("key", ["type", "event", "mode"])
def test_rows_that_name_their_data_are_told_apart_from_others(key: str, tmp_path: Path) -> None:
    run = read(
        tmp_path,
        lines(
            {key: "start", "lr": 0.5},
            {key: "train", "step": 10, "loss": 2.5},
            {key: "eval", "step": 10, "loss": 2.75},
            {key: "checkpoint", "step": 10, "size": 512},
            {key: "train", "step": 20, "loss": 2.25},
            {key: "eval", "step": 20, "loss": 2.5},
        ),
    )
    assert values(run, "train/loss") == [2.5, 2.25]
    assert values(run, "eval/loss") == [2.75, 2.5]
    assert set(run.frame) == {"train/loss", "eval/loss", "lr", "size"}


def test_lines_are_rows_with_keys_of_their_own(tmp_path: Path) -> None:
    run = read(
        tmp_path,
        lines(
            {"global_step": 0, "time": 1795391275.5, "loss/train": 1.5, "lr": 0.1},
            {"global_step": 5, "time": 1795391276.5, "loss/train": 1.25, "loss/val": None},
            {"global_step": 5, "time": 1795391276.5, "loss/val": 1.75},
        ),
    )
    assert sorted(run.frame) == ["loss/train", "loss/val", "lr"]
    assert steps(run, "loss/train") == [0, 5]
    assert values(run, "loss/val") == [1.75]
    walls = run.frame["loss/train"].wall_times
    assert walls is not None
    assert walls.tolist() == [1795391275.5, 1795391276.5]
    assert run.step_unit is StepUnit.STEP


def test_nan_and_infinity_are_values_and_null_is_none(tmp_path: Path) -> None:
    text = '{"step": 0, "loss": NaN}\n{"step": 1, "loss": Infinity}\n{"step": 2, "loss": null}\n'
    text += (
        '{"step": 3, "loss": "NaN"}\n{"step": 4, "loss": -Infinity}\n{"step": 5, "loss": 1'
        + "0" * 400
        + "}\n"
    )
    run = read(tmp_path, text)
    assert steps(run, "loss") == [0, 1, 3, 4, 5]
    np.testing.assert_array_equal(run.frame["loss"].values, [NAN, math.inf, NAN, -math.inf, math.inf])


def test_nested_keys_are_joined_and_media_left_out(tmp_path: Path) -> None:
    row = {"step": 1, "train": {"loss": 1.0, "acc": {"top1": 0.5}}, "hist": {"_type": "histogram", "x": 3}}
    run = read(tmp_path, lines(row, {**row, "step": 2}))
    assert sorted(run.frame) == ["train/acc/top1", "train/loss"]


@pytest.mark.parametrize("axis", ["num_updates", "total_train_updates"])
def test_numbers_written_as_texts_are_numbers(axis: str, tmp_path: Path) -> None:
    run = read(tmp_path, lines({axis: "100", "loss": "8.206"}, {axis: "200", "loss": "7.1"}))
    assert values(run, "loss") == [8.206, 7.1]
    assert steps(run, "loss") == [100, 200]


def test_a_text_among_numbers_costs_one_warning(tmp_path: Path) -> None:
    rows = [{"step": step, "loss": 1.0 if step != 2 else "broken", "note": "x"} for step in range(4)]
    run = read(tmp_path, lines(*rows))
    assert steps(run, "loss") == [0, 1, 3]
    assert run.warnings == ("log.jsonl: line 3, key 'loss': 'broken' is no number; left out",)


def test_a_broken_line_costs_one_warning_and_a_half_last_line_none(tmp_path: Path) -> None:
    text = lines({"step": 0, "loss": 1.0}) + '{"step": 1, "lo\n[1, 2]\n' + lines({"step": 3, "loss": 0.5})
    run = read(tmp_path, text + '{"step": 4, "loss": 0.')
    assert steps(run, "loss") == [0, 3]
    [warning] = run.warnings
    assert warning == ("log.jsonl: line 2: no JSON: unterminated string at column 13; left out (and 1 more)")


def test_rows_without_a_curve_are_tolerated(tmp_path: Path) -> None:
    run = read(
        tmp_path, lines({"env": "A100", "seed": 3}, {"epoch": 1, "loss": 1.0}, {"epoch": 2, "loss": 0.5})
    )
    assert values(run, "loss") == [1.0, 0.5]
    assert run.step_unit is StepUnit.EPOCH


def test_rows_below_a_key_are_read(tmp_path: Path) -> None:
    rows = [{"step": s, "loss": 1.0} for s in range(3)]
    assert steps(read(tmp_path, json.dumps({"name": "x", "history": rows}), "run.json"), "loss") == [
        0,
        1,
        2,
    ]


def test_mmcv_rows_stand_on_one_axis(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"env_info": "x", "config": "y"}]
    for epoch in (1, 2):
        for it in (10, 20):
            rows.append({"mode": "train", "epoch": epoch, "iter": it, "loss": 1.0, "time": 0.5})
        rows.append({"mode": "val", "epoch": epoch, "iter": 5000, "mAP": 0.1 * epoch, "time": 0.1})
    run = read(tmp_path, lines(*rows), "20260101.log.json")
    assert steps(run, "train/loss") == [10, 20, 30, 40]
    assert steps(run, "val/mAP") == [20, 40]
    assert run.frame["train/loss"].sessions is None
    assert run.frame["val/time"].sessions is None


@pytest.mark.parametrize("counter", [{"iter": 1}, {}], ids=["with iter", "without"])
@pytest.mark.parametrize("held_out_steps", [(1, 2), (0, 0)], ids=["epochs", "zeros"])
def test_mmengine_validation_belongs_to_the_training_step_before(
    tmp_path: Path, counter: dict[str, int], held_out_steps: tuple[int, int]
) -> None:
    train = [
        {"lr": 0.1, "loss": 2.0, "time": 0.5, "data_time": 0.1, "epoch": e, **counter, "step": i}
        for e, i in ((1, 50), (2, 100))
    ]
    held_out = [
        {"coco/bbox_mAP": 0.1, "mIoU": 0.5, "time": 0.2, "data_time": 0.1, "step": step}
        for step in held_out_steps
    ]
    run = read(tmp_path, lines(train[0], held_out[0], train[1], held_out[1]), "scalars.json")
    assert steps(run, "loss") == [50, 100]
    assert steps(run, "coco/bbox_mAP") == steps(run, "val/mIoU") == [50, 100]
    assert steps(run, "time") == [50, 100]
    assert run.frame["val/time"].sessions is None


def test_llama_factory_progress_is_no_curve(tmp_path: Path) -> None:
    row = {"total_steps": 20, "loss": 1.0, "eval_loss": None, "percentage": 50.0, "elapsed_time": "0:10:04"}
    run = read(
        tmp_path, lines({"current_steps": 10, **row}, {"current_steps": 20, **row}), "trainer_log.jsonl"
    )
    assert list(run.frame) == ["loss"]
    assert steps(run, "loss") == [10, 20]
    with pytest.raises(UnreadableLog, match="no curve"):
        read(
            tmp_path,
            lines({"current_steps": 5, "total_steps": 20, "percentage": 25.0}),
            "trainer_log.jsonl",
        )


def test_ray_settings_are_hyperparameters(tmp_path: Path) -> None:
    rows = [
        {
            "training_iteration": i,
            "timestamp": 1795391275 + i,
            "episode_reward_mean": 2.0 * i,
            "config": {"lr": 0.01, "env": "CartPole", "model": {"layers": 2}},
        }
        for i in (1, 2)
    ]
    run = read(tmp_path, lines(*rows), "result.json")
    assert list(run.frame) == ["episode_reward_mean"]
    assert dict(run.hyperparameters) == {"lr": 0.01, "env": "CartPole", "model/layers": 2}


@pytest.mark.parametrize(
    "content", ['{"step": 1, "loss": 2.0}\n{"step": 2, "loss": 1.0}\n', '[{"loss": 2.0}, {"loss": 1}]']
)
def test_settings_lie_beside_rows(tmp_path: Path, content: str) -> None:
    (tmp_path / "hparams.yaml").write_text("lr: 0.1\n")
    assert read(tmp_path, content).hyperparameters == {"lr": 0.1}


def test_wandb_history_has_its_own_axes(tmp_path: Path) -> None:
    rows = [{"_step": s, "_timestamp": 1795391275.5 + s, "_runtime": 1.5 * s, "loss": 1.0} for s in (0, 1)]
    run = read(tmp_path, lines(*rows), "wandb-history.jsonl")
    assert sorted(run.frame) == ["_runtime", "loss"]
    assert run.frame["loss"].wall_times is not None


def test_appended_jobs_are_sessions(tmp_path: Path) -> None:
    rows = [{"iteration": i, "total_loss": 1.0} for i in (19, 39, 59, 19, 39)]
    run = read(tmp_path, lines(*rows), "metrics.json")
    sessions = run.frame["total_loss"].sessions
    assert sessions is not None
    assert sessions.tolist() == [0, 1, 0, 1, 0]


def test_a_key_run_gives_several_runs(tmp_path: Path) -> None:
    rows = [{"run": run, "step": s, "loss": 1.0 + s} for run in ("a", "b") for s in range(3)]
    runs = runs_in(JsonRows(), tmp_path / "log.jsonl", lines(*rows))
    assert [run.name for run in runs] == ["a", "b"]
    assert all(values(run, "loss") == [1.0, 2.0, 3.0] for run in runs)


def test_an_array_of_rows_is_read(tmp_path: Path) -> None:
    rows = [{"epoch": e, "loss": 1.0 / e, "val": {"loss": 2.0 / e}} for e in (1, 2)]
    for indent in (None, 2):
        run = read(tmp_path, json.dumps(rows, indent=indent), "history.json")
        assert values(run, "val/loss") == [2.0, 1.0]
        assert steps(run, "loss") == [1, 2]


def test_a_step_of_so_many_is_a_step_and_how_many_there_will_be(tmp_path: Path) -> None:
    rows = [{"loss": 3.0 - i, "epoch": i / 4, "global_step/max_steps": f"{2 * i}/8"} for i in range(1, 3)]
    run = read(tmp_path, lines(*rows))
    assert (run.step_unit, run.progress) == (StepUnit.STEP, 0.5)
    assert (steps(run, "loss"), values(run, "loss")) == ([2, 4], [2.0, 1.0])
    assert list(run.frame) == ["loss"]


@pytest.mark.parametrize("text", ["2/x", "/8", "1/2/3", "-1/8"])
def test_other_texts_with_a_slash_are_texts(tmp_path: Path, text: str) -> None:
    run = read(tmp_path, lines({"step": 1, "loss": 2.0, "a/b": text}, {"step": 2, "loss": 1.0, "a/b": text}))
    assert list(run.frame) == ["loss"]


def test_a_step_below_another_key_is_the_axis_where_it_is_the_only_one(tmp_path: Path) -> None:
    rows = [{"event": "log", "data": {"step": 10 * i, "loss": 1 / i}} for i in range(1, 5)]
    run = read(tmp_path, lines(*rows))
    [tag] = [tag for tag in run.frame if tag.endswith("loss")]
    assert (run.step_unit, steps(run, tag)) == (StepUnit.STEP, [10, 20, 30, 40])
    falling = [{"event": "log", "data": {"step": 40 - 10 * i, "loss": 1.0}} for i in range(4)]
    assert read(tmp_path, lines(*falling)).step_unit is StepUnit.ROW


def test_long_rows_may_hold_their_numbers_a_level_below_the_name(tmp_path: Path) -> None:
    rows = [{"name": "loss", "data": {"epoch": i / 4, "step": 10 * i, "value": 1 / i}} for i in range(1, 5)]
    run = read(tmp_path, lines(*rows))
    assert list(run.frame) == ["loss"]
    assert (steps(run, "loss"), values(run, "loss")) == ([10, 20, 30, 40], [1.0, 0.5, 1 / 3, 0.25])
