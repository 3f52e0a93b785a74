from __future__ import annotations

import math
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile, LoggedRun
from losstui.run import StepUnit
from losstui_parsers.delimited import Delimited

NAN = math.nan


def claim(folder: Path, content: str | bytes, name: str = "table.txt") -> str | None:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Delimited().recognise(LogFile(path))


def read_all(folder: Path, content: str | bytes, name: str = "table.txt") -> list[LoggedRun]:
    assert claim(folder, content, name) is not None
    parser = Delimited()
    return parser.read(parser.group([LogFile(folder / name)])[0])


def read(folder: Path, content: str | bytes, name: str = "table.txt") -> LoggedRun:
    runs = read_all(folder, content, name)
    assert len(runs) == 1
    return runs[0]


def values(run: LoggedRun, tag: str) -> list[float]:
    return [float(value) for value in run.frame[tag].values]


def steps(run: LoggedRun, tag: str) -> list[int]:
    return [int(step) for step in run.frame[tag].steps]


def sessions(run: LoggedRun, tag: str) -> list[int] | None:
    found = run.frame[tag].sessions
    return None if found is None else [int(session) for session in found]


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


def test_an_empty_cell_is_no_row_and_a_written_nan_is_one(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,val_loss\n0,1.0,\n1,nan,NaN\n2,,inf\n3,-inf, \n4,None,-\n")
    assert steps(run, "loss") == [0, 1, 3]
    np.testing.assert_array_equal(run.frame["loss"].values, [1.0, NAN, -math.inf])
    assert steps(run, "val_loss") == [1, 2]
    np.testing.assert_array_equal(run.frame["val_loss"].values, [NAN, math.inf])
    assert run.warnings == ()


def test_names_and_cells_may_be_padded(tmp_path: Path) -> None:
    text = "      epoch,   train/box_loss,     val/box_loss\n          0,           1.6447,\n          1,  "
    run = read(tmp_path, text + "         1.5,              0.25\n")
    assert values(run, "train/box_loss") == [1.6447, 1.5]
    assert steps(run, "val/box_loss") == [1]
    assert run.step_unit is StepUnit.EPOCH


def test_semicolons_decimal_commas_and_moments(tmp_path: Path) -> None:
    text = "\ufeffdatetime;step;loss/train;loss/test\n2026-01-01T00:00:00,500;0;3,16517;\n"
    text += "2026-01-01T00:00:01,500;1;1.234,5;1,5e-3\n2026-01-01T00:00:02.500;2;2;\n"
    run = read(tmp_path, text)
    assert values(run, "loss/train") == [3.16517, 1234.5, 2.0]
    assert values(run, "loss/test") == [1.5e-3]
    walls = run.frame["loss/train"].wall_times
    assert walls is not None
    np.testing.assert_allclose(walls - 1767225600.0, [0.5, 1.5, 2.5])


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


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("\"tensor(0.5, device='cuda:0')\"", 0.5),
        ("tensor(0.5, device='cuda:0')", 0.5),
        ("tensor(0.5, grad_fn=<NllLossBackward0>)", 0.5),
        ("np.float32(0.25)", 0.25),
        ("[0.5]", 0.5),
        ("93.1%", 93.1),
        ('"7,282"', 7282.0),
        ('"7,282.5"', 7282.5),
        ("True", 1.0),
        ("1.5E-3", 1.5e-3),
        ("1.#INF", math.inf),
    ],
)
def test_a_number_in_disguise_is_read(cell: str, number: float, tmp_path: Path) -> None:
    run = read(tmp_path, f"step,loss,val_loss\n0,1.0,2.0\n1,{cell},3.0\n2,{cell},4.0\n")
    assert values(run, "loss") == [1.0, number, number]
    assert values(run, "val_loss") == [2.0, 3.0, 4.0]
    assert run.warnings == ()


