"""What is done to the fresh tasks beside what is done to all: faults by other causes, other look-alikes."""

from __future__ import annotations

from benchmarks.detection.setups import Recipe

FRESH_SETUPS: tuple[Recipe, ...] = ()
