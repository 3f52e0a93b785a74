"""Files that hold more than one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from text_logs import read_table as read
from text_logs import steps, values

LOG = "epoch,loss,val_loss\n0,2.0,2.5\n1,1.5,2.25\n2,1.25,2.0\n"


@pytest.mark.parametrize(
    ("other", "rows"),
    [
        ("class,precision,recall\ncat,0.5,0.75\ndog,0.25,0.5\n", 2),
        ("fold,acc,f1\n0,0.5,0.75\n1,0.25,0.5\n", 2),
        ("class,support\ncat,1\n", 1),
    ],
    ids=["texts", "numbers", "fewer columns"],
)
def test_a_table_of_results_below_the_log_is_left_out_and_told(other: str, rows: int, tmp_path: Path) -> None:
    run = read(tmp_path, LOG + other, "run.csv")
    assert (values(run, "loss"), values(run, "val_loss")) == ([2.0, 1.5, 1.25], [2.5, 2.25, 2.0])
    header = other.partition("\n")[0].replace(",", ", ")
    noun = "row" if rows == 1 else "rows"
    assert run.warnings == (
        f"run.csv: line 5: another table begins, '{header}'; it and {rows} {noun} left out",
    )


def test_the_log_may_go_on_below_a_line_of_texts(tmp_path: Path) -> None:
    run = read(tmp_path, LOG + "ERROR,ERROR,ERROR\n3,1.0,1.75\n", "run.csv")
    assert values(run, "loss") == [2.0, 1.5, 1.25, 1.0]
    assert run.warnings == ("run.csv: line 5: 'ERROR, ERROR, ERROR' is no row of numbers; left out",)


def test_the_log_may_go_on_below_another_table(tmp_path: Path) -> None:
    run = read(tmp_path, LOG + "class,precision\ncat,0.5\n3,1.0,1.75\n", "run.csv")
    assert (steps(run, "loss"), values(run, "loss")) == ([0, 1, 2, 3], [2.0, 1.5, 1.25, 1.0])


def test_a_header_without_an_axis_may_come_again_with_more_columns(tmp_path: Path) -> None:
    run = read(tmp_path, "loss,val_loss\n2.0,2.5\n1.5,2.0\nloss,val_loss,lr\n1.25,1.75,0.5\n", "run.csv")
    assert values(run, "loss") == [2.0, 1.5, 1.25]
    assert values(run, "lr") == [0.5]
    assert run.warnings == ()


def test_the_title_of_a_table_names_its_data(tmp_path: Path) -> None:
    text = "Train\nepoch,loss\n0,2.0\n1,1.5\nValidation\nepoch,loss\n0,2.5\n1,2.25\n"
    run = read(tmp_path, text, "run.csv")
    assert (values(run, "loss"), values(run, "val/loss")) == ([2.0, 1.5], [2.5, 2.25])
