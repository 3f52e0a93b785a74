"""Habits of loggers and libraries whose lines are read as those of anyone's loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.run import StepUnit
from losstui_parsers.stdout import Stdout
from text_logs import claim_of, epochs, lines_of, read_output, roles, steps, values


@pytest.mark.parametrize(
    ("template", "tags"),
    [
        ("Epoch {n} Loss: {loss} Acc: 50.5 Acc: 80.5", {"Loss", "Acc", "Acc.2"}),
        ("Epoch {n} Train Loss: {loss} Acc@1 50.5 Acc@5 80.5", {"Train Loss", "train/Acc@1", "train/Acc@5"}),
        ("Epoch {n} Loss: {loss} Top 1 Acc: 50.5 Top 5 Acc: 80.5", {"Loss", "Top-1-Acc", "Top-5-Acc"}),
        (
            "Epoch [{n}/9] Loss {loss}, Top 1-error 50.5, Top 5-error 20.5",
            {"Loss", "Top-1-error", "Top-5-error"},
        ),
        (
            "Epoch {n} loss: {loss} Recall at 1: 0.5, Recall @10: 0.75, hits@1 0.25",
            {"loss", "Recall@1", "Recall@10", "hits@1"},
        ),
        (
            "Epoch {n} loss: {loss} mAP@0.5:0.95: 0.25 mAP@0.5: 0.5, AP50:95 0.25",
            {"loss", "mAP@0.5-0.95", "mAP@0.5", "AP50-95"},
        ),
        (
            "Epoch {n} loss: {loss} AP @ IoU=0.50:0.95 = 0.25; P@1 0.5 Rank 1: 0.5",
            {"loss", "AP@0.50-0.95", "P@1", "Rank-1"},
        ),
        ("step {n} time: 12.5 sec loss: {loss}", {"time", "loss"}),
        ("Iter {n}: Train loss {loss}, Learning Rate 1.5e-05, It/sec 0.5", {"train/loss", "Learning Rate"}),
        ("Loss {loss}   LearningRate 0.5   Global Step: {n}0", {"Loss", "LearningRate"}),
        ("epoch {n}\nDEV : loss {loss} - f1-score (micro avg)  0.75", {"dev/loss", "dev/f1-score"}),
        (
            "step {n}: {{'train/loss': {loss}}}\nrollout {n}: {{'rollout/reward': 0.5, 'rollout/step': {n}}}",
            {"train/loss", "rollout/reward"},
        ),
        ("step {n} speed : 12.5 img/s loss : {loss}", {"speed", "loss"}),
        ("Epoch {n}, Loss: tensor({loss}, device='cuda:0', grad_fn=<NllLossBackward0>)", {"Loss"}),
        ("[Epoch {n}] Training cost: 12.5, CrossEntropy={loss}", {"Training time", "training/CrossEntropy"}),
        (
            "epoch: {n} - train loss: {loss} - valid loss: 0.5, valid PER: 5.5",
            {"train loss", "valid loss", "valid PER"},
        ),
        ("I0301 10:00:00.123456 14 writer.py:48] [{n}0] accuracy=0.5, loss={loss}", {"accuracy", "loss"}),
        ("Mar 01 10:00:0{n} host python[12]: Epoch {n} | train loss: {loss} | lr: 0.5", {"train loss", "lr"}),
    ],
)
def test_what_a_line_names_is_told_apart(template: str, tags: set[str], tmp_path: Path) -> None:
    assert set(read_output(tmp_path, lines_of(template)).frame) == tags


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("1m 2.0s", 62.0),
        ("1h02m", 3720.0),
        ("00:01:02.5", 62.5),
        ("3 min 20 s", 200.0),
        ("2 minutes and 5 seconds", 125.0),
        ("1 day, 4:06:56", 101_216.0),
        ("2 hours, 1 minute", 7260.0),
        ("12.5 s", 12.5),
    ],
)
def test_a_time_in_several_units_is_in_seconds(told: str, seconds: float, tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of(f"Epoch {{n}} loss: {{loss}} train time: {told}"))
    assert set(values(run, "train time")) == {seconds}
    assert roles(run)["train time"] == "train_step_time"


@pytest.mark.parametrize(
    "told", ["12:03:44 loss", "remaining time: 0:01:02 loss", "at 2024-01-01 12:03:44 loss"]
)
def test_a_time_of_day_and_what_is_left_are_no_values(told: str, tmp_path: Path) -> None:
    assert set(read_output(tmp_path, lines_of(f"Epoch {{n}} {told}: {{loss}}")).frame) <= {"loss"}


def test_millions_are_no_minutes(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("Epoch {n} loss: {loss} params: 5m 3 layers"))
    assert set(values(run, "params")) == {5.0}


def test_seconds_and_error_rates_are_no_losses(tmp_path: Path) -> None:
    line = "[Epoch {n}] Training cost: 12.5, CrossEntropy={loss}"
    assert roles(read_output(tmp_path, lines_of(line)))["Training time"] == "train_step_time"
    line = "epoch: {n} - train loss: {loss} - valid loss: 0.5, valid PER: 59.5"
    assert roles(read_output(tmp_path, lines_of(line)))["valid PER"] == "val_error"


def test_a_cost_alone_is_a_loss(tmp_path: Path) -> None:
    assert roles(read_output(tmp_path, lines_of("Epoch {n} Training cost: {loss}"))) == {
        "Training cost": "train_loss"
    }


def test_the_epoch_stands_in_brackets_behind_the_split(tmp_path: Path) -> None:
    text = "".join(
        f"train ({n}/9) loss: {3 - n / 8}\nvalid ({n}/9) loss: 0.5\n* Epoch ({n}/9) lr: 0.5\n"
        for n in (1, 2, 3)
    )
    run = read_output(tmp_path, text)
    assert (epochs(run, "train/loss"), values(run, "train/loss")) == ([1, 2, 3], [2.875, 2.75, 2.625])
    assert epochs(run, "valid/loss") == [1, 2, 3]


def test_the_split_of_a_cell_stands_behind_its_epoch(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("{n}/9 * Epoch {n} (train): acc=0.5 | loss={loss}"))
    assert set(run.frame) == {"train/acc", "train/loss"}


@pytest.mark.parametrize("batch", ["Iteration[{}/900]", "Batch [0-{}]"])
def test_batches_in_brackets_have_several_names(batch: str, tmp_path: Path) -> None:
    text = "".join(f"Epoch[{n}] {batch.format(count)} Loss: 2.5\n" for n in (1, 2) for count in (300, 600))
    assert steps(read_output(tmp_path, text), "Loss") == [300, 600, 900, 1200]


def test_the_bar_before_a_row_on_its_line_tells_the_step(tmp_path: Path) -> None:
    text = "".join(
        f"\r {n}%|#  | {n}/60 [00:0{n}<01:00, 1.2s/it]{{'loss': {3 - n / 8}, 'epoch': 0.{n}}}\n"
        for n in range(1, 7)
    )
    assert steps(read_output(tmp_path, text), "loss") == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "label",
    [
        "2023-03-01T10:00:0{n}.123456789Z ",
        "2023-03-01T10:00:0{n}.123456789+02:00 stdout F ",
        "[pod/train-abc/main] 2023-03-01T10:00:0{n}Z ",
        "(Worker pid=12, ip=10.0.0.1) ",
    ],
)
def test_tables_stand_behind_what_a_container_says(label: str, tmp_path: Path) -> None:
    rows = [
        "epoch     train_loss  valid_loss  time",
        *(f"{n}         2.{n}00000    2.500000    00:12" for n in range(3)),
    ]
    run = read_output(tmp_path, "".join(label.format(n=n) + row + "\n" for n, row in enumerate(rows)))
    assert (epochs(run, "train_loss"), values(run, "train_loss")) == ([0, 1, 2], [2.0, 2.1, 2.2])
    assert (run.frame["train_loss"].wall_times is not None) == ("2023" in label)


@pytest.mark.parametrize(
    "line",
    [
        "1 epoch, {n}0 iter, average time 0.5, loss {loss}",
        "Epoch  1, {n}0/  500; loss:  {loss}; 998 src tok/s; 1132 tgt tok/s;     20 s elapsed",
        "{{| Epoch: 1 ({n}0/500) | Loss: {loss} | 2.5 steps/s | Step: 0k | }}",
        "| epoch 001  {n}0 / 500 loss={loss} (3.75), wps=962, lr=0.001, clip=100%",
        "--> STEP: {n}/500 -- GLOBAL_STEP: {n}0\n | > loss: {loss}  (3.75)",
    ],
)
def test_the_batch_is_counted_first_or_right_behind_the_epoch(line: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of(line))
    [tag] = [tag for tag, role in roles(run).items() if role == "train_loss"]
    assert (steps(run, tag), values(run, tag)) == ([10, 20, 30, 40], [3.375, 3.25, 3.125, 3.0])


def test_a_part_of_the_held_out_data_is_no_evaluation(tmp_path: Path) -> None:
    held_out = "| epoch 00{n} | valid on 'valid' subset"
    run = read_output(tmp_path, lines_of(f"{held_out}  100 / 200 loss=1.5\n{held_out} | valid loss {{loss}}"))
    assert set(run.frame) == {"valid loss"}


@pytest.mark.parametrize(
    "template",
    [
        "Epoch {n}\nCurrent learning rate: 0.5\ntrain_loss {loss}",
        "epoch: {n}\ntrain loss : {loss}\nlr: 0.5",
        "epoch: {n}\nlr: 0.5\ntrain loss: {loss}",
        "epoch: {n}\n\nlr: 0.5\n\ntrain loss: {loss}\n",
        "epoch: {n}\nlr: 0.5\ntrain loss: {loss}\nval loss: 0.5",
        "epoch: {n}\nval loss: 0.5\ntrain loss: {loss}\nlr: 0.5\n",
        "Iteration {n}, loss = {loss}\nIteration {n}, lr = 0.5",
    ],
)
def test_a_learning_rate_has_a_line_of_its_own(template: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, "learning rate: 0.25\n" + lines_of(template))
    [rate] = [tag for tag, role in roles(run).items() if role == "learning_rate"]
    [loss] = [tag for tag, role in roles(run).items() if role == "train_loss"]
    assert values(run, rate) == [0.5] * 4
    assert values(run, loss) == [3.375, 3.25, 3.125, 3.0]
    assert steps(run, rate) == steps(run, loss) == [1, 2, 3, 4]
    assert all(steps(run, tag) == [1, 2, 3, 4] for tag in run.frame)


def test_learning_rates_alone_are_no_training_log(tmp_path: Path) -> None:
    assert claim_of(Stdout(), tmp_path / "train.log", lines_of("step {n}\nlr: 0.5")) is None


def test_tensors_in_a_dictionary_are_numbers(tmp_path: Path) -> None:
    line = "{{'loss': tensor([{loss}], device='cuda:0'), 'kl': tensor(0.5, grad_fn=<MeanBackward0>)}}"
    run = read_output(tmp_path, lines_of(line))
    assert (values(run, "loss"), values(run, "kl")) == ([3.375, 3.25, 3.125, 3.0], [0.5] * 4)


def test_names_of_several_words_behind_epoch_and_batch(tmp_path: Path) -> None:
    line = "Epoch [1/9], Step [{n}0/500], Loss: {loss}, Style Loss: 0.5, F0 Loss: 0.25"
    run = read_output(tmp_path, lines_of(line))
    assert set(run.frame) == {"Loss", "Style Loss", "F0 Loss"}
    assert steps(run, "Style Loss") == [10, 20, 30, 40]


def test_a_name_is_told_without_its_verb(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("epoch: {n},  loss is: {loss}, acc is: 0.5"))
    assert set(run.frame) == {"loss", "acc"}


def test_a_loss_a_line_counts_by_itself(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("10:00:0{n}   binary cross entropy: {loss}, acc: 0.5", 5), "log.txt")
    assert (run.step_unit, roles(run)["binary cross entropy"]) == (StepUnit.ROW, "train_loss")
    assert values(run, "binary cross entropy") == [3.375, 3.25, 3.125, 3.0, 2.875]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("loss: {loss}", 4),  # as few as there are folds
        ("accuracy: {loss}", 9),
        ("set {n} (of all) loss: {loss}", 9),
        ("Region 1{n} of a grid: loss = {loss}", 9),
    ],
)
def test_other_lines_without_a_place_are_no_log(line: str, count: int, tmp_path: Path) -> None:
    assert claim_of(Stdout(), tmp_path / "log.txt", lines_of(line, count)) is None


@pytest.mark.parametrize("name", ["ELBO", "log likelihood"])
def test_what_is_maximised_is_enough(name: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of(f"Epoch {{n}}, train {name}: -{{loss}}, val {name}: -4.5"))
    assert values(run, f"train {name}") == [-3.375, -3.25, -3.125, -3.0]
    assert values(run, f"val {name}") == [-4.5] * 4


def test_a_batch_of_an_evaluation_that_is_not_the_last_tells_nothing(tmp_path: Path) -> None:
    run = read_output(
        tmp_path,
        "".join(
            f"Epoch: [{n}]  [ 0/20]  eta: 0:00:09  lr: 0.001  loss: {3 - n / 4} (3.0)  time: 0.5  data: 0.1\n"
            f"Epoch: [{n}]  [10/20]  eta: 0:00:04  lr: 0.001  loss: {3 - n / 4} (3.0)  time: 0.5  data: 0.1\n"
            "Test:  [ 0/40]  eta: 0:00:09  loss: 9.5 (9.5)  acc1: 25.0 (25.0)  time: 0.5\n"
            f"Test:  [39/40]  eta: 0:00:00  loss: 9.5 ({2 - n / 4})  acc1: 25.0 (50.0)  time: 0.5\n"
            f"* Acc@1 50.000 loss {2 - n / 4:.3f}\n"
            for n in range(4)
        ),
    )
    assert values(run, "test/loss") == [2.0, 1.75, 1.5, 1.25]
    assert values(run, "test/Acc@1") == [50.0] * 4
    assert steps(run, "loss") == [0, 10, 20, 30, 40, 50, 60, 70]


def test_a_line_at_the_place_below_an_evaluation_is_none_of_it(tmp_path: Path) -> None:
    run = read_output(
        tmp_path,
        "".join(
            f"I0501 solver.cpp:330] Iteration {n}00, Testing net (#0)\n"
            "I0501 solver.cpp:397]     Test net output #0: accuracy = 0.5\n"
            "I0501 solver.cpp:397]     Test net output #1: loss = 2.5 (* 1 = 2.5 loss)\n"
            f"I0501 solver.cpp:218] Iteration {n}00, loss = {4 - n / 8}\n"
            f"I0501 sgd_solver.cpp:105] Iteration {n}00, lr = 0.01\n"
            for n in range(4)
        ),
    )
    assert values(run, "loss") == [4.0, 3.875, 3.75, 3.625]
    assert values(run, "test/loss") == [2.5] * 4


def test_a_bar_of_keras_that_is_full_before_its_callbacks_counts_once(tmp_path: Path) -> None:
    run = read_output(
        tmp_path,
        "".join(
            f"    Epoch {n}/4\n    90/90 [=====] - ETA: 0s - loss: {3 - n / 4}\n"
            f"    Epoch {n:05d}: val_loss improved from inf to 2.50000, saving model to best.h5\n"
            f"    90/90 [=====] - 28s 147ms/step - loss: {3 - n / 4} - val_loss: 2.5\n"
            for n in range(1, 5)
        ),
    )
    assert values(run, "loss") == [2.75, 2.5, 2.25, 2.0]
    assert set(run.frame) == {"loss", "val_loss"}


def test_the_running_losses_of_a_group_are_told_apart_from_those_of_the_batch(tmp_path: Path) -> None:
    run = read_output(
        tmp_path,
        "".join(
            f"2024-01-01 10:00:00,123 INFO [train.py:11] Epoch 1, batch {n}0, loss[loss={3 - n / 4}, "
            f"ctc_loss=0.5, over 40.00 frames. ], tot_loss[loss={3 - n / 8}, ctc_loss=0.75, over 9. ], "
            "batch size: 4\n"
            for n in range(4)
        ),
    )
    assert values(run, "loss") == [3.0, 2.75, 2.5, 2.25]
    assert values(run, "tot_loss") == [3.0, 2.875, 2.75, 2.625]
    assert values(run, "tot_ctc_loss") == [0.75] * 4
    assert (values(run, "ctc_loss"), roles(run)["loss"]) == ([0.5] * 4, "train_loss")


def test_batches_of_an_evaluation_and_times_a_batch_are_no_steps(tmp_path: Path) -> None:
    run = read_output(
        tmp_path,
        "".join(
            f"[batch={n}0/90]:\n\t Train time/batch: {n}\n\t Train loss/train/total: {4 - n / 4}\n"
            "[Eval batch=8/8] Eval on eval data:\n\t Eval metrics/eval/CrossEntropy: 1.5\n"
            for n in range(1, 5)
        ),
    )
    assert steps(run, "Train loss/train/total") == [10, 20, 30, 40]
    assert steps(run, "Eval metrics/eval/CrossEntropy") == [10, 20, 30, 40]
    assert roles(run)["Train loss/train/total"] == "train_loss"


def test_batches_below_a_validation_are_not_of_training(tmp_path: Path) -> None:
    run = read_output(
        tmp_path,
        "".join(
            f"iter: {20 * n}, acc: 0.5, loss: {4 - n / 8}\n"
            f"iter: {20 * n + 10}, acc: 0.5, loss: {4 - n / 8}\n"
            f"Epoch: {n}/4 --- avg_loss: {4 - n / 8}\nValidation at epoch {n}\n"
            f"iter: 0, acc: 0.5, loss: 9.5\niter: 5, acc: 0.5, loss: 9.5\n"
            f"Epoch: {n}/4 --- val_avg_loss: 9.5\n"
            for n in range(1, 5)
        ),
    )
    assert values(run, "loss") == [4 - n / 8 for n in range(1, 5) for _ in (0, 10)]
    assert steps(run, "loss") == [20, 30, 40, 50, 60, 70, 80, 90]
    assert values(run, "val/loss") == [9.5] * 8


def test_lines_in_words_under_the_name_of_a_table_are_read(tmp_path: Path) -> None:
    text = "".join(f"Epoch:{n}, mask loss is {loss} \n" for n, loss in enumerate((0.75, 0.5, 0.25)))
    run = read_output(tmp_path, text, "train_log.csv")
    assert (run.step_unit, values(run, "mask loss")) == (StepUnit.EPOCH, [0.75, 0.5, 0.25])


@pytest.mark.parametrize("header", ["epoch,loss", "epoch 1,loss 2", "Epoch: first,loss"])
def test_a_table_with_a_header_is_no_output(header: str, tmp_path: Path) -> None:
    assert claim_of(Stdout(), tmp_path / "log.csv", f"{header}\n0,0.75\n1,0.5\n2,0.25\n") is None
