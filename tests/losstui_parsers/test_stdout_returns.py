"""Output whose lines end in carriage returns alone, and epochs that stand below the bar of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.parsing import HEAD_BYTES, FileGroup, LogFile
from losstui.run import StepUnit
from losstui_parsers.stdout import Stdout
from same_frames import assert_same_frame
from text_logs import lines_of, steps, values
from text_logs import read_output as read

BAR = "{n}: {percent}%|####      | {done}/{of} [00:05<00:00, 20.10it/s]"


@pytest.mark.parametrize(
    "line", ["epoch {n} loss {loss}", "Step {n}/90 | loss: {loss}", "iter {n}\tloss {loss}"]
)
@pytest.mark.parametrize("before", ["", "Starting training\n"])
def test_lines_that_end_in_returns_alone_are_lines(line: str, before: str, tmp_path: Path) -> None:
    printed = lines_of(line, 8)
    expected = read(tmp_path, before + printed)
    run = read(tmp_path, before + printed.replace("\n", "\r"), "returns.log")
    assert_same_frame(run.frame, expected.frame)
    assert len(next(iter(run.frame.values())).steps) == 8


def test_states_of_one_line_are_drawn_over_where_lines_end(tmp_path: Path) -> None:
    epoch = "\r".join(f"epoch {{n}} [{batch}/3] loss: {{loss}}{batch}" for batch in (1, 2, 3))
    run = read(tmp_path, lines_of(epoch))
    assert len(run.frame["loss"]) == 4


def test_output_that_begins_to_end_its_lines_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_text("Starting\n" + lines_of("epoch {n} loss {loss}", 5).replace("\n", "\r"))
    group = FileGroup(path, (LogFile(path),))
    follower = Stdout().follow(group)
    assert follower.poll()
    for n in (6, 7):
        with path.open("a") as stream:
            stream.write(f"epoch {n} loss 2.{9 - n}\r")
        assert follower.poll()
        assert steps(follower.runs()[0], "loss") == list(range(1, n + 1))


def test_a_head_full_of_returns_decides_nothing_alone(tmp_path: Path) -> None:
    bars = "\r".join(f"loading {n}/9000" for n in range(HEAD_BYTES // 12))
    run = read(tmp_path, bars + "\n" + lines_of("epoch {n} loss {loss}"))
    assert steps(run, "loss") == [1, 2, 3, 4]


def bars(n: int, of: int = 40) -> str:
    return (
        "\r".join(BAR.format(n=n, percent=100 * done // of, done=done, of=of) for done in (0, of // 2, of))
        + "\n"
    )


@pytest.mark.parametrize("total", [40, 90])
@pytest.mark.parametrize("first", [0, 1])
def test_a_count_below_the_full_bar_of_each_epoch_is_the_epoch(
    total: int, first: int, tmp_path: Path
) -> None:
    line = f"[{{n}}/{total}] Train Loss: {{loss}}, Val Loss: {{loss}}5\n"
    text = "".join(bars(0) + line.format(n=n, loss=9 - n) for n in range(first, first + 5))
    run = read(tmp_path, text.replace("0:", "", 1) if first else text)
    assert run.step_unit is StepUnit.EPOCH
    assert steps(run, "Val Loss") == list(range(first, first + 5))
    assert values(run, "Train Loss") == [9 - n for n in range(first, first + 5)]


def test_steps_below_the_bar_of_a_validation_stay_steps(tmp_path: Path) -> None:
    text = "".join(
        bars(0) + f"[{n}/9000] Train Loss: {9000 / n}, Val Loss: {9999 / n}\n" for n in range(500, 3000, 500)
    )
    run = read(tmp_path, text)
    assert run.step_unit is StepUnit.STEP
    assert steps(run, "Val Loss") == [500, 1000, 1500, 2000, 2500]


def test_batches_without_bars_stay_batches(tmp_path: Path) -> None:
    run = read(tmp_path, lines_of("[{n}/100] Train Loss: {loss}", 6))
    assert run.step_unit is StepUnit.STEP
