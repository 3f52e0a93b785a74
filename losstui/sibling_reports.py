"""What siblings tell of runs whose logs grow: one is diagnosed anew only where they say other than before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from losstui.analysis import RunReport, beside_siblings
from losstui.detecting import Detector
from losstui.kin import Standing
from losstui.siblings import standings


@dataclass(frozen=True, slots=True, eq=False)
class _Beside:
    """A run of which its siblings say more.

    `alone` is the report without them, `told` the one with what they say, `standing` the place among them.
    """

    alone: RunReport
    standing: Standing
    told: RunReport


class SiblingReports:
    """The reports of the runs of which siblings say more, kept from one look to the next."""

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = detectors
        self._beside: dict[str, _Beside] = {}

    def told(self, alone: Mapping[str, RunReport]) -> dict[str, RunReport]:
        """What was told last of each run; `alone` has the reports of the runs by id, each of it alone."""
        return {**alone, **{run_id: one.told for run_id, one in self._beside.items()}}

    def tell(self, alone: Mapping[str, RunReport]) -> list[RunReport]:
        """Hold the runs against each other again; returns the reports that say other than before."""
        then = self.told(alone)
        before, self._beside = self._beside, {}
        for run_id, standing in standings(alone.values()).items():
            known, report = before.get(run_id), alone[run_id]
            if known is None or known.alone is not report or known.standing != standing:
                known = _Beside(report, standing, beside_siblings(report, self._detectors, standing))
            self._beside[run_id] = known
        now = self.told(alone)
        return [now[run_id] for run_id in alone if now[run_id] is not then[run_id]]
