"""The `losstui` command. stdout is data, stderr is talk; nothing heavy is imported before it is needed."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from losstui.arguments import SEVERITIES, argument_parser, options, settings
from losstui.errors import ExitCode, LossTuiError, UsageError, reason_of, why_absent
from losstui.tui.first_screen import FIRST_SCREEN, is_terminal

if TYPE_CHECKING:
    import argparse

    from losstui.analysis import RunReport
    from losstui.options import Options
    from losstui.run import Run
    from losstui.tui.reading import Outcomes
    from losstui.walk import LogError


# New objects between two looks of the garbage collector: the default of 700 costs a tenth of a whole call,
# and next to nothing that is made here refers to itself.
YOUNG_OBJECTS = 100_000
COLUMNS_OF_PROSE = 80  # where a page is not printed to a terminal, as man does
_MOST_REASONS = 3  # told in one line; the report has all


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns one of `ExitCode`."""
    gc.set_threshold(YOUNG_OBJECTS)
    reconfigure = getattr(sys.stdout, "reconfigure", None)  # what stands in for the output may have none
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")  # names of runs are in any script
    try:
        return _run(argument_parser().parse_args(arguments))
    except LossTuiError as error:
        FIRST_SCREEN.leave()
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        FIRST_SCREEN.leave()
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader has what it wanted; the interpreter must not complain while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.ANALYSED


def _run(arguments: argparse.Namespace) -> int:
    if arguments.explain is not None:
        from losstui.report.catalogue import explanation

        columns = _columns(sys.stdout) or COLUMNS_OF_PROSE
        return _print_lines(_wrapped(explanation(arguments.explain), columns))
    if arguments.list_findings or arguments.list_formats:
        from losstui.report import catalogue

        listed = catalogue.finding_lines() if arguments.list_findings else catalogue.format_lines()
        return _print_for_reader(listed)
    paths = [*arguments.paths, *([_sample_logs()] if arguments.demo else [])] or [Path()]
    if not (arguments.json or arguments.jsonl):  # where each path that is not there is an error of its own
        _require_any(paths)
    from losstui.config import find_config

    config = find_config(arguments.config)
    fail_on: str | None = arguments.fail_on or config.get("fail-on")
    if arguments.list_runs:
        return _list_runs(arguments, paths, options(arguments, config))
    if arguments.json or arguments.jsonl or arguments.report or not is_terminal():
        return _report(arguments, paths, options(arguments, config), fail_on)
    look = settings(arguments, config, paths)
    from losstui.tui.app import run_tui

    def prepare() -> Outcomes:
        chosen = options(arguments, config)
        from losstui.tui.live import followed

        return partial(followed, paths, chosen, once=not look.follow)

    narrowed = (f"--run {pattern}" for pattern in arguments.run or ())
    return run_tui(prepare, title=" ".join([*map(str, paths), *narrowed]), settings=look)


def _list_runs(arguments: argparse.Namespace, paths: Sequence[Path], chosen: Options) -> int:
    """Print each run with its format, and each file that is none with the reason."""
    from losstui.report.catalogue import run_lines

    unheard = [f"--{name}" for name in ("select", "ignore", "tag", "role") if getattr(arguments, name)]
    if unheard:
        _say(f"--list-runs looks for no findings and reads no tags: {', '.join(unheard)}: no effect")
    runs, others = run_lines(paths, chosen.runs)
    _print_lines([*runs, *others])
    return ExitCode.ANALYSED if runs else ExitCode.UNREADABLE


def _report(
    arguments: argparse.Namespace, paths: Sequence[Path], chosen: Options, fail_on: str | None
) -> int:
    from losstui.analysis import analyse
    from losstui.report.text_report import Tally, TextReport, closing_lines
    from losstui.walk import LogError

    if arguments.report is not None:
        from losstui.report.document import renderer

        renderer(arguments.report)
    reports: list[RunReport] = []
    errors: list[LogError] = []
    tally, text = Tally(), TextReport()
    asked = _TagsAskedFor(arguments, chosen)
    for outcome in analyse(paths, chosen):
        if arguments.jsonl:
            _print_at_once(outcome)
        if isinstance(outcome, LogError):
            errors.append(outcome)
            continue
        tally.add(outcome)
        asked.look_at(outcome.run)
        if arguments.json or arguments.report is not None:
            reports.append(outcome)
        elif not arguments.jsonl:
            text.add(outcome)
    _finish(arguments, paths, reports, errors, chain(text.lines(), closing_lines(tally, errors)))
    if not tally.verdicts:
        _say(_nothing_readable(errors, chosen))
        return ExitCode.UNREADABLE
    for option, tag in sorted(asked.unmet):
        _say(f"--{option} {tag}: no run has such a tag")
    if chosen.tags and not asked.any_seen:  # no finding then says nothing of the runs
        return ExitCode.UNREADABLE
    return ExitCode.FINDINGS if _fails(tally.verdicts, fail_on) else ExitCode.ANALYSED


