"""Bars that are drawn full again with further values: each epoch is told once, as it ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.run import StepUnit
from text_logs import read_output, roles, values

EPOCHS = 3


def lightning_bar(epoch: int, done: int, shown: str) -> str:
    return f"Epoch {epoch}: {25 * done:3d}%|###| {done}/4 [00:01<00:01,  5.00it/s, v_num=7{shown}]"


def lightning_epoch(epoch: int) -> str:
    """The bar shows what the validation told an epoch ago until there is a validation again."""
    before = f", val_loss={3.5 - epoch}, train_loss_epoch={2.5 - epoch}" if epoch else ""
    states = [lightning_bar(epoch, done, f", train_loss_step={9.5 - done}{before}") for done in (1, 2, 3, 4)]
    validated = f", train_loss_step={5.5 - epoch}, val_loss={2.5 - epoch}"
    return (
        "\r".join(states)
        + "\n\rValidation DataLoader 0: 100%|###| 2/2 [00:01<00:00, 9.0it/s]\x1b[A\n\r       \x1b[A\r"
        + lightning_bar(epoch, 4, validated + (f", train_loss_epoch={2.5 - epoch}" if epoch else ""))
        + "\r"
        + lightning_bar(epoch, 4, f"{validated}, train_loss_epoch={1.5 - epoch}")
        + "\r"
        + lightning_bar(epoch, 0, f"{validated}, train_loss_epoch={1.5 - epoch}")
        + "\r"
    )


@pytest.mark.parametrize("returned", ["\r", "\n"], ids=["drawn over", "a line each"])
def test_epoch_of_lightning_is_told_as_its_last_full_bar(returned: str, tmp_path: Path) -> None:
    text = "".join(lightning_epoch(epoch) for epoch in range(EPOCHS)).replace("\r", returned)
    run = read_output(tmp_path, text + "\n")
    assert sorted(run.frame) == ["train_loss_epoch", "train_loss_step", "val_loss"]
    assert run.step_unit is StepUnit.EPOCH
    for tag, first in (("train_loss_step", 5.5), ("val_loss", 2.5), ("train_loss_epoch", 1.5)):
        assert run.frame[tag].steps.tolist() == [0, 1, 2]
        assert values(run, tag) == [first, first - 1, first - 2]


@pytest.mark.parametrize("form", ["Epoch {} [{}]", "[{1}] Epoch {0}", "Epoch {}/3 {}"])
def test_bars_of_train_and_validation_of_an_epoch_are_told_apart(form: str, tmp_path: Path) -> None:
    text = "".join(
        f"{form.format(epoch, split)}: 100%|###| 9/9 [00:01<00:00, 9.0it/s, loss={start - epoch}]\n"
        for epoch in range(EPOCHS)
        for split, start in (("train", 4.5), ("val", 5.5))
    )
    run = read_output(tmp_path, text)
    assert values(run, "train/loss") == [4.5, 3.5, 2.5]
    assert values(run, "val/loss") == [5.5, 4.5, 3.5]


def keras_bar(done: int, shown: str, of: int = 2) -> str:
    return (
        f"\x1b[1m{done}/{of}\x1b[0m \x1b[32m━━━\x1b[0m\x1b[37m━\x1b[0m \x1b[1m4s\x1b[0m 45ms/step - {shown}"
    )


def keras_epoch(epoch: int, returned: str, validated: str) -> str:
    return (
        f"Epoch {epoch + 1}/3\n"
        + returned.join(keras_bar(done, f"loss: {9.5 - done}") for done in (1, 2))
        + returned
        + keras_bar(2, f"loss: {4.5 - epoch}{validated}")
        + "\n"
    )


@pytest.mark.parametrize("returned", ["\b\b\r", "\n"], ids=["drawn over", "a line each"])
def test_epoch_of_keras_is_told_as_its_last_full_bar(returned: str, tmp_path: Path) -> None:
    text = "".join(keras_epoch(epoch, returned, f" - val_loss: {5.5 - epoch}") for epoch in range(EPOCHS))
    run = read_output(tmp_path, text)
    assert run.step_unit is StepUnit.EPOCH
    assert values(run, "loss") == [4.5, 3.5, 2.5]
    assert values(run, "val_loss") == [5.5, 4.5, 3.5]


@pytest.mark.parametrize("validated", [" - val_loss: 5.5", ""])
def test_evaluation_of_keras_is_no_further_epoch(validated: str, tmp_path: Path) -> None:
    trained = "".join(keras_epoch(epoch, "\b\b\r", validated) for epoch in range(EPOCHS))
    evaluated = keras_bar(1, "loss: 8.5", 7) + "\r" + keras_bar(7, "loss: 0.25", 7) + "\n"
    run = read_output(tmp_path, trained + evaluated)
    assert values(run, "loss") == [4.5, 3.5, 2.5]
    assert values(run, "test/loss") == [0.25]
    assert roles(run)["test/loss"] == "test_loss"
