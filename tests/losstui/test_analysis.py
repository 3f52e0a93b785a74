from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest

from event_files import scalars, version
from losstui.analysis import Options, RunReport, analyse, analyse_run, beside_siblings, chosen_detectors
from losstui.curves import RunCurves
from losstui.detecting import Detector
from losstui.detectors import DETECTORS
from losstui.findings import Finding, Onset, Severity, Skipped, Span
from losstui.kin import Standing
from losstui.remedies import all_remedies, remedies_for
from losstui.walk import LogError
from support import make_run

STANDING = Standing("other", "loss", 0.1, 0.6, (), 0.5, 1.0)


def finding(name: str, severity: Severity = Severity.WARNING, confidence: float = 0.9) -> Finding:
    return Finding("XX001", name, severity, confidence, "it is so", "loss", (Span(0, 9),), Onset(0, 0, 2), ())


@dataclass(frozen=True)
class Always:
    """Finds one thing in every run."""

    code: ClassVar[str] = "XX001"
    name: ClassVar[str] = "always"
    yields_to: ClassVar[tuple[str, ...]] = ()

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        return [finding("always", confidence=0.5), finding("always", Severity.CRITICAL)]


@dataclass(frozen=True)
class Moot:
    """Finds one thing, which `Always` explains."""

    code: ClassVar[str] = "XX002"
    name: ClassVar[str] = "moot"
    yields_to: ClassVar[tuple[str, ...]] = ("always",)

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        return [finding("moot")]


@dataclass(frozen=True)
class Blind:
    """Never looks."""

    code: ClassVar[str] = "XX003"
    name: ClassVar[str] = "blind"
    yields_to: ClassVar[tuple[str, ...]] = ()

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        return Skipped("no eyes")


@dataclass(frozen=True)
class Broken:
    """Always fails."""

    code: ClassVar[str] = "XX004"
    name: ClassVar[str] = "broken"
    yields_to: ClassVar[tuple[str, ...]] = ()

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        raise ZeroDivisionError("by nought")


@pytest.mark.parametrize(("kind", "left"), [("periodic", ["always"]), ("irregular", ["always", "moot"])])
def test_a_finding_may_yield_to_one_kind_of_another(kind: str, left: list[str]) -> None:
    @dataclass(frozen=True)
    class Kind(Always):
        def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
            return [replace(finding("always"), kind=kind)]

    @dataclass(frozen=True)
    class ToPeriodic(Moot):
        yields_to: ClassVar[tuple[str, ...]] = ("always:periodic",)

    report = analyse_run(make_run({"loss": [1.0, 0.5]}), [Kind(), ToPeriodic()])
    assert [one.name for one in report.findings] == left
    assert report.checks["moot"] == ("found" if "moot" in left else "skipped: explained by always")


def test_a_report_says_of_each_detector_what_came_of_it() -> None:
    report = analyse_run(make_run({"loss": [1.0, 0.5]}), [Always(), Moot(), Blind(), Broken()])
    assert report.checks == {
        "always": "found",
        "moot": "skipped: explained by always",
        "blind": "skipped: no eyes",
        "broken": "skipped: it failed: ZeroDivisionError",
    }
    assert report.run.warnings == ("detector broken failed: ZeroDivisionError: by nought",)


def test_a_detector_that_fails_again_beside_siblings_is_told_of_once() -> None:
    @dataclass(frozen=True)
    class Above(Always):
        def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
            return super().detect(curves) if curves.standing else []

    detectors: list[Detector] = [Above(), Broken()]
    alone = analyse_run(make_run({"loss": [1.0, 0.5]}), detectors)
    beside = beside_siblings(alone, detectors, STANDING)
    assert (alone.checks["always"], beside.checks["always"]) == ("clear", "found")
    assert beside.run.warnings == alone.run.warnings != ()


