"""What a chart is given: plots it can show alone or side by side, with the findings about each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from losstui.tui.axes import XAxis
from losstui.tui.plot import Plot, Shade
from losstui.tui.view import View

MOST_PREPARED = 8_000_000  # points: 64 MB for each strength of smoothing


@dataclass(frozen=True, slots=True)
class Shaded:
    """A plot with the stretches of findings on it, the selected one among them or None."""

    plot: Plot
    shades: tuple[Shade, ...] = ()
    selected: Shade | None = None


class Figure:
    """The plots of a run, made when they are asked for; the one of index `front` is the one selected.

    What `make_strips` returns belongs below the one selected where it is shown alone, and that is how it
    is shown with `alone` unless someone asks for the others beside it.
    """

    def __init__(
        self,
        count: int,
        make: Callable[[int], Shaded],
        front: int,
        make_strips: Callable[[], list[Plot]],
        *,
        alone: bool = False,
    ) -> None:
        self.count = count
        self.front = front
        self.alone = alone
        self._make = make
        self._make_strips = make_strips
        self._made: dict[int, Shaded] = {}

    @cached_property
    def strips(self) -> list[Plot]:
        """The plots below the selected one."""
        return self._make_strips()

    def __getitem__(self, index: int) -> Shaded:
        """The plot of that index."""
        if index not in self._made:
            self._made[index] = self._make(index)
        return self._made[index]

    @property
    def plot(self) -> Plot:
        """The plot that is selected."""
        return self[self.front].plot

    def page(self, most: int, strips: Sequence[Plot] = ()) -> Page:
        """The selected plot with those before and after it, `most` at a time, and with these strips."""
        first, last = self.ends(most)
        return Page([self[index] for index in range(first, last + 1)], self.front - first, strips)

    def place(self, most: int) -> str:
        """Which of all plots are on that page, "tag 3/300", "tags 1-4/300"; empty where all are."""
        first, last = self.ends(most)
        if last - first + 1 == self.count:
            return ""
        return f"tag{f' {first + 1}' if first == last else f's {first + 1}-{last + 1}'}/{self.count}"

    def ends(self, most: int) -> tuple[int, int]:
        """The indices of the first and the last plot of that page."""
        first = self.front // most * most
        return first, min(self.count, first + most) - 1


class Page:
    """Plots side by side on one x axis; the view is that of the one of index `front`.

    The `strips` are plots that stand below it where it is alone and has room for them.
    """

    def __init__(self, shaded: Sequence[Shaded], front: int = 0, strips: Sequence[Plot] = ()) -> None:
        self.shaded = tuple(shaded)
        self.front = front
        self.strips = tuple(strips)

    @property
    def plot(self) -> Plot:
        """The plot that is selected."""
        return self.shaded[self.front].plot

    @property
    def has_positive(self) -> bool:
        """Whether any value can be shown on a logarithmic axis."""
        return any(one.plot.has_positive for one in self.shaded)

    def axes(self) -> list[XAxis]:
        """The x axes of the selected plot."""
        return self.plot.axes()

    def full_range(self, view: View) -> tuple[float, float] | None:
        """The x range of everything there is, None where there is nothing."""
        ranges = [one.plot.full_range(view) for one in self.shaded if view.axis in one.plot.axes()]
        ends = [one for one in ranges if one is not None]
        return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None

    def preparing(self, views: Sequence[View]) -> Iterator[None]:
        """Make what takes time of these views, a short time at a time.

        Of more points than `MOST_PREPARED` nothing is made beforehand: it would have to be kept as well.
        """
        plots = [*(one.plot for one in self.shaded), *self.strips]
        points = sum(len(line.values) for plot in plots for line in plot.lines)
        if points <= MOST_PREPARED:
            for plot in plots:
                yield from plot.preparing(views)

    def x_of(self, step: float, axis: XAxis) -> float:
        """Where a step of the line in front of the selected plot lies on `axis`."""
        return self.plot.x_of(step, axis)
