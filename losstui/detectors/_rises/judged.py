"""The curve that decides whether a run diverges, and how its rise is told."""

from __future__ import annotations

from dataclasses import dataclass

from losstui.curve import Curve
from losstui.detectors._rises.collapse import COLLAPSE
from losstui.detectors._rises.rise import AFTER_LEARNING, FROM_START, Rise
from losstui.roles import Direction
from losstui.wording import percent, readable


@dataclass(frozen=True, slots=True)
class Judged:
    """The curve that decides, and what share of its progress has to be lost."""

    curve: Curve
    least_lost: float

    @property
    def ends_non_finite(self) -> bool:
        """Whether the last that was logged is NaN or infinite, behind some finite value."""
        broken = self.curve.non_finite_steps
        return len(self.curve) > 0 and len(broken) > 0 and bool(broken[-1] > self.curve.steps[-1])


def rise_message(judged: Judged, rise: Rise, step: int) -> str:
    """One sentence: from where to where the curve moved since `step`, and what is lost by it."""
    loss = judged.curve
    end = "until it is no longer finite" if judged.ends_non_finite else "and has not come back"
    higher = loss.role.direction is Direction.HIGHER
    moves, moved, sign = ("falls", "fallen", -1.0) if higher else ("rises", "risen", 1.0)
    first, last = readable(sign * rise.best), readable(sign * rise.tail)
    at = f"{loss.unit} {step}"
    if rise.kind == COLLAPSE:
        return (
            f"{loss.tag} falls from {first} to {last} at {at} and has stayed there: the policy has collapsed"
        )
    if rise.kind == AFTER_LEARNING:
        share = "all its progress" if rise.lost >= 1.0 else f"{percent(rise.lost)} of its progress"
        return f"{loss.tag} {moves} from {first} to {last} from {at} on {end}: {share} is lost"
    if rise.kind == FROM_START:
        return f"{loss.tag} has {moved} from {first} to {last} since {at} {end}: the run does not learn"
    return f"{loss.tag} grows from {first} to {last} from {at} on {end}"
