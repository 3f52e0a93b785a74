"""Adds to a finding what its detector does not know: confidence, remedies, what siblings reached."""

from __future__ import annotations

from dataclasses import replace

from losstui.findings import Finding
from losstui.kin import BEHIND_SIBLINGS, Standing
from losstui.kinds import Kind
from losstui.remedies import remedies_for, targets
from losstui.run import Run
from losstui.stats.calibration import Calibrate

REWARD = "reward"  # known beside a finding: it is about the reward of a policy, which no labels teach


def enriched(finding: Finding, calibrate: Calibrate, run: Run, standing: Standing | None) -> Finding:
    """The finding of a `run` with the confidence that is reported, and with remedies, of its kind alone.

    Where its siblings reached more (`standing`) and that is a way out, it says who and with which settings.
    """
    role = run.roles.get(finding.tag)
    beside = [] if standing is None else [BEHIND_SIBLINGS]
    beside += [REWARD] if role is not None and role.kind is Kind.REWARD else []
    message = finding.message
    if standing is not None and finding.kind != BEHIND_SIBLINGS and _has_way_out_by_siblings(finding):
        message = f"{message}; {standing.text(run.step_unit.value)}"
    return replace(
        finding,
        confidence=calibrate(finding.name, finding.kind, finding.confidence),
        message=message,
        remedies=finding.remedies or remedies_for(finding.name, finding.kind or "", finding.measures, beside),
    )


def _has_way_out_by_siblings(finding: Finding) -> bool:
    return not finding.remedies and f"{finding.name}:{BEHIND_SIBLINGS}" in targets()
