"""What a text of a family of trainers is read as."""

from __future__ import annotations

from losstui.run import StepUnit

Curves = dict[str, tuple[list[int], list[float]]]
Case = tuple[
    str, str, StepUnit, Curves
]  # the title of the family, a text, what its steps count, and the curves
