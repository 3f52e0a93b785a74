"""The steps of rows that tell only their epoch, from the bars of tqdm around them."""

from __future__ import annotations

from pathlib import Path

from losstui.parsing import LogFile
from losstui_parsers.stdout import Stdout


def steps_of(path: Path, text: str) -> list[int]:
    path.write_text(text)
    (run,) = Stdout().read(Stdout().group([LogFile(path)])[0])
    return [int(step) for step in run.frame["loss"].steps]


def bar(step: int) -> str:
    return f"\r {step}%|##   | {step}/100 [00:{step % 60:02d}<05:00,  1.00it/s]"


def row(step: int) -> str:
    return f"\r      \r{{'loss': {5 - step / 20}, 'grad_norm': 0.5, 'epoch': {step / 25:.2f}}}\n"


def test_bar_that_lags_before_the_row_is_drawn_anew_behind_it(tmp_path: Path) -> None:
    text = "".join(bar(step - 3 + step % 4) + row(step) + bar(step) for step in range(5, 100, 5))
    assert steps_of(tmp_path / "train.log", text) == list(range(5, 100, 5))


def test_bar_that_is_drawn_only_at_the_next_step_is_not_taken(tmp_path: Path) -> None:
    text = "".join(bar(step) + row(step) + bar(step + 1) for step in range(5, 100, 5))
    assert steps_of(tmp_path / "train.log", text) == list(range(5, 100, 5))


def test_last_row_without_a_bar_behind_it_has_the_step_before_it(tmp_path: Path) -> None:
    text = "".join(row(step) + bar(step) for step in range(5, 100, 5))
    assert steps_of(tmp_path / "train.log", bar(4) + text + bar(100) + row(100)) == list(range(5, 101, 5))


def test_epochs_that_are_no_numbers_leave_the_bars_before_the_rows(tmp_path: Path) -> None:
    text = "".join(
        bar(step) + f"\n{{'loss': {5 - step / 20}, 'epoch': nan}}\n" + bar(step + 2)
        for step in range(5, 100, 5)
    )
    assert steps_of(tmp_path / "train.log", text) == list(range(5, 100, 5))
