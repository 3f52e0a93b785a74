"""Tasks whose loss is a sum of parts that are logged beside it; with what may rise in a run that learns."""

from __future__ import annotations

import numpy as np

from benchmarks.detection.part import data as part_data
from benchmarks.detection.part import losses as part_losses
from benchmarks.detection.part.losses import joined, layers
from benchmarks.detection.part.models import PartTask
from benchmarks.detection.tasks import Logging
from sample_logs.training import Parameters

FOLDERS = ("train/{}", "val/{}")  # what a train and a held-out loss are called
BARE = ("{}", "val_{}")


def _logged(
    called: tuple[str, str], loss: str, *, every: int = 2, held_out: bool = True, **parts: str
) -> Logging:
    """What the loss and its parts are called in the log, where held-out ones are logged or not."""
    names = {
        f"{split}/{part}": pattern.format(name)
        for split, pattern in zip(("train", "val"), called, strict=True)
        for part, name in {"loss": loss, **parts}.items()
    }
    unlogged = [] if held_out else [tag for tag in names if tag.startswith("val/")]
    return Logging(400, every, 5 * every, names, frozenset(unlogged))


def _codes(rng: np.random.Generator) -> Parameters:
    return [0.5 * rng.normal(size=(12, 2))]


def _experts(rng: np.random.Generator) -> Parameters:
    return [0.1 * rng.normal(size=(8, 4)), *(0.3 * rng.normal(size=(8, 3)) for _ in range(4))]


def _temperature(rng: np.random.Generator) -> Parameters:
    return [np.zeros((1, 1))]


PART_TASKS = (
    PartTask(
        "oscillation-equation",
        "dev",
        part_data.times,
        (),
        0.12,
        0.03,
        make=layers(1, 24, 1, gain=1.5),
        parts=part_losses.oscillation,
        heavy="residual",
        logging=_logged(BARE, "loss", residual="pde_loss", initial="ic_loss", held_out=False),
    ),
    PartTask(
        "membrane",
        "dev",
        part_data.places,
        (),
        0.1,
        0.03,
        make=layers(1, 24, 1, gain=0.1),
        parts=part_losses.membrane,
        heavy="residual",
        logging=_logged(BARE, "loss_total", residual="loss_pde", boundary="loss_bc", held_out=False),
    ),
    PartTask(
        "two-heads",
        "dev",
        part_data.faces,
        (),
        0.09,
        0.03,
        make=layers(12, 32, 6),
        parts=part_losses.two_heads,
        heavy="number",
        logging=_logged(BARE, "loss", classes="loss_expression", number="loss_age"),
    ),
    PartTask(
        "bottleneck",
        "dev",
        part_data.mixed,
        (),
        0.005,
        0.03,
        make=joined(layers(16, 24, 6), layers(3, 24, 16)),
        parts=part_losses.bottleneck,
        heavy="divergence",
        logging=_logged(FOLDERS, "loss", reconstruction="recon_loss", divergence="kl_loss"),
    ),
    PartTask(
        "boxes",
        "dev",
        part_data.scenes,
        (),
        0.12,
        0.03,
        make=layers(16, 32, 10),
        parts=part_losses.boxes,
        heavy="object",
        logging=_logged(FOLDERS, "loss", object="obj_loss", box="box_loss", class_="cls_loss"),
    ),
    PartTask(
        "penalised",
        "dev",
        part_data.kinds,
        (),
        0.15,
        0.03,
        make=layers(12, 32, 6, gain=0.5),
        parts=part_losses.penalised,
        heavy="penalty",
        logging=_logged(BARE, "total_loss", classes="ce_loss", penalty="l2_loss"),
    ),
    PartTask(
        "experts",
        "dev",
        part_data.regions,
        (),
        0.2,
        0.05,
        make=_experts,
        parts=part_losses.experts,
        heavy="balance",
        logging=_logged(FOLDERS, "loss", classes="ce_loss", balance="load_balancing_loss"),
    ),
    PartTask(
        "rivals",
        "dev",
        part_data.points,
        (),
        0.01,
        0.01,
        make=joined(layers(3, 24, 2), layers(2, 24, 1)),
        parts=part_losses.rivals,
        aim=part_losses.distance_of_points,
        logging=_logged(BARE, "loss", every=4, generator="loss_g", judge="loss_d", held_out=False),
    ),
    PartTask(
        "pendulum",
        "report",
        part_data.times,
        (),
        0.12,
        0.03,
        make=layers(1, 24, 1, gain=1.5),
        parts=part_losses.pendulum,
        heavy="residual",
        logging=_logged(
            FOLDERS,
            "loss",
            residual="physics_loss",
            angle="theta_0_loss",
            push="omega_0_loss",
            held_out=False,
        ),
    ),
    PartTask(
        "transport",
        "report",
        part_data.line,
        (),
        0.05,
        0.05,
        make=layers(2, 32, 1),
        parts=part_losses.transport,
        heavy="residual",
        logging=_logged(
            BARE,
            "total_loss",
            every=4,
            residual="loss_f",
            initial="loss_u",
            boundary="loss_b",
            held_out=False,
        ),
    ),
    PartTask(
        "three-heads",
        "report",
        part_data.rooms,
        (),
        0.09,
        0.03,
        make=layers(10, 32, 8),
        parts=part_losses.three_heads,
        heavy="normal",
        logging=_logged(FOLDERS, "total", classes="seg", depth="depth", normal="normal"),
    ),
    PartTask(
        "codebook",
        "report",
        part_data.mixed,
        (),
        0.03,
        0.02,
        make=joined(layers(16, 24, 2), layers(2, 24, 16), _codes),
        parts=part_losses.codebook,
        heavy="commitment",
        logging=_logged(
            FOLDERS, "loss", reconstruction="rec_loss", codebook="codebook_loss", commitment="commit_loss"
        ),
    ),
    PartTask(
        "domains",
        "report",
        part_data.sources,
        (),
        0.15,
        0.05,
        make=joined(layers(10, 24, 4), layers(24, 12, 1)),
        parts=part_losses.domains,
        heavy="domain",
        aim=part_losses.loss_of_classes,
        logging=_logged(FOLDERS, "loss", classes="label_loss", domain="domain_loss", held_out=False),
    ),
    PartTask(
        "actor-critic",
        "report",
        part_data.rewards,
        (),
        0.05,
        0.03,
        make=layers(6, 32, 5, gain=0.7),
        parts=part_losses.actor_critic,
        aim=part_losses.reward_missed,
        logging=_logged(
            FOLDERS,
            "loss",
            policy="policy_gradient_loss",
            value="value_loss",
            entropy="entropy_loss",
            held_out=False,
        ),
    ),
    PartTask(
        "views",
        "report",
        part_data.pairs,
        (),
        0.15,
        0.05,
        make=joined(layers(12, 24, 8), layers(12, 24, 8), _temperature),
        parts=part_losses.views,
        logging=_logged(FOLDERS, "loss", every=4, first="i2t_loss", second="t2i_loss"),
    ),
    PartTask(
        "pupil",
        "report",
        part_data.lessons,
        (),
        0.06,
        0.03,
        make=layers(10, 32, 5),
        parts=part_losses.pupil,
        heavy="soft",
        logging=_logged(FOLDERS, "loss", hard="loss_hard", soft="loss_soft"),
    ),
)
