"""What each family of trainers is read as, by what they train."""

from __future__ import annotations

from stdout_cases import (
    agents,
    generators,
    language_models,
    libraries,
    optimisers,
    own_words,
    programs,
    tables,
    trainers,
    unnamed_losses,
    vision,
)
from stdout_cases.case import Curves

__all__ = ["CASES", "Curves"]

CASES = [
    *language_models.CASES,
    *vision.CASES,
    *tables.CASES,
    *libraries.CASES,
    *programs.CASES,
    *own_words.CASES,
    *generators.CASES,
    *agents.CASES,
    *optimisers.CASES,
    *unnamed_losses.CASES,
    *trainers.CASES,
]
