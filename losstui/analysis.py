"""The whole way for a run: read, curves, detectors, remedies, report. The library's front door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from losstui import plugins
from losstui.curves import RunCurves
from losstui.detecting import Detector
from losstui.discovery import Discovery, FoundLog, discover
from losstui.errors import UnreadableLog, UsageError
from losstui.findings import Finding, Severity, Skipped
from losstui.frame import Frame
from losstui.parsing import LoggedRun
from losstui.remedies import remedies_for
from losstui.roles import Role, assign_roles
from losstui.run import Run, Status
from losstui.walk import LogError

__all__ = [
    "Discovery",
    "LogError",
    "Options",
    "RunReport",
    "analyse",
    "analyse_logs",
    "analyse_run",
    "find_logs",
]

CLEAR = "clear"
FOUND = "found"


@dataclass(frozen=True, slots=True)
class Options:
    """What to look at. Empty means all.

    `select` and `ignore` are codes, names, or the beginning of codes ("LT4"); `runs` and `tags` are
    glob patterns over run ids and tags; `roles` maps a tag or a glob pattern to what it is.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict[str, Role])


@dataclass(frozen=True, slots=True, eq=False)
class RunReport:
    """What was found in one run, worst first, and for each detector whether it looked."""

    run: Run
    findings: tuple[Finding, ...]
    checks: Mapping[str, str]

    @property
    def verdict(self) -> str:
        """The worst severity found, or "ok"."""
        return self.findings[0].severity.value if self.findings else "ok"


def find_logs(paths: Sequence[Path]) -> Discovery:
    """Find the logs below `paths`; nothing is read but the heads of the files."""
    return discover(paths, plugins.load().parsers)


def analyse(paths: Sequence[Path], options: Options = Options()) -> Iterator[RunReport | LogError]:
    """Find, read and diagnose every run below `paths`; yields each as it is done, errors last but for
    those of the plug-ins.

    Raises UsageError where the options name a detector there is not.
    """
    loaded = plugins.load()
    yield from (LogError("plug-ins", warning) for warning in loaded.warnings)
    yield from analyse_logs(discover(paths, loaded.parsers), options, loaded.detectors)


def analyse_logs(
    found: Discovery, options: Options, detectors: Sequence[Detector]
) -> Iterator[RunReport | LogError]:
    """Read what was found and diagnose it with those `detectors` that the options leave."""
    chosen = chosen_detectors(detectors, options)
    errors = list(found.errors)
    for log in found.logs:
        for outcome in _read(log, options):
            if isinstance(outcome, LogError):
                errors.append(outcome)
            elif _matches(outcome.id, options.runs):
                yield analyse_run(outcome, chosen)
    yield from errors


def analyse_run(run: Run, detectors: Iterable[Detector]) -> RunReport:
    """Diagnose one run with those detectors; a detector that fails costs one warning, not the run."""
    curves = RunCurves(run)
    checks: dict[str, str] = {}
    found: dict[str, list[Finding]] = {}
    yields: dict[str, tuple[str, ...]] = {}
    warnings: list[str] = []
    for detector in detectors:
        yields[detector.name] = detector.yields_to
        try:
            outcome = detector.detect(curves)
        except Exception as error:  # noqa: BLE001  one failing detector must not hide what the others found
            warnings.append(f"detector {detector.name} failed: {type(error).__name__}: {error}")
            outcome = Skipped(f"it failed: {type(error).__name__}")
        if isinstance(outcome, Skipped):
            checks[detector.name] = f"skipped: {outcome.reason}"
        else:
            found[detector.name] = list(outcome)
            checks[detector.name] = FOUND if outcome else CLEAR
    kept: list[Finding] = []
    for name, findings in found.items():
        explained_by = next((other for other in yields[name] if found.get(other)), None)
        if findings and explained_by is not None:
            checks[name] = f"skipped: explained by {explained_by}"
        else:
            kept.extend(replace(one, remedies=remedies_for(one.name, one.kind)) for one in findings)
    kept.sort(key=lambda one: (-one.severity.rank, -one.confidence, one.onset.step, one.code))
    if warnings:
        run = replace(run, warnings=(*run.warnings, *warnings))
    return RunReport(run, tuple(kept), checks)


def chosen_detectors(detectors: Sequence[Detector], options: Options) -> list[Detector]:
    """The detectors that `options.select` and `options.ignore` leave, in the order of their codes.

    Raises UsageError where one of them fits no detector.
    """
    for wanted in (*options.select, *options.ignore):
        if not any(_is(detector, wanted) for detector in detectors):
            there_are = ", ".join(f"{one.code} {one.name}" for one in detectors)
            raise UsageError(f"no finding '{wanted}'; there are: {there_are}")
    return [
        detector
        for detector in detectors
        if (not options.select or any(_is(detector, wanted) for wanted in options.select))
        and not any(_is(detector, unwanted) for unwanted in options.ignore)
    ]


def _is(detector: Detector, wanted: str) -> bool:
    return detector.name == wanted or (wanted.startswith("LT") and detector.code.startswith(wanted))


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The worst severity among `findings`, None if there are none."""
    return max((one.severity for one in findings), key=lambda severity: severity.rank, default=None)


def _read(log: FoundLog, options: Options) -> Iterator[Run | LogError]:
    try:
        logged_runs = log.parser.read(log.group)
    except UnreadableLog as error:
        yield LogError(error.path, error.reason)
        return
    except Exception as error:  # noqa: BLE001  one strange file must not take the other runs with it
        reason = f"the {log.parser.name} reader failed: {type(error).__name__}: {error}"
        yield LogError(str(log.group.files[0].path), reason)
        return
    for logged in logged_runs:
        yield _run(log, logged, options)


def _run(log: FoundLog, logged: LoggedRun, options: Options) -> Run:
    frame = logged.frame
    if options.tags:
        frame = Frame(series for tag, series in frame.items() if _matches(tag, options.tags))
    roles = assign_roles(frame)
    for tag in frame:
        for pattern, role in options.roles.items():
            if tag == pattern or fnmatchcase(tag, pattern):
                roles[tag] = role
    run_id = f"{log.id}/{logged.name}" if logged.name else log.id
    return Run(
        id=run_id,
        name=run_id.rsplit("/", 1)[-1],
        sources=tuple(str(file.path) for file in log.group.files),
        format=log.parser.name,
        frame=frame,
        roles=roles,
        step_unit=logged.step_unit,
        hyperparameters=logged.hyperparameters,
        status=Status.FINISHED if logged.finished else Status.UNKNOWN,
        warnings=logged.warnings,
    )


def _matches(text: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(text, pattern) for pattern in patterns)
