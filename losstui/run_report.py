"""What the analysis says of one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from losstui.findings import Finding
from losstui.kin import Kin
from losstui.run import Run
from losstui.sanitise import clean


@dataclass(frozen=True, slots=True, eq=False)
class RunReport:
    """What was found in one run, worst first, and what its siblings ask of it.

    `checks` has for each detector by its name "found", "clear", or "skipped: " and the reason. `kin` is None
    where the run declares no family.
    """

    run: Run
    findings: tuple[Finding, ...]
    checks: Mapping[str, str]
    kin: Kin | None = None

    def __str__(self) -> str:
        unit = self.run.step_unit.value
        found = (f"{one.name} in {one.tag} since {unit} {one.onset.step}" for one in self.findings)
        return clean(f"{self.run.id}: {', '.join([self.verdict, *found])}")

    @property
    def verdict(self) -> str:
        """The worst severity found, or "ok"."""
        return self.findings[0].severity.value if self.findings else "ok"
