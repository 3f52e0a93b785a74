"""Programs whose losses have a letter, the name of a task, or only a place in the line."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case

YOLACT = """\
Begin training!
[  0]       0 || B: 5.250 | C: 9.500 | M: 6.125 | S: 2.500 | T: 23.375 || ETA: 2 days, 3:04:05 || timer: 0.500
[  0]      10 || B: 4.250 | C: 7.500 | M: 5.125 | S: 1.500 | T: 18.375 || ETA: 2 days, 2:04:05 || timer: 0.250
[  1]      20 || B: 3.250 | C: 5.500 | M: 4.125 | S: 0.500 | T: 13.375 || ETA: 1 day, 2:04:05 || timer: 0.250
"""


def _of_xlm(minute: int, step: int, loss: float) -> str:
    return (
        f"INFO - 01/02/20 10:0{minute}:00 - 0:0{minute}:00 - {step:7d} -   30.50 sent/s -  1000.50 words/s - "
        f"AE-en: {loss:7.4f} || BT-en-fr-en: {loss + 1:7.4f} -  - model LR = 1.0000e-04\n"
    )


def _evaluated(minute: int, epoch: int, perplexity: float) -> str:
    told = f"INFO - 01/02/20 10:0{minute}:00 - 0:0{minute}:00 - "
    return f"{told}epoch -> {epoch}.000000\n{told}valid_en-fr_mt_ppl -> {perplexity:.6f}\n"


XLM = (
    _of_xlm(1, 5, 7.5)
    + _of_xlm(2, 10, 5.5)
    + _evaluated(3, 0, 250.5)
    + _of_xlm(4, 15, 4.5)
    + _evaluated(5, 1, 125.5)
)


def _of_darts(epoch: int, loss: float) -> str:
    told = f"2020-01-02 1{epoch}:00:00,500 "
    return (
        f"{told}epoch {epoch} lr 2.500000e-02\n"
        f"{told}train 000 {loss:e} 12.500000 50.500000\n{told}train 050 {loss / 2:e} 25.500000 75.500000\n"
        f"{told}train_acc 25.500000\n"
        f"{told}valid 000 {loss:e} 20.500000 60.500000\n{told}valid 050 {loss / 4:e} 30.500000 70.500000\n"
        f"{told}valid_acc 30.500000\n"
    )


CASES: list[Case] = [
    (
        "DARTS",
        _of_darts(0, 2.5) + _of_darts(1, 2.0),
        StepUnit.STEP,
        {
            "lr": ([0, 50], [0.025, 0.025]),
            "train/loss": ([0, 50, 100, 150], [2.5, 1.25, 2.0, 1.0]),
            "train/top1": ([0, 50, 100, 150], [12.5, 25.5, 12.5, 25.5]),
            "train/top5": ([0, 50, 100, 150], [50.5, 75.5, 50.5, 75.5]),
            "valid/loss": ([50, 150], [0.625, 0.5]),
            "valid/top1": ([50, 150], [30.5, 30.5]),
            "valid/top5": ([50, 150], [70.5, 70.5]),
        },
    ),
    (
        "YOLACT",
        YOLACT,
        StepUnit.STEP,
        {
            "box_loss": ([0, 10, 20], [5.25, 4.25, 3.25]),
            "class_loss": ([0, 10, 20], [9.5, 7.5, 5.5]),
            "mask_loss": ([0, 10, 20], [6.125, 5.125, 4.125]),
            "segmentation_loss": ([0, 10, 20], [2.5, 1.5, 0.5]),
            "loss": ([0, 10, 20], [23.375, 18.375, 13.375]),
        },
    ),
    (
        "XLM",
        XLM,
        StepUnit.STEP,
        {
            "AE-en_loss": ([5, 10, 15], [7.5, 5.5, 4.5]),
            "BT-en-fr-en_loss": ([5, 10, 15], [8.5, 6.5, 5.5]),
            "lr": ([5, 10, 15], [1e-4, 1e-4, 1e-4]),
            "sent/s": ([5, 10, 15], [30.5, 30.5, 30.5]),
            "words/s": ([5, 10, 15], [1000.5, 1000.5, 1000.5]),
            "valid_en-fr_mt_ppl": ([10, 15], [250.5, 125.5]),
        },
    ),
]
