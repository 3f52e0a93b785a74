from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from event_files import event, simple, version
from losstui.analysis import RunReport, analyse
from losstui.following import Following
from losstui.run import Status

ROWS = 40
LOSSES = 2.0 * np.exp(-np.arange(ROWS) / 15) + np.random.default_rng(0).random(ROWS) * 0.1
HELD_OUT = LOSSES + 0.25


def table(first: int = 1, rows: int = ROWS) -> str:
    lines = (f"{i + first},{LOSSES[i]!r},{HELD_OUT[i]!r}\n" for i in range(rows))
    return "epoch,train_loss,val_loss\n" + "".join(lines)


def printed(rows: int = ROWS, digits: str = ".4f", more: Callable[[int], str] = lambda _: "") -> str:
    return "".join(
        f"Epoch {i + 1}, Train Loss: {LOSSES[i]:{digits}}, Val Loss: {HELD_OUT[i]:{digits}}{more(i)}\n"
        for i in range(rows)
    )


def runs(folder: Path) -> dict[str, RunReport]:
    return {one.run.id: one for one in analyse([folder]) if isinstance(one, RunReport)}


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        stem, _, ending = name.rpartition("_")
        (folder / f"{stem}.{ending}").write_text(text)
    return folder


@pytest.mark.parametrize("digits", [".2f", ".4f", ".6f", ".4g", ".3e"])
@pytest.mark.parametrize("first", [0, 1, 100])
def test_what_is_printed_beside_a_table_is_no_second_run(tmp_path: Path, digits: str, first: int) -> None:
    found = runs(write(tmp_path, metrics_csv=table(first), train_log=printed(digits=digits)))
    [run] = [report.run for report in found.values()]
    assert (run.format, run.frame.points) == ("csv", 2 * ROWS)
    assert [Path(source).name for source in run.sources] == ["metrics.csv", "train.log"]
    assert run.warnings == (f"{tmp_path / 'train.log'}: repeats this run; not shown as a run of its own",)


def test_why_a_run_died_is_told_by_what_is_printed_beside_its_table(tmp_path: Path) -> None:
    [report] = runs(write(tmp_path, metrics_csv=table(), train_log=printed() + "Killed\n")).values()
    assert report.run.status is Status.DEAD
    assert "train.log: ends with: Killed" in report.run.warnings
    assert report.run.cause == "train.log: ends with: Killed"


@pytest.mark.parametrize(("first", "printed_from"), [(0, 1), (1, 0), (1, 1)])
def test_a_repeat_of_every_other_epoch_may_count_from_another_number(
    tmp_path: Path, first: int, printed_from: int
) -> None:
    text = "".join(
        f"Epoch {i + printed_from}, Train Loss: {LOSSES[i]:.4f}, Val Loss: {HELD_OUT[i]:.4f}\n"
        for i in range(0, ROWS, 2)
    )
    [report] = runs(write(tmp_path, metrics_csv=table(first), train_log=text)).values()
    assert report.run.format == "csv"


def test_what_only_the_repeat_tells_is_named(tmp_path: Path) -> None:
    text = printed(more=lambda i: f", Throughput: {900 + i}")
    [report] = runs(write(tmp_path, metrics_csv=table(), train_log=text)).values()
    assert "repeats this run, but for Throughput; not shown" in report.run.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        printed(more=lambda i: f", Test Accuracy: {math.sqrt(i) / 7:.4f}"),
        printed().replace("Train Loss: 1.", "Train Loss: 3."),
        "".join(f"Epoch {i + 1}, Train Loss: 0.5000\n" for i in range(ROWS)),
    ],
    ids=["another metric", "other values", "a constant"],
)
def test_what_says_something_new_is_a_run_of_its_own(tmp_path: Path, text: str) -> None:
    assert len(runs(write(tmp_path, metrics_csv=table(), train_log=text))) == 2


