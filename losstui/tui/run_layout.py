"""The columns of the list of runs: which there are in how many cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from losstui.tui.run_columns import Column, fitting_column
from losstui.tui.summary import Summary

MARK_WIDTH, SPARK_WIDTH, COUNTS_WIDTH = 2, 7, 5  # cells, the blank beside it included
LEAST_FINDING, MOST_FINDING = 15, 22  # cells of the name of a finding, the blank before it included
SHORT_FINDING = 12  # the same where no column is aligned: most names whole
LEAST_SHORT_FINDING = 9  # the same where names of runs need the rest to be told apart; else it is counted
# Cells that a run keeps for its name: beside a finding, in a table, beside the curve in one, and where that
# leaves the gap a place as well.
LEAST_SHORT_NAME, LEAST_TABLE_NAME, NAME_BESIDE_CURVE, NAME_BESIDE_GAP = 10, 11, 16, 24
COLUMNS = {"step": 7, "last": 8, "best": 8, "gap": 8}  # cells, the blank before it included
COLUMNS_WIDTH = sum(COLUMNS.values())


class Layout(NamedTuple):
    """The columns of a list: the numbers there are, and the cells of the curve and of what was found."""

    numbers: tuple[str, ...]
    spark: int
    findings: int

    @property
    def aligned(self) -> bool:
        """Whether all of a column stands below each other; else a line divides what room it has."""
        return bool(self.numbers or self.spark)

    @property
    def names_finding(self) -> bool:
        """Whether the worst finding is named; else findings are counted."""
        return self.findings > COUNTS_WIDTH

    @property
    def counts(self) -> int:
        """The cells of how many findings there are, where the worst is not named."""
        return self.findings if self.aligned else min(self.findings, COUNTS_WIDTH)

    def beside_name(self, room: int, whole: int, least: int) -> Layout:
        """This for the line of a run: how much is told of what was found.

        Of its `room` cells the name takes `whole`, or `least` to be told from others, 0 where it is as good
        cut anywhere. What was found is cut so that the name is whole, or for the `least` counted, or gone:
        the mark before the name still says how bad it is.
        """
        for name in (whole, least) if self.names_finding else ():
            if name and room - name >= LEAST_SHORT_FINDING:
                return self._replace(findings=min(self.findings, room - name))
        if not least:
            return self
        return self._replace(findings=COUNTS_WIDTH if room - least >= COUNTS_WIDTH else 0)


def is_table(width: int) -> bool:
    """Whether there is room for numbers in `width` cells."""
    return bool(layout(width).numbers)


def layout(width: int, told: int = 0) -> Layout:
    """The columns in `width` cells, the most there is room for beside names told apart in `told` cells.

    The name of the worst finding tells more than counts, than the curve and than any number.
    """
    beside = MARK_WIDTH + COLUMNS_WIDTH + SPARK_WIDTH + LEAST_FINDING
    spare = width - beside - max(NAME_BESIDE_GAP, told)
    if spare >= 0:
        return Layout(tuple(COLUMNS), SPARK_WIDTH, min(MOST_FINDING, LEAST_FINDING + spare // 2))
    without_gap = tuple(name for name in COLUMNS if name != "gap")
    beside -= COLUMNS["gap"]
    if width >= beside + max(NAME_BESIDE_CURVE, told):
        return Layout(without_gap, SPARK_WIDTH, LEAST_FINDING)
    if width >= beside - SPARK_WIDTH + LEAST_TABLE_NAME:
        return Layout(without_gap, 0, LEAST_FINDING)
    if width >= MARK_WIDTH + SPARK_WIDTH + LEAST_FINDING + LEAST_TABLE_NAME:
        return Layout((), SPARK_WIDTH, LEAST_FINDING)
    names_it = width >= MARK_WIDTH + LEAST_SHORT_NAME + SHORT_FINDING
    return Layout((), 0, SHORT_FINDING if names_it else COUNTS_WIDTH)


def number_columns(summaries: Sequence[Summary]) -> tuple[Column, ...]:
    """How the numbers of these runs are written in the columns after the step."""
    room = {name: cells - 1 for name, cells in COLUMNS.items()}
    return (
        fitting_column([one.last for one in summaries], room["last"]),
        fitting_column([one.best for one in summaries], room["best"]),
        fitting_column([one.gap for one in summaries], room["gap"], signed=True),
    )
