"""What a chart shows together: lines on shared axes, and the stretches findings point at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from losstui.findings import Finding, Severity
from losstui.tui.axes import XAxis
from losstui.tui.glyphs import Glyphs
from losstui.tui.lines import PlotLine
from losstui.tui.overlay import LETTERS
from losstui.tui.traces import Trace, x_range
from losstui.tui.view import View

MOST_RAW = 3  # lines: the logged values of more than that would fill the plot
SPARSER = 4  # times fewer points: a line among those of one that has so many more is not seen


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch of steps, both ends inclusive, that a finding points at, and where it begins.

    The steps are those of the line of index `line`; of the one in front where that is None. `interval`
    is where the onset may lie.
    """

    spans: tuple[tuple[int, int], ...]
    onset: int
    severity: Severity
    line: int | None = None
    interval: tuple[int, int] | None = None


def shade_of(finding: Finding, line: int | None = None) -> Shade:
    """The stretch a finding about the line of that index points at."""
    spans = tuple((span.first_step, span.last_step) for span in finding.spans)
    onset = finding.onset
    return Shade(spans, onset.step, finding.severity, line, (onset.low, onset.high))


@dataclass(frozen=True, slots=True)
class Look:
    """How a line is told from others: its name, and the number of its colour and its mark.

    The mark is a letter where the line stands for a run, a shape where it stands for a tag.
    """

    name: str
    slot: int
    lettered: bool = False
    pinned: bool = False

    @property
    def note(self) -> str:
        """What is said of its run behind the name, where there is room."""
        return " (pinned)" if self.pinned else ""

    @property
    def full_name(self) -> str:
        """The name with the note."""
        return self.name + self.note

    def mark(self, glyphs: Glyphs) -> str:
        """The mark, by which the line is told apart without colours."""
        marks = LETTERS if self.lettered else glyphs.line_marks
        return marks[self.slot % len(marks)]


class Plot:
    """The lines one chart shows together; the one of index `front` is drawn over others as dense.

    `step_unit` is what one step of the log is: a step, an epoch, a row. `own` are the lines of the run
    that is selected, by tag: findings are about them. `title` says what all lines are, where their names
    do not.
    """

    def __init__(
        self,
        lines: Sequence[PlotLine],
        front: int = 0,
        step_unit: str = "step",
        *,
        looks: Sequence[Look] = (),
        own: Mapping[str, int] | None = None,
        title: str = "",
    ) -> None:
        self.lines = tuple(lines)
        self.front = front
        self.step_unit = step_unit
        self.title = title
        self.looks = tuple(looks) or tuple(Look(line.name, i) for i, line in enumerate(lines))
        self.own = {line.name: i for i, line in enumerate(lines)} if own is None else own

    def preparing(self, views: Sequence[View]) -> Iterator[None]:
        """Make what takes time of these views, a short time at a time."""
        for line in self.lines:
            yield from line.preparing(views)

    def axis_name(self, axis: XAxis) -> str:
        """What an x axis counts, in a word or two."""
        return self.step_unit if axis is XAxis.STEP else axis.value

    @property
    def has_positive(self) -> bool:
        """Whether any value can be shown on a logarithmic axis."""
        return any(line.not_positive < len(line.values) for line in self.lines)

    def is_level(self, view: View) -> bool:
        """Whether all lines lie at one and the same height: a number tells that as well as a picture."""
        level = {line.last_value for line in self.lines}
        return len(level) == 1 and all(line.is_level and line.band(view) is None for line in self.lines)

    def not_positive(self) -> int:
        """How many values a logarithmic axis cannot show."""
        return sum(line.not_positive for line in self.lines)

    def axes(self) -> list[XAxis]:
        """The x axes all lines can be placed on."""
        return [axis for axis in XAxis if self.lines and all(line.has(axis) for line in self.lines)]

    def traces(self, view: View) -> list[Trace]:
        """The logged values of each line."""
        return [line.trace(view) for line in self.lines]

    def raw_trace(self, index: int, view: View) -> Trace | None:
        """The logged values of a line behind its average: of the one in front alone where there are many."""
        shown = len(self.lines) <= MOST_RAW or index == self.front
        return self.lines[index].raw_trace(view) if shown else None

    def drawn(self, view: View) -> list[Trace]:
        """All that is drawn, for the range of the y axis."""
        drawn: list[Trace] = []
        for index, line in enumerate(self.lines):
            drawn.append(line.main_trace(view))
            drawn += [raw for raw in (self.raw_trace(index, view),) if raw is not None]
            drawn += line.band(view) or ()
        return drawn

    def back_to_front(self, view: View, x_low: float, x_high: float) -> list[int]:
        """The indices of the lines as they are laid over each other between `x_low` and `x_high`.

        Over the line in front lie only those that would vanish behind it: a few evaluations among many steps.
        """
        counts = [one.trace(view).count(x_low, x_high) for one in self.lines]

        def height(index: int) -> tuple[bool, bool]:
            return counts[index] * SPARSER <= counts[self.front], index == self.front

        return sorted(range(len(self.lines)), key=height)

    def full_range(self, view: View) -> tuple[float, float] | None:
        """The x range of everything there is, None where there is nothing."""
        return x_range(self.traces(view))

    def x_of(self, step: float, axis: XAxis, line: int | None = None) -> float:
        """Where a step of the line of that index, the one in front if None, lies on `axis`."""
        one = self.lines[self.front if line is None else line]
        return float(one.places(np.array([step], np.float64), axis)[0])

    def step_at(self, x: float, axis: XAxis) -> int:
        """The step of the line in front at a place on `axis`."""
        return self.lines[self.front].step_at(x, axis)

    def step_of(self, tag: str, step: int) -> int:
        """What a step of the line in front is to that of `tag`, which may count otherwise."""
        if tag not in self.own:
            return step
        return self.lines[self.own[tag]].step_at(self.x_of(step, XAxis.STEP), XAxis.STEP)
