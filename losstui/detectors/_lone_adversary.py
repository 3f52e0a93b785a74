"""Whether one of a pair of adversaries, in a run that logs no other loss, has guessed all along."""

from __future__ import annotations

import math

import numpy as np

from losstui.curves import RunCurves
from losstui.detectors._idle import Idle
from losstui.findings import Measure
from losstui.roles import Kind
from losstui.stats.confidence import below

# What a discriminator loses that guesses: on one sample, and on a real and a generated one.
GUESSED = ((math.log(2.0), "ln 2"), (2.0 * math.log(2.0), "2 ln 2"))
ADVERSARY_OFF = 0.005  # of the level: two that work against each other push theirs about by more
LEAST_VALUES = 50  # fewer say little, with the scatter they have


def guessing_adversary(curves: RunCurves) -> Idle | None:
    """The first adversarial loss of which no level is further than `ADVERSARY_OFF` from that of guessing."""
    for curve in curves.select(Kind.ADVERSARIAL_LOSS):
        if len(curve) < LEAST_VALUES:
            continue
        for guess, text in GUESSED:
            off = float(np.max(np.abs(curve.levels / guess - 1.0)))
            if off <= ADVERSARY_OFF:
                message = (
                    f"{curve.tag} has been at {text} from the first of its {len(curve)} values on, where a "
                    "discriminator guesses: neither of the two has learned anything from the other"
                )
                name, unit = "distance to the level of guessing", "fraction of the level"
                return Idle(
                    curve, message, Measure(name, off, ADVERSARY_OFF, unit), below(off, ADVERSARY_OFF)
                )
    return None
