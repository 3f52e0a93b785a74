from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losstui.errors import UnreadableLog
from losstui.parsing import HEAD_BYTES, LogFile
from losstui_parsers.stdout import Stdout
from text_logs import lines_of, read_output, steps, values


def claim(folder: Path, content: str | bytes, name: str = "train.log") -> str | None:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Stdout().recognise(LogFile(path))


def test_averages_on_the_way_through_an_epoch_are_no_points(tmp_path: Path) -> None:
    text = "".join(
        "".join(f"\repoch {epoch}: loss: {9.5 - part}" for part in (0, 1)) + f"\repoch {epoch}: loss: 0.5\n"
        for epoch in (1, 2, 3)
    )
    assert values(read_output(tmp_path, text), "loss") == [0.5] * 3


def test_not_finite_numbers_are_kept_and_missing_ones_are_none(tmp_path: Path) -> None:
    run = read_output(
        tmp_path,
        lines_of("step {n}: loss: {loss}, lr: 0.5") + "step 5: loss: nan, lr: N/A\nstep 6: loss: -inf\n",
    )
    assert values(run, "loss")[-1] == -math.inf
    assert math.isnan(values(run, "loss")[-2])
    assert steps(run, "lr") == [1, 2, 3, 4]


def test_thousands_and_units(tmp_path: Path) -> None:
    line = (
        "step {n}: loss: {loss}, tokens/s: 7,282.5, time: 1099ms, mfu: 15%, memory: 7.1G, speed: 12.5k, "
        "at: 10:11:12"
    )
    run = read_output(tmp_path, lines_of(line))
    assert {tag: values(run, tag)[0] for tag in run.frame if tag != "loss"} == {
        "tokens/s": 7282.5,
        "time": 1099.0,
        "mfu": 15.0,
        "memory": 7.1,
        "speed": 12500.0,
    }


def test_a_complete_date_is_the_wall_time(tmp_path: Path) -> None:
    dated = lines_of("2023-05-15 23:59:5{n},250 INFO:Epoch {n}: Train Loss={loss}, Val Loss=0.5")
    walls = read_output(tmp_path, dated).frame["Train Loss"].wall_times
    assert walls is not None
    assert walls.tolist() == [1684195191.25, 1684195192.25, 1684195193.25, 1684195194.25]
    undated = lines_of("23:59:5{n} INFO:Epoch {n}: Train Loss={loss}")
    assert read_output(tmp_path, undated).frame["Train Loss"].wall_times is None


def test_what_several_ranks_print_is_all_kept(tmp_path: Path) -> None:
    text = "".join(
        f"{rank}: step {step} loss: {step + rank / 8}\n" for step in (10, 20, 30) for rank in (0, 1)
    )
    run = read_output(tmp_path, text)
    assert steps(run, "loss") == [10, 10, 20, 20, 30, 30]
    assert values(run, "loss") == [10.0, 10.125, 20.0, 20.125, 30.0, 30.125]
    assert run.frame["loss"].sessions is None


def test_a_run_begun_again_has_a_second_session(tmp_path: Path) -> None:
    text = "".join(
        f"step:{step}/90 val_loss:{9 - step / 10} train_time:1s\n" for step in (0, 10, 20, 30, 20, 30, 40)
    )
    sessions = read_output(tmp_path, text).frame["val_loss"].sessions
    assert sessions is not None
    assert sessions.tolist() == [0, 0, 0, 1, 0, 1, 1]


def test_families_may_follow_one_another(tmp_path: Path) -> None:
    text = (
        "[2021-05-25 05:29:14,954] [INFO] [stage3.py] OVERFLOW! Rank 0 Skipping step. reducing to 128.0\n"
        " iteration  1/ 9 | lm loss: 2.5E+00 | loss scale: 128.0 |\n"
        "garbage \x00\x01 step torn it\n"
        " iteration  2/ 9 | elapsed time per iteration (ms): 5.5 | lm loss: 2.25E+00 | loss sc\n"
        " validation loss at iteration 2 | lm loss value: 2.0E+00 |\n"
    )
    run = read_output(tmp_path, text.replace("iteration  1/ 9 |", "iteration  1/ 9 | consumed samples: 8 |"))
    assert values(run, "lm loss") == [2.5, 2.25]
    assert steps(run, "validation/lm loss") == [2]
    assert values(run, "loss_scale") == [128.0]


@pytest.mark.parametrize(
    ("end", "last"), [("step 5: lo", 3.0), ("step 5: loss: 2.", 3.0), ("step 5: loss: 2.875", 2.875)]
)
def test_a_line_being_written_is_read_as_far_as_it_is_sure(end: str, last: float, tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("step {n}: loss: {loss:.3f}") + end)
    assert values(run, "loss")[-1] == last
    torn = end.endswith("2.")
    assert run.warnings == (
        ("train.log: line 5 has no line end: its last value may be cut and is left out",) if torn else ()
    )


