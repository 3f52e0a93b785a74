"""What is true of a run, what could be said either way, and the bounds that several rules share."""

from __future__ import annotations

from dataclasses import dataclass

FAR = 0.25  # D above what is reachable: not learnt
OVERFITTED = 0.08  # of the validation loss's own D
HELD = 0.25  # of the rise of validation: where train rises by more, both do
GAP = 0.25  # of the validation loss's own D
SWING = 0.1  # D from the 5th to the 95th percentile around the trend
# Turns of half a run around its parabola: a step makes three there, a hump four, five cycles nine.
REVERSALS = 8


@dataclass(slots=True)
class Labels:
    """Collects what is true (`sure`) and what could be said either way (`gray`)."""

    sure: set[str]
    gray: set[str]

    def judge(self, name: str, value: float, bound: float, *, when: bool = True) -> None:
        """Sure from `bound` on, gray from half of it."""
        if when and value >= bound:
            self.sure.add(name)
        elif when and value >= bound / 2:
            self.gray.add(name)

    def doubt(self, classes: frozenset[str]) -> None:
        """Make what is sure of `classes` what could be said either way."""
        self.gray |= self.sure & classes
        self.sure -= classes
