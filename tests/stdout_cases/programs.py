"""Programs of other languages, and of the time before progress bars."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case

DEEPLEARNING4J = "".join(
    f"10:00:0{n}.210 [main] INFO o.d.o.l.ScoreIterationListener -- Score at iteration {n}0 is {2 - n / 4}\n"
    for n in range(3)
)
VOWPAL_WABBIT = """\
Num weight bits = 18
average  since         example        example        current        current  current
loss     last          counter         weight          label        predict features
0.750000 0.750000            1            1.0         1.0000         0.5000       51
0.625000 0.500000            2            2.0         0.0000         0.2500       51
n.a.     n.a.                3            3.0         0.0000         0.2500       51
0.500000 0.375000            4            4.0         1.0000         0.7500       51

finished run
"""
MATLAB = """\
Training on single CPU.
|===========================================================================|
|  Epoch  |  Iteration  |  Time Elapsed  |  Mini-batch  |  Validation  |  Mini-batch  |  Base Learning  |
|         |             |   (hh:mm:ss)   |   Accuracy   |     Loss     |     Loss     |      Rate       |
|===========================================================================|
|       1 |           1 |       00:00:01 |       12.50% |       2.2500 |       2.0000 |          0.0100 |
|       1 |          50 |       00:00:09 |       25.00% |              |       1.5000 |          0.0100 |
|       2 |         100 |       00:00:19 |       50.00% |       1.7500 |       1.0000 |          0.0100 |
|===========================================================================|
Training finished: Max epochs completed.
"""


def _of_object_detection(step: int, loss: float) -> str:
    head = "INFO:tensorflow:", f"I0301 10:00:0{step}.123456 140 model_lib_v2.py:705] "
    step_lines = "".join(f"{before}Step {step}00 per-step time 0.512s\n" for before in head)
    losses = f"{{'Loss/box_loss': 0.25,\n 'Loss/total_loss': {loss},\n 'learning_rate': 0.0625}}\n"
    return step_lines + "".join(before + losses for before in head)


CASES: list[Case] = [
    ("Deeplearning4j", DEEPLEARNING4J, StepUnit.STEP, {"loss": ([0, 10, 20], [2.0, 1.75, 1.5])}),
    (
        "Vowpal Wabbit",
        VOWPAL_WABBIT,
        StepUnit.STEP,
        {"average loss": ([1, 2, 4], [0.75, 0.625, 0.5]), "loss": ([1, 2, 4], [0.75, 0.5, 0.375])},
    ),
    (
        "MATLAB",
        MATLAB,
        StepUnit.STEP,
        {
            "Training Accuracy": ([1, 50, 100], [12.5, 25.0, 50.0]),
            "Validation Loss": ([1, 100], [2.25, 1.75]),
            "Training Loss": ([1, 50, 100], [2.0, 1.5, 1.0]),
            "Base Learning Rate": ([1, 50, 100], [0.01] * 3),
        },
    ),
    (
        "TensorFlow Object Detection",
        "".join(_of_object_detection(step, 2 - step / 4) for step in (1, 2, 3)),
        StepUnit.STEP,
        {
            "Loss/box_loss": ([100, 200, 300], [0.25] * 3),
            "Loss/total_loss": ([100, 200, 300], [1.75, 1.5, 1.25]),
            "learning_rate": ([100, 200, 300], [0.0625] * 3),
        },
    ),
]
