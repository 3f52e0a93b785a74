"""Programs whose lines follow no habit but their own."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case

NAN = float("nan")

LLAMA2_C = """\
tokens per iteration will be: 131,072
step 0: train loss 4.5000, val loss 4.7500
0 | loss 4.5000 | lr 0.000000e+00 | 9043.75ms | mfu -100.00%
10 | loss 3.2500 | lr 5.000000e-06 | 1012.50ms | mfu 12.50%
20 | loss nan | lr 1.000000e-05 | 1000.00ms | mfu 12.50%
"""
TACOTRON_2 = """\
Epoch: 0
Train loss 0 40.500000 Grad Norm 12.500000 3.25s/it
Validation loss 0: 38.250000
Saving model and optimizer state at iteration 0 to outdir/checkpoint_0
Train loss 1 20.250000 Grad Norm 6.250000 2.25s/it
"""
DLRM = """\
Finished training it 1024/4096 of epoch 0, 12.50 ms/it, loss 0.687500
Finished training it 2048/4096 of epoch 0, 10.25 ms/it, loss 0.562500
Testing at - 2048/4096 of epoch 0,
 accuracy 75.000 %, best 75.000 %
Finished training it 1024/4096 of epoch 1, 10.25 ms/it, loss 0.500000
"""
WENET = """\
2021-01-01 10:00:00,500 DEBUG TRAIN Batch 0/0 loss 40.5 loss_att 30.25 loss_ctc 50.5 lr 0.00000008 rank 0
2021-01-01 10:01:00,500 DEBUG TRAIN Batch 0/100 loss 20.5 loss_att 15.25 loss_ctc 25.5 lr 0.00000808 rank 0
2021-01-01 10:02:00,500 DEBUG CV Batch 0/0 loss 18.5 loss_att 9.5 loss_ctc 20.5 history loss 18.25 rank 0
2021-01-01 10:03:00,500 INFO Epoch 0 CV info cv_loss 17.5
2021-01-01 10:04:00,500 DEBUG TRAIN Batch 1/0 loss 16.5 loss_att 12.25 loss_ctc 21.5 lr 0.00000908 rank 0
2021-01-01 10:06:00,500 INFO Epoch 1 CV info cv_loss 15.5
"""


def _of_paddle(epoch: int, loss: float) -> str:
    return (
        f"Epoch {epoch}/2\n"
        f"step 10/20 - loss: {loss} - acc: 0.25 - 12ms/step\n"
        f"step 20/20 - loss: {loss / 2} - acc: 0.5 - 12ms/step\n"
        f"Eval begin...\nstep 10/12 - loss: 9.0 - acc: 0.5 - 5ms/step\n"
        f"step 12/12 - loss: {loss / 4} - acc: 0.75 - 5ms/step\nEval samples: 1200\n"
    )


CASES: list[Case] = [
    (
        "llama2.c",
        LLAMA2_C,
        StepUnit.STEP,
        {
            "train loss": ([0], [4.5]),
            "val loss": ([0], [4.75]),
            "loss": ([0, 10, 20], [4.5, 3.25, NAN]),
            "lr": ([0, 10, 20], [0.0, 5e-6, 1e-5]),
            "mfu": ([0, 10, 20], [-100.0, 12.5, 12.5]),
        },
    ),
    (
        "Tacotron 2",
        TACOTRON_2,
        StepUnit.STEP,
        {
            "train_loss": ([0, 1], [40.5, 20.25]),
            "grad_norm": ([0, 1], [12.5, 6.25]),
            "seconds_per_iteration": ([0, 1], [3.25, 2.25]),
            "val_loss": ([0], [38.25]),
        },
    ),
    ("DLRM", DLRM, StepUnit.STEP, {"loss": ([1024, 2048, 3072], [0.6875, 0.5625, 0.5])}),
    (
        "WeNet",
        WENET,
        StepUnit.STEP,
        {
            "train/loss": ([0, 100, 200], [40.5, 20.5, 16.5]),
            "train/loss_att": ([0, 100, 200], [30.25, 15.25, 12.25]),
            "train/loss_ctc": ([0, 100, 200], [50.5, 25.5, 21.5]),
            "lr": ([0, 100, 200], [8e-8, 8.08e-6, 9.08e-6]),
            "val/loss": ([100, 200], [17.5, 15.5]),
        },
    ),
    (
        "Paddle Model.fit",
        _of_paddle(1, 4.0) + _of_paddle(2, 2.0),
        StepUnit.STEP,
        {
            "loss": ([10, 20, 30, 40], [4.0, 2.0, 2.0, 1.0]),
            "acc": ([10, 20, 30, 40], [0.25, 0.5, 0.25, 0.5]),
            "val/loss": ([20, 40], [1.0, 0.5]),
            "val/acc": ([20, 40], [0.75, 0.75]),
        },
    ),
]
