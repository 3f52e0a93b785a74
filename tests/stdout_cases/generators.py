"""What makes pictures and voices."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case


def _tick(number: int, seconds: float, more: str = "augment 0.5") -> str:
    speed = f"time {number}m 31s       sec/tick {seconds:<7} sec/kimg {seconds / 4:<7}"
    return f"tick {number:<5} kimg {4.0 * number:<8} {speed} maintenance 0.5    {more}\n"


STYLEGAN_3 = (
    "Training for 800 kimg...\n\n"
    + _tick(0, 12.5)
    + 'Evaluating metrics...\n{"results": {"fid50k_full": 350.5}, "metric": "fid50k_full", '
    '"total_time": 3876.5, "num_gpus": 1, "snapshot_pkl": "network-snapshot-000000.pkl"}\n'
    + _tick(1, 10.5)
    + _tick(2, 10.0)
    + '{"results": {"fid50k_full": 250.5}, "metric": "fid50k_full", "total_time": 3870.5}\n'
)
STYLEGAN_2 = (
    _tick(1, 12.5, "G_loss 0.75   D_loss 1.25")
    + "network-snapshot-000004        time 4m 26s       fid50k_full 46.5\n"
    + _tick(2, 12.5, "G_loss 0.5    D_loss 1.5")
)
VITS = "".join(
    f"2023-01-01 10:00:0{n},724\tvoice\tINFO\tTrain Epoch: {1 + n // 2} [{n % 2 * 50}%]\n"
    f"2023-01-01 10:00:0{n},725\tvoice\tINFO\t"
    f"[{2.5 - n / 4}, 2.25, 8.5, {25.5 - n}, 1.5, 2.0, {n * 200}, 0.0002]\n"
    for n in range(3)
)
# of fine-tuning with one loss, and of a program with a part more
ONE_LOSS = "INFO:voice:Train Epoch: 1 [10%]\nINFO:voice:[0.5, 160, 0.0001]\nINFO:voice:====> Epoch: 1\n"
RVC = "".join(
    f"INFO:voice:Train Epoch: {1 + n // 2} [{n % 2 * 50}%]\nINFO:voice:[{n * 200}, 0.0002]\n"
    f"INFO:voice:loss_disc={2.5 - n / 4}, loss_gen=2.25, loss_mel={25.5 - n}\n"
    for n in range(3)
)

SO_VITS = "".join(
    f"2023-01-01 10:00:0{n},724\tsinger\tINFO\tTrain Epoch: {1 + n // 2} [{n % 2 * 50}%]\n"
    f"2023-01-01 10:00:0{n},725\tsinger\tINFO\tLosses: [{2.5 - n / 4}, 2.25, 8.5, {25.5 - n}, 2.0], "
    f"step: {n * 200}, lr: 0.0002, reference_loss: {40.75 - 1.25 * n}\n"
    for n in range(3)
)

STEPS = [0, 200, 400]
CASES: list[Case] = [
    (
        "StyleGAN",
        STYLEGAN_3,
        StepUnit.STEP,
        {
            "sec/tick": ([0, 4, 8], [12.5, 10.5, 10.0]),
            "sec/kimg": ([0, 4, 8], [3.125, 2.625, 2.5]),
            "maintenance": ([0, 4, 8], [0.5] * 3),
            "augment": ([0, 4, 8], [0.5] * 3),
            "fid50k_full": ([0, 8], [350.5, 250.5]),
        },
    ),
    (
        "StyleGAN",
        STYLEGAN_2,
        StepUnit.STEP,
        {
            "sec/tick": ([4, 8], [12.5, 12.5]),
            "sec/kimg": ([4, 8], [3.125, 3.125]),
            "maintenance": ([4, 8], [0.5] * 2),
            "G_loss": ([4, 8], [0.75, 0.5]),
            "D_loss": ([4, 8], [1.25, 1.5]),
            "fid50k_full": ([4], [46.5]),
        },
    ),
    (
        "VITS",
        VITS,
        StepUnit.STEP,
        {
            "loss_disc": (STEPS, [2.5, 2.25, 2.0]),
            "loss_gen": (STEPS, [2.25] * 3),
            "loss_fm": (STEPS, [8.5] * 3),
            "loss_mel": (STEPS, [25.5, 24.5, 23.5]),
            "loss_dur": (STEPS, [1.5] * 3),
            "loss_kl": (STEPS, [2.0] * 3),
            "lr": (STEPS, [0.0002] * 3),
        },
    ),
    (
        "VITS",
        SO_VITS,
        StepUnit.STEP,
        {
            "loss_disc": (STEPS, [2.5, 2.25, 2.0]),
            "loss_gen": (STEPS, [2.25] * 3),
            "loss_fm": (STEPS, [8.5] * 3),
            "loss_mel": (STEPS, [25.5, 24.5, 23.5]),
            "loss_kl": (STEPS, [2.0] * 3),
            "lr": (STEPS, [0.0002] * 3),
            "reference_loss": (STEPS, [40.75, 39.5, 38.25]),
        },
    ),
    (
        "VITS",
        ONE_LOSS + ONE_LOSS.replace("[0.5, 160", "[0.25, 320"),
        StepUnit.STEP,
        {"loss": ([160, 320], [0.5, 0.25]), "lr": ([160, 320], [0.0001, 0.0001])},
    ),
    (
        "VITS",
        RVC,
        StepUnit.STEP,
        {
            "loss_disc": (STEPS, [2.5, 2.25, 2.0]),
            "loss_gen": (STEPS, [2.25] * 3),
            "loss_mel": (STEPS, [25.5, 24.5, 23.5]),
            "lr": (STEPS, [0.0002] * 3),
        },
    ),
]
