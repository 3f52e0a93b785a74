"""Where the lines of one's own loop say that they stand, and on which data they were measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.roles import Kind, Split, assign_roles
from losstui.run import StepUnit
from losstui_parsers.stdout import Stdout
from text_logs import claim_of, epochs, read_output, roles, steps, values


def printed(template: str, count: int = 4) -> str:
    """`template` for n = 1 to `count`, with `a` and `b` that fall and `c` that rises."""
    return "".join(
        template.format(n=n, a=2 - n / 8, b=2.25 - n / 8, c=0.5 + n / 16) for n in range(1, count + 1)
    )


FALLING = [1.875, 1.75, 1.625, 1.5]


@pytest.mark.parametrize(
    "template",
    [
        "current step: {n}th step\nbatch_loss:{a}\n",
        "[{n}] batch_loss={a}\n",
        "[{n}] batch_loss {a} / train_return 5.1 / fps 30.5\n",
        "iter:      {n}, batch_loss: {a}\n",
        "**** STEP {n:03d} ****\nbatch_loss: {a}\n",
        "mini-batch is [{n}/100], time consumption is 0.5, batch_loss is {a}\n",
    ],
)
def test_steps(template: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, printed(template))
    assert run.step_unit is StepUnit.STEP
    assert (steps(run, "batch_loss"), values(run, "batch_loss")) == ([1, 2, 3, 4], FALLING)


@pytest.mark.parametrize(
    "template",
    [
        "epoch:  {n}\n2020-01-01 12:00:00: loss : {a}\n",
        "**** EPOCH {n:03d} ****\nloss: {a}\n",
        "Epoch is {n}, loss is {a}\n",
        "Epoca {n}: loss {a}\n",
    ],
)
def test_epochs(template: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, printed(template))
    assert run.step_unit is StepUnit.EPOCH
    assert (steps(run, "loss"), values(run, "loss")) == ([1, 2, 3, 4], FALLING)


@pytest.mark.parametrize(
    "batch",
    [
        "epoch={epoch} i={batch}/20 loss={loss}\n",
        "[{epoch}: {batch}/20] loss: {loss}\n",
        "Epoch is [{epoch}/9], mini-batch is [{batch}/20], loss is {loss}\n",
        "Epoch  {epoch} | Batch {batch}/20 | Time/Batch(ms) 512.25 | loss {loss}\n",
    ],
)
def test_batches_within_an_epoch(batch: str, tmp_path: Path) -> None:
    text = "".join(
        batch.format(epoch=epoch, batch=number, loss=3 - epoch / 2 - number / 64)
        for epoch in (1, 2)
        for number in (5, 10, 15, 20)
    )
    run = read_output(tmp_path, text)
    assert steps(run, "loss") == [5, 10, 15, 20, 25, 30, 35, 40]
    assert epochs(run, "loss") == [1.0] * 4 + [2.0] * 4


def test_a_share_at_the_beginning_of_a_line_is_the_batch(tmp_path: Path) -> None:
    text = "".join(
        f"epoch {epoch}/9\n"
        + "".join(f"{batch}/3, train_loss: {2 - epoch / 4}\n" for batch in (1, 2, 3))
        + f"epoch {epoch} average loss: {2 - epoch / 8}\n"
        for epoch in (1, 2, 3)
    )
    run = read_output(tmp_path, text)
    assert steps(run, "train_loss") == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert steps(run, "average loss") == [3, 6, 9]


def test_a_date_at_the_beginning_of_a_line_is_no_batch(tmp_path: Path) -> None:
    run = read_output(tmp_path, printed("05/12 14:02:11 Epoch {n} loss: {a}\n"))
    assert (run.step_unit, steps(run, "loss")) == (StepUnit.EPOCH, [1, 2, 3, 4])


def test_a_percentage_is_no_step(tmp_path: Path) -> None:
    text = printed("steps: {n}0%, loss: {a}\n")
    assert claim_of(Stdout(), tmp_path / "train.log", text) is None


def test_epochs_that_are_told_at_their_end(tmp_path: Path) -> None:
    text = "".join(
        "".join(f"Iter: {batch:03d}, Train Loss: {3 - epoch / 2}\n" for batch in (0, 50, 100))
        + f"Epoch: {epoch:03d}, Inference Time: 1.5 secs\nEpoch: {epoch:03d}, Valid Loss: {3 - epoch / 4}\n"
        for epoch in (1, 2, 3)
    )
    run = read_output(tmp_path, text)
    assert steps(run, "Train Loss") == [0, 50, 100, 150, 200, 250, 300, 350, 400]
    assert steps(run, "Valid Loss") == [100, 250, 400]
    assert epochs(run, "Train Loss") == [1.0] * 3 + [2.0] * 3 + [3.0] * 3


def test_epochs_that_are_told_at_their_beginning_are_not_moved(tmp_path: Path) -> None:
    text = "".join(
        f"Epoch {epoch}: val loss: {3 - epoch / 4}\n"
        + "".join(f"Iter: {batch}, Train Loss: {3 - epoch / 2}\n" for batch in (0, 50, 100))
        for epoch in (0, 1, 2)
    )
    assert epochs(read_output(tmp_path, text), "Train Loss") == [0.0] * 3 + [1.0] * 3 + [2.0] * 3


@pytest.mark.parametrize("settings", ["epoch: 300\nloss_weight: 5\nlr: 0.1\n", "epoch: 300\nlr: 0.1\n"])
@pytest.mark.parametrize("line", ["epoch {n}: loss: {a}\n", "step {n} loss: {a}\n"])
def test_the_number_of_epochs_among_settings_is_no_place(settings: str, line: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, settings + printed(line))
    assert (set(run.frame), steps(run, "loss")) == ({"loss"}, [1, 2, 3, 4])


@pytest.mark.parametrize(
    "heading",
    [
        "INFO:__main__:Evaluation Results:\n",
        "===== Validation =====\n",
        " --> EVAL PERFORMANCE\n",
        "[Evaluate]\n",
        "--- Val Statistics ---\n",
        "== Validation Phase ==\n",
        "[Epoch {n}] Validation:\n",
        "***** Evaluating perplexity, epoch {n}/4 *****\n",
        "validating the model ...\nEpoch {n}:",
    ],
)
def test_what_stands_below_a_heading_was_measured_on_that_data(heading: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, printed("Epoch {n}: loss: {a}\n" + heading + "  loss: {b}\n"))
    held_out = next(tag for tag in run.frame if tag != "loss")
    assert values(run, "loss") == FALLING
    assert (steps(run, held_out), values(run, held_out)) == ([1, 2, 3, 4], [2.125, 2.0, 1.875, 1.75])
    assert assign_roles(run.frame)[held_out].split is Split.VALIDATION


def test_vali_is_validation(tmp_path: Path) -> None:
    line = "Epoch: {n}, Steps: 265 | Train Loss: {a} Vali Loss: {b} Test Loss: {b}\n"
    run = read_output(tmp_path, printed("\titers: 100, epoch: {n} | loss: {a}\n" + line))
    roles = assign_roles(run.frame)
    assert {tag: (roles[tag].kind, roles[tag].split) for tag in ("Train Loss", "Vali Loss", "Test Loss")} == {
        "Train Loss": (Kind.LOSS, Split.TRAIN),
        "Vali Loss": (Kind.LOSS, Split.VALIDATION),
        "Test Loss": (Kind.LOSS, Split.TEST),
    }


@pytest.mark.parametrize(
    ("template", "tags"),
    [
        ("Epoch: {n:03d}, Train: {c}, Val: {c}, Test: {c}\n", {"Train/score", "Val/score", "Test/score"}),
        ("Epoch {n}/9 | train: {a} (4.1 bpd) | val: {b} (4.2 bpd)\n", {"train/loss", "val/loss"}),
        ("Epoch {n} | Loss {a} | Train {c} | Val {c}\n", {"Loss", "Train/score", "Val/score"}),
    ],
)
def test_what_only_its_data_names_is_named_by_the_way_it_goes(
    template: str, tags: set[str], tmp_path: Path
) -> None:
    run = read_output(tmp_path, printed(template))
    assert set(run.frame) == tags
    assert all(steps(run, tag) == [1, 2, 3, 4] for tag in tags)


@pytest.mark.parametrize(
    "template", ["Epoch {n}: train: {a}s, val: {b}s\n", "Epoch {n}: train: {n}00 batches, val: 20 batches\n"]
)
def test_times_and_sizes_of_splits_are_no_values(template: str, tmp_path: Path) -> None:
    assert claim_of(Stdout(), tmp_path / "train.log", printed(template)) is None


@pytest.mark.parametrize(
    "line",
    [
        "2021-09-03 20:47:27.779 | INFO     | package.trainer:after_iter:246 - epoch: {n}/9, loss: {a}\n",
        "2021-09-03 20:47:27 | INFO     | package.core.trainer:246 - epoch: {n}/9, loss: {a}\n",
        "2021-09-03 20:47:27 (trainer:273) INFO: epoch {n}, loss: {a}\n",
    ],
)
def test_where_in_the_code_the_logger_was_called_is_no_value(line: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, printed(line))
    assert (set(run.frame), steps(run, "loss")) == ({"loss"}, [1, 2, 3, 4])


def test_the_best_so_far_is_no_value_of_its_own(tmp_path: Path) -> None:
    line = "[epoch: {n}, iter:    {n},000, lr:(2e-04,)] l_pix: {a}\n\t # psnr: {c}\tBest: 34.1 @ 5000 iter\n"
    run = read_output(tmp_path, printed(line))
    assert set(run.frame) == {"l_pix", "psnr"}
    assert assign_roles(run.frame)["l_pix"].kind is Kind.LOSS
    assert steps(run, "l_pix") == [1000, 2000, 3000, 4000]


def test_the_latest_evaluation_of_paddle_ocr_is_apart_from_training(tmp_path: Path) -> None:
    line = (
        "epoch: [1/9], global_step: {n}, acc: 0.5, loss: {a}\ncur metric, acc: {c}\nbest metric, acc: 0.9\n"
    )
    run = read_output(tmp_path, printed(line))
    assert set(run.frame) == {"acc", "loss", "eval/acc"}
    assert values(run, "eval/acc") == [0.5625, 0.625, 0.6875, 0.75]


def test_cross_validation_is_validation(tmp_path: Path) -> None:
    line = "ITERATION {n:02d}: TRAIN AVG.LOSS {a}, (lrate0.008), CROSSVAL AVG.LOSS {b}, nnet accepted\n"
    roles = assign_roles(read_output(tmp_path, printed(line)).frame)
    assert {tag: role.split for tag, role in roles.items()} == {
        "train/AVG.LOSS": Split.TRAIN,
        "crossval/AVG.LOSS": Split.VALIDATION,
    }


def test_several_sets_of_one_split_are_told_apart_by_the_word_before_it(tmp_path: Path) -> None:
    line = "Epoch {n} Train: loss {a}\nImg Val: loss {a} acc {c}\nVid Val: loss {b} acc {c}\n"
    run = read_output(tmp_path, printed(line))
    assert set(run.frame) == {"train/loss", "img val/loss", "img val/acc", "vid val/loss", "vid val/acc"}
    assert values(run, "vid val/loss") == [2.125, 2.0, 1.875, 1.75]


def test_sets_in_brackets_before_the_step_are_evaluated(tmp_path: Path) -> None:
    lines = [
        f"Training: 2022-05-01 12:0{n}:00,123-Loss {9 - n}.5   Epoch: {n}   Global Step: {n}0\n"
        f"Training: 2022-05-01 12:0{n}:10,123-[lfw][{n}0]Accuracy-Flip: 0.{n}+-0.0025\n"
        f"Training: 2022-05-01 12:0{n}:20,123-[agedb_30][{n}0]Accuracy-Flip: 0.{n}5+-0.0025\n"
        for n in range(1, 4)
    ]
    run = read_output(tmp_path, "".join(lines))
    assert roles(run) == {
        "training/Loss": "train_loss",
        "eval lfw Accuracy-Flip": "val_accuracy",
        "eval agedb_30 Accuracy-Flip": "val_accuracy",
    }
    assert steps(run, "eval lfw Accuracy-Flip") == [10, 20, 30]


def test_one_set_of_a_split_needs_no_word(tmp_path: Path) -> None:
    run = read_output(tmp_path, printed("Epoch {n} Train: loss {a}\nModel Val: loss {b}\n"))
    assert set(run.frame) == {"train/loss", "val/loss"}


@pytest.mark.parametrize(
    ("line", "tag"),
    [
        ("\rEpisode {n}\tAverage Score: {c}\n", "Average Score"),
        ("Starting iteration {n}\nreturn per training episode: {c}\n", "return per training episode"),
    ],
)
def test_scores_and_returns_of_episodes(line: str, tag: str, tmp_path: Path) -> None:
    run = read_output(tmp_path, printed(line))
    assert (steps(run, tag), values(run, tag)) == ([1, 2, 3, 4], [0.5625, 0.625, 0.6875, 0.75])


def test_a_score_beside_an_epoch_is_anything(tmp_path: Path) -> None:
    assert claim_of(Stdout(), tmp_path / "train.log", printed("Epoch {n}: score: {c}\n")) is None


@pytest.mark.parametrize("key", ["mode", "split", "phase"])
def test_dictionaries_that_name_their_data_are_told_apart(key: str, tmp_path: Path) -> None:
    text = printed(
        f'{{{{"loss": {{b}}, "acc": {{c}}, "{key}": "train", "epoch": {{n}}}}}}\n'
        f'{{{{"loss": {{a}}, "acc": {{c}}, "{key}": "test", "epoch": {{n}}}}}}\n'
    )
    run = read_output(tmp_path, "Starting training...\n" + text)
    assert set(run.frame) == {"train/loss", "train/acc", "test/loss", "test/acc"}
    assert values(run, "test/loss") == FALLING
    assert steps(run, "train/loss") == [1, 2, 3, 4]


def test_samples_in_brackets_behind_the_epoch_are_the_place_beside_cells(tmp_path: Path) -> None:
    text = "".join(
        f"10:00 | INFO | Train Epoch: {epoch} [{at:>4}/1024 ({at // 10}%)] Batch (t): 0.5 LR: 0.5 Loss: 2.5\n"
        + f"10:00 | INFO | Eval Epoch: {epoch + 1} val-top1: 0.5\n" * (at == 512)
        for epoch in (0, 1)
        for at in (0, 256, 512)
    )
    run = read_output(tmp_path, text)
    assert steps(run, "train/Loss") == [0, 256, 512, 768, 1024, 1280]
    assert steps(run, "val-top1") == [512, 1280]


def test_the_epoch_and_the_batch_may_stand_before_the_brackets_of_two_adversaries(tmp_path: Path) -> None:
    lines = [
        f"{epoch}-{batch} [D loss: {0.5 + batch / 8}] [G loss: {1.5 + epoch}]\n"
        for epoch in range(2)
        for batch in range(1, 4)
    ]
    run = read_output(tmp_path, "".join(lines))
    assert (steps(run, "D loss"), epochs(run, "D loss")) == ([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1])
    assert values(run, "G loss") == [1.5, 1.5, 1.5, 2.5, 2.5, 2.5]


def test_a_day_before_a_level_in_brackets_is_no_epoch(tmp_path: Path) -> None:
    run = read_output(tmp_path, printed("05-1{n} [INFO] step {n} loss: {a}\n"))
    assert steps(run, "loss") == [1, 2, 3, 4]


def test_the_whole_score_of_an_episode_needs_no_sign(tmp_path: Path) -> None:
    run = read_output(tmp_path, printed("Episode {n}, Steps 2{n}, Score 1{n}\n"))
    assert list(run.frame) == ["Score"]
    assert (steps(run, "Score"), values(run, "Score")) == ([1, 2, 3, 4], [11, 12, 13, 14])
