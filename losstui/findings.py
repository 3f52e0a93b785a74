"""What a detector says: findings with their place in the run, their evidence and their remedies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Severity(str, Enum):
    """How bad it is: `critical` the run is lost or wrong, `warning` act, `info` worth knowing."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 2 for critical."""
        return _RANKS[self]


_RANKS = {Severity.INFO: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the run, both ends inclusive, in the steps of the finding's tag.

    Raises ValueError where it would end before it begins.
    """

    first_step: int
    last_step: int

    def __post_init__(self) -> None:
        if self.last_step < self.first_step:
            raise ValueError(f"a span cannot end ({self.last_step}) before it starts ({self.first_step})")


@dataclass(frozen=True, slots=True)
class Onset:
    """The step where it begins, and the interval [low, high] that should cover the true one.

    Raises ValueError where the step lies outside of its interval.
    """

    step: int
    low: int
    high: int

    def __post_init__(self) -> None:
        if not self.low <= self.step <= self.high:
            raise ValueError(f"the onset {self.step} is not within [{self.low}, {self.high}]")


@dataclass(frozen=True, slots=True)
class Measure:
    """One comparison the decision rests on: `value` against `bound`, both in `unit`."""

    name: str
    value: float
    bound: float
    unit: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something to change, why it should help, and how the next log shows that it did.

    `snippets` are code for each framework by its name, `sources` where the advice is from.
    """

    id: str
    title: str
    when: str
    why: str
    change: str
    verify: str
    snippets: Mapping[str, str] = field(default_factory=dict[str, str])
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing, in one curve.

    `code` and `name` are those of the detector, `kind` says which of its patterns it is, None where it knows
    one. `confidence` is how likely it is right, within 0 and 1. `spans`, at least one, and `onset` are in the
    steps of `tag`. Raises ValueError where there is no span or no such confidence.
    """

    code: str
    name: str
    severity: Severity
    confidence: float
    message: str
    tag: str
    spans: tuple[Span, ...]
    onset: Onset
    measures: tuple[Measure, ...]
    kind: str | None = None
    remedies: tuple[Remedy, ...] = ()

    def __post_init__(self) -> None:
        if not self.spans:
            raise ValueError(f"{self.name}: no finding without a span")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"{self.name}: confidence {self.confidence} is not within 0 and 1")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A detector did not look, and why: "no validation tag"."""

    reason: str
