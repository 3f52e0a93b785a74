"""Every sample log says what has to be found in it, and what must not be; this holds the analysis to it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from losstui.analysis import RunReport, analyse
from losstui.findings import Finding, Severity

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SAMPLES = Path(__file__).parent.parent / "sample_logs"
CASES = sorted(path.parent for path in SAMPLES.rglob("expected.toml"))


def expectation(case: Path) -> dict[str, Any]:
    return tomllib.loads((case / "expected.toml").read_text())


def report(case: Path) -> RunReport:
    outcomes = list(analyse([case]))
    assert len(outcomes) == 1, f"one run, no error: {outcomes}"
    assert isinstance(outcomes[0], RunReport)
    return outcomes[0]


def fits(finding: Finding, wanted: dict[str, Any]) -> bool:
    first, last = wanted["onset"]
    return (
        finding.name == wanted["name"]
        and finding.tag == wanted.get("tag", finding.tag)
        and finding.kind == wanted.get("kind", finding.kind)
        and finding.severity.rank >= Severity(wanted["severity"]).rank
        and first <= finding.onset.step <= last
    )


def described(finding: Finding) -> str:
    kind = f" ({finding.kind})" if finding.kind else ""
    return f"{finding.severity.value} {finding.name}{kind} in {finding.tag} from {finding.onset.step}"


def test_there_are_cases() -> None:
    assert len(CASES) >= 12


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.relative_to(SAMPLES).as_posix())
def test_finds_what_is_there_and_nothing_else(case: Path) -> None:
    wanted = expectation(case)
    findings = report(case).findings
    said = [described(finding) for finding in findings]
    for expected in wanted.get("expected", []):
        assert any(fits(finding, expected) for finding in findings), f"expected {expected}, found {said}"
    assert not [name for name in wanted["never"] if name in {finding.name for finding in findings}], said
    true = {expected["name"] for expected in wanted.get("expected", [])} | {*wanted["also"]}
    alarms = [one for one in findings if one.severity is not Severity.INFO and one.name not in true]
    assert not alarms, [one.message for one in alarms]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.relative_to(SAMPLES).as_posix())
def test_is_described(case: Path) -> None:
    top = SAMPLES / case.relative_to(SAMPLES).parts[0]
    assert (top / "README.md").read_text().startswith("# ")