def test_a_text_among_numbers_costs_one_warning_and_nothing_else(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,note\n0,1.0,a\n1,oops\x1b[31m,b\n2,0.5,c\n3,bad,d\n4,0.25,e\n", "run.txt")
    assert values(run, "loss") == [1.0, 0.5, 0.25]
    assert steps(run, "loss") == [0, 2, 4]
    assert run.warnings == (
        "run.txt: line 3, column 'loss': 'oops\\x1b[31m' is no number; left out (and 1 more)",
    )
    assert "note" not in run.frame


def test_repeated_headers_start_no_row_and_a_new_one_renames_the_columns(tmp_path: Path) -> None:
    text = "epoch,train_loss,valid_loss\n0,1.0,1.1\n1,0.9,1.0\nepoch,train_loss,valid_loss\n0,0.8,0.9\n"
    run = read(tmp_path, text + "epoch,valid_loss,train_loss,accuracy\n0,0.7,0.6,0.5\n")
    assert values(run, "train_loss") == [1.0, 0.8, 0.6, 0.9]
    assert sessions(run, "train_loss") == [0, 1, 1, 0]
    assert values(run, "accuracy") == [0.5]
    assert run.warnings == ()


def test_a_row_wider_than_the_header_is_left_out_and_told(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,lr\n0,1.0,0.1\n1,0.5,0.1,7\n2,0.4,0.1,\n3,0.3\n4,0.2,0.1\n", "run.txt")
    assert steps(run, "loss") == [0, 2, 3, 4]
    assert steps(run, "lr") == [0, 2, 4]
    assert run.warnings == ("run.txt: line 3 has 4 cells, the header 3; left out",)


@pytest.mark.parametrize("header", [",step,loss", "Unnamed: 0,step,loss", "index,step,loss", "step,loss"])
def test_the_index_of_a_data_frame_is_no_curve(header: str, tmp_path: Path) -> None:
    run = read(tmp_path, f"{header}\n0,10,1.0\n1,20,0.5\n2,30,0.4\n")
    assert list(run.frame) == ["loss"]
    assert steps(run, "loss") == [10, 20, 30]


def test_a_header_may_be_wide(tmp_path: Path) -> None:
    names = [f"layer_{layer}_grad_norm" for layer in range(1500)]
    rows = [",".join(["step", *names]), *(",".join([str(step), *["0.5"] * 1500]) for step in range(20))]
    run = read(tmp_path, "\n".join(rows) + "\n")
    assert len(run.frame) == 1500
    assert steps(run, names[-1]) == list(range(20))


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,loss,loss\n0,1.0,2.0,3.0\n1,0.5,1.5,2.5\n")
    assert {tag: values(run, tag) for tag in run.frame} == {
        "loss": [1.0, 0.5],
        "loss.1": [2.0, 1.5],
        "loss.2": [3.0, 2.5],
    }


def test_comments_are_no_rows(tmp_path: Path) -> None:
    run = read(tmp_path, "# lr=0.1\nstep,loss\n0,1.0\n# resumed\n1,0.5\n\n2,0.4\n")
    assert values(run, "loss") == [1.0, 0.5, 0.4]


def test_the_names_may_stand_in_a_comment(tmp_path: Path) -> None:
    run = read(tmp_path, "# epoch loss val_loss\n0 1.0 2.0\n1 0.5 1.5\n")
    assert values(run, "val_loss") == [2.0, 1.5]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "   "])
def test_the_delimiter_is_told_from_the_content(delimiter: str, tmp_path: Path) -> None:
    rows = [["step", "loss", "val_loss"], ["0", "1.5", "2.5"], ["10", "0.5", "1.5"]]
    run = read(tmp_path, "".join(delimiter.join(row) + "\n" for row in rows), "table.json")
    assert steps(run, "loss") == [0, 10]
    assert values(run, "val_loss") == [2.5, 1.5]


def test_a_drawn_table_is_read(tmp_path: Path) -> None:
    run = read(tmp_path, "| epoch | loss |\n|-------|------|\n| 1 | 0.5 |\n| 2 | 0.4 |\n")
    assert values(run, "loss") == [0.5, 0.4]
    assert run.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "latin-1"])
def test_other_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss,qualité_loss\n0,1.0,2.0\n1,0.5,1.0\n".encode(encoding))
    assert values(run, "qualité_loss") == [2.0, 1.0]


def test_zero_bytes_and_broken_bytes_lose_no_other_row(tmp_path: Path) -> None:
    run = read(tmp_path, b"step,loss\n0,1.0\n1,0.5\n" + b"\0" * 64 + b"2,0.\xff\n3,0.3\n")
    assert values(run, "loss") == [1.0, 0.5, 0.3]
    assert len(run.warnings) == 1


def test_windows_line_ends_and_quotes(tmp_path: Path) -> None:
    run = read(tmp_path, '"Step","train, loss"\r\n"0","1.0"\r\n"1","0.5"\r\n')
    assert values(run, "train, loss") == [1.0, 0.5]


def test_a_quote_that_is_never_closed_hides_no_rows(tmp_path: Path) -> None:
    text = 'step,loss,note\n0,1.0,"a\n' + "".join(f"{step},0.5,b\n" for step in range(1, 30_000))
    run = read(tmp_path, text)
    assert len(run.frame["loss"]) >= 29_999


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
    runs = read_all(tmp_path, "run,tag,step,value\n" + "".join(rows))
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


def test_a_column_without_a_header_is_named_by_its_file(tmp_path: Path) -> None:
    run = read(tmp_path, "nan\n0.5\n0.4\n", "checkpoint_gen_loss.csv")
    np.testing.assert_array_equal(run.frame["checkpoint_gen_loss"].values, [NAN, 0.5, 0.4])


