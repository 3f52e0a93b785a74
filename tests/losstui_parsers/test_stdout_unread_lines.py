"""What the lines of a loop tell beside those that a family reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.parsing import LoggedRun
from losstui_parsers.stdout_lines.key_values import KeyValues
from losstui_parsers.stdout_lines.record import Record
from text_logs import read_output


def curve(run: LoggedRun, tag: str) -> list[tuple[int, float]]:
    series = run.frame[tag]
    return list(zip(series.steps.tolist(), series.values.tolist(), strict=True))


BAR = "Epoch {n}: 100%|####| 8/8 [00:02<00:00, 3.9it/s, loss={loss}]\n"
PIPED = "step {n}0 | loss {loss} | lr 1e-3\n"
METERS = "Epoch: [{n}][8/8]  Time 0.5 (0.5)  Loss {loss} (2.5)\n"
KERAS = "Epoch {n}/9\n8/8 [====] - 2s 3ms/step - loss: {loss} - accuracy: 0.5\n"


def lines(read_by_a_family: str, beside: str, count: int = 3) -> str:
    return "".join((read_by_a_family + beside).format(n=n, loss=3 - n / 4) for n in range(1, count + 1))


@pytest.mark.parametrize(
    ("family", "beside", "steps"),
    [
        (BAR, "Epoch {n} - Val Loss: 1.5\n", [1, 2, 3]),
        (BAR, "INFO:root:val loss: 1.5\n", [1, 2, 3]),
        (PIPED, ">>> val | loss 1.5 | perplexity 4.5\n", [10, 20, 30]),
        (METERS, "=> val: loss 1.5\n", [1, 2, 3]),
        (KERAS, "Epoch {n}: val_loss: 1.5\n", [1, 2, 3]),
    ],
)
def test_the_validation_printed_below_is_read(
    family: str, beside: str, steps: list[int], tmp_path: Path
) -> None:
    run = read_output(tmp_path, lines(family, beside))
    train = "Loss" if family is METERS else "loss"
    assert curve(run, train) == list(zip(steps, (2.75, 2.5, 2.25), strict=True))
    [held_out] = [tag for tag in run.frame if "val" in tag.lower() and "loss" in tag.lower()]
    assert curve(run, held_out) == [(step, 1.5) for step in steps]


def test_the_number_of_epochs_and_the_rate_among_settings_are_no_place() -> None:
    reader = KeyValues()
    assert [reader.read(setting) for setting in ("epoch: 300", "lr: 0.5")] == [None, None]
    reader.stand(Record([("loss", 2.0)], 10.0, None))
    assert reader.read("val loss: 1.5") == Record([("val loss", 1.5)], 10.0, None)


def test_what_comes_before_the_first_line_of_a_family_is_kept(tmp_path: Path) -> None:
    text = "".join(
        f"Epoch: {n}/4, Iter: {batch}/2 -- train_loss: {3 - n / 4}\n" for n in (1, 2, 3) for batch in (1, 2)
    )
    lines_of_epochs = text.splitlines(keepends=True)
    for n in (3, 2, 1):
        lines_of_epochs.insert(2 * n, f"Epoch[{n}] Metrics -- val_acc: 0.{4 + n}\n")
    run = read_output(tmp_path, "".join(lines_of_epochs))
    assert curve(run, "train_loss") == list(enumerate([2.75, 2.75, 2.5, 2.5, 2.25, 2.25], start=1))
    assert curve(run, "val_acc") == [(2, 0.5), (4, 0.6), (6, 0.7)]


def test_a_step_beside_a_few_of_many_epochs_is_not_the_place_of_all(tmp_path: Path) -> None:
    run = read_output(
        tmp_path, lines(KERAS, "", count=9) + "step 4: test loss: 1.5\nstep 5: test loss: 1.5\n"
    )
    assert curve(run, "loss") == [(n, 3 - n / 4) for n in range(1, 10)]


@pytest.mark.parametrize(
    "beside",
    [
        "Epoch {n}:  50%|##  | 4/8 [00:01<00:01, 3.9it/s, val_loss=9.5]\n",
        "class cat: accuracy 0.5\nclass dog: accuracy 0.6\nclass cow: accuracy 0.7\n",
        "8/9 [===>.] - ETA: 0s - val_loss: 9.5\n",
    ],
    ids=["half a bar", "a row a class", "half a bar of Keras"],
)
def test_what_is_no_curve_is_left_out(beside: str, tmp_path: Path) -> None:
    family = KERAS if "ETA" in beside else BAR
    assert set(read_output(tmp_path, lines(family, beside)).frame) == set(
        read_output(tmp_path, lines(family, "")).frame
    )


def test_a_summary_at_the_end_is_no_curve(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines(PIPED, "") + "test loss: 0.5, test accuracy: 0.75\n")
    assert set(run.frame) == {"loss", "lr"}
    assert curve(run, "loss") == [(10, 2.75), (20, 2.5), (30, 2.25)]


def test_a_trainer_that_says_it_all_is_not_added_to(tmp_path: Path) -> None:
    rows = "".join(
        f"update {n} gives val loss 0.5\n{{'loss': {3 - n / 4}, 'epoch': {n / 8}}}\n" for n in (1, 2, 3)
    )
    run = read_output(tmp_path, rows)
    assert curve(run, "loss") == [(0, 2.75), (1, 2.5), (2, 2.25)]
    assert set(run.frame) == {"loss"}


def test_one_tag_of_both_is_one_curve_in_the_order_of_the_lines(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines(PIPED, "step {n}5: loss: 1.5\n"))
    assert curve(run, "loss") == [(10, 2.75), (15, 1.5), (20, 2.5), (25, 1.5), (30, 2.25), (35, 1.5)]
