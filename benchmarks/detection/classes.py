"""What can be true of a run, and which findings say so: the vocabulary everything is scored in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from losstui.run import Run

Names = frozenset[str]

# Class: the findings that say it.
SAID_BY: Mapping[str, Names] = {
    "nan": frozenset({"non-finite", "hidden-non-finite"}),
    "divergence": frozenset({"divergence"}),
    "late_instability": frozenset({"late-instability", "divergence"}),
    "oscillation": frozenset({"oscillation"}),
    "loss_spikes": frozenset({"loss-spike"}),
    "exploding_gradients": frozenset({"exploding-gradient"}),
    "vanishing_gradients": frozenset({"vanishing-gradient"}),
    "dead_relu": frozenset({"dead-units"}),
    "plateau": frozenset({"plateau", "stuck-at-start"}),
    "underfitting": frozenset({"underfitting", "plateau", "stuck-at-start"}),
    "slow_convergence": frozenset({"slow-progress", "lr-too-low"}),
    "overfitting": frozenset({"overfitting"}),
    "train_val_gap": frozenset({"overfitting", "generalisation-gap"}),
    "noisy_validation": frozenset({"noisy-validation"}),
    "epoch_drops": frozenset({"epoch-memorisation"}),
    "resumed": frozenset({"resumed-run", "inconsistent-steps"}),
    "stalled": frozenset({"stalled-run"}),
    "throughput_drop": frozenset({"throughput-drop", "stalled-run"}),
    "converged": frozenset({"converged"}),
}
# Of these an `info` counts too; the others have to be a warning or worse.
NOTE_IS_ENOUGH: Names = frozenset(
    {
        "loss_spikes",
        "slow_convergence",
        "noisy_validation",
        "resumed",
        "converged",
        "train_val_gap",
        "stalled",
        "throughput_drop",
        "epoch_drops",
    }
)
NOT_A_FAULT: Names = frozenset({"converged", "resumed", "train_val_gap"})
OUTSIDE_MEAN: Names = frozenset({"converged"})
FAULTS: Names = frozenset(SAID_BY) - NOT_A_FAULT | {"runaway_negative", "collapse"}

_UNSTABLE: Names = frozenset(
    {
        "divergence",
        "nan",
        "oscillation",
        "late_instability",
        "exploding_gradients",
        "loss_spikes",
        "runaway_negative",
    }
)
_STUCK: Names = frozenset({"plateau", "underfitting", "slow_convergence", "vanishing_gradients", "dead_relu"})

# To say the class of a run that has one of these labels instead is neither right nor wrong: the two
# describe the same trouble, or one follows from the other.
NEAR: Mapping[str, Names] = {
    "nan": frozenset(),
    "divergence": _UNSTABLE,
    "late_instability": _UNSTABLE,
    "oscillation": _UNSTABLE | {"noisy_validation"},
    "loss_spikes": _UNSTABLE,
    "exploding_gradients": _UNSTABLE,
    "vanishing_gradients": _STUCK | {"converged"},
    "dead_relu": _STUCK,
    "plateau": _STUCK,
    "underfitting": _STUCK,
    "slow_convergence": _STUCK | {"improving"},
    "overfitting": _UNSTABLE | {"train_val_gap", "epoch_drops"},
    "train_val_gap": frozenset({"overfitting", "epoch_drops"}),
    "noisy_validation": _UNSTABLE,
    "epoch_drops": frozenset({"overfitting"}),
    "resumed": frozenset(),
    "stalled": frozenset({"throughput_drop", "resumed"}),
    "throughput_drop": frozenset({"stalled", "resumed"}),
    "converged": frozenset({"healthy", "improving"}),
}
# With one of these nothing that is said of a run is known to be a mistake.
UNJUDGED: Names = frozenset({"no-curve", "other", "missed"})
# What is true of a run that stopped too high, of which its log alone has no sign: counted by itself.
UNSEEN: Mapping[str, str] = {"plateau": "unseen_plateau", "underfitting": "unseen_underfitting"}
TRAPS: Names = frozenset({"gan_trap", "rl_trap", "late_improvement", "double_descent", "val_below_train"})


@dataclass(frozen=True, slots=True, eq=False)
class LabelledRun:
    """A run and what is true of it.

    `runs` are the runs its log holds, nearly always one. `gray` are classes that could be said either
    way. `judged` are the classes that the labels speak of; None stands for all. `onset` is the step where
    that of the labels begins that `onset_of` names.
    """

    id: str
    source: str
    task: str
    half: str
    runs: tuple[Run, ...]
    labels: Names
    gray: Names = frozenset()
    onset: int | None = None
    onset_of: str | None = None
    judged: Names | None = None

    @property
    def healthy(self) -> bool:
        """Whether any warning would be a false alarm."""
        return bool(self.labels & {"healthy", "converged"}) and not self.labels & FAULTS

    @property
    def trap(self) -> bool:
        """Whether it looks as if something were wrong."""
        return bool(self.labels & TRAPS) and not self.labels & FAULTS and not self.healthy

    @property
    def span(self) -> int:
        """The steps from the first to the last logged value, at least 1."""
        ends = [(one.steps[0], one.steps[-1]) for run in self.runs for one in run.frame.values() if len(one)]
        return max([1, *(int(last - first) for first, last in ends)])


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding as the score sees it, of whatever tool. `loud`: a warning or worse."""

    name: str
    loud: bool = True
    step: int | None = None
    low: int | None = None
    high: int | None = None
    confidence: float = field(default=1.0)
    kind: str | None = None


def classes_said(claims: list[Claim]) -> Names:
    """The classes that `claims` say, each as loud as it has to be."""
    loud = {claim.name for claim in claims if claim.loud}
    every = {claim.name for claim in claims}
    return frozenset(
        name for name, said_by in SAID_BY.items() if said_by & (every if name in NOTE_IS_ENOUGH else loud)
    )


def is_wrong(said: str, run: LabelledRun) -> bool:
    """Whether saying that class of that run is a mistake."""
    known = run.labels | run.gray
    if run.labels & UNJUDGED:
        return False
    return said not in known and not NEAR[said] & known
