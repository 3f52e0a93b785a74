from __future__ import annotations

from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers import PARSERS
from losstui_parsers.wandb_chart import WandbChart
from tracker_logs import assert_series, assert_survives, groups_of, read_runs

HEADER = (
    '"Step","brave-fox-1 - loss","brave-fox-1 - loss__MIN","brave-fox-1 - loss__MAX"'
    ',"calm - sun-2 - loss","calm - sun-2 - loss__MIN","calm - sun-2 - loss__MAX"'
)
ROWS = (
    '"0","2.5","2.25","2.75","","",""',
    '"10","1.5","1.5","1.5","","",""',
    '"10","","","","NaN","NaN","NaN"',
    '"20","","","","0.5","0.5","0.5"',
)


def chart(folder: Path, *lines: str) -> Path:
    path = folder / "wandb_export.csv"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_each_run_of_the_chart_is_a_run(tmp_path: Path) -> None:
    chart(tmp_path, HEADER, *ROWS)
    first, second = read_runs(WandbChart(), tmp_path)
    assert (first.name, second.name) == ("brave-fox-1", "calm - sun-2")
    assert_series(first.frame, "loss", [0, 10], [2.5, 1.5])
    assert_series(second.frame, "loss", [10, 20], [float("nan"), 0.5])
    assert list(first.frame) == list(second.frame) == ["loss"]


def test_the_axes_of_the_runs_are_no_curves(tmp_path: Path) -> None:
    names = [f"a - {tag}{bound}" for tag in ("_step", "acc") for bound in ("", "__MIN", "__MAX")]
    chart(tmp_path, ",".join(["Step", *names]), "1,1,1,1,.5,.5,.5", "2,2,2,2,.75,.75,.75")
    (run,) = read_runs(WandbChart(), tmp_path)
    assert_series(run.frame, "acc", [1, 2], [0.5, 0.75])
    assert list(run.frame) == ["acc"]


@pytest.mark.parametrize(
    "header",
    ["step,loss", "Step,a - loss", "Step,a - loss,a - loss__MIN", "Step,b,a - l,a - l__MIN,a - l__MAX", ""],
)
def test_other_tables_are_left_to_others(tmp_path: Path, header: str) -> None:
    assert WandbChart().recognise(LogFile(chart(tmp_path, header, "1,2.5"))) is None


def test_it_claims_its_charts_before_the_reader_of_any_table(tmp_path: Path) -> None:
    file = LogFile(chart(tmp_path, HEADER, *ROWS))
    assert next(parser for parser in PARSERS if parser().recognise(file)) is WandbChart


def test_a_chart_without_numbers_says_so(tmp_path: Path) -> None:
    names = "Step,a - _step,a - _step__MIN,a - _step__MAX"
    chart(tmp_path, names, "1,1,1,1", "2,2,2,2")
    (group,) = groups_of(WandbChart(), tmp_path)
    with pytest.raises(UnreadableLog, match="no curve: no run of the chart has a number"):
        WandbChart().read(group)


def test_cuts_are_survived(tmp_path: Path) -> None:
    path = chart(tmp_path, HEADER, *ROWS)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        assert_survives(WandbChart(), path)
