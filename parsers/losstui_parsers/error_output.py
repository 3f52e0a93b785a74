"""What a job printed to standard error, kept in a file beside its output: `job.err` beside `job.out`.

That both are of one job only their names and times tell. So they do of output beside a log of another format.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from losstui.parsing import LoggedRun
from losstui_parsers.plain_text import decode
from losstui_parsers.stdout_lines.failures import Failure
from losstui_parsers.stdout_lines.lines import LABEL, PrintedLines, plain

END_BYTES = 1 << 16  # in which the last traceback of a job stands, with what its launchers say of it
# An output that was written to so long after the errors is of a job that survived them: what a scheduler
# prints of a job that ended comes within a minute.
SURVIVED = 60.0  # s
# A failure told so long after the last value may be of another program: a last evaluation or a collective
# operation that times out comes within the hour.
TOLD_LATE = 3600.0  # s
# Schedulers call the two alike: SLURM and LSF by ending, Grid Engine and PBS by "o" and "e" before a number.
_NAMES = (
    (re.compile(r"(.*)\.out(\.\d+)?", re.IGNORECASE), r"\1.err\2"),
    (re.compile(r"(.*)\.o(\d+(?:[.-]\d+)?)"), r"\1.e\2"),
    (re.compile(r"(.*)stdout(.*)"), r"\1stderr\2"),
)


def errors_beside(output: Path) -> Path | None:
    """Where the errors of a job are whose output is kept at that path; None where its name tells none."""
    for name, errors in _NAMES:
        match = name.fullmatch(output.name)
        if match:
            return output.with_name(match.expand(errors))
    return None


def with_failure_beside(run: LoggedRun, log: Path, outputs: Sequence[Path]) -> LoggedRun:
    """The run logged at `log` with why it died, where one of the `outputs` beside it tells that."""
    if run.failed or run.finished:
        return run
    for output in outputs:
        failure = failure_at_end(output, log) if _is_told_in_time(output, log) else None
        if failure is not None:
            told = f"{output.name}: ends with: {failure}"
            return replace(run, failed=True, cause=told, warnings=(*run.warnings, told))
    return run


def _is_told_in_time(output: Path, log: Path) -> bool:
    try:
        return os.stat(output).st_mtime <= os.stat(log).st_mtime + TOLD_LATE
    except OSError:
        return False


def with_failure(runs: Sequence[LoggedRun], failure: str | None, output: Path) -> list[LoggedRun]:
    """The runs printed to `output`, which ends with a `failure` or not, with why they died.

    The errors kept beside it tell what the output does not.
    """
    name = output.name
    errors = errors_beside(output)
    if failure is None and errors is not None:
        failure, name = failure_at_end(errors, output), errors.name
    if failure is None:
        return list(runs)
    told = f"{name}: ends with: {failure}"
    return [replace(run, failed=True, cause=told, warnings=(*run.warnings, told)) for run in runs]


def failure_at_end(errors: Path, output: Path) -> str | None:
    """The line at the end of `errors` that tells why the job died; None where nothing there does.

    None too where that cannot be read, or the `output` went on for long after it.
    """
    try:
        if os.stat(output).st_mtime > os.stat(errors).st_mtime + SURVIVED:
            return None
        with errors.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - END_BYTES))
            text = plain(decode(stream.read(END_BYTES)))
    except OSError:
        return None
    failure, printed = Failure(), PrintedLines()
    for lines in (printed.read(text), printed.rest()):
        for line, _ in lines:
            failure.look(LABEL.sub("", line, 1) if LABEL.match(line) else line)
    return failure.cause
