"""The diverse tasks whose models are no perceptrons."""

from __future__ import annotations

from benchmarks.detection.deriving import counted, loss_scale, so_far, speed
from benchmarks.detection.diverse import data as diverse_data
from benchmarks.detection.diverse import losses
from benchmarks.detection.other_models.tasks import random, zeros
from benchmarks.detection.part.losses import Make, joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.tasks import Logging, Task, called

STATE, FADING, ANSWERED = 14, 10, 12  # numbers of a letter's state, of what was heard, of a token


def _scattered(scale: float, *shape: int) -> Make:
    """Normal numbers of that size, whatever the shape."""
    return lambda rng: [scale * rng.normal(size=shape)]


def _parts_of(train: str, held_out: str, parts: dict[str, str]) -> dict[str, str]:
    """The names of the parts of a loss on both sides, each behind what that side is called."""
    return {
        f"{split}/{part}": side + name
        for split, side in (("train", train), ("val", held_out))
        for part, name in parts.items()
    }


OTHERS: tuple[Task, ...] = (
    PartTask(
        "stanzas",
        "report",
        diverse_data.stanzas,
        (),
        0.25,
        0.02,
        make=joined(
            _scattered(0.7, losses.LETTERS, STATE),
            *[joined(random(0.7, (STATE, STATE), (STATE, STATE)), zeros(1, STATE)) for _ in range(3)],
            random(1.0, (STATE, losses.LETTERS)),
            zeros(1, losses.LETTERS),
        ),
        parts=losses.dilated,
        symbols=True,
        judged=128,
        logging=Logging(
            300,
            2,
            30,
            *called("lm loss", "lm loss validation", "grad-norm", "learning-rate"),
            significant=6,
            derived={
                "loss-scale": loss_scale("lm loss", 15),
                "samples": counted("lm loss", 32.0),
                "throughput": speed("lm loss", 384.0),
            },
        ),
    ),
    PartTask(
        "phonemes",
        "dev",
        diverse_data.phonemes,
        (),
        0.2,
        0.02,
        make=joined(
            _scattered(1.0, 1, FADING),
            random(1.0, (losses.HEARD, FADING), (FADING, FADING), (losses.HEARD, FADING)),
            zeros(1, FADING),
            random(1.0, (FADING, losses.SOUNDS)),
            zeros(1, losses.SOUNDS),
        ),
        parts=losses.remembered,
        judged=256,
        logging=Logging(
            240,
            3,
            24,
            *called("train_frame_loss", "dev_frame_loss", "train_grad_norm", "train_lr"),
            digits=5,
        ),
    ),
    PartTask(
        "ripples",
        "report",
        diverse_data.ripples,
        (),
        0.2,
        0.015,
        batch=128,
        make=layers(losses.RIPPLE + 2, 32, losses.RIPPLE),
        parts=losses.by_quarter,
        judged=512,
        averaging=0.95,
        logging=Logging(
            480,
            4,
            40,
            {
                **called("loss", "ema_eval_loss", "grad_norm", "lr")[0],
                **_parts_of("loss_", "ema_eval_loss_", {f"q{i}": f"q{i}" for i in range(losses.QUARTERS)}),
            },
            significant=3,
            units=128,
        ),
    ),
    PartTask(
        "tiles",
        "dev",
        diverse_data.tiles,
        (),
        0.2,
        0.06,
        batch=64,
        make=joined(
            random(1.4, (losses.WINDOW * losses.WINDOW, losses.FILTERS)),
            zeros(1, losses.FILTERS),
            random(1.0, ((losses.SIDE - losses.WINDOW + 1) ** 2 * losses.FILTERS, losses.PATTERNS)),
            zeros(1, losses.PATTERNS),
        ),
        parts=losses.convolved,
        judged=256,
        logging=Logging(
            360,
            12,
            12,
            *called("train/acc", "val/acc", rate="train/lr"),
            interval_mean=True,
            quantity=diverse_data.wrongly_told,
            upwards_from=1.0,
            digits=4,
            units=1 / 12,
        ),
    ),
    PartTask(
        "sessions",
        "report",
        diverse_data.sessions,
        (),
        0.2,
        0.015,
        batch=64,
        make=joined(
            _scattered(0.4, losses.GOODS_KNOWN, losses.TASTE),
            random(1.0, (losses.TASTE, 20)),
            zeros(1, 20),
            random(1.0, (20, losses.TASTE)),
            zeros(1, losses.GOODS_KNOWN),
        ),
        parts=losses.visited,
        symbols=True,
        judged=256,
        logging=Logging(
            450,
            5,
            45,
            *called("train/sampled_softmax_loss", "valid/sampled_softmax_loss", rate="train/lr"),
            by_clock=0.6,
            digits=4,
            derived={"train/examples": counted("train/sampled_softmax_loss", 64.0)},
        ),
    ),
    PartTask(
        "thickets",
        "dev",
        diverse_data.thickets,
        (),
        2.0,
        0.15,
        batch=128,
        make=joined(
            random(1.0, (10, losses.BRANCHES)),
            zeros(1, losses.BRANCHES),
            lambda rng: [0.3 * rng.normal(size=(losses.TWIGS, 4))],
        ),
        parts=losses.branched,
        judged=256,
        logging=Logging(
            200, 1, 1, *called("train-mlogloss", "eval-mlogloss"), estimated=256, digits=5, timed=False
        ),
    ),
    PartTask(
        "lanterns",
        "report",
        diverse_data.lanterns,
        (),
        2.0,
        0.02,
        batch=64,
        make=layers(2, 24, 24, 2, gain=1.5),
        parts=losses.shone_through,
        judged=256,
        logging=Logging(
            360,
            3,
            72,
            *called("train/rgb_loss", "test/rgb_loss", rate="train/lr"),
            derived={"train/rays_per_sec": speed("train/rgb_loss", 64.0)},
        ),
    ),
    PartTask(
        "families",
        "dev",
        diverse_data.families,
        (),
        0.05,
        0.01,
        batch=16,
        make=layers(losses.TRAITS, 24, 6),
        parts=losses.alike,
        judged=256,
        logging=Logging(
            400,
            10,
            40,
            *called("episode_loss/train", "episode_loss/val", "", "lr"),
            interval_mean=True,
            units=10,
        ),
    ),
    PartTask(
        "dreams",
        "report",
        diverse_data.dreams,
        (),
        0.05,
        0.02,
        batch=32,
        make=layers(losses.SEEN + losses.DONE, 32, losses.SEEN + 2),
        parts=losses.imagined,
        judged=512,
        logging=Logging(
            600,
            4,
            60,
            {
                "train/loss": "train/model_loss",
                "val/loss": "eval/model_loss",
                "train/grad_norm": "train/model_grad_norm",
                "train/lr": "train/model_lr",
                **_parts_of(
                    "train/", "eval/", {"seen": "obs_loss", "reward": "reward_loss", "goes_on": "cont_loss"}
                ),
            },
            units=16,
            derived={"train/fps": speed("train/model_loss", 1.0)},
        ),
    ),
    PartTask(
        "answers",
        "dev",
        diverse_data.answers,
        (),
        0.15,
        0.02,
        make=joined(
            random(
                1.0,
                (losses.MEANING, ANSWERED),
                (losses.MEANING, ANSWERED),
                (losses.TOKENS, ANSWERED),
                (losses.MEANING, ANSWERED),
            ),
            random(1.0, (ANSWERED, 2)),
        ),
        parts=losses.spanned,
        judged=256,
        logging=Logging(
            500,
            5,
            100,
            {
                **called("train/loss", "eval/loss", "train/grad_norm", "train/learning_rate")[0],
                **_parts_of("train/", "eval/", {"start": "start_loss", "end": "end_loss"}),
            },
            digits=4,
            without_first=True,
            derived={"train/epoch": counted("train/loss", 1 / 128)},
        ),
    ),
    PartTask(
        "kitchens",
        "report",
        diverse_data.kitchens,
        (),
        0.03,
        0.015,
        batch=64,
        make=joined(layers(8, 24, losses.DISHES + 1), zeros(1, 2)),
        parts=losses.weighed_by_doubt,
        judged=512,
        logging=Logging(
            500,
            5,
            50,
            {
                **called("Loss/train", "Loss/val", "Grad/total_norm", "LR")[0],
                **_parts_of("Loss/train_", "Loss/val_", {"kind": "kind", "amount": "amount"}),
            },
            derived={"Loss/train_avg": so_far("Loss/train")},
        ),
    ),
)
