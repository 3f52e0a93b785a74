"""What plays and what talks."""

from __future__ import annotations

from losstui.run import StepUnit
from stdout_cases.case import Case
from stdout_texts import SAMPLE_FACTORY

RL_GAMES = "".join(
    f"fps step: {9000 + n} fps step and policy inference: 8000 fps total: {7000 - n} "
    f"epoch: {n + 1}/500 frames: {n * 4096}\n"
    + (f"saving next best rewards:  [{n * 2.5}]\n=> saving checkpoint 'nn/Ant.pth'\n" if n % 2 else "")
    for n in range(4)
)


def _parlai(updates: int, loss: float, head: str) -> str:
    names = "    clip  exs  gnorm  loss    lr   ppl  token_acc  total_train_updates   tpb   ups\n"
    row = f"       1    6  22.25 {loss:>5} 1e-05 12.50      .5000 {updates:>20} 516.5 .0990\n"
    return head + names + row + "\n"


def _trained(updates: int, loss: float) -> str:
    head = f"10:00:0{updates // 10} | time:{updates}s total_exs:{updates * 4} total_steps:{updates} "
    return _parlai(updates, loss, head + f"epochs:{updates / 40:.2f} time_left:87s\n")


PARLAI = _trained(10, 2.5) + _trained(20, 2.25) + _parlai(20, 2.75, "10:00:03 | valid:\n")
SEVERAL_TASKS = "".join(
    f"09:49:00 | time:101s total_exs:{n * 4} epochs:0.25\n"
    "                exs  gnorm  loss  lr  token_acc  total_train_updates  tpb\n"
    f"   all          550  2.125 {4.5 - n / 4}   1      .2500 {n * 10:>20} 4112\n"
    "   convai2      365         4.625          .2750\n   dailydialog  185         4.5            .2875\n"
    for n in (1, 2)
)
UPDATES = [10, 20]
NAN = float("nan")
CASES: list[Case] = [
    (
        "Sample Factory",
        SAMPLE_FACTORY,
        StepUnit.STEP,
        {
            "fps": ([4096, 8192, 12288], [513.5, 514.5, 515.5]),
            "policy_0/avg_episode_reward": ([4096, 8192, 12288], [0.125, 0.25, 0.375]),
            "policy_1/avg_episode_reward": ([4096, 8192, 12288], [NAN] * 3),
        },
    ),
    (
        "rl_games",
        RL_GAMES,
        StepUnit.STEP,
        {
            "fps step": ([0, 4096, 8192, 12288], [9000, 9001, 9002, 9003]),
            "fps step and policy inference": ([0, 4096, 8192, 12288], [8000] * 4),
            "fps total": ([0, 4096, 8192, 12288], [7000, 6999, 6998, 6997]),
            "rewards/best": ([4096, 12288], [2.5, 7.5]),
        },
    ),
    (
        "ParlAI",
        PARLAI,
        StepUnit.STEP,
        {
            **{name: (UPDATES, [value] * 2) for name, value in (("clip", 1), ("exs", 6), ("gnorm", 22.25))},
            **{name: (UPDATES, [value] * 2) for name, value in (("lr", 1e-5), ("ppl", 12.5), ("tpb", 516.5))},
            **{name: (UPDATES, [value] * 2) for name, value in (("token_acc", 0.5), ("ups", 0.099))},
            "loss": (UPDATES, [2.5, 2.25]),
            "valid/loss": ([20], [2.75]),
            **{f"valid/{name}": ([20], [value]) for name, value in (("clip", 1), ("exs", 6), ("lr", 1e-5))},
            **{f"valid/{name}": ([20], [value]) for name, value in (("gnorm", 22.25), ("ppl", 12.5))},
            **{f"valid/{name}": ([20], [value]) for name, value in (("token_acc", 0.5), ("ups", 0.099))},
            "valid/tpb": ([20], [516.5]),
        },
    ),
    (
        "ParlAI",
        SEVERAL_TASKS,
        StepUnit.STEP,
        {
            "exs": (UPDATES, [550] * 2),
            "gnorm": (UPDATES, [2.125] * 2),
            "loss": (UPDATES, [4.25, 4.0]),
            "lr": (UPDATES, [1.0] * 2),
            "token_acc": (UPDATES, [0.25] * 2),
            "tpb": (UPDATES, [4112] * 2),
        },
    ),
]
