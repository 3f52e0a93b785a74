"""From runs to figures: which curves of which runs a chart shows together, and the findings on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from losstui.findings import Finding
from losstui.kinds import Kind
from losstui.seed_groups import SeedGroup, seed_groups
from losstui.tui.axes import XAxis
from losstui.tui.catalogue import Catalogue
from losstui.tui.derived_lines import BandLine, DifferenceLine
from losstui.tui.figure import Figure, Shaded
from losstui.tui.lines import LoggedLine, PlotLine
from losstui.tui.overlay import Overlay
from losstui.tui.plot import Look, Plot, Shade, shade_of
from losstui.tui.reading import ReadRun
from losstui.tui.run_clock import RunClock, clock_of
from losstui.tui.run_epochs import EpochsOf, epochs_of
from losstui.tui.tag_groups import grad_norm_tag, group_of, learning_rate_tag, tag_groups

STRIP_SLOT = 2  # the colours before it are those of the train and the validation curve
TagOf = Callable[[ReadRun], "str | None"]


class FigureMaker:
    """Makes figures, and keeps the lines of the runs that are shown again and again."""

    def __init__(self, catalogue: Catalogue, overlay: Overlay) -> None:
        self._catalogue = catalogue
        self._overlay = overlay
        self._lines: dict[tuple[str, str], LoggedLine] = {}
        self._forgotten: list[LoggedLine] = []
        self._axes: dict[str, tuple[RunClock, EpochsOf | None]] = {}
        self._derived: dict[tuple[str, ...], PlotLine] = {}
        self._groups: dict[str, SeedGroup] = {}
        self._grouped = 0

    def keep(self, run_ids: Iterable[str]) -> None:
        """Forget the lines of all runs but these, the marked and the pinned; `give_back` frees them."""
        overlay = self._overlay
        kept = {*run_ids, *overlay.marked, overlay.pinned}
        self._forgotten = [line for key, line in self._lines.items() if key[0] not in kept]
        self._lines = {key: line for key, line in self._lines.items() if key[0] in kept}
        self._axes = {one: axes for one, axes in self._axes.items() if one in kept}
        bands = overlay.bands
        self._derived = {key: line for key, line in self._derived.items() if bands and key[0] == "band"}

    def give_back(self) -> None:
        """Free the memory of what `keep` forgot: of millions of points that takes longer than a key may."""
        self._forgotten = []

    def forget(self, run_id: str) -> None:
        """Forget the lines of a run that has changed."""
        self._lines = {key: line for key, line in self._lines.items() if key[0] != run_id}
        self._axes.pop(run_id, None)
        self._derived = {}

    def seed_group(self, run_id: str) -> SeedGroup | None:
        """The group of runs that differ from that one only in their seed, itself among them."""
        if self._grouped != self._catalogue.makeup:
            runs = [(one, self._catalogue[one].report.run) for one in self._catalogue.run_ids()]
            self._groups = {one: group for group in seed_groups(runs) for one in group.run_ids}
            self._grouped = self._catalogue.makeup
        return self._groups.get(run_id)

    def tags(self, run_id: str) -> list[tuple[str, ...]]:
        """What a chart can show of a run, tag by tag; with other runs each curve alone."""
        groups = tag_groups(self._catalogue[run_id].curves)
        return [(tag,) for group in groups for tag in group] if self._is_of_many(run_id) else groups

    def figure(self, run_id: str, tag: str | None, index: int | None) -> Figure | None:
        """The curves of a run, that tag in front, its finding of that index selected; None without any."""
        tags = self.tags(run_id)
        if not tags:
            return None
        front = group_of(tags, tag)
        findings = self._catalogue.findings(run_id)
        about = None if index is None else findings[index].tag

        def make(position: int) -> Shaded:
            plot = self._plot(run_id, tags[position], about)
            return self._shaded(plot, run_id, findings, index)

        return Figure(
            len(tags),
            make,
            front,
            lambda: self._strips(run_id, tags[front]),
            alone=self._stands_alone(run_id),
        )

    def _stands_alone(self, run_id: str) -> bool:
        """Whether what is below the curves is all there is beside them, or what is asked for."""
        read = self._catalogue[run_id]
        drivers = {learning_rate_tag(read), grad_norm_tag(read)}
        others = [group for group in tag_groups(read.curves) if not drivers.issuperset(group)]
        return self._overlay.against or len(others) < 2

    def sources(self, run_id: str, tag: str | None) -> list[tuple[str, tuple[str, ...]]]:
        """The runs the figure with that tag in front is made of, each with its tags."""
        tags = self.tags(run_id)
        if not tags or not self._is_of_many(run_id):
            return [(run_id, tags[group_of(tags, tag)] if tags else ())]
        like = self._like(run_id, tags[group_of(tags, tag)][0])
        shown: list[str] = []
        for one in self._overlay.shown_with(run_id):
            group = self.seed_group(one) if self._shows_bands(one) else None
            shown += [one] if group is None else group.run_ids
        found = {one: like(self._catalogue[one]) for one in dict.fromkeys(shown)}
        return [(one, (its,)) for one, its in found.items() if its is not None]

    def _is_of_many(self, run_id: str) -> bool:
        return len(self._overlay.shown_with(run_id)) > 1 or self._shows_bands(run_id)

    def _shows_bands(self, run_id: str) -> bool:
        overlay = self._overlay
        return overlay.bands and not overlay.against and self.seed_group(run_id) is not None

    def _plot(self, run_id: str, tags: Sequence[str], about: str | None) -> Plot:
        unit = self._unit(run_id)
        if self._is_of_many(run_id):
            return self._of_many(run_id, tags[0], unit)
        front = tags.index(about) if about in tags else 0
        return Plot([self._line(run_id, tag) for tag in tags], front, unit)

    def _unit(self, run_id: str) -> str:
        """What is counted along the axis by the runs shown: "step", "step or epoch" where they differ."""
        shown = dict.fromkeys([run_id, *self._overlay.shown_with(run_id)])
        return " or ".join(dict.fromkeys(self._catalogue[one].report.run.step_unit.value for one in shown))

    def _of_many(self, run_id: str, tag: str, unit: str) -> Plot:
        """The curve of `tag` of every run shown; with bands on, one band a seed group."""
        tag_of = self._like(run_id, tag)
        lines, looks, front = self._lines_of_many(run_id, tag_of)
        return Plot(lines, front, unit, looks=looks, own={tag: front}, title=tag + self._lacking(tag_of))

    def _lacking(self, tag_of: TagOf) -> str:
        """What is to be said where the pinned run is compared with, but has no such curve."""
        pinned = self._overlay.pinned
        if not self._overlay.against or pinned is None or tag_of(self._catalogue[pinned]) is not None:
            return ""
        return f", not logged by {pinned}"

    def _like(self, run_id: str, tag: str) -> TagOf:
        """What finds in another run what `tag` is in this one: the same tag, else one of its role."""
        role = self._catalogue[run_id].report.run.roles[tag]

        def tag_of(read: ReadRun) -> str | None:
            if tag in read.report.run.frame:
                return tag
            alike = [] if role.kind is Kind.OTHER else read.curves.select(role.kind, role.split)
            return alike[0].tag if alike else None

        return tag_of

    def _lines_of_many(self, run_id: str, tag_of: TagOf) -> tuple[list[PlotLine], list[Look], int]:
        """The lines, their looks, and the index of the selected run's own."""
        overlay = self._overlay
        shown = overlay.shown_with(run_id)
        as_bands = overlay.bands and not overlay.against
        groups = {one: self.seed_group(one) if as_bands else None for one in shown}
        names = _short_names([*shown, *(group.name for group in groups.values() if group is not None)])
        lines: list[PlotLine] = []
        looks: list[Look] = []
        front = 0
        for one in shown:
            group = groups[one]
            band_line = None if group is None else self._band_line(group, tag_of)
            if group is not None and band_line is not None:
                if band_line not in lines:
                    lines.append(band_line)
                    looks.append(Look(names[group.name], len(looks)))
                if one != run_id:
                    continue
            tag = tag_of(self._catalogue[one])
            if tag is None:
                continue
            if one == run_id:
                front = len(lines)
            lines.append(self._line(one, tag))
            plain = as_bands or overlay.against
            slot = len(looks) if plain else overlay.slot(one)
            pinned = overlay.against and one == overlay.pinned
            looks.append(Look(names[one], slot, lettered=not plain, pinned=pinned))
        return lines, looks, front

    def _band_line(self, group: SeedGroup, tag_of: TagOf) -> BandLine | None:
        """The curves of a seed group as one band; None unless at least two of its runs have the curve."""
        tags = {run_id: tag_of(self._catalogue[run_id]) for run_id in group.run_ids}
        members = {run_id: tag for run_id, tag in tags.items() if tag is not None}
        if len(members) < 2:
            return None
        key = ("band", *(part for item in members.items() for part in item))
        if key not in self._derived:
            lines = [self._line(run_id, tag) for run_id, tag in members.items()]
            self._derived[key] = BandLine(group.name, lines)
        line = self._derived[key]
        return line if isinstance(line, BandLine) else None

    def _strips(self, run_id: str, tags: Sequence[str]) -> list[Plot]:
        """What belongs below the curves of `tags`: the difference to the pinned run, what drives the run."""
        read, unit = self._catalogue[run_id], self._unit(run_id)
        strips = self._difference(run_id, tags[0], unit)
        for position, tag_of in enumerate((learning_rate_tag, grad_norm_tag), STRIP_SLOT):
            tag = tag_of(read)
            if tag is None or tag in tags:
                continue
            if not self._is_of_many(run_id):
                strips.append(Plot([self._line(run_id, tag)], 0, unit, looks=[Look(tag, position)]))
                continue
            lines, looks, front = self._lines_of_many(run_id, tag_of)
            looks[front] = replace(looks[front], name=tag)
            strips.append(Plot(lines, front, unit, looks=looks))
        return strips

    def _difference(self, run_id: str, tag: str, unit: str) -> list[Plot]:
        overlay = self._overlay
        if not overlay.against or overlay.pinned is None or overlay.pinned == run_id:
            return []
        plot = self._of_many(run_id, tag, unit)
        if len(plot.lines) < 2 or self._catalogue[overlay.pinned].report.run.step_unit.value != unit:
            return []
        key = ("difference", overlay.pinned, run_id, tag)
        if key not in self._derived:
            self._derived[key] = DifferenceLine(tag, plot.lines[1], plot.lines[0])
        line = self._derived[key]
        if not len(line.values):
            return []
        return [Plot([line], 0, unit, looks=[Look(f"{tag} less the pinned run's", STRIP_SLOT + 2)])]

    def _line(self, run_id: str, tag: str) -> LoggedLine:
        key = (run_id, tag)
        if key not in self._lines:
            curves = self._catalogue[run_id].curves
            pairs = [pair for pair in curves.pairs if pair.validation.tag == tag]
            steps = pairs[0].train_steps_of_validation if pairs else None
            self._lines[key] = LoggedLine(curves.curve(tag), steps, *self._axes_of(run_id))
        return self._lines[key]

    def _axes_of(self, run_id: str) -> tuple[RunClock, EpochsOf | None]:
        if run_id not in self._axes:
            curves = self._catalogue[run_id].curves
            self._axes[run_id] = clock_of(curves), epochs_of(curves)
        return self._axes[run_id]

    def _shaded(self, plot: Plot, run_id: str, findings: Sequence[Finding], index: int | None) -> Shaded:
        """The findings about the curves of a plot; the selected one also where it is about another."""
        shades = {
            position: shade_of(one, plot.own[one.tag])
            for position, one in enumerate(findings)
            if one.tag in plot.own
        }
        if index is not None and index not in shades:
            shades[index] = self._elsewhere(plot, run_id, findings[index])
        return Shaded(plot, tuple(shades.values()), shades.get(index) if index is not None else None)

    def _elsewhere(self, plot: Plot, run_id: str, finding: Finding) -> Shade:
        """The stretch of a finding about another curve, in the steps of the line in front."""
        shade = shade_of(finding)
        line = (
            self._line(run_id, finding.tag)
            if finding.tag in self._catalogue[run_id].report.run.frame
            else None
        )

        def step(one: int) -> int:
            if line is None:
                return one
            return plot.step_at(float(line.places(np.array([one], np.float64), XAxis.STEP)[0]), XAxis.STEP)

        spans = tuple((step(first), step(last)) for first, last in shade.spans)
        return Shade(spans, step(shade.onset), shade.severity)


def _short_names(run_ids: Sequence[str]) -> dict[str, str]:
    """The ids without the folders all of them are in."""
    folders = [run_id.split("/")[:-1] for run_id in run_ids]
    shared = 0
    while (
        len(run_ids) > 1
        and len({tuple(one[: shared + 1]) for one in folders}) == 1
        and shared < len(folders[0])
    ):
        shared += 1
    return {run_id: "/".join(run_id.split("/")[shared:]) for run_id in run_ids}
