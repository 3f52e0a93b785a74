"""The trials of an Optuna study in what a program printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.parsing import LoggedRun
from losstui_parsers.stdout import Stdout
from text_logs import runs_in, steps, values

EPOCH = "Epoch {n}/4: train_loss={loss} val_loss={loss}5\n"
END = (
    "[I 2026-01-01 12:00:0{t},123] Trial {t} finished with value: 0.5 and parameters: "
    "{{'lr': 0.{t}1, 'optimizer': 'Adam', 'nesterov': False}}. Best is trial 0 with value: 0.5.\n"
)
PRUNED = "[I 2026-01-01 12:00:0{t},123] Trial {t} pruned. \n"


def epochs_of(trial: int, count: int = 4) -> str:
    return "".join(EPOCH.format(n=n, loss=f"{trial + 1}.{9 - n}") for n in range(1, count + 1))


def read(folder: Path, text: str) -> dict[str, LoggedRun]:
    return {run.name: run for run in runs_in(Stdout(), folder / "train.log", text)}


def test_each_trial_is_a_run_with_its_parameters(tmp_path: Path) -> None:
    text = "".join(
        epochs_of(t, 2 if t == 1 else 4) + (PRUNED if t == 1 else END).format(t=t) for t in range(4)
    )
    runs = read(tmp_path, "[I 2026-01-01 12:00:00,000] A new study created in memory\n" + text)
    assert list(runs) == ["trial=0", "trial=1", "trial=2", "trial=3"]
    assert steps(runs["trial=1"], "val_loss") == [1, 2]
    assert values(runs["trial=2"], "train_loss") == [3.8, 3.7, 3.6, 3.5]
    assert runs["trial=2"].hyperparameters == {"lr": 0.21, "optimizer": "Adam", "nesterov": False}
    assert runs["trial=1"].hyperparameters == {}
    assert all(set(run.frame) == {"train_loss", "val_loss"} for run in runs.values())


def test_what_comes_after_the_last_trial_is_a_run_of_its_own(tmp_path: Path) -> None:
    runs = read(tmp_path, epochs_of(0) + END.format(t=0) + epochs_of(1, 3))
    assert list(runs) == ["trial=0", "after trial=0"]
    assert steps(runs["after trial=0"], "train_loss") == [1, 2, 3]


def test_trials_told_again_at_the_end_change_nothing(tmp_path: Path) -> None:
    text = epochs_of(0) + END.format(t=0) + epochs_of(1) + END.format(t=1)
    assert list(read(tmp_path, text + END.format(t=0) + END.format(t=1))) == ["trial=0", "trial=1"]


@pytest.mark.parametrize(
    "line", ["{{'loss': {loss}, 'epoch': {n}.0}}\n", "Epoch {n}/4\n9/9 - 1s - loss: {loss}\n"]
)
def test_trials_of_other_trainers_are_told_apart_as_well(line: str, tmp_path: Path) -> None:
    text = "".join(
        "".join(line.format(n=n, loss=f"{t}.{n}") for n in range(1, 5)) + END.format(t=t) for t in range(3)
    )
    runs = read(tmp_path, text)
    assert list(runs) == ["trial=0", "trial=1", "trial=2"]
    assert values(runs["trial=2"], "loss") == [2.1, 2.2, 2.3, 2.4]


def test_trials_of_one_value_each_are_one_curve(tmp_path: Path) -> None:
    text = "".join(f"Epoch {t}: val_loss=0.{9 - t}\n" + END.format(t=t) for t in range(5))
    assert list(read(tmp_path, text)) == [""]
