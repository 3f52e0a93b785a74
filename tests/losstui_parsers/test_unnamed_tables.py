"""Numbers of which only the name of their file says what they are; units and other words in headers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from losstui.discovery import discover
from losstui.parsing import LogFile
from losstui.roles import Kind, Split, assign_roles
from losstui.run import StepUnit
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows
from text_logs import claim_of, json_lines, read_table, runs_in, steps, values

FALLING = [2.0, 1.5, 1.25, 1.125]


@pytest.mark.parametrize(
    ("name", "separator"), [("train_loss.csv", ","), ("train_loss.txt", " "), ("train_loss.tsv", "\t")]
)
def test_a_first_column_that_counts_is_the_step(name: str, separator: str, tmp_path: Path) -> None:
    text = "".join(f"{10 * n}{separator}{loss}\n" for n, loss in enumerate(FALLING, 1))
    [run] = runs_in(Delimited(), tmp_path / name, text)
    assert (steps(run, "train_loss"), values(run, "train_loss")) == ([10, 20, 30, 40], FALLING)


def test_a_count_may_be_written_as_a_fraction(tmp_path: Path) -> None:
    text = "".join(f"{n}.0,{loss},{loss + 1}\n" for n, loss in enumerate(FALLING))
    [run] = runs_in(Delimited(), tmp_path / "losses.csv", text)
    assert (set(run.frame), steps(run, "losses.1")) == ({"losses.1", "losses.2"}, [0, 1, 2, 3])


@pytest.mark.parametrize("row", ["{n},{m}.0,{loss}\n", "{loss},{m}\n"])
def test_other_counts_beside_the_values_are_refused(row: str, tmp_path: Path) -> None:
    text = "".join(row.format(n=n // 2, m=n % 2, loss=loss) for n, loss in enumerate(FALLING))
    assert claim_of(Delimited(), tmp_path / "losses.csv", text) is None


def test_several_columns_are_numbered(tmp_path: Path) -> None:
    text = "".join(f"{loss},{loss + 1}\n" for loss in FALLING)
    [run] = runs_in(Delimited(), tmp_path / "losses.csv", text)
    assert run.step_unit is StepUnit.ROW
    assert values(run, "losses.1") == FALLING
    assert values(run, "losses.2") == [loss + 1 for loss in FALLING]


@pytest.mark.parametrize(
    ("name", "columns"), [("results.csv", 3), ("train.log", 3), ("loss_surface.csv", 9), ("numbers.txt", 2)]
)
def test_columns_that_no_name_explains_are_refused(name: str, columns: int, tmp_path: Path) -> None:
    text = "".join(",".join(str(loss + n) for n in range(columns)) + "\n" for loss in FALLING)
    assert claim_of(Delimited(), tmp_path / name, text) is None
    [error] = discover([tmp_path / name], (JsonRows(), Delimited())).errors
    assert error.reason.startswith(f"{columns} columns of numbers without names; a first line such as")


@pytest.mark.parametrize("name", ["val_loss.json", "val_loss.txt"])
def test_a_list_of_numbers_is_named_by_its_file(name: str, tmp_path: Path) -> None:
    [run] = runs_in(JsonRows(), tmp_path / name, json.dumps(FALLING))
    assert (steps(run, "val_loss"), values(run, "val_loss")) == ([0, 1, 2, 3], FALLING)
    assert assign_roles(run.frame)["val_loss"].split is Split.VALIDATION


def test_pairs_that_count_are_points(tmp_path: Path) -> None:
    text = json.dumps([[10 * n, loss] for n, loss in enumerate(FALLING, 1)])
    [run] = runs_in(JsonRows(), tmp_path / "val_loss.json", text)
    assert (steps(run, "val_loss"), values(run, "val_loss")) == ([10, 20, 30, 40], FALLING)


def test_pairs_that_do_not_count_are_two_curves(tmp_path: Path) -> None:
    [run] = runs_in(JsonRows(), tmp_path / "losses.json", json.dumps([[loss, 2.5] for loss in FALLING]))
    assert values(run, "losses.1") == FALLING
    assert values(run, "losses.2") == [2.5] * 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("numbers.json", FALLING),
        ("loss_surface.json", [FALLING] * 4),
        ("losses.json", [[1.0, 2.0], [1.0]]),
    ],
)
def test_lists_that_no_name_explains_are_refused(name: str, value: object, tmp_path: Path) -> None:
    assert claim_of(JsonRows(), tmp_path / name, json.dumps(value)) is None
    [error] = discover([tmp_path / name], (JsonRows(),)).errors
    assert error.reason.startswith("a JSON array of numbers; a name such as train_loss.json tells")


def test_a_table_that_excel_writes(tmp_path: Path) -> None:
    rows = "".join(
        f"{n};{12 * n},5;{str(loss).replace('.', ',')};51,5\n" for n, loss in enumerate(FALLING, 1)
    )
    text = "sep=;\nEpoch [-];Time (s);Val. loss [-];Acc (%)\n" + rows
    [run] = runs_in(Delimited(), tmp_path / "log.csv", text)
    assert run.step_unit is StepUnit.EPOCH
    assert values(run, "Val. loss [-]") == FALLING
    assert values(run, "Acc (%)") == [51.5] * 4
    roles = assign_roles(run.frame)
    assert (roles["Val. loss [-]"].kind, roles["Val. loss [-]"].split) == (Kind.LOSS, Split.VALIDATION)
    assert roles["Acc (%)"].kind is Kind.ACCURACY


@pytest.mark.parametrize(
    ("name", "train", "other"), [("split", 0, 1), ("phase", 0, 1), ("is_train", 1, 0), ("Subset", 0, 2)]
)
def test_a_number_tells_splits_apart(name: str, train: int, other: int, tmp_path: Path) -> None:
    rows = "".join(f"{n},{train},{loss}\n{n},{other},2.5\n" for n, loss in enumerate(FALLING))
    [run] = runs_in(Delimited(), tmp_path / "log.csv", f"epoch,{name},loss\n{rows}")
    held_out = "test/loss" if other == 2 else "val/loss"
    assert set(run.frame) == {"train/loss", held_out}
    assert (values(run, "train/loss"), values(run, held_out)) == (FALLING, [2.5] * 4)


@pytest.mark.parametrize(
    "column", [[0, 0, 0, 0, 1, 1, 1, 1], [1, 0, 1, 0, 1, 0, 1, 0], [0, 1, 2, 3, 0, 1, 2, 3]]
)
def test_a_number_of_something_else_is_no_split(column: list[int], tmp_path: Path) -> None:
    rows = "".join(f"{n},{phase},0.5\n" for n, phase in enumerate(column))
    [run] = runs_in(Delimited(), tmp_path / "log.csv", f"epoch,phase,loss\n{rows}")
    assert set(run.frame) == {"phase", "loss"}


def test_steps_that_are_as_many_in_each_epoch_are_no_axis(tmp_path: Path) -> None:
    rows = "".join(f"{n},100,{loss},\n{n},50,,2.5\n" for n, loss in enumerate(FALLING))
    [run] = runs_in(Delimited(), tmp_path / "log.csv", f"epoch,steps,loss,val_loss\n{rows}")
    assert run.step_unit is StepUnit.EPOCH
    assert steps(run, "loss") == steps(run, "val_loss") == [0, 1, 2, 3]


def test_statistics_of_the_values_since_the_row_before_are_one_curve(tmp_path: Path) -> None:
    rows = [
        {
            "Loss/G/loss": {"num": 64, "mean": loss, "std": 0.5},
            "Progress/kimg": {"num": 1, "mean": 4.0 * n, "std": 0.0},
            "Progress/tick": {"num": 1, "mean": float(n), "std": 0.0},
            "timestamp": 1.6e9 + n,
        }
        for n, loss in enumerate(FALLING)
    ]
    [run] = runs_in(JsonRows(), tmp_path / "stats.jsonl", json_lines(*rows))
    assert set(run.frame) == {"Loss/G/loss"}
    assert (steps(run, "Loss/G/loss"), values(run, "Loss/G/loss")) == ([0, 4, 8, 12], FALLING)


def test_of_two_columns_that_count_the_first_is_the_epoch(tmp_path: Path) -> None:
    text = "".join(f"{n},{500 * n},{loss}\n" for n, loss in enumerate(FALLING, 1))
    [run] = runs_in(Delimited(), tmp_path / "loss.csv", text)
    assert (set(run.frame), values(run, "loss")) == ({"loss"}, FALLING)
    assert steps(run, "loss") == [500, 1000, 1500, 2000]


def test_a_remark_may_stand_below_the_names_behind_a_comment_sign(tmp_path: Path) -> None:
    rows = "".join(f"{100 * n:7d}   {loss:8.2e}   {loss:8.2e}   1.0e-03\n" for n, loss in enumerate(FALLING))
    text = f"#  step   rmse_val   rmse_trn   lr\n# Without a reference rmse_*_{{val,trn}} print nan\n{rows}"
    [run] = runs_in(Delimited(), tmp_path / "lcurve.out", text)
    assert steps(run, "rmse_trn") == [0, 100, 200, 300]
    roles = assign_roles(run.frame)
    assert (roles["rmse_trn"].name, roles["rmse_val"].name) == ("train_loss", "val_loss")


def test_columns_that_are_named_by_their_data_alone_measure_what_the_file_says(tmp_path: Path) -> None:
    text = "epoch,train,val\n" + "".join(f"{n},{loss},{loss + 1}\n" for n, loss in enumerate(FALLING))
    [run] = runs_in(Delimited(), tmp_path / "loss_history.csv", text)
    roles = assign_roles(run.frame)
    assert {tag: role.name for tag, role in roles.items()} == {
        "loss_history/train": "train_loss",
        "loss_history/val": "val_loss",
    }
    [other] = runs_in(Delimited(), tmp_path / "run_history.csv", text)
    assert set(other.frame) == {"train", "val"}


@pytest.mark.parametrize("content", [FALLING, [[n, loss] for n, loss in enumerate(FALLING)]])
def test_so_do_the_keys_of_a_document(content: list[object], tmp_path: Path) -> None:
    text = json.dumps({"train": content, "valid": content})
    [run] = runs_in(JsonRows(), tmp_path / "accuracy.json", text)
    assert (set(run.frame), values(run, "accuracy/valid")) == ({"accuracy/train", "accuracy/valid"}, FALLING)


def test_row_numbers_without_a_name_leave_columns_their_file(tmp_path: Path) -> None:
    run = read_table(tmp_path, ",train,val\n0,1.5,1.75\n1,1.25,1.5\n2,1.0,1.25\n", "loss.csv")
    assert values(run, "loss/train") == [1.5, 1.25, 1.0]
    assert values(run, "loss/val") == [1.75, 1.5, 1.25]


def test_a_clock_may_stand_behind_the_step(tmp_path: Path) -> None:
    text = "".join(f"{10 * n}.0,{1_700_000_000_500 + 2000 * n},{2.0 - n / 4}\n" for n in range(4))
    [run] = runs_in(Delimited(), tmp_path / "train_loss.csv", text)
    assert (steps(run, "train_loss"), values(run, "train_loss")) == ([0, 10, 20, 30], [2.0, 1.75, 1.5, 1.25])
    walls = run.frame["train_loss"].wall_times
    assert walls is not None
    assert walls.tolist() == [1_700_000_000.5 + 2 * n for n in range(4)]


def test_a_column_called_value_is_what_the_name_of_the_file_says(tmp_path: Path) -> None:
    rows = "".join(f"{n},{2.0 - n / 4},2026-01-01 10:00:0{n}\n" for n in range(4))
    [run] = runs_in(Delimited(), tmp_path / "val_loss.csv", "step,value,timestamp\n" + rows)
    assert values(run, "val_loss") == [2.0, 1.75, 1.5, 1.25]
    [other] = runs_in(Delimited(), tmp_path / "sensor.csv", "step,value,timestamp\n" + rows)
    assert set(other.frame) == {"value"}


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("train_val_loss.txt", "train_loss", "val_loss"),
        ("val_train_loss.txt", "val_loss", "train_loss"),
        ("val_loss.txt", "val_loss.1", "val_loss.2"),
    ],
)
def test_two_splits_in_the_name_are_those_of_two_columns(
    name: str, first: str, second: str, tmp_path: Path
) -> None:
    run = read_table(tmp_path, "".join(f"{loss} {loss + 1}\n" for loss in FALLING), name)
    assert values(run, first) == FALLING
    assert values(run, second) == [loss + 1 for loss in FALLING]


def test_text_behind_a_number_in_brackets_is_no_array(tmp_path: Path) -> None:
    path = tmp_path / "notes.log"
    path.write_text("[0] begun\n[1] ended\n")
    assert JsonRows().refuse(LogFile(path)) is None
    path.write_text("[0, 1, 2]\n")
    assert JsonRows().refuse(LogFile(path)) is not None