def test_siblings_may_say_more_of_what_was_found_without_them() -> None:
    @dataclass(frozen=True)
    class Surer(Always):
        def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
            return [finding("always", confidence=0.9 if curves.standing else 0.5)]

    alone = analyse_run(make_run({"loss": [1.0, 0.5]}), [Surer()])
    beside = beside_siblings(alone, [Surer()], STANDING)
    assert beside.checks == alone.checks
    assert beside.findings[0].confidence > alone.findings[0].confidence


def test_siblings_that_say_no_more_leave_the_report_as_it_is() -> None:
    alone = analyse_run(make_run({"loss": [1.0, 0.5]}), [Always(), Blind()])
    assert beside_siblings(alone, [Always(), Blind()], STANDING) is alone


def test_findings_come_worst_first() -> None:
    report = analyse_run(make_run({"loss": [1.0, 0.5]}), [Always()])
    assert [one.severity for one in report.findings] == [Severity.CRITICAL, Severity.WARNING]
    assert report.verdict == "critical"


def test_of_findings_as_bad_the_surest_comes_first() -> None:
    @dataclass(frozen=True)
    class Twice(Always):
        def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
            return [finding("less", confidence=0.5), finding("more", confidence=0.9)]

    report = analyse_run(make_run({"loss": [1.0, 0.5]}), [Twice()])
    assert [one.name for one in report.findings] == ["more", "less"]


def test_remedies_that_a_detector_brings_are_kept() -> None:
    remedy = all_remedies()[0]

    @dataclass(frozen=True)
    class Helping(Always):
        def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
            return [replace(finding("always"), remedies=(remedy,)), finding("divergence")]

    report = analyse_run(make_run({"loss": [1.0, 0.5]}), [Helping()])
    assert {one.name: one.remedies for one in report.findings} == {
        "always": (remedy,),
        "divergence": remedies_for("divergence", ""),
    }


def test_a_finding_on_a_reward_brings_what_helps_a_policy() -> None:
    @dataclass(frozen=True)
    class Stuck(Always):
        def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
            return [replace(finding("stuck-at-start"), tag=tag) for tag in ("episode_reward", "loss")]

    run = make_run({"episode_reward": [-50.0, -49.0], "loss": [1.0, 0.5]})
    first = {one.tag: one.remedies[0].id for one in analyse_run(run, [Stuck()]).findings}
    assert first == {"episode_reward": "check-environment", "loss": "overfit-one-batch"}


def test_a_finding_explained_by_another_stands_where_the_other_is_not_looked_for() -> None:
    report = analyse_run(make_run({"loss": [1.0, 0.5]}), [Moot()])
    assert [one.name for one in report.findings] == ["moot"]


SEVERAL = (Span(0, 4), Span(8, 9))


@pytest.mark.parametrize(
    ("tag", "began", "spans", "stands"),
    [
        ("loss", 20, (Span(0, 9),), True),
        ("loss", 5, (Span(0, 9),), False),
        ("other", 20, (Span(0, 9),), False),
        ("loss", 5, SEVERAL, True),
        ("loss", 4, SEVERAL, False),
    ],
)
def test_what_was_over_before_another_began_is_not_explained_by_it(
    tag: str, began: int, spans: tuple[Span, ...], stands: bool
) -> None:
    @dataclass(frozen=True)
    class Past(Moot):
        def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
            return [replace(finding("moot"), spans=spans)]

    @dataclass(frozen=True)
    class Later(Always):
        def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
            return [replace(finding("always"), tag=tag, onset=Onset(began, began, began))]

    report = analyse_run(make_run({"loss": [1.0, 0.5]}), [Later(), Past()])
    assert (report.checks["moot"] == "found") is stands


