"""Loops of which only a progress bar tells where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from losstui.roles import Split, assign_roles
from losstui.run import StepUnit
from losstui_parsers.stdout import Stdout
from text_logs import claim_of, read_output, steps, values


def bar(done: int, total: int, shown: str = "", about: str = "") -> str:
    return f"\r{about}{100 * done // total:3d}%|##  | {done}/{total} [01:00<02:00,  1.67it/s{shown}]"


def bars(total: int, losses: Sequence[float], about: str = "") -> str:
    return "".join(bar(done, total, f", loss={loss}", about) for done, loss in enumerate(losses, 1)) + "\n"


def test_one_bar_of_steps(tmp_path: Path) -> None:
    run = read_output(tmp_path, bars(4, [2.0, 1.5, 1.25, 1.125], "Steps: "))
    assert run.step_unit is StepUnit.STEP
    assert (steps(run, "loss"), values(run, "loss")) == ([1, 2, 3, 4], [2.0, 1.5, 1.25, 1.125])


def test_a_bar_that_begins_anew_goes_on_counting(tmp_path: Path) -> None:
    run = read_output(tmp_path, bars(3, [2.0, 1.5, 1.25]) + bars(3, [1.125, 1.0, 0.875]))
    assert steps(run, "loss") == [1, 2, 3, 4, 5, 6]


def test_a_bar_that_names_its_epoch(tmp_path: Path) -> None:
    text = "".join(
        bars(3, [2 - epoch, 1.75 - epoch, 1.5 - epoch], f"Step of epoch {epoch}: ") for epoch in (0, 1)
    )
    run = read_output(tmp_path, text)
    assert steps(run, "loss") == [1, 2, 3, 4, 5, 6]
    epochs = run.frame["loss"].epochs
    assert epochs is not None
    assert epochs.tolist() == [0, 0, 0, 1, 1, 1]


def test_a_bar_counts_in_thousands(tmp_path: Path) -> None:
    done = ["250", "1.00k", "1.75k", "2.50k"]
    text = "".join(
        f"\r 50%|##  | {n}/10.0k [01:00<02:00, 50it/s, loss={2 - i / 4}]" for i, n in enumerate(done)
    )
    run = read_output(tmp_path, text + "\n")
    assert (steps(run, "loss"), values(run, "loss")) == ([250, 1000, 1750, 2500], [2.0, 1.75, 1.5, 1.25])


def test_a_bar_of_epochs(tmp_path: Path) -> None:
    run = read_output(tmp_path, bars(4, [2.0, 1.5, 1.25, 1.125], "Epochs: "))
    assert (run.step_unit, steps(run, "loss")) == (StepUnit.EPOCH, [1, 2, 3, 4])


def test_a_state_drawn_before_its_values_are_known_counts_once(tmp_path: Path) -> None:
    losses = [2.0, 1.5, 1.5, 1.25]
    text = bar(1, 4)
    for done, (before, after) in enumerate(zip([2.5, *losses[:-1]], losses, strict=True), 1):
        text += bar(done, 4, f", loss={before}") + bar(done, 4, f", loss={after}")
    run = read_output(tmp_path, text + "\n")
    assert (steps(run, "loss")[-4:], values(run, "loss")[-4:]) == ([1, 2, 3, 4], losses)


def test_what_stands_between_bars_is_placed_by_the_first_of_them(tmp_path: Path) -> None:
    text = "".join(
        bars(3, [2.0, 1.75, 1.5], "Train: ")
        + bars(2, [9.0, 1.0 / epoch], "Val: ")
        + f"validation accuracy: 0.{5 + epoch}\n"
        for epoch in (1, 2, 4)
    )
    run = read_output(tmp_path, text)
    assert steps(run, "train/loss") == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert (steps(run, "val/loss"), values(run, "val/loss")) == ([3, 6, 9], [1.0, 0.5, 0.25])
    assert steps(run, "validation accuracy") == [3, 6, 9]


@pytest.mark.parametrize("total", [3, 40])
def test_lines_between_bars_that_show_nothing(total: int, tmp_path: Path) -> None:
    done = [1, 2, 3] if total == 3 else [40, 40, 40]
    text = bar(9, 9, about="Tokenizing: ") + "\n"
    for epoch, count in enumerate(done, 1):
        text += bar(count - 1, total) + bar(count, total) + f"\nTrain loss: {1 / epoch} | Val loss: 0.5\n"
    run = read_output(tmp_path, text)
    assert steps(run, "Train loss") == ([1, 2, 3] if total == 3 else [40, 80, 120])
    assert values(run, "Val loss") == [0.5, 0.5, 0.5]


def test_a_bar_is_no_line_of_the_loop_that_tells_its_epochs(tmp_path: Path) -> None:
    text = "".join(
        bars(3, [2.0, 1.75, 1.5], "Train Loss: 5.5: ") + f"[{epoch}/3] Train Loss: {1 / epoch}\n"
        for epoch in (1, 2, 4)
    )
    run = read_output(tmp_path, text)
    assert {tag: steps(run, tag) for tag in run.frame} == {"Train Loss": [1, 2, 4]}


def test_bars_without_values_are_no_log(tmp_path: Path) -> None:
    assert claim_of(Stdout(), tmp_path / "train.log", "".join(bar(n, 9) + "\n" for n in range(9))) is None


def of_pytorch_cifar(done: int, total: int, loss: float, *, drawn_over: bool) -> str:
    message = f" [===>...]  Step: 65ms | Tot: 1s12ms | Loss: {loss} | Acc: 50.5% ({done}/{total}0) "
    line = message + ("      \b\b\b\b\b\b\b" if drawn_over else "") + f"{done}/{total} "
    return line + ("\n" if done == total else "\r")


@pytest.mark.parametrize("drawn_over", [False, True])
def test_the_bar_of_pytorch_cifar(drawn_over: bool, tmp_path: Path) -> None:
    text = "".join(
        f"\nEpoch: {epoch}\n"
        + "".join(of_pytorch_cifar(n, 3, 3 - epoch / 2 - n / 8, drawn_over=drawn_over) for n in (1, 2, 3))
        + "".join(of_pytorch_cifar(n, 2, 3 - epoch / 4, drawn_over=drawn_over) for n in (1, 2))
        + "Saving..\n"
        for epoch in (0, 1, 2)
    )
    run = read_output(tmp_path, text)
    assert set(run.frame) == {"train/Loss", "train/Acc", "test/Loss", "test/Acc"}
    assert all(steps(run, tag) == [0, 1, 2] for tag in run.frame)
    assert values(run, "train/Loss") == [2.625, 2.125, 1.625]
    assert values(run, "test/Loss") == [3.0, 2.75, 2.5]
    assert assign_roles(run.frame)["test/Loss"].split is Split.TEST


def test_what_is_printed_behind_a_bar_is_not_of_the_bar(tmp_path: Path) -> None:
    text = "".join(
        f"{bar(done, 40, f', loss={loss}')}{bar(done + 1, 40, f', loss={loss}')}Forward: {4 + done / 8}\n"
        for done, loss in enumerate([2.0, 1.5, 1.25, 1.125, 1.0])
    )
    run = read_output(tmp_path, text)
    assert set(run.frame) == {"loss"}
    assert values(run, "loss")[1:] == [2.0, 1.5, 1.25, 1.125, 1.0]


@pytest.mark.parametrize("shown", ["", ", lr=0.5"])
def test_values_that_hang_behind_a_bar_are_its_own_where_it_holds_none(shown: str, tmp_path: Path) -> None:
    losses = [2.0, 1.5, 1.25, 1.125]
    text = "".join(f"{bar(done, 4, shown)} loss: {loss}" for done, loss in enumerate(losses, 1))
    run = read_output(tmp_path, f"{text}\n")
    assert (steps(run, "loss"), values(run, "loss")) == ([1, 2, 3, 4], losses)


def test_a_loss_behind_a_bar_that_holds_one_is_not_of_the_bar(tmp_path: Path) -> None:
    losses = [2.0, 1.5, 1.25, 1.125]
    text = "".join(f"{bar(done, 4, f', loss={loss}')} val loss: 9.5" for done, loss in enumerate(losses, 1))
    assert set(read_output(tmp_path, f"{text}\n").frame) == {"loss"}


def test_a_bar_of_which_only_the_full_state_was_kept_goes_on_counting(tmp_path: Path) -> None:
    text = "".join(
        f"\nEpoch: {n}\ntrain: 100%|##| 9/9 [01:10<00:00,  1.3it/s, dice_loss - {2 - n / 4}, iou - 0.5]\n"
        f"valid: 100%|##| 8/8 [00:12<00:00,  8.1it/s, dice_loss - {3 - n / 4}, iou_score - 0.5]\n"
        for n in range(4)
    )
    run = read_output(tmp_path, text)
    assert (steps(run, "train/dice_loss"), values(run, "train/dice_loss")) == (
        [9, 18, 27, 36],
        [2, 1.75, 1.5, 1.25],
    )
    assert (steps(run, "valid/dice_loss"), values(run, "valid/dice_loss")) == (
        [9, 18, 27, 36],
        [3, 2.75, 2.5, 2.25],
    )


def test_a_full_bar_that_is_drawn_again_tells_nothing(tmp_path: Path) -> None:
    full = bar(4, 4, ", loss=1.5") + "\nSaved.\n" + bar(4, 4, ", loss=1.5") + "\n"
    run = read_output(tmp_path, bars(4, [2.0, 1.75, 1.625, 1.5]) + full + full)
    assert steps(run, "loss") == [1, 2, 3, 4]


def test_evaluations_printed_between_the_states_of_a_bar_leave_it_its_loss(tmp_path: Path) -> None:
    """Gaussian splatting shows the loss in the bar alone, and prints what it measures at some iterations."""
    text = ""
    for done in range(1, 9):
        text += bar(done, 8, f", Loss={2 / done}", "Training progress: ")
        if done % 2 == 0:
            text += f"\n[ITER {done}] Evaluating test: L1 0.25 PSNR {20 + done}.5 [01/02 10:00:00]\n"
    run = read_output(tmp_path, text)
    assert values(run, "training/Loss") == [2 / done for done in range(1, 9)]
    assert (steps(run, "test/PSNR"), values(run, "test/PSNR")) == ([2, 4, 6, 8], [22.5, 24.5, 26.5, 28.5])


def test_a_loss_that_is_printed_is_not_taken_from_a_bar(tmp_path: Path) -> None:
    text = ""
    for epoch in (1, 2, 3):
        text += bar(1, 2, ", loss=9.5") + bar(2, 2, ", loss=9.25")
        text += f"\nEpoch {epoch}: train loss {2 / epoch}, PSNR: 20.5\n"
    assert values(read_output(tmp_path, text), "train loss") == [2.0, 1.0, 2 / 3]
