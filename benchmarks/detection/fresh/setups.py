"""Recipes that the fresh tasks have beside the shared ones."""

from __future__ import annotations

from benchmarks.detection.setups import Recipe

FRESH_SETUPS: tuple[Recipe, ...] = ()
