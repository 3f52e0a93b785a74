"""The runs of the logs that were found: what a parser returns, with roles, a name and a status."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from losstui.discovery import FoundLog, why_failed
from losstui.errors import UnreadableLog
from losstui.frame import Frame
from losstui.hyperparameters import without_secrets
from losstui.liveness import (
    Ending,
    FileTimes,
    Liveness,
    ends_as_if_stopped_early,
    liveness,
    may_stop_early,
    share_of_epochs,
)
from losstui.options import Options
from losstui.parsing import LoggedRun
from losstui.roles import Role, assign_roles
from losstui.run import Run
from losstui.walk import LogError


def read_neighbours(
    logs: Sequence[tuple[FoundLog, Callable[[], list[LoggedRun]]]], options: Options
) -> Iterator[Run | LogError]:
    """Yield the runs of neighbouring logs, as `read_runs` does; with each log comes what reads it.

    A run that only repeats one of another log is left out.
    """
    outcomes = [outcome for log, read in logs for outcome in read_runs(log, read, options)]
    yield from (outcome for outcome in outcomes if isinstance(outcome, LogError))
    runs = [outcome for outcome in outcomes if isinstance(outcome, Run)]
    if len(runs) > 1 and len(logs) > 1:
        from losstui.duplicate_logs import without_repeats

        runs = without_repeats(runs)
    yield from runs


def read_runs(
    log: FoundLog, read: Callable[[], list[LoggedRun]], options: Options
) -> Iterator[Run | LogError]:
    """Yield the runs that `read` returns and the options want, or the error that it raises."""
    try:
        logged_runs = read()
    except UnreadableLog as error:
        yield LogError(error.path, error.reason)
        return
    except Exception as error:  # noqa: BLE001  as in `discovery.recognise`
        yield LogError(str(log.group.files[0].path), why_failed(log.parser, error))
        return
    if len(logged_runs) == 1 and log.outputs:
        from losstui_parsers.error_output import with_failure_beside

        logged_runs = [with_failure_beside(logged_runs[0], log.group.files[-1].path, log.outputs)]
    for logged in logged_runs:
        run = _run(log, logged, options)
        if not options.runs or fits(run.id, options.runs):
            yield run


def _liveness_of(log: FoundLog, logged: LoggedRun, roles: Mapping[str, Role]) -> Liveness:
    settings = logged.hyperparameters
    progress = logged.progress
    if progress is None:
        progress = share_of_epochs(logged.frame, logged.step_unit, settings)
    early = may_stop_early(settings) or ends_as_if_stopped_early(logged.frame, roles)
    ending = Ending(logged.finished, logged.failed, progress, early)
    return liveness(logged.frame, ending, _file_times(log), time.time())


def _file_times(log: FoundLog) -> Iterator[FileTimes]:
    for file in log.group.files:
        try:
            yield FileTimes(os.stat(file.path).st_mtime, os.stat(file.path.parent).st_mtime)
        except OSError:  # it vanished: its time says nothing any more
            continue


def _run(log: FoundLog, logged: LoggedRun, options: Options) -> Run:
    frame = logged.frame
    roles = assign_roles(frame)
    alive = _liveness_of(log, logged, roles)
    warnings = logged.warnings
    if options.tags:
        frame = Frame(series for tag, series in frame.items() if fits(tag, options.tags))
        roles = assign_roles(frame)
        if not len(frame):
            warnings = (*warnings, f"nothing is looked at: no tag fits {', '.join(options.tags)}")
    for tag in frame:
        for pattern, role in options.roles.items():
            if fits(tag, [pattern]):
                roles[tag] = role
    run_id = log.id
    if logged.name:
        own = f"{log.id} ({log.parser.name})" if log.names_others else log.id
        run_id = f"{own}/{logged.name}"
    return Run(
        id=run_id,
        name=run_id.rsplit("/", 1)[-1],
        sources=tuple(str(file.path) for file in log.group.files),
        format=log.parser.name,
        frame=frame,
        roles=roles,
        step_unit=logged.step_unit,
        hyperparameters=without_secrets(logged.hyperparameters),
        status=alive.status,
        warnings=warnings,
        fades=alive.fades,
        cause=logged.cause,
    )


def fits(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is one of the glob patterns, or fits it: names have brackets of their own."""
    return any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)
