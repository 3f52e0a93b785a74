"""What counts as flat, early and sure, for all kinds of plateau alike."""

from __future__ import annotations

TAIL_SHARE = 0.5  # of the run: a flat part that a person would call a plateau
LATEST_START = 0.55  # of the run: the same, with room for the error of the start
LEAST_Z = 3.0  # standard errors of a fall or rise that is no noise
LEAST_FALL = 0.05  # of the gain: a fall worth going on for
LEVEL_SHARE = 0.01  # of the first level: the same for a run that never gained anything
LOOSE_SHARE = 0.05  # of the level: flat enough where another sign says what the level is