class _TagsAskedFor:
    """Which of the tags that options name no run has had so far.

    `unmet` are those, each behind its option; `any_seen` is whether any run had a tag to look at.
    """

    def __init__(self, arguments: argparse.Namespace, chosen: Options) -> None:
        roles = {("role", text.rpartition("=")[0]) for text in arguments.role or ()}
        self.unmet = roles | {("tag", pattern) for pattern in chosen.tags}
        self.any_seen = False

    def look_at(self, run: Run) -> None:
        """Take the tags of a run into account."""
        from losstui.logged_runs import fits

        self.any_seen = self.any_seen or len(run.frame) > 0
        self.unmet = {one for one in self.unmet if not any(fits(tag, [one[1]]) for tag in run.frame)}


def _print_at_once(outcome: RunReport | LogError) -> None:
    """Print a run, or why there is none, before those to come are read."""
    from losstui.report.json_report import error_object, run_object
    from losstui.walk import LogError

    if isinstance(outcome, LogError):
        _print_json({"error": error_object(outcome)})
    else:
        _print_json(run_object(outcome))


def _finish(
    arguments: argparse.Namespace,
    paths: Sequence[Path],
    reports: Sequence[RunReport],
    errors: Sequence[LogError],
    text: Iterable[str],
) -> None:
    if arguments.json:
        from losstui.report.json_report import report_object

        _print_json(report_object([str(path) for path in paths], reports, errors))
    elif arguments.report is not None:
        from losstui.report.document import write_report

        write_report(arguments.report, reports, errors)
    elif not arguments.jsonl:
        _print_for_reader(text)


def _nothing_readable(errors: Sequence[LogError], chosen: Options) -> str:
    what = "nothing readable at the given paths"
    if chosen.runs:
        patterns = " or ".join(f"'{pattern}'" for pattern in chosen.runs)
        what = f"no run at the given paths fits {patterns}; 'losstui --list-runs' shows their ids"
    told = [f"{error.path}: {error.reason}" for error in errors[:_MOST_REASONS]]
    if len(errors) > _MOST_REASONS:
        told.append(f"and {len(errors) - _MOST_REASONS} more")
    return ": ".join(filter(None, [what, "; ".join(told)]))


def _fails(verdicts: Counter[str], fail_on: str | None) -> bool:
    if fail_on is None:
        return False
    return any(verdicts[severity] for severity in SEVERITIES[SEVERITIES.index(fail_on) :])


def _sample_logs() -> Path:
    bundled = Path(__file__).parent / "sample_logs"
    return bundled if bundled.is_dir() else Path(__file__).parent.parent / "sample_logs"


def _require_any(paths: Sequence[Path]) -> None:
    """Raise UsageError where there is nothing at any of the paths."""
    reasons = [(path, why_absent(path)) for path in paths]
    if all(reason is not None for _, reason in reasons):
        error = UsageError("; ".join(f"{path}: {reason}" for path, reason in reasons))
        error.exit_code = ExitCode.UNREADABLE
        raise error


def _print_json(value: object) -> None:
    from losstui.report.json_report import dumps

    _write(dumps(value) + "\n")


def _columns(stream: TextIO | None) -> int | None:
    """How wide the terminal is that the stream goes to; None where it goes to none."""
    return shutil.get_terminal_size().columns if stream is not None and stream.isatty() else None


def _wrapped(lines: Iterable[str], columns: int | None) -> Iterator[str]:
    """Lines as they are for a program, and wrapped for a terminal, which would cut them within words."""
    if columns is None:
        yield from lines
        return
    from losstui.tui.shortening import wrapped_line

    for line in lines:
        yield from wrapped_line(line, columns)


def _print_for_reader(lines: Iterable[str]) -> int:
    return _print_lines(_wrapped(lines, _columns(sys.stdout)))


def _print_lines(lines: Iterable[str]) -> int:
    _write("".join(f"{line}\n" for line in lines))
    return ExitCode.ANALYSED


def _write(text: str) -> None:
    """Write data; each part is there at once for who reads it. Raises UsageError where it cannot be."""
    try:
        _put(sys.stdout, text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"the output cannot be written: {reason_of(error)}") from error


def _say(text: str) -> None:
    from losstui.sanitise import clean

    with contextlib.suppress(OSError):  # with nobody to tell it to, the exit code says what there is to say
        lines = _wrapped([f"losstui: {clean(text)}"], _columns(sys.stderr))
        _put(sys.stderr, "".join(f"{line}\n" for line in lines))


def _put(stream: TextIO | None, text: str) -> None:
    if stream is not None:  # as it is where the caller has closed it
        stream.write(text)
        stream.flush()
