"""What says that a flat loss could be lower; the rule of each kind of plateau is a module of its own."""

from __future__ import annotations

from dataclasses import dataclass

from losstui.findings import Measure, Onset, Severity


@dataclass(frozen=True, slots=True)
class Reason:
    """A kind of plateau, in words and as a measure.

    `effect` is a measure and its bound, or the other way round, where that says how sure the reason is;
    a reason that holds for finished runs as well is no warning by its `severity`. `onset` is where the run
    stopped, where the reason knows that better than the loss, whose noise may hide it.
    """

    kind: str
    message: str
    measure: Measure
    effect: tuple[float, float] | None = None
    severity: Severity = Severity.WARNING
    onset: Onset | None = None
