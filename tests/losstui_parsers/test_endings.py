"""What logs say of their end: the share that is done, that they are finished, that the run failed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui_parsers.error_output import errors_beside
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.stdout import Stdout
from losstui_parsers.trainer_state import TrainerState
from text_logs import json_lines


def printed(folder: Path, text: str, name: str = "train.log") -> LoggedRun:
    path = folder / name
    path.write_text(text)
    [run] = Stdout().read(FileGroup(path, (LogFile(path),)))
    return run


def lines(template: str, *numbers: int) -> str:
    return "".join(template.format(n=n, loss=1 / n) + "\n" for n in numbers)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (lines(" iteration {n:8d}/     100 | consumed samples: 8 | lm loss: {loss:.3E} |", 10, 20), 0.2),
        (lines("step:{n}/80 train_loss:{loss:.4f} train_time:9ms step_avg:2.00ms", 10, 20), 0.25),
        (lines("Epoch {n}/4\n8/8 [=====] - 2s 3ms/step - loss: {loss:.4f}", 1, 2, 3), 0.75),
        (lines("Epoch [{n}/10], Step [50/100], Loss: {loss:.4f}", 1, 2, 3), 0.25),
        (lines("Epoch: [{n}][100/100]  Loss {loss:.4f} (0.5)", 1, 2, 3), None),
        (lines("iter {n}: loss {loss:.4f}, time 9.00ms", 10, 20, 30), None),
        (lines("step {n}/100 | loss {loss:.4f}", 50, 100, 50), None),
        ("Epoch 1/3\n" + lines("loss: {loss:.4f}  [{n}/600]", 100, 200, 300), 0.5 / 3),
    ],
    ids=["Megatron", "speed run", "Keras", "epochs and steps", "only batches", "no plan", "anew", "above"],
)
def test_a_plan_is_told_by_the_lines_themselves(tmp_path: Path, text: str, expected: float | None) -> None:
    progress = printed(tmp_path, text).progress
    assert progress == (None if expected is None else pytest.approx(expected))


def test_the_bar_around_rows_tells_the_plan(tmp_path: Path) -> None:
    rows = "".join(
        f"\r {i}%|█ | {i}/500 [00:0{i % 10}<01:00, 1.1it/s]\r{{'loss': {1 / i}, 'epoch': {i / 100}}}\n"
        for i in range(10, 260, 10)
    )
    assert printed(tmp_path, rows).progress == pytest.approx(0.5)


@pytest.mark.parametrize(
    "end",
    [
        "{'train_runtime': 12.5, 'train_loss': 0.5, 'epoch': 3.0}\n",
        "`Trainer.fit` stopped: `max_epochs=3` reached.\n",
        "Training completed\n",
        "[2019-04-10 15:34:48] Training finished\n",
        "Training complete\nEpoch 9, Test Loss: 0.5\n",
    ],
)
def test_the_end_is_told(tmp_path: Path, end: str) -> None:
    text = lines("Epoch {n}, Train Loss: {loss}", *range(1, 9))
    assert printed(tmp_path, text).progress is None
    assert printed(tmp_path, text + end).progress == 1.0
    assert printed(tmp_path, text + end + text).progress is None


@pytest.mark.parametrize(
    "end",
    [
        "Traceback (most recent call last):\n  File 'train.py', line 3, in main\nKeyboardInterrupt\n",
        "[rank0]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB\n",
        "slurmstepd: error: *** JOB 7 ON node1 CANCELLED AT 2026-01-01T00:00:00 DUE TO TIME LIMIT ***\n",
        "Killed\n",
    ],
)
def test_a_failure_is_told_unless_the_run_goes_on(tmp_path: Path, end: str) -> None:
    text = lines("Epoch {n}, Train Loss: {loss}", *range(1, 9))
    assert not printed(tmp_path, text).failed
    assert printed(tmp_path, text + end).failed
    assert not printed(tmp_path, text + end + text).failed


OF_MEMORY = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"
DEAD = f"""Traceback (most recent call last):
  File "train.py", line 88, in <module>
    main()