def test_what_is_explained_itself_explains_nothing() -> None:
    @dataclass(frozen=True)
    class MootToo(Moot):
        name: ClassVar[str] = "moot-too"
        yields_to: ClassVar[tuple[str, ...]] = ("moot",)

        def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
            return [finding("moot-too")]

    run = make_run({"loss": [1.0, 0.5]})
    report = analyse_run(run, [Always(), Moot(), MootToo()])
    assert report.checks == {
        "always": "found",
        "moot": "skipped: explained by always",
        "moot-too": "found",
    }
    assert analyse_run(run, [Moot(), MootToo()]).checks["moot-too"] == "skipped: explained by moot"


def test_findings_that_explain_each_other_end_somewhere() -> None:
    @dataclass(frozen=True)
    class Mutual(Always):
        yields_to: ClassVar[tuple[str, ...]] = ("moot",)

    checks = analyse_run(make_run({"loss": [1.0, 0.5]}), [Mutual(), Moot()]).checks
    assert checks == {"always": "skipped: explained by moot", "moot": "skipped: explained by always"}


def test_values_whose_squares_are_infinite_are_no_ground_for_a_finding() -> None:
    calm = [1.0 + 0.05 * (i % 7) for i in range(150)]
    run = make_run({"loss": [*calm, *(10.0 ** (2 * i) * value for i, value in enumerate(calm))]})
    report = analyse_run(run, [detector() for detector in DETECTORS])
    assert [one.name for one in report.findings] == ["divergence"]
    assert report.checks["oscillation"] == "skipped: the values are too large to compute with"
    assert report.run.warnings == ()


def test_findings_of_plug_ins_are_selected_by_their_codes_too() -> None:
    detectors = [*(cls() for cls in DETECTORS), Always(), Blind()]
    assert chosen_detectors(detectors, Options(select=("XX001",))) == [Always()]
    assert chosen_detectors(detectors, Options(select=("XX",), ignore=("blind",))) == [Always()]


def test_errors_come_last_and_take_no_run_with_them(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "metrics.csv").write_text(
        "step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(9))
    )
    (tmp_path / "cut.json").write_text('{"log_history": [{"loss": ')
    outcomes = list(analyse([tmp_path]))
    assert [type(outcome) for outcome in outcomes] == [RunReport, LogError]


def test_what_was_read_is_freed_as_soon_as_nobody_needs_it(tmp_path: Path) -> None:
    """Files that give nothing are beside others in each of these runs, and alone in some."""
    for name in ("run", "nothing"):
        for number in (1, 2):
            folder = tmp_path / name / f"checkpoint-{number}"
            folder.mkdir(parents=True)
            (folder / "trainer_state.json").write_text('{"log_history": [')
            (tmp_path / name / f"events.out.tfevents.{number}.host").write_bytes(b"")
            (tmp_path / name / f"{number}.monitor.csv").write_bytes(b"")
            (tmp_path / name / f"run-{number}.wandb").write_bytes(b":W&B")
    (tmp_path / "run" / "events.out.tfevents.3.host").write_bytes(version() + scalars("loss", range(9)))
    assert len(list(analyse([tmp_path]))) > 4  # what is imported late is imported now
    gc.collect()
    gc.disable()
    try:
        list(analyse([tmp_path]))
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_an_outcome_is_printed_as_one_line_that_no_terminal_obeys(tmp_path: Path) -> None:
    rows = "".join(f"{i},{1 / (i + 1) if i < 30 else float('nan')}\n" for i in range(60))
    (tmp_path / "bad\x1b[31m.csv").write_text("step,loss\n" + rows)
    (tmp_path / "cut\x1b[31m.csv").write_bytes(b"")
    (tmp_path / "other.csv").write_text("step,loss\n0,1.0\n1,0.5\n")
    printed = [str(outcome) for outcome in analyse([tmp_path])]
    assert printed[0].startswith("bad\\x1b[31m: critical, non-finite in loss since step 30")
    assert printed[-1].endswith("cut\\x1b[31m.csv: the file is empty")
    assert repr(make_run({"loss": [1.0, 0.5]}).frame) == "<Frame of 1 tag, 2 points>"
