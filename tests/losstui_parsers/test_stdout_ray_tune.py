"""Ray Tune and RLlib: blocks of results, boxes of results, and tables of trials."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.parsing import LogFile, LoggedRun
from losstui.run import StepUnit
from losstui_parsers.stdout import Stdout
from losstui_parsers.stdout_lines.gathering import gather
from text_logs import runs_in, steps, values

TRIALS = ("train_1a2b3_00000", "train_1a2b3_00001")


def runs(folder: Path, text: str) -> dict[str, LoggedRun]:
    return {run.name: run for run in runs_in(Stdout(), folder / "train.log", text)}


def block(trial: str, iteration: int) -> str:
    return f"""\
Result for {trial}:
  date: 2021-03-01_10-00-00
  done: false
  info:
    learner:
      entropy: 0.5
    lengths:
    - 11
    - 12
  loss: {3 - iteration / 8 - TRIALS.index(trial)}
  pid: 4711
  timestamp: {1614592800 + iteration}
  training_iteration: {iteration}
  trial_id: 1a2b3_00000
  val_loss: 2.5
  
== Status ==
Memory usage on this node: 10.1/64.0 GiB
+-------------------+----------+--------+--------+
| Trial name        | status   |   loss |   iter |
|-------------------+----------+--------+--------|
| {trial} | RUNNING  |  99.50 |      {iteration} |
+-------------------+----------+--------+--------+
    loss: 77.5
"""


def box(title: str, *rows: tuple[str, str]) -> str:
    inner = [f"│ {title:40} │", "├" + "─" * 42 + "┤", *(f"│ {name:20}{value:>20} │" for name, value in rows)]
    return "\n".join(("╭" + "─" * 42 + "╮", *inner, "╰" + "─" * 42 + "╯\n"))


def test_each_trial_is_a_run_with_all_that_its_blocks_tell(tmp_path: Path) -> None:
    found = runs(tmp_path, "".join(block(trial, n) for n in (1, 2, 3) for trial in TRIALS))
    assert list(found) == list(TRIALS)
    run = found[TRIALS[1]]
    assert set(run.frame) == {"info/learner/entropy", "loss", "val_loss"}
    assert run.step_unit is StepUnit.STEP
    assert (steps(run, "loss"), values(run, "loss")) == ([1, 2, 3], [1.875, 1.75, 1.625])
    assert values(run, "val_loss") == [2.5] * 3
    walls = run.frame["loss"].wall_times
    assert walls is not None
    assert walls.tolist() == [1614592801, 1614592802, 1614592803]


def test_one_trial_is_the_run(tmp_path: Path) -> None:
    found = runs(tmp_path, "".join(block(TRIALS[0], n) for n in (1, 2)))
    assert list(found) == [""]
    assert steps(found[""], "loss") == [1, 2]


def test_boxes_of_results(tmp_path: Path) -> None:
    text = "".join(
        f"Trial {trial} finished iteration {n} at 2024-08-24 10:00:0{n}. Total running time: 3s\n"
        + box(
            f"Trial {trial} result",
            ("checkpoint_dir_name", "checkpoint_000000"),
            ("training_iteration", str(n)),
            ("loss", f"{3 - n / 8}"),
        )
        for n in (1, 2, 2)
        for trial in TRIALS
    )
    found = runs(tmp_path, text)
    assert list(found) == list(TRIALS)
    assert set(found[TRIALS[0]].frame) == {"loss"}
    assert (steps(found[TRIALS[0]], "loss"), values(found[TRIALS[0]], "loss")) == ([1, 2], [2.875, 2.75])


def test_a_finished_iteration_is_not_the_end(tmp_path: Path) -> None:
    text = "".join(
        f"Training finished iteration {n} at 2024-08-24 10:00:0{n}. Total running time: 3s\n"
        + box("Training result", ("training_iteration", str(n)), ("step", f"{n}50"), ("loss", f"{3 - n / 8}"))
        for n in (1, 2)
    )
    [run] = runs(tmp_path, text).values()
    assert steps(run, "loss") == [150, 250]
    assert run.progress is None


@pytest.mark.parametrize("drawn", [False, True])
def test_tables_are_read_where_there_are_no_blocks(drawn: bool, tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return "│ " + "   ".join(cells) + " │\n" if drawn else "| " + " | ".join(cells) + " |\n"

    text = "".join(
        row("Trial name", "status", "lr", "iter", "total time (s)", "loss")
        + row(TRIALS[0], "RUNNING", "0.5", str(n), "10.5", f"{3 - n / 8}") * 2
        + row(TRIALS[1], "RUNNING", "0.5", str(n), "10.5", "2.5")
        + row("train_1a2b3_00002", "PENDING", "0.5", "", "", "") * (not drawn)
        for n in (1, 2, 3)
    )
    found = runs(tmp_path, text)
    assert list(found) == list(TRIALS)
    assert set(found[TRIALS[0]].frame) == {"loss"}
    assert (steps(found[TRIALS[0]], "loss"), values(found[TRIALS[0]], "loss")) == (
        [1, 2, 3],
        [2.875, 2.75, 2.625],
    )


def test_what_the_trainer_itself_prints_comes_first() -> None:
    rows = "".join(f"(Worker pid=1) {{'loss': 2.5, 'epoch': {n}}}\n" for n in (1, 2, 3))
    found = gather(rows + box("Training result", ("training_iteration", "3"), ("loss", "2.5")))
    assert set(found.families) == {"rows printed as dictionaries"}


def test_blocks_that_come_while_the_log_grows(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_text("".join(block(trial, 1) for trial in TRIALS))
    growing = Stdout().begin(LogFile(path))
    assert growing is not None
    more = "".join(block(trial, 2) for trial in TRIALS).encode()
    assert growing.append(more) == len(more)
    assert [steps(run, "loss") for run in growing.runs()] == [[1, 2], [1, 2]]
