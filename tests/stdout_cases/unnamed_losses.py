"""Programs whose losses have a letter or the name of a task."""

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

CASES: list[Case] = [
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