def test_what_ends_early_says_nothing_new(tmp_path: Path) -> None:
    assert len(runs(write(tmp_path, metrics_csv=table(), train_log=printed(rows=ROWS // 2)))) == 1


def test_a_log_that_is_far_ahead_says_something_new(tmp_path: Path) -> None:
    write(tmp_path, metrics_csv=table(rows=ROWS - 2), train_log=printed())
    assert len(runs(tmp_path)) == 1
    write(tmp_path, metrics_csv=table(rows=ROWS - 12))
    assert len(runs(tmp_path)) == 2


@pytest.mark.parametrize(
    ("end", "status"),
    [
        ("Traceback (most recent call last):\nKeyboardInterrupt\n", "dead"),
        ("Training finished\n", "finished"),
    ],
)
def test_how_the_run_ended_is_told_by_its_output(tmp_path: Path, end: str, status: str) -> None:
    [report] = runs(write(tmp_path, metrics_csv=table(), train_log=printed() + end)).values()
    assert (report.run.format, report.run.status.value) == ("csv", status)


def test_few_points_are_no_proof(tmp_path: Path) -> None:
    assert len(runs(write(tmp_path, metrics_csv=table(rows=4), train_log=printed(rows=4)))) == 2


def test_two_logs_of_one_format_are_two_runs(tmp_path: Path) -> None:
    assert len(runs(write(tmp_path, one_csv=table(), two_csv=table()))) == 2


def test_logs_of_several_runs_in_one_folder_belong_together_by_their_stems(tmp_path: Path) -> None:
    other = table().replace(",0.", ",4.").replace(",1.", ",5.")
    files = {"a_csv": table(), "b_csv": other, "a_log": printed(), "c_log": printed()}
    found = runs(write(tmp_path, **files))
    assert {Path(report.run.sources[0]).name for report in found.values()} == {"a.csv", "b.csv", "c.log"}


def test_the_two_logs_of_a_ray_trial_are_one_run(tmp_path: Path) -> None:
    """`result.json` and `progress.csv` hold the same numbers under the same names."""
    rows = [
        {
            "training_iteration": i + 1,
            "timestamp": 1_795_391_275 + i,
            "time_this_iter_s": 1.5,
            "env_runners": {"episode_return_mean": float(-loss)},
            "info": {"learner": {"total_loss": float(loss)}},
            "config": {"lr": 0.01},
        }
        for i, loss in enumerate(LOSSES)
    ]
    names = ("training_iteration", "timestamp", "env_runners/episode_return_mean", "info/learner/total_loss")
    lines = (f"{i + 1},{1_795_391_275 + i},{-loss!r},{loss!r}\n" for i, loss in enumerate(LOSSES.tolist()))
    write(
        tmp_path,
        result_json="".join(json.dumps(row) + "\n" for row in rows),
        progress_csv=",".join(names) + "\n" + "".join(lines),
    )
    [report] = runs(tmp_path).values()
    assert report.run.format == "json"
    assert report.run.hyperparameters == {"lr": 0.01}
    assert len(report.run.sources) == 2


def test_the_events_of_a_hugging_face_trainer_are_the_run_of_its_state(tmp_path: Path) -> None:
    """One folder of events a start, here of a run that was resumed."""
    rows = [{"step": 10 * i, "loss": round(loss, 4)} for i, loss in enumerate(LOSSES.tolist())]
    state = {"global_step": 10 * ROWS, "log_history": rows}
    for start, logged in (("Nov27_10-00-00_box", rows[:25]), ("Nov28_09-00-00_box", rows[25:])):
        events = [event(row["step"], simple("train/loss", row["loss"])) for row in logged]
        folder = tmp_path / "bert" / "runs" / start
        folder.mkdir(parents=True)
        (folder / "events.out.tfevents.1").write_bytes(version() + b"".join(events))
    checkpoint = tmp_path / "bert" / "checkpoint-400"
    assert len(runs(tmp_path)) == 2
    checkpoint.mkdir()
    (checkpoint / "trainer_state.json").write_text(json.dumps(state))
    [report] = runs(tmp_path).values()
    assert (report.run.id, report.run.format, report.run.frame.points) == ("bert", "hf-trainer-state", ROWS)
    assert len(report.run.sources) == 3


def test_a_repeat_is_told_from_a_run_while_both_grow(tmp_path: Path) -> None:
    write(tmp_path, metrics_csv=table(rows=20))
    following = Following([tmp_path], look_every=0)
    list(following.first())
    assert len(following.run_ids) == 1
    write(tmp_path, train_log=printed(rows=20))
    following.poll()
    [run_id] = following.run_ids
    for rows in (25, 30):
        write(tmp_path, metrics_csv=table(rows=rows), train_log=printed(rows=rows))
        [outcome] = following.poll()
        assert isinstance(outcome, RunReport)
        assert (outcome.run.id, outcome.run.frame.points) == (run_id, 2 * rows)
    write(tmp_path, train_log=printed(rows=30).replace("Loss: 0.", "Loss: 7."))
    following.poll()
    assert len(following.run_ids) == 2