def test_a_tensorboard_download_is_named_by_its_tag(tmp_path: Path) -> None:
    text = "Wall time,Step,Value\n1795391275.5,0,1.5\n1795391276.5,10,1.25\n"
    run = read(tmp_path, text, "run-version_0-tag-train_loss.csv")
    assert values(run, "train_loss") == [1.5, 1.25]
    assert steps(run, "train_loss") == [0, 10]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("logit\n0.5\n0.4\n0.3\n", "logits.csv"),
        ("0.5\n0.4\n0.3\n", "predictions.csv"),
        ("provider,prompt_id,total,error\nA,x,1,2\nB,y,2,3\nC,z,3,4\n", "latest_results.csv"),
        ("model,epochs,accuracy\nresnet,10,0.9\nvit,10,0.8\nmlp,10,0.7\n", "results.csv"),
        ("lr,batch_size,val_loss\n0.1,32,0.5\n0.01,32,0.4\n", "grid.csv"),
        ("number,value,params_lr,state\n0,0.5,0.1,DONE\n1,0.4,0.01,DONE\n", "optuna.csv"),
        ("id,label,error\n1,0,0.5\n2,1,0.4\n", "errors.csv"),
        ("date,open,close\n2026-01-01,1,2\n2026-01-02,2,3\n", "prices.csv"),
        ('#{"t_start": 1561044984.7, "env_id": "x"}\nr,l,t\n231.0,47,1.1\n81.0,23,1.2\n', "monitor.csv"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:9fc7\nsize 45778\n", "data.csv"),
        ('{"loss": 1.0}\n', "log.txt"),
    ],
)
def test_what_is_no_log_is_not_claimed(content: str, name: str, tmp_path: Path) -> None:
    assert claim(tmp_path, content, name) is None


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        ("", "metrics.csv", "the file is empty"),
        ("epoch,step,train_loss\n", "metrics.csv", "a header and no row below it"),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:9\nsize 4\n",
            "metrics.csv",
            "git-LFS pointer",
        ),
    ],
)
def test_a_promised_log_without_a_row_is_refused(
    content: str, name: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableLog, match=reason):
        read_all(tmp_path, content, name)


def test_a_log_that_vanishes_is_refused(tmp_path: Path) -> None:
    parser = Delimited()
    (tmp_path / "log.csv").write_text("step,loss\n0,1.0\n1,0.5\n")
    file = LogFile(tmp_path / "log.csv")
    assert parser.recognise(file)
    file.path.unlink()
    with pytest.raises(UnreadableLog, match="No such file"):
        parser.read(parser.group([file])[0])


def test_a_last_line_without_an_end(tmp_path: Path) -> None:
    half = read(tmp_path, "step,loss,lr\n0,1.0,0.1\n1,0.5,0.1\n2,0.4")
    assert steps(half, "loss") == [0, 1]
    assert half.warnings == ()
    doubtful = read(tmp_path, "step,lr,loss\n0,0.1,1.0\n1,0.1,0.512\n2,0.1,0.4", "run.txt")
    assert steps(doubtful, "lr") == [0, 1, 2]
    assert steps(doubtful, "loss") == [0, 1]
    assert doubtful.warnings == (
        "run.txt: line 4 has no line end: its last value may be cut and is left out",
    )
    fixed = read(tmp_path, "step,loss\n0,1.000\n1,0.512\n2,0.450\n3,0.400")
    assert values(fixed, "loss") == [1.0, 0.512, 0.45, 0.4]


NUMBERS = st.floats(allow_nan=False, width=64)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(NUMBERS, st.none() | NUMBERS), min_size=1, max_size=12), data=st.data())
def test_a_table_cut_anywhere_gives_a_prefix(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, float | None]], data: st.DataObject
) -> None:
    text = "step,loss,val_loss\n"
    text += "".join(f"{step},{a!r},{'' if b is None else repr(b)}\n" for step, (a, b) in enumerate(rows))
    cut = text[: data.draw(st.integers(0, len(text)))]
    path = tmp_path_factory.mktemp("cut") / "metrics.csv"
    path.write_text(cut)
    parser = Delimited()
    whole = {"loss": [a for a, _ in rows], "val_loss": [b for _, b in rows if b is not None]}
    try:
        if parser.recognise(LogFile(path)) is None:
            return
        runs = parser.read(parser.group([LogFile(path)])[0])
    except UnreadableLog:
        return
    for tag, series in runs[0].frame.items():
        assert series.values.tolist() == whole[tag][: len(series)]
        assert series.steps.tolist() == sorted(series.steps.tolist())


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=300))
def test_no_bytes_raise_anything_else(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "metrics.csv"
    path.write_bytes(b"step,loss\n0,1.0\n" + content)
    parser = Delimited()
    with suppress(UnreadableLog):
        parser.recognise(LogFile(path))
        parser.read(parser.group([LogFile(path)])[0])


def test_a_small_log_is_read_without_pandas(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("step,loss\n" + "".join(f"{step},{1 / (1 + step)}\n" for step in range(5000)))
    code = (
        "import sys; from pathlib import Path; from losstui.parsing import LogFile\n"
        "from losstui_parsers.delimited import Delimited as D\n"
        f"file = LogFile(Path({str(path)!r})); assert D().recognise(file)\n"
        "assert len(D().read(D().group([file])[0])[0].frame['loss']) == 5000\n"
        "assert not {'pandas', 'scipy', 'textual'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