@pytest.mark.parametrize(
    "content",
    [
        "In the third epoch we saw a loss: 0.5 which is nice.\nAt epoch 4, accuracy: 90% was reached.\n",
        "epochs: 10\nlr: 0.1\nloss: 0.5\nstep: 3\neval_iters: 10\n" * 5,
        "for epoch in range(10):\n    loss = 0.5\n    print(f'epoch {epoch} loss: {loss}')\nval_loss = 1.0\n",
        "2023-05-15 22:50:17 INFO Epoch 1 started\n2023-05-15 22:51:17 INFO Epoch 2 started\n" * 5,
        "job 1: exit code = 0\njob 2: exit code = 0\njob 3: error = 5\njob 4: exit code = 1\n",
        "Install step 1: run make\nstep 2: version = 1.5\nstep 3: port = 8080\nstep 4: port = 8081\n",
        "{'optimizer': 'adam', 'lr': 0.1, 'epochs': 10, 'loss': 'mse'}\n" * 5,
        "name,score\na,1\nb,2\n",
        "",
    ],
    ids=["prose", "settings", "code", "chatter", "jobs", "steps", "dictionaries", "table", "empty"],
)
def test_what_only_mentions_a_loss_is_not_claimed(content: str, tmp_path: Path) -> None:
    assert claim(tmp_path, content) is None
    assert claim(tmp_path, content, "notes.txt") is None


def test_one_line_of_a_trainer_is_enough_where_the_name_promises_output(tmp_path: Path) -> None:
    line = "[titan] step:  1  loss: 12.4  grad_norm: 27.0  tps: 1,150\nTraceback (most recent call last):\n"
    assert claim(tmp_path, line, "run.log")
    assert claim(tmp_path, line, "paragraph") is None
    assert claim(tmp_path, line + line.replace("1", "2"), "paragraph")


def test_a_long_set_up_before_the_first_line_of_training(tmp_path: Path) -> None:
    chatter = "NCCL INFO Channel 00 : 0 1 2 3\n" * (HEAD_BYTES // 16)
    text = chatter + lines_of("Epoch: {n}, Train Loss: {loss}")
    assert claim(tmp_path, text, "notes.unknown") is None
    assert values(read_output(tmp_path, text, "slurm-1234.out"), "Train Loss") == [3.375, 3.25, 3.125, 3.0]


def test_other_encodings_and_line_ends(tmp_path: Path) -> None:
    text = lines_of("第{n}轮 epoch={n} loss={loss}")
    for content in (
        text.encode("utf-16"),
        text.replace("\n", "\r\n").encode(),
        b"\xfa\xfb\n" + text.encode("latin-1", "replace"),
    ):
        assert len(read_output(tmp_path, content).frame["loss"]) == 4


def test_reading_what_has_nothing_to_tell_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_text("nothing was trained\n")
    parser = Stdout()
    with pytest.raises(UnreadableLog, match="no line that tells a loss"):
        parser.read(parser.group([LogFile(path)])[0])


def test_dumps_and_runs_of_blanks_stay_cheap(tmp_path: Path) -> None:
    rows = lines_of("Epoch: {n}, Train Loss: {loss}")
    dump = (
        "epoch" + " " * 100_000 + "1" + " /" * 8000 + "\n" + "loss" + " " * 15_000 + "\n" + "a/" * 8000 + "\n"
    )
    run = read_output(tmp_path, rows + dump * 3 + "step " + "9" * 5000 + "\n")
    assert values(run, "Train Loss") == [3.375, 3.25, 3.125, 3.0]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(
                [
                    "Epoch 1/3",
                    "epoch: 1e999 loss: 1e999",
                    "step 99999999999999999999 loss: 0.5",
                    "{'loss': 0.5, 'epoch': nan}",
                    " iteration 5/ 9 | consumed samples: 8 | lm loss: x |",
                    "Epoch: [1][2/3] Loss 0.5 (0.5)",
                    "10/10 [==] - loss: 0.5",
                    "| epoch 001 | loss 8.2",
                    "\r50%|#| 5/10 [00:01<00:01]",
                ]
            ),
        ),
        max_size=12,
    )
)
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("any") / "train.log"
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace", newline="")
    parser = Stdout()
    if parser.recognise(LogFile(path)) is None:
        return
    try:
        runs = parser.read(parser.group([LogFile(path)])[0])
    except UnreadableLog:
        return
    for run in runs:
        for tag, series in run.frame.items():
            assert tag
            assert np.all(series.steps[1:] >= series.steps[:-1])
