from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers.sacred import Sacred
from tracker_logs import FIXTURES, assert_curve, assert_series, assert_survives_cuts, groups_of, read_one


def metric(values: list[object], steps: list[object] | None = None, **more: object) -> dict[str, object]:
    return {
        "steps": list(range(len(values))) if steps is None else steps,
        "timestamps": [f"2026-01-01T00:00:{n % 60:02}.500000" for n in range(len(values))],
        "values": values,
        **more,
    }


def write(folder: Path, metrics: object, **siblings: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=2))
    for name, content in siblings.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder / "metrics.json"


def test_a_real_run() -> None:
    run = read_one(Sacred(), FIXTURES / "sacred")
    assert_curve(run.frame)
    assert (
        run.hyperparameters.items()
        >= {"lr": 0.001, "optimizer": "adam", "layers": 3, "model/width": 64}.items()
    )
    assert run.finished
    assert run.warnings == ()


def test_timestamps_are_in_utc(tmp_path: Path) -> None:
    write(tmp_path, {"loss": metric([2, 1])})
    walls = read_one(Sacred(), tmp_path).frame["loss"].wall_times
    assert walls is not None
    assert walls.tolist() == [1_767_225_600.5, 1_767_225_601.5]


@pytest.mark.parametrize(
    ("status", "finished", "failed"),
    [
        ("COMPLETED", True, False),
        ("FAILED", False, True),
        ("INTERRUPTED", False, True),
        ("RUNNING", False, False),
    ],
)
def test_status(tmp_path: Path, status: str, finished: bool, failed: bool) -> None:
    write(tmp_path, {"loss": metric([2, 1])}, run={"status": status})
    run = read_one(Sacred(), tmp_path)
    assert (run.finished, run.failed) == (finished, failed)
    assert run.cause == (f"run.json: its status is {status}" if failed else "")


def test_the_end_of_the_kept_traceback_is_what_it_died_of(tmp_path: Path) -> None:
    trace = [
        "Traceback (most recent call last):\n",
        '  File "a.py", line 3\n',
        "MemoryError: \x1b[2J\n",
        "\n",
    ]
    write(tmp_path, {"loss": metric([2, 1])}, run={"status": "FAILED", "fail_trace": trace})
    assert read_one(Sacred(), tmp_path).cause == "run.json: ends with: MemoryError: \\x1b[2J"


def test_the_group_is_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "3", {"loss": metric([2, 1])})
    [group] = groups_of(Sacred(), tmp_path)
    assert group.label == tmp_path / "3"


def test_values_of_every_spelling(tmp_path: Path) -> None:
    numpy_value = {"dtype": "float64", "py/object": "numpy.float64", "value": 0.25}
    values: list[object] = [1, math.nan, -math.inf, "0.5", numpy_value, None, "text"]
    write(tmp_path, {"loss": metric(values)})
    run = read_one(Sacred(), tmp_path)
    assert_series(run.frame, "loss", [0, 1, 2, 3, 4], [1, math.nan, -math.inf, 0.5, 0.25])
    assert run.warnings == ("metrics.json: metric 'loss': 1 value not a number; left out",)


def test_lists_of_unequal_length_and_steps_that_are_none(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a": metric([3, 2, 1], steps=[5, 6]), "b": metric([3, 2], steps=[None, None], timestamps=None)},
    )
    run = read_one(Sacred(), tmp_path)
    assert_series(run.frame, "a", [5, 6], [3, 2])
    assert_series(run.frame, "b", [0, 1], [3, 2])
    assert run.frame["b"].wall_times is None
    assert run.warnings == ("metrics.json: metric 'a' has 2 steps and 3 values; the first 2 kept",)


def test_a_cut_file_keeps_what_comes_before(tmp_path: Path) -> None:
    path = write(tmp_path, {"a": metric([3, 2, 1]), "b": metric([30, 20, 10])})
    text = path.read_text()
    path.write_text(text[: text.rindex("20") + 3])
    run = read_one(Sacred(), tmp_path)
    assert_series(run.frame, "a", [0, 1, 2], [3, 2, 1])
    assert_series(run.frame, "b", [0, 1], [30, 20])
    assert "what comes before it is kept" in run.warnings[0]


def test_a_run_without_metrics_is_told_where_its_other_files_are(tmp_path: Path) -> None:
    path = write(tmp_path, {})
    assert Sacred().recognise(LogFile(path)) is None
    write(tmp_path, {}, run={}, config={})
    with pytest.raises(UnreadableLog, match="no curve: no metric was logged"):
        Sacred().read(groups_of(Sacred(), tmp_path)[0])


@pytest.mark.parametrize(
    "content",
    [
        '{"loss": 0.5}',
        '{"loss": [1, 2], "steps": [1, 2]}',
        '{"iteration": 1}\n{"iteration": 2}',
        '{"loss": {"steps": 3}}',
    ],
)
def test_what_is_no_metrics_of_sacred(tmp_path: Path, content: str) -> None:
    path = tmp_path / "metrics.json"
    path.write_text(content)
    assert Sacred().recognise(LogFile(path)) is None


def test_cut_anywhere(tmp_path: Path) -> None:
    assert_survives_cuts(Sacred(), FIXTURES / "sacred", "1/metrics.json", tmp_path, every=3)
