"""Loops of one's own: what they count, and what they measure."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.run import StepUnit
from text_logs import epochs, lines_of, read_output, roles, steps, values


@pytest.mark.parametrize(
    "template",
    [
        "Epoch: {n}, Train Loss: {loss}, Val Loss: 0.5",
        "epoch {n} train_loss={loss} val_loss=0.5",
        "INFO - Epoch {n:02d} | Train Loss: {loss} | Val Loss: 0.5",
        "[Epoch {n}/9] training loss = {loss}; validation loss = 0.5",
        "Epoch {n}\n----------\ntrain Loss: {loss} Acc: 0.5\nval Loss: 0.5 Acc: 0.5\n",
        "Epoch: 0{n} | Epoch Time: 0m 13s\n\tTrain Loss: {loss} | Train Acc: 66.5%\n\t Val. Loss: 0.5",
        "=== epoch {n} ===\ntrain/loss: {loss}\nEvaluate on Dev Set. loss: 0.5",
        "Epoch [{n}/9] Train Loss: {loss}, Val Loss: 0.5 | LR: 0.01",
        "Epoch {n}/9 | Train: loss={loss}, acc=0.25 | Val: loss=0.5, acc=0.75",
        "Epoch {n}: Train: loss={loss}, acc=0.25, Val: loss=0.5, acc=0.75",
        "Epoch {n} | Train Loss: {loss}, Train Acc: 0.25 | Val Loss: 0.5, Val Acc: 0.75",
        "[gpu] INFO: {n}epoch results: [train] iter_time=0.01, loss={loss}, [valid] loss=0.5, cer=0.75",
        "epoch {n} - iter 8/64 - loss {loss} - samples/sec: 58.5\nDEV : loss 0.5 - score 0.75",
        "epoch {n} | train_loss {loss} acc 0.25 | val_loss 0.5 acc 0.75",
        "epoch {n} train loss: {loss}\nval loss: 0.5\nNew best model saved (loss: 0.5)",
        "Epoch {n} train loss: {loss} | val loss: 0.5",
        "#Epoch {n} loss in train {loss}\n#Epoch {n} loss in Valid 0.5",
        "#Epoch {n} Train Loss: {loss}\n#Epoch {n} Loss on the validation set 0.5",
        "Epoch {n}/9 - train loss: {loss} | val loss: 0.5",
        "INFO - [small net | Epoch {n}/9] Train Loss: {loss} | Train Acc: 25.5% | Val Loss: 0.5",
        "[fold 2 | epoch {n}/9] train loss: {loss} | val loss: 0.5",
        "Epoch {n}\nLoss_train {loss}\nLoss_valid 0.5",
    ],
)
def test_loops_of_ones_own_count_epochs(template: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of(template))
    found = roles(run)
    train = [tag for tag, role in found.items() if role == "train_loss"]
    held_out = [tag for tag, role in found.items() if role == "val_loss"]
    assert len(train) == len(held_out) == 1
    assert epochs(run, train[0]) == [1, 2, 3, 4]
    assert values(run, train[0]) == [3.375, 3.25, 3.125, 3.0]
    assert values(run, held_out[0]) == [0.5] * 4
    assert run.step_unit is StepUnit.EPOCH


@pytest.mark.parametrize(
    "template",
    [
        "step {n}0 loss {loss} acc 0.5",
        "net-a | step {n}0: loss {loss} | lr 0.1",
        "global_step={n}0, loss={loss}",
        "INFO:tensorflow:loss = {loss}, step = {n}0 (2.1 sec)",
        "Iteration {n}0: loss = {loss}",
        "[iter {n}0] loss: tensor({loss}, device='cuda:0')",
        "[{n}0/500] loss={loss}",
        "[step={n}0/500,epoch=0]\n    loss={loss}\n    train/Perplexity=10.5",
        "epoch: 0, batch_id: {n}0, loss: {loss}, ips: 4096.5 samples/s",
        "loss at step {n}0: {loss}",
        "loss after iteration {n}0: {loss}",
        "loss after iteration {n}0: {loss} | Accuracy: 76.24%",
        "Iteration {n}0/500\n        loss: {loss}\n    accuracy: 0.5",
        "step {n}0, loss (last 50): {loss}, time (s): 0.5",
        "{n}0 [loss: {loss}, acc.: 50.00%]",
        "{n}0:  [loss: {loss}, acc: 0.5]",
        "Epoch #1: 8it [00:12, 801.5it/s, env_step={n}0, n/ep=0, loss={loss}]",
    ],
)
def test_loops_of_ones_own_count_steps(template: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of(template))
    assert steps(run, "loss") == [10, 20, 30, 40]
    assert values(run, "loss") == [3.375, 3.25, 3.125, 3.0]
    assert run.step_unit is StepUnit.STEP


def test_the_return_of_episodes_stands_beside_what_the_agent_learnt(tmp_path: Path) -> None:
    lines = "INFO:train_agent:outdir:results/dqn step:{n}00 episode:{n} R:{loss}\n"
    lines += "INFO:train_agent:statistics:[('average_q', 0.75), ('average_loss', 0.5), ('n_updates', 8)]"
    run = read_output(tmp_path, lines_of(lines))
    assert steps(run, "return") == steps(run, "average_loss") == [100, 200, 300, 400]
    assert values(run, "return") == [3.375, 3.25, 3.125, 3.0]
    assert values(run, "average_q") == [0.75] * 4
    assert roles(run)["return"] == "reward"


def test_a_name_and_a_number_behind_a_count_need_no_sign_between_them(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("[{n}] Loss_test {loss}"))
    assert (steps(run, "Loss_test"), values(run, "Loss_test")) == ([1, 2, 3, 4], [3.375, 3.25, 3.125, 3.0])


def test_the_score_of_episodes_is_a_reward(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("Episode {n}00\tAverage Score: {loss}\tScore: 7.5"))
    assert steps(run, "Average Score") == [100, 200, 300, 400]
    assert roles(run) == {"Average Score": "reward", "Score": "reward"}


@pytest.mark.parametrize(
    "line", ["step: {n}, loss: {loss}, val loss: 0.5", "steps: {n} loss: {loss} val loss: 0.5"]
)
def test_a_loop_that_resembles_a_trainer_keeps_all_its_values(line: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of(line))
    assert values(run, "loss") == [3.375, 3.25, 3.125, 3.0]
    assert values(run, "val loss") == [0.5] * 4


def test_batches_are_counted_over_the_epochs(tmp_path: Path) -> None:
    text = "".join(
        f"Train Epoch: {epoch} [{batch}/1000 ({batch // 10}%)]\tLoss: {4 - epoch - batch / 1000}\n"
        for epoch in (1, 2)
        for batch in (0, 500)
    )
    text = text.replace(
        "Train Epoch: 2", "Test set: Average loss: 0.25, Accuracy: 9125/10000 (91%)\nTrain Epoch: 2", 1
    )
    run = read_output(tmp_path, text)
    assert steps(run, "train/Loss") == [0, 500, 1000, 1500]
    assert steps(run, "test/Average loss") == [500]
    assert values(run, "test/Accuracy") == [91.25]


@pytest.mark.parametrize(
    ("template", "tag"),
    [
        ("epoch {n}: {{'accuracy': {loss}, 'f1': 0.5}}", "accuracy"),
        ("INFO epoch {n} train: {{'accuracy': {loss}}}", "train/accuracy"),
    ],
)
def test_the_words_before_a_dictionary_place_it(template: str, tag: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of(template))
    assert run.step_unit is StepUnit.EPOCH
    assert steps(run, tag) == [1, 2, 3, 4]
    assert values(run, tag) == [3.375, 3.25, 3.125, 3.0]


def test_epoch_and_batch_in_one_pair_of_brackets(tmp_path: Path) -> None:
    text = "".join(f"[{epoch}, {batch:5d}] loss: 0.500\n" for epoch in (1, 2) for batch in (2000, 4000))
    assert steps(read_output(tmp_path, text), "loss") == [2000, 4000, 6000, 8000]


def test_arrays_of_one_number_are_values(tmp_path: Path) -> None:
    run = read_output(
        tmp_path, lines_of("Epoch: [{n}][50/60]\t Loss [ {loss}] Avg Loss [ 0.5] Accuracy 0.25")
    )
    assert values(run, "Loss") == [3.375, 3.25, 3.125, 3.0]
    assert values(run, "Avg Loss") == [0.5] * 4
    assert values(run, "Accuracy") == [0.25] * 4


@pytest.mark.parametrize(
    "template", ["Epoch {n}: Train {loss}, Val 0.5", "epoch {n}:  train {loss} → val 0.5  ✓ Saved best"]
)
def test_two_splits_with_a_number_each_are_curves(template: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of(template))
    [train, held_out] = sorted(roles(run))
    assert values(run, train) == [3.375, 3.25, 3.125, 3.0]
    assert values(run, held_out) == [0.5] * 4


def test_the_sizes_of_splits_are_no_curves(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("Epoch {n}: Train 1500, Val 250, loss {loss}"))
    assert len(roles(run)) == 1


def test_the_losses_of_several_tasks_are_named_by_their_heading(tmp_path: Path) -> None:
    template = (
        "Epoch {n} Train Loss: {loss}\nEpoch {n} Dev Losses -> parsing: 0.25, tagging: 0.75, overall: 0.5"
    )
    run = read_output(tmp_path, lines_of(template))
    assert roles(run) == {
        "Train Loss": "train_loss",
        "dev/parsing loss": "val_component_loss",
        "dev/tagging loss": "val_component_loss",
        "dev/overall loss": "val_loss",
    }
    assert values(run, "dev/overall loss") == [0.5] * 4


def test_losses_without_a_sign_keep_whose_they_are(tmp_path: Path) -> None:
    line = "epoch {n}, Model Loss {loss}, Actor Loss 2.5, Critic Loss 0.5, grad norm 1.5, with loss 4.5"
    run = read_output(tmp_path, lines_of(line))
    assert values(run, "Model Loss") == [3.375, 3.25, 3.125, 3.0]
    for tag, value in {"Actor Loss": 2.5, "Critic Loss": 0.5, "grad norm": 1.5, "loss": 4.5}.items():
        assert values(run, tag) == [value] * 4


@pytest.mark.parametrize("level", ["INFO", "DEBUG", "WARNING"])
def test_the_level_of_a_logger_is_no_part_of_a_name(level: str, tmp_path: Path) -> None:
    run = read_output(
        tmp_path, lines_of(f"12:00:01 {level} Epoch {{n}}\n12:00:02 {level} batch loss: {{loss}}")
    )
    assert values(run, "batch loss") == [3.375, 3.25, 3.125, 3.0]


def test_an_epoch_and_a_batch_in_brackets_each(tmp_path: Path) -> None:
    text = "".join(
        f"[{epoch}/3][{batch}/200]\tLoss_D: 0.500\tLoss_G: 1.500\tD(x): 0.75\n"
        for epoch in (0, 1, 2)
        for batch in (0, 100)
    )
    run = read_output(tmp_path, text)
    assert steps(run, "Loss_G") == [0, 100, 200, 300, 400, 500]
    assert epochs(run, "Loss_G") == [0, 0, 1, 1, 2, 2]


def test_the_batches_of_an_evaluation_are_no_steps(tmp_path: Path) -> None:
    text = "".join(
        f"[Train][Epoch {epoch}/9][Iter: {batch}/60]lr: 0.1, loss: 2.5\n"
        + f"[Eval][Epoch {epoch}][Iter: 0/8]loss: 1.5\n" * (batch == 50)
        for epoch in (1, 2, 3)
        for batch in (0, 50)
    )
    run = read_output(tmp_path, text)
    assert steps(run, "train/loss") == [0, 50, 100, 150, 200, 250]
    assert steps(run, "eval/loss") == [50, 150, 250]


@pytest.mark.parametrize(
    ("template", "tags"),
    [
        ("Epoch {n} completed out of 10 loss: {loss}", {"loss"}),
        ("[rank: 0] epoch {n} loss: {loss} eta: 12", {"loss"}),
        ("step {n} | loss: {loss} | ips: 86.5 samples/s | ETA 00:11:22", {"loss", "ips"}),
        ("[node] (trainer:273) INFO: step {n} loss={loss}", {"loss"}),
        ("step {n} |  9%|#   | loss: {loss} | lr: 0.5", {"loss", "lr"}),
    ],
)
def test_counters_and_the_time_left_are_no_curves(template: str, tags: set[str], tmp_path: Path) -> None:
    assert set(read_output(tmp_path, lines_of(template)).frame) == tags


def test_what_a_line_calls_alike_twice_comes_under_the_split_before_it(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("epoch {n} train_loss={loss} acc=0.25 val_loss=0.5 acc=0.75"))
    assert values(run, "train/acc") == [0.25] * 4
    assert values(run, "val/acc") == [0.75] * 4


def test_the_sum_over_an_epoch_is_no_batch(tmp_path: Path) -> None:
    text = "".join(
        f"epoch {epoch} batch {batch} loss: 2.5\n" + f"epoch {epoch} done: loss: 92.5\n" * (batch == 40)
        for epoch in (1, 2, 3)
        for batch in (20, 40)
    )
    run = read_output(tmp_path, text)
    assert values(run, "loss") == [2.5] * 6
    assert values(run, "loss_epoch") == [92.5] * 3
    assert roles(run) == {"loss": "train_loss", "loss_epoch": "train_loss"}


def test_metrics_without_a_sign_stand_behind_an_epoch_with_one(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("Epoch: {n}, train_acc 0.25, test_acc 0.75"))
    assert values(run, "train_acc") == [0.25] * 4
    assert values(run, "test_acc") == [0.75] * 4


def test_a_unit_is_not_the_name_of_the_number_behind_it(tmp_path: Path) -> None:
    line = "Epoch[{n}] Batch [50]\tSpeed: 512.5 samples/sec 1024.5 tokens/sec\tperplexity={loss}"
    assert set(read_output(tmp_path, lines_of(line)).frame) == {"Speed", "perplexity"}


def test_a_bar_still_being_drawn_is_no_point(tmp_path: Path) -> None:
    text = (
        lines_of("\repoch {n}: loss: 9.5\repoch {n}: loss: {loss}")
        + "\repoch 5: loss: 8.5\repoch 5: loss: 8.25"
    )
    assert values(read_output(tmp_path, text), "loss") == [3.375, 3.25, 3.125, 3.0]


def test_a_line_of_its_own_names_the_split(tmp_path: Path) -> None:
    text = "".join(
        f"Epoch {epoch}\nloss: 2.5  [   64/60000]\nTest Error: \n Accuracy: 4{epoch}.5%, Avg loss: 2.25 \n\n"
        for epoch in (1, 2, 3)
    )
    assert roles(read_output(tmp_path, text)) == {
        "loss": "train_loss",
        "test/Accuracy": "test_accuracy",
        "test/Avg loss": "test_loss",
    }


def test_the_bar_tells_the_step_of_a_row_that_has_none(tmp_path: Path) -> None:
    text = "Map: 100%|##| 500/500 [00:01<00:00, 300 examples/s]\n"
    for step in range(1, 41):
        text += f"\r {step}%|#   | {step}/300 [00:{step:02d}<05:00,  1.00s/it]"
        if step % 10 == 0:
            text += f"\r          \r{{'loss': {3 - step / 80}, 'epoch': {step / 100}}}\n"
        if step == 20:
            text += (
                "\r 50%|#  | 1/2 [00:01<00:01]\r100%|###| 2/2 [00:02<00:00]{'eval_loss': 2.5, 'epoch': 0.2}\n"
            )
    run = read_output(tmp_path, text)
    assert run.step_unit is StepUnit.STEP
    assert steps(run, "loss") == [10, 20, 30, 40]
    assert steps(run, "eval_loss") == [20]


@pytest.mark.parametrize(
    "line", ["Epoch {n}/9 | Loss {loss}/0.5 | 45.2s", "[Iter {n}/900] [Loss: {loss} / 0.5] [time: 3.5]"]
)
def test_numbers_that_share_a_name_are_a_curve_each(line: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of(line))
    assert values(run, "Loss") == [3.375, 3.25, 3.125, 3.0]
    assert values(run, "Loss.2") == [0.5] * 4


def test_a_number_of_all_there_is_shares_no_name(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("Epoch {n} loss: {loss} mem: 3.5/16.0 batch: 3/10"))
    assert set(run.frame) == {"loss"}


@pytest.mark.parametrize("head", ["Epoch {n}\n", "=== Epoch {n}/9 ===\n"])
def test_names_that_nobody_knows_are_told_apart_by_their_splits(head: str, tmp_path: Path) -> None:
    told = "  Train - CE: {loss}, KL: 2.5, acc: 50.5%\n  Val   - CE: 0.5, KL: 1.5, acc: 40.5%"
    run = read_output(tmp_path, lines_of(head + told))
    assert values(run, "train/KL") == [2.5] * 4
    assert values(run, "val/KL") == [1.5] * 4
    assert "KL" not in run.frame


def test_a_name_that_nobody_knows_needs_no_split_where_one_alone_has_it(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("Epoch {n}\n  Train - loss: {loss}, beta: 2.5\n  Val - loss: 0.5"))
    assert set(run.frame) == {"train/loss", "val/loss", "beta"}


@pytest.mark.parametrize(
    ("line", "tag", "mean"),
    [
        ("Average global foreground Dice: [0.5, 0.75]", "Average global foreground Dice", 0.625),
        ("2026-01-02 10:00:00.123456: Pseudo dice [0.5, nan, 0.75] ", "Pseudo dice", 0.625),
        ("2026-01-02 10:00:00.12: Pseudo dice [np.float32(0.5), np.float32(0.75)]", "Pseudo dice", 0.625),
        ("val IoU = [0.25, 0.5, 0.75]", "val IoU", 0.5),
    ],
)
def test_of_a_metric_of_each_class_the_mean_is_taken(
    line: str, tag: str, mean: float, tmp_path: Path
) -> None:
    run = read_output(tmp_path, lines_of("Epoch {n}\ntrain_loss {loss}\n" + line))
    assert values(run, tag) == [mean] * 4


def test_of_several_learning_rates_the_first_is_kept(tmp_path: Path) -> None:
    run = read_output(tmp_path, lines_of("Epoch {n} train_loss {loss} lr: [0.5, 0.25]"))
    assert values(run, "lr") == [0.5] * 4
