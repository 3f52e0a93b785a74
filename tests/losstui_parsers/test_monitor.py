from __future__ import annotations

import math
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers.monitor import Monitor
from tracker_logs import FIXTURES, assert_series, assert_survives_cuts, groups_of, read_one, read_runs

HEADER = '#{"t_start": 1700000000.0, "env_id": "CartPole-v1"}\n'
COLUMNS = "r,l,t\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def walls_of(path: Path) -> list[float]:
    walls = read_one(Monitor(), path).frame["r"].wall_times
    assert walls is not None
    return [float(wall) for wall in walls]


def test_real_files_of_two_environments_are_one_run() -> None:
    [group] = groups_of(Monitor(), FIXTURES / "monitor")
    assert group.label == FIXTURES / "monitor"
    assert len(group.files) == 2
    [run] = Monitor().read(group)
    assert sorted(run.frame) == ["l", "r"]
    lengths = run.frame["l"].values
    assert sorted(lengths.tolist()) == [2, 2, 3, 3, 4, 4]
    assert run.frame["r"].values.tolist() == lengths.tolist()
    assert run.frame["r"].steps.tolist() == lengths.cumsum().astype(int).tolist()
    walls = run.frame["r"].wall_times
    assert walls is not None
    assert walls.tolist() == sorted(walls)


def test_steps_are_the_lengths_so_far_and_time_counts_from_the_start(tmp_path: Path) -> None:
    path = write(tmp_path / "monitor.csv", HEADER + COLUMNS + "1.5,10,0.25\n-2,5,1.5\nnan,20,2\n")
    run = read_one(Monitor(), path)
    assert_series(run.frame, "r", [10, 15, 35], [1.5, -2, math.nan])
    assert_series(run.frame, "l", [10, 15, 35], [10, 5, 20])
    assert walls_of(path) == [1_700_000_000.25, 1_700_000_001.5, 1_700_000_002]
    assert run.frame["r"].sessions is None


def test_environments_are_merged_by_time(tmp_path: Path) -> None:
    later = HEADER.replace("1700000000.0", "1700000001.0")
    write(tmp_path / "0.monitor.csv", HEADER + COLUMNS + "1,10,0.5\n3,10,3\n")
    write(tmp_path / "1.monitor.csv", later + COLUMNS + "2,7,0.5\n4,7,9\n")
    write(tmp_path / "eval.monitor.csv", HEADER + COLUMNS + "9,1,1\n")
    merged, alone = read_runs(Monitor(), tmp_path)
    assert_series(merged.frame, "r", [10, 17, 27, 34], [1, 2, 3, 4])
    assert_series(alone.frame, "r", [1], [9])


def test_other_columns_are_curves_where_they_hold_numbers(tmp_path: Path) -> None:
    rows = '1,10,1,True,"a, b"\n2,10,2,,c\n3,10,3,False,d\n'
    path = write(tmp_path / "monitor.csv", HEADER + "r,l,t,is_success,note\n" + rows)
    run = read_one(Monitor(), path)
    assert sorted(run.frame) == ["is_success", "l", "r"]
    assert_series(run.frame, "is_success", [10, 30], [1, 0])


def test_a_run_that_was_started_again_below_the_old_header(tmp_path: Path) -> None:
    path = write(tmp_path / "monitor.csv", HEADER + COLUMNS + "1,10,5\n2,10,6\n3,10,1\n4,10,2\n")
    assert read_one(Monitor(), path).frame["r"].steps.tolist() == [10, 20, 30, 40]
    walls = walls_of(path)
    assert walls[:2] == [1_700_000_005, 1_700_000_006]
    assert all(math.isnan(wall) for wall in walls[2:])


def test_a_second_header_in_the_file(tmp_path: Path) -> None:
    second = '# {"t_start": 1800000000.0}\nl,r,t\n'
    path = write(tmp_path / "monitor.csv", HEADER + COLUMNS + "1,10,5\n" + second + "20,2,1\n")
    assert_series(read_one(Monitor(), path).frame, "r", [10, 30], [1, 2])
    assert walls_of(path) == [1_700_000_005, 1_800_000_001]


def test_bad_rows_are_told_and_a_row_without_end_is_not(tmp_path: Path) -> None:
    path = write(tmp_path / "monitor.csv", HEADER + COLUMNS + "1,10,1\nx,10,2\n1,10\n1,-5,3\n\n2,10,3\n3,1")
    run = read_one(Monitor(), path)
    assert_series(run.frame, "r", [10, 20], [1, 2])
    assert run.warnings == ("monitor.csv: line 4 is no episode: 'x,10,2'; left out (and 2 more)",)


def test_a_file_without_episodes_costs_itself(tmp_path: Path) -> None:
    write(tmp_path / "0.monitor.csv", HEADER + COLUMNS)
    with pytest.raises(UnreadableLog, match="a header and no episode"):
        Monitor().read(groups_of(Monitor(), tmp_path)[0])
    write(tmp_path / "1.monitor.csv", "")
    with pytest.raises(UnreadableLog, match="the file is empty"):
        Monitor().read(groups_of(Monitor(), tmp_path)[0])
    write(tmp_path / "2.monitor.csv", HEADER + COLUMNS + "1,10,1\n2,10,2\n")
    run = read_one(Monitor(), tmp_path)
    assert run.frame["r"].values.tolist() == [1, 2]
    assert run.warnings == ("1.monitor.csv: the file is empty",)


def test_a_table_with_another_comment_is_not_claimed(tmp_path: Path) -> None:
    for text in (COLUMNS + "1,2,3\n", "# seconds\n" + COLUMNS, '#{"a": 1}\n' + COLUMNS):
        assert Monitor().recognise(LogFile(write(tmp_path / "monitor.csv", text))) is None


def test_a_header_that_is_no_json_costs_the_time(tmp_path: Path) -> None:
    path = write(tmp_path / "monitor.csv", '#{"t_start": oops}\n' + COLUMNS + "1,10,1\n2,10,2\n")
    assert all(math.isnan(wall) for wall in walls_of(path))


def test_cut_anywhere(tmp_path: Path) -> None:
    assert_survives_cuts(Monitor(), FIXTURES / "monitor", "0.monitor.csv", tmp_path)


def test_rows_beyond_all_measure(tmp_path: Path) -> None:
    rows = "1,1e300,1\n2,9e15,2\n3,10," + "9" * 200_000 + "\n4,10,4\n5,9e15,5\n"
    run = read_one(Monitor(), write(tmp_path / "monitor.csv", HEADER + COLUMNS + rows))
    assert run.frame["r"].values.tolist()[-1] == 5
    assert run.frame["r"].steps.tolist()[-1] == 2**53
    assert "line 3 is no episode" in run.warnings[0]
