"""What is learnt and how it is logged: tasks, half of them for development and half for the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.models import Model, Network, SequenceModel
from losstui.frame import Frame, Series
from sample_logs.training import Array
from sample_logs.training import Task as Clusters

Data = tuple[Array, Array]  # inputs and targets
FloatArray = NDArray[np.float64]
SYMBOLS = 8  # that a sequence is made of
SEQUENCE = 16  # symbols, each of which is to be told from those before it


@dataclass(frozen=True)
class Logging:
    """How a task is logged.

    It trains for `steps`, logs every `every` of them and evaluates every `evaluate_every`. `names` are
    the tags as the log has them, where they are not those of `simulation`; `unlogged` are left out. What
    follows tells the same in another way, see `telling`.
    """

    steps: int = 600
    every: int = 3
    evaluate_every: int = 12
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    unlogged: frozenset[str] = frozenset()
    interval_mean: bool = False  # the train losses are means since the last row
    running: float = 0.0  # share of the mean so far in the next train loss
    quantity: Callable[[FloatArray], FloatArray] | None = (
        None  # of the losses, logged instead: exp for a perplexity
    )
    scale: float = 1.0  # that the losses are logged in: percent, or what the target was divided by
    upwards_from: float | None = None  # that minus the loss is logged: a reward, an accuracy
    digits: int | None = None  # of the losses, behind the point
    units: float = 1.0  # that one step counts as: a share of an epoch, a number of samples
    blanks: bool = False  # rows without an evaluation have NaN there
    timed: bool = True
    interval_median: bool = False  # the train losses are medians since the last row
    window: int = 0  # rows: the train losses are means over so many of the last ones
    epoch: int = 0  # rows of one: the train losses are means since it began
    estimated: int = 0  # training examples that a train loss is worked out of, instead of a batch
    heard: int | None = None  # of a batch, those that the one worker which writes the log has
    significant: int | None = None  # digits of the losses, wherever the point is
    mantissa: int | None = None  # binary digits of the losses, as of what is kept in few bytes
    dense: int = 0  # every row up to that step, and of those after it every tenth
    without_first: bool = False  # nothing is logged before the first step
    rarer: bool = False  # evaluated at its 1st, 2nd, 4th, 8th time and so on, and at the last one
    by_clock: float = 0.0  # share of the train rows that are logged, at random: rows come by seconds
    workers: int = 0  # that each have a part of a batch, and log its loss beside that of all: "worker_0/loss"
    tested: bool = False  # there is a third loss, of data as the held-out ones: "test/loss"
    held_out_units: float | None = None  # one step counts as for what is evaluated, where as something else
    begun: int = 0  # the step that its first one counts as, where it goes on with what another log has
    counted_anew: bool = False  # a session that goes on with the run counts its steps from nought
    lost: tuple[float, float] | None = None  # from and to what share of the run no row came through
    derived: Mapping[str, Callable[[Frame], Series]] = field(  # tags that are worked out of the others
        default_factory=dict[str, Callable[[Frame], Series]]
    )


FRESH = "fresh"  # the group of `fresh.tasks`


def called(
    train: str, held_out: str, norm: str = "", rate: str = ""
) -> tuple[dict[str, str], frozenset[str]]:
    """The names of the tags, and those that are not logged: the ones without a name."""
    names = {"train/loss": train, "val/loss": held_out, "train/grad_norm": norm, "train/lr": rate}
    return names, frozenset(tag for tag, name in names.items() if not name)


KERAS = {
    "train/loss": "loss",
    "val/loss": "val_loss",
    "train/grad_norm": "grad_norm",
    "train/lr": "lr",
    "val/accuracy": "val_accuracy",
}
TRAINER = {"train/loss": "loss", "val/loss": "eval_loss", "train/lr": "learning_rate"}
DETECTION = {"train/loss": "loss/train", "val/loss": "loss/val", "train/grad_norm": "optim/gnorm"}
LIGHTNING = {"train/loss": "train_loss_step", "val/loss": "valid_loss", "train/lr": "lr-SGD"}


@dataclass(frozen=True)
class Layers:
    """How a perceptron is built; `hidden` replaces the widths that its task gives the hidden layers."""

    hidden: tuple[int, ...] | None = None
    activation: str = "tanh"
    gain: float = 1.2


AS_MADE = Layers()


@dataclass(frozen=True)
class Task:
    """One task. `sizes` are the widths of its model, `rate` and `adam_rate` its tuned learning rates."""

    name: str
    half: str  # "dev" or "report", or "fresh": see `fresh.tasks`
    draw: Callable[[np.random.Generator, int], Data]
    sizes: tuple[int, ...]
    rate: float  # of gradient descent with momentum 0.9
    adam_rate: float
    classes: bool = False
    recurrent: bool = False
    batch: int = 32
    logs_accuracy: bool = False  # of a perceptron with `classes`, on the validation data
    logging: Logging = Logging()
    for_training: Callable[[np.random.Generator, Data], Data] | None = None  # what is done to those data
    judged: int = 256  # examples that its exact losses are of, always the same; more of noisy targets
    averaging: float = 0.0  # what is validated has the weights' running mean, with that share of it kept
    averaged_from: float | None = None  # or their plain mean since that share of the run

    @property
    def has_hidden_layers(self) -> bool:
        """Whether depth, width and activations of a perceptron can be changed."""
        return len(self.sizes) > 2 and not self.recurrent

    @property
    def has_features(self) -> bool:
        """Whether its examples are features, not symbols: they can be scaled, blurred and left out."""
        return not self.recurrent

    @property
    def is_perceptron(self) -> bool:
        """Whether its model answers to features through layers."""
        return not self.recurrent

    def model(self, rng: np.random.Generator, layers: Layers = AS_MADE) -> Model:
        """A fresh model."""
        if self.recurrent:
            return SequenceModel(rng, SYMBOLS, layers.hidden[0] if layers.hidden else self.sizes[1])
        sizes = self.widths(layers)
        return Network(rng, sizes, classes=self.classes, activation=layers.activation, gain=layers.gain)

    def widths(self, layers: Layers) -> list[int]:
        """The widths of all layers of a perceptron, the inputs' first."""
        inner = self.sizes[1:-1] if layers.hidden is None else layers.hidden
        return [self.sizes[0], *inner, self.sizes[-1]]


