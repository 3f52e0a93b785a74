"""What reading files teaches for the reading of others: files of a sweep are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from losstui_parsers.event_file.layout import Template, is_regular, layout_of
from losstui_parsers.event_file.plan import Plan
from losstui_parsers.event_file.shapes import MOST_TEMPLATES, Shapes
from losstui_parsers.event_file.wire import Record
from losstui_parsers.large_arrays import keep_freed

_SHORTEST_PASSAGE = 3  # records; fewer are as quickly read one by one
_PLANS_A_KEY = 8  # periods remembered for one first header
_MOST_FILES = 4  # remembered as a whole: it takes the time of reading ten of them
LARGEST_FILE = 1 << 18  # bytes of a file that is remembered as a whole


class Learned:
    """What the files read so far have taught: shapes of records and periods. Files of a sweep are alike."""

    def __init__(self) -> None:
        self.shapes = Shapes()
        self.plans: dict[bytes, list[Plan]] = {}
        self.files: dict[int, list[Plan]] = {}  # by their size, the one with the given steps first
        self._last_file: Sequence[tuple[Plan, int]] = ()

    def forget_excess(self) -> None:
        """Begin anew where more has been learned than logs that are alike can teach."""
        if len(self.shapes.templates) > MOST_TEMPLATES:
            self.shapes = Shapes()
            self.plans = {}
            self.files = {}

    def add_plan(self, plan: Plan) -> None:
        """Remember a period, the latest first."""
        same = self.plans.setdefault(plan.key, [])
        if plan in same:
            same.remove(plan)
        same.insert(0, plan)
        del same[_PLANS_A_KEY:]

    def add_file(self, file: NDArray[np.uint8], stretches: Sequence[tuple[Plan, int]]) -> None:
        """Remember a file made of so many periods of each plan, as soon as two have been made so.

        Runs of a sweep that took as many steps differ in their numbers only, and mostly not in their steps:
        only where two more of that size did, a plan with any steps is remembered too.
        """
        plans = self.files.get(len(file), [])
        room = not any(plan in plans for plan, _ in stretches) and (
            len(plans) == 1 or len(self.files) < _MOST_FILES
        )
        if stretches == self._last_file and room:
            self.files[len(file)] = [*plans, Plan.of_file(stretches, None if plans else file)]
            keep_freed()  # each such file takes the same temporary arrays again
        self._last_file = stretches

    def add_passage(self, records: Sequence[tuple[bytes, Record]]) -> None:
        """Remember the records between two periodic stretches: a file's beginning, an evaluation.

        They come again in the next file or after the next epoch, and are then read as a period come once.
        """
        if len(records) < _SHORTEST_PASSAGE or not all(_has_fixed_form(record) for _, record in records):
            return
        plan = Plan(
            [
                Template(
                    -1 - number,
                    layout_of(len(payload), record),
                    tuple(self.shapes.tag_id(scalar.tag) for scalar in record.scalars),
                    payload,
                )
                for number, (payload, record) in enumerate(records)
            ]
        )
        same = self.plans.setdefault(plan.key, [])
        if len(same) < _PLANS_A_KEY:
            same.append(plan)


def _has_fixed_form(record: Record) -> bool:
    """Whether all that a record like this one says is in its scalars, if any."""
    if record.scalars:
        return is_regular(record)
    return not record.settings and not record.plugins
