"""Whether one of a pair of adversaries, in a run that logs no other loss, has guessed all along."""

from __future__ import annotations

import math

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.roles import Kind

# What a discriminator loses that guesses: on one sample, and on a real and a generated one.
GUESSED = ((math.log(2.0), "ln 2"), (2.0 * math.log(2.0), "2 ln 2"))


def guessing_adversary(
    curves: RunCurves, least_values: int, most_off: float
) -> tuple[Curve, float, str] | None:
    """The adversarial loss of which no level is further than `most_off`, a share, from that of guessing.

    With it how far off it is at most, and the level in words; None for none of `least_values` values.
    """
    for curve in curves.select(Kind.ADVERSARIAL_LOSS):
        if len(curve) < least_values:
            continue
        for guess, text in GUESSED:
            off = float(np.max(np.abs(curve.levels / guess - 1.0)))
            if off <= most_off:
                return curve, off, text
    return None