def _clusters(rng: np.random.Generator, n: int) -> Data:
    inputs, labels = Clusters.make(101, classes=6, features=12).draw(rng, n)
    return inputs, np.eye(6)[labels]


def _spirals(rng: np.random.Generator, n: int) -> Data:
    arm = rng.integers(3, size=n)
    radius = rng.uniform(0.1, 1.0, size=n)
    angle = 2 * np.pi * (arm / 3 + 0.6 * radius) + 0.15 * rng.normal(size=n)
    inputs = 2 * radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return inputs, np.eye(3)[arm]


def _waves(rng: np.random.Generator, n: int) -> Data:
    inputs = rng.uniform(-1, 1, size=(n, 4))
    distance = np.sqrt((inputs**2).sum(axis=1))
    targets = np.sin(4 * distance) + 0.5 * inputs[:, 0] + 0.2 * rng.normal(size=n)
    return inputs, targets[:, None]


def _products(rng: np.random.Generator, n: int) -> Data:
    inputs = rng.normal(size=(n, 6))
    targets = np.column_stack(
        [inputs[:, 0] * inputs[:, 1], np.tanh(inputs[:, 2] - inputs[:, 3]) + inputs[:, 4]]
    )
    return inputs, targets + 0.3 * rng.normal(size=targets.shape)


def _pulses(rng: np.random.Generator, n: int) -> Data:
    places = np.linspace(0, 1, 20)
    centre, width = rng.uniform(0.1, 0.9, size=(n, 1)), rng.uniform(0.05, 0.2, size=(n, 1))
    pulses = np.exp(-0.5 * ((places - centre) / width) ** 2) + 0.1 * rng.normal(size=(n, 20))
    return pulses, pulses


