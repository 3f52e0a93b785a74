"""What a detector is: the contract between the analysis and `losstui.detectors`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol, runtime_checkable

from losstui.curves import RunCurves
from losstui.errors import UsageError
from losstui.findings import Finding, Skipped

LEAST_LIKENESS = 0.7  # of two names, by difflib's ratio: a letter or two of a short one dropped or wrong
MOST_LIKE = 3  # names that may be meant; what is like more of them is like none


@runtime_checkable
class Detector(Protocol):
    """One kind of finding.

    The class docstring is its documentation: a first line that says what was found, then the headings
    `## What it looks for`, `## How it decides`, `## When it is wrong` and `## Source`. Constants are
    fields of the (frozen dataclass) detector, each with its unit and its reason.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    # Names of findings, or `name:kind`, that make this one moot when they are found on the same run: a run
    # that ends in NaN has no plateau. What was over on a curve before the other began there stands: a spike
    # before a divergence. Resolved by the analysis, so that no detector knows another.
    yields_to: ClassVar[tuple[str, ...]]

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """Return the findings, none if the curves are clear, or `Skipped` where it could not look.

        Deterministic, changes nothing, and survives empty, one-point and all-NaN curves.
        """
        ...


def no_such_finding(wanted: str, detectors: Sequence[Detector]) -> UsageError:
    """What is told of a code or name that no detector has: the names like it, and where all are listed."""
    from difflib import get_close_matches

    names = [one.name for one in detectors]
    within = [name for name in names if wanted.lower().rstrip("s") in name]
    like = within or get_close_matches(wanted.lower(), names, MOST_LIKE, LEAST_LIKENESS)
    meant = f"did you mean {' or '.join(like)}? " if 0 < len(like) <= MOST_LIKE else ""
    return UsageError(f"no finding '{wanted}'; {meant}'losstui --list-findings' shows what there is")
