from __future__ import annotations

import gzip
import math
from pathlib import Path

import numpy as np
import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import HEAD_BYTES, LogFile
from losstui_parsers.delimited import Delimited
from text_logs import claim_of, runs_in, steps, values
from text_logs import read_table as read

NAN = math.nan


def claim(folder: Path, content: str | bytes, name: str = "table.txt") -> str | None:
    return claim_of(Delimited(), folder / name, content)


def test_a_column_without_a_header_is_named_by_its_file(tmp_path: Path) -> None:
    run = read(tmp_path, "nan\n0.5\n0.4\n", "checkpoint_gen_loss.csv")
    np.testing.assert_array_equal(run.frame["checkpoint_gen_loss"].values, [NAN, 0.5, 0.4])


def test_two_adversaries_are_a_training_log(tmp_path: Path) -> None:
    run = read(tmp_path, ",Discriminator,Generator\n0,0.75,3.5\n1,0.5,3.25\n")
    assert values(run, "Discriminator") == [0.75, 0.5]
    assert values(run, "Generator") == [3.5, 3.25]
    assert claim(tmp_path, ",turbine,generator\n0,0.75,3.5\n1,0.5,3.25\n") is None


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
        ("\0" * 1000, "metrics.csv", "nothing but zero bytes"),
        (gzip.compress(bytes(1000)), "metrics.csv.gz", "nothing but zero bytes"),
        ("\0" * HEAD_BYTES + "step,loss\n0,1.0\n", "metrics.csv", "64 KiB or more of zero bytes"),
        ("x" * (1 << 20) + "\nstep,loss\n0,1.0\n", "metrics.csv", "line 1: longer than 64 KiB"),
        ("epoch,step,train_loss\n", "metrics.csv", "a header and no row below it"),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:9\nsize 4\n",
            "metrics.csv",
            "Git LFS pointer",
        ),
    ],
)
def test_a_promised_log_without_a_row_is_refused(
    content: str | bytes, name: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableLog, match=reason):
        runs_in(Delimited(), tmp_path / name, content)


def test_utf_16_that_begins_with_half_a_letter_has_no_hole(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss\n0,1.0\n1,0.5\n".encode("utf-16-be"), "log.csv")
    assert values(run, "loss") == [1.0, 0.5]
    assert run.warnings == ()


def test_a_line_of_a_megabyte_costs_itself_alone(tmp_path: Path) -> None:
    run = read(tmp_path, "step,loss\n0,1.0\n" + "x" * (1 << 20) + "\n1,0.5\n", "log.csv")
    assert values(run, "loss") == [1.0, 0.5]
    [warning] = run.warnings
    assert warning.startswith("log.csv: line 3, column 'step': 'xxx")
    assert len(warning) < 120


def test_a_log_that_vanishes_is_refused(tmp_path: Path) -> None:
    parser = Delimited()
    (tmp_path / "log.csv").write_text("step,loss\n0,1.0\n1,0.5\n")
    file = LogFile(tmp_path / "log.csv")
    assert parser.recognise(file)
    file.path.unlink()
    with pytest.raises(UnreadableLog, match="no such file"):
        parser.read(parser.group([file])[0])


def test_commas_in_the_lines_of_a_program_are_no_table_to_tell_of(tmp_path: Path) -> None:
    (tmp_path / "job.log").write_text("2026-01-02 10:11:12,123 INFO begun, on 2 devices\n" * 3)
    (tmp_path / "job.csv").write_text("name,score\nanna,low\nbert,high\n")
    (tmp_path / "job.txt").write_text("Epoch 1, Loss: 0.5, Part: 0.25\n" * 3)
    assert Delimited().refuse(LogFile(tmp_path / "job.log")) is None
    assert Delimited().refuse(LogFile(tmp_path / "job.txt")) is None
    assert Delimited().refuse(LogFile(tmp_path / "job.csv")) is not None


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ("step,\x1b]0;title\x07loss", "line 1, byte 15: the control character '\\x07'"),
        ("# made by\nstep,lo\x06ss", "line 2, byte 8: the control character '\\x06'"),
    ],
)
def test_a_control_character_is_told_with_its_place(tmp_path: Path, header: str, place: str) -> None:
    path = tmp_path / "metrics.csv"
    path.write_text(f"{header}\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(40)))
    told = Delimited().refuse(LogFile(path))
    assert told is not None
    assert told.startswith(place)
    assert told.isprintable()


def test_of_what_is_binary_no_control_character_is_told(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    path.write_bytes(bytes(range(1, 256)) * 4)
    assert Delimited().refuse(LogFile(path)) is None


@pytest.mark.parametrize(
    "content",
    [
        'epoch,loss\n0,"2.0\n1,1.5\n',
        'epoch,"loss,note\n0,2.0,a\n1,1.5,b\n',
        '"epoch,loss\n0,2.0\n1,1.5\n',
        '"a\nb",loss\n0,"2.0\n1,1.5\n',
    ],
)
def test_a_quote_that_is_not_closed_hides_no_table(content: str, tmp_path: Path) -> None:
    run = read(tmp_path, content, "table.csv")
    assert run.frame["loss"].values.tolist() == [2.0, 1.5]
    assert run.warnings == ()