def _mixtures(rng: np.random.Generator, n: int) -> Data:
    mixing = np.random.default_rng(102).normal(size=(4, 16))
    inputs = np.tanh(rng.normal(size=(n, 4)) @ mixing) + 0.2 * rng.normal(size=(n, 16))
    return inputs, inputs


def _margins(rng: np.random.Generator, n: int) -> Data:
    direction = np.random.default_rng(103).normal(size=30)
    inputs = rng.normal(size=(n, 30))
    likely = rng.random(n) < 1 / (1 + np.exp(-1.2 * inputs @ direction / np.sqrt(3)))
    return inputs, np.eye(2)[likely.astype(np.int64)]


def _strides(rng: np.random.Generator, n: int) -> Data:
    """Sequences that go on in strides of their own, with one symbol in ten at random."""
    stride = rng.integers(1, 4, size=n)
    symbols = np.zeros((n, SEQUENCE + 1))
    symbols[:, 0] = rng.integers(SYMBOLS, size=n)
    for t in range(SEQUENCE):
        follows = (symbols[:, t] + stride) % SYMBOLS
        symbols[:, t + 1] = np.where(rng.random(n) < 0.1, rng.integers(SYMBOLS, size=n), follows)
    return symbols[:, :-1], symbols[:, 1:]


def _letters(rng: np.random.Generator, n: int) -> Data:
    inputs, labels = Clusters.make(106, classes=20, features=24).draw(rng, n)
    return inputs, np.eye(20)[labels]


def _rings(rng: np.random.Generator, n: int) -> Data:
    ring = rng.integers(2, size=n)
    angle, radius = rng.uniform(0, 2 * np.pi, n), 1.0 + ring + 0.3 * rng.normal(size=n)
    return radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), np.eye(2)[ring]


def _series(rng: np.random.Generator, n: int) -> Data:
    """The next two values of a noisy sum of two waves, from the sixteen before."""
    time = np.arange(18) / 18 + rng.uniform(0, 5, size=(n, 1))
    slow, fast = rng.uniform(2, 4, size=(n, 1)), rng.uniform(8, 12, size=(n, 1))
    values = np.sin(slow * time) + 0.5 * np.sin(fast * time) + 0.1 * rng.normal(size=(n, 18))
    return values[:, :16], values[:, 16:]


def _heavy(rng: np.random.Generator, n: int) -> Data:
    """A linear law whose targets have outliers, as prices do."""
    law = np.random.default_rng(107).normal(size=(10, 1))
    inputs = rng.normal(size=(n, 10))
    return inputs, inputs @ law / 3 + 0.3 * rng.standard_t(3, size=(n, 1))


TASKS = (
    Task("clusters", "dev", _clusters, (12, 48, 6), 0.03, 0.01, classes=True),
    Task("waves", "dev", _waves, (4, 48, 24, 1), 0.03, 0.01),
    Task("pulses", "dev", _pulses, (20, 24, 3, 24, 20), 0.03, 0.01),
    Task("margins", "dev", _margins, (30, 2), 0.03, 0.01, classes=True),
    Task(
        "letters",
        "dev",
        _letters,
        (24, 64, 20),
        0.09,
        0.03,
        classes=True,
        logs_accuracy=True,
        logging=Logging(400, 1, 20, KERAS),
    ),
    Task("heavy", "dev", _heavy, (10, 1), 0.01, 0.01, batch=64, logging=Logging(1000, 10, 50, LIGHTNING)),
    Task("spirals", "report", _spirals, (2, 48, 24, 3), 0.05, 0.01, classes=True),
    Task("products", "report", _products, (6, 64, 2), 0.02, 0.01),
    Task("mixtures", "report", _mixtures, (16, 24, 4, 24, 16), 0.03, 0.01),
    Task("strides", "report", _strides, (SYMBOLS, 24, SYMBOLS), 0.3, 0.01, recurrent=True),
    Task(
        "rings", "report", _rings, (2, 32, 2), 0.1, 0.02, classes=True, logging=Logging(1200, 1, 40, TRAINER)
    ),
    Task(
        "series", "report", _series, (16, 48, 2), 0.03, 0.01, batch=16, logging=Logging(500, 5, 10, DETECTION)
    ),
)