{OF_MEMORY}
"""
LAUNCHED = f"""[rank1]: Traceback (most recent call last):
[rank1]:   File "train.py", line 88, in <module>
[rank1]: {OF_MEMORY}
E0101 10:00:00.000000 1 api.py:869] failed (exitcode: 1) local_rank: 1 of binary: python
Traceback (most recent call last):
  File "torchrun", line 8, in <module>
torch.distributed.elastic.multiprocessing.errors.ChildFailedError:
srun: error: node1: task 0: Exited with exit code 1
"""
SPAWNED = """Traceback (most recent call last):
  File "spawn.py", line 8, in join
torch.multiprocessing.spawn.ProcessRaisedException:

-- Process 0 terminated with the following error:
Traceback (most recent call last):
  File "train.py", line 5, in work
ValueError: no such mode
"""


@pytest.mark.parametrize(
    ("end", "cause"),
    [
        (DEAD, OF_MEMORY),
        (LAUNCHED, OF_MEMORY),
        (SPAWNED, "ValueError: no such mode"),
        (DEAD + " 45%|████▌     | 45/100 [01:00<01:10,  7.5it/s]\n", OF_MEMORY),
        ("./run.sh: line 5: 4711 Killed                  python train.py\n", "./run.sh: line 5: 4711 Killed"),
        (
            "srun: error: node1: task 0: Segmentation fault\n",
            "srun: error: node1: task 0: Segmentation fault",
        ),
        ("Killed \x9b31m\n", "Killed \\x9b31m"),
        ("Traceback (most recent call last):\n  File 'a.py', line 3\n", "Traceback (most recent call last)"),
        ("Killed" + "!" * 200 + "\n", "Killed" + "!" * 154 + "…"),
    ],
    ids=["one", "several ranks", "within", "closed bar", "shell", "srun", "control", "cut off", "long"],
)
@pytest.mark.parametrize("beside", [False, True], ids=["same file", "errors beside"])
def test_a_note_says_why_a_run_died(tmp_path: Path, end: str, cause: str, beside: bool) -> None:
    text = lines("Epoch {n}, Train Loss: {loss}", *range(1, 9))
    (tmp_path / "train.err").write_text(f"loading\n{end}" if beside else "loading\n")
    run = printed(tmp_path, text if beside else text + end, "train.out")
    assert run.failed
    [warning] = run.warnings
    assert warning.startswith(f"train.{'err' if beside else 'out'}: ends with: {cause}")
    assert warning.isprintable()
    assert run.cause == warning


def test_a_traceback_after_which_bars_go_on_was_caught(tmp_path: Path) -> None:
    text = lines("Epoch {n}, Train Loss: {loss}", *range(1, 9))
    bars = "".join(f"\r {i}%|█ | {i}/100 [00:09<00:50,  7.5it/s]" for i in range(45, 50))
    (tmp_path / "train.err").write_text(DEAD + bars)
    assert not printed(tmp_path, text, "train.out").failed


def test_errors_that_the_output_survived_are_not_why_it_ended(tmp_path: Path) -> None:
    text = lines("Epoch {n}, Train Loss: {loss}", *range(1, 9))
    (tmp_path / "train.err").write_text(DEAD)
    os.utime(tmp_path / "train.err", (1e9, 1e9))
    run = printed(tmp_path, text, "train.out")
    assert (run.failed, run.warnings) == (False, ())


@pytest.mark.parametrize(
    ("output", "errors"),
    [
        ("slurm-12_3.out", "slurm-12_3.err"),
        ("job.o4711", "job.e4711"),
        ("stdout.txt", "stderr.txt"),
        ("train.log", None),
        ("out", None),
    ],
)
def test_schedulers_call_output_and_errors_alike(output: str, errors: str | None) -> None:
    assert errors_beside(Path("runs") / output) == (None if errors is None else Path("runs") / errors)


def test_that_a_run_died_is_seen_though_its_output_is_as_it_was(tmp_path: Path) -> None:
    output = tmp_path / "train.out"
    output.write_text(lines("Epoch {n}, Train Loss: {loss}", *range(1, 9)))
    follower = Stdout().follow(FileGroup(output, (LogFile(output),)))
    assert follower.poll()
    assert not follower.runs()[0].failed
    assert not follower.poll()
    errors = tmp_path / "train.err"
    errors.write_text(DEAD)
    later = output.stat().st_mtime + 1.0  # else a look may be too early to trust its time
    os.utime(errors, (later, later))
    assert follower.poll()
    assert follower.runs()[0].failed
    assert not follower.poll()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"current_steps": 30, "total_steps": 40, "loss": 0.5}], 0.75),
        ([{"current_steps": 30, "total_steps": 40, "loss": 0.5, "percentage": 75.02}], 0.7502),
        ([{"epoch": 3, "total_epochs": 4, "loss": 0.5}], 0.75),
        ([{"total_steps": 30, "loss": 0.5}], None),
        ([{"step": 50, "total_steps": 40, "loss": 0.5}], None),
        ([{"step": 20, "total_steps": 50, "loss": 0.5}], None),
    ],
    ids=["steps", "percentage", "epochs", "no count", "beyond", "another plan"],
)
def test_the_rows_of_a_table_tell_the_plan(
    tmp_path: Path, rows: list[dict[str, float]], expected: float | None
) -> None:
    path = tmp_path / "trainer_log.jsonl"
    first = {**rows[0], "total_steps": 40} if "total_steps" in rows[0] else rows[0]
    early = {key: 1 if key in ("step", "current_steps", "epoch") else value for key, value in first.items()}
    path.write_text(json_lines(early, *rows))
    [run] = JsonRows().read(FileGroup(path, (LogFile(path),)))
    assert run.progress == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [({"global_step": 30, "max_steps": 40}, 0.75), ({"global_step": 40, "max_steps": 40}, 1.0), ({}, None)],
)
def test_a_trainer_state_tells_its_steps(
    tmp_path: Path, state: dict[str, int], expected: float | None
) -> None:
    path = tmp_path / "trainer_state.json"
    history = [{"loss": 1 / step, "step": step, "epoch": step / 10} for step in range(1, 9)]
    path.write_text(json.dumps({**state, "log_history": history}))
    [run] = TrainerState().read(FileGroup(tmp_path, (LogFile(path),)))
    assert run.progress == expected


@pytest.mark.parametrize(
    ("end", "cause"),
    [
        ("Loss is nan, stopping training\n", "Loss is nan, stopping"),
        ("Batch 5: Invalid loss, terminating training\n", "Batch 5: Invalid loss"),
        ("[rank0]: Watchdog caught collective operation timeout: WorkNCCL()\n", "Watchdog caught collective"),
        (DEAD.replace(OF_MEMORY, "AssertionError: train loss: nan"), "AssertionError: train loss: nan"),
        (
            LAUNCHED.replace(OF_MEMORY, "ValueError: train loss: nan, val loss: nan"),
            "ValueError: train loss: nan",
        ),
    ],
    ids=["guard", "Keras", "collective", "exception", "exception of a rank"],
)
def test_a_trainer_that_stops_itself_has_failed_and_what_it_raised_is_no_value(
    tmp_path: Path, end: str, cause: str
) -> None:
    text = lines("Epoch {n}, Train Loss: {loss}", *range(1, 9))
    run = printed(tmp_path, text + end)
    assert run.failed
    assert run.cause.startswith(f"train.log: ends with: {cause}")
    assert len(run.frame["Train Loss"]) == 8
    assert not {"train loss", "val loss"} & set(run.frame)
    assert not printed(tmp_path, text + end + text).failed


def test_losses_that_are_printed_as_a_trainer_stops_show_no_way_on(tmp_path: Path) -> None:
    text = lines(
        "Epoch: [0]  [{n}/900]  eta: 0:10:00  lr: 0.001  loss: {loss:.4f} ({loss:.4f})", *range(9, 90, 9)
    )
    end = "Loss is nan, stopping training\n{'loss_box': tensor(nan), 'loss_cls': tensor(0.5)}\n"
    assert printed(tmp_path, text + end).cause == "train.log: ends with: Loss is nan, stopping training"
    assert not printed(tmp_path, text + end + text).failed


def test_a_training_that_stops_early_on_purpose_has_not_failed(tmp_path: Path) -> None:
    text = lines("Epoch {n}, Train Loss: {loss}", *range(1, 9))
    for end in ("Early stopping: loss is 0.25, stopping training\n", "no gain, stopping training\n"):
        assert not printed(tmp_path, text + end).failed
