"""What losstui knows, as text: `--explain`, `--list-findings`, `--list-formats`, `--list-runs`."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from itertools import chain
from pathlib import Path
from types import ModuleType

from losstui import plugins
from losstui.analysis import find_logs
from losstui.detecting import Detector, no_such_finding
from losstui.discovery import Discovery
from losstui.logged_runs import fits
from losstui.remedies import remedies_for
from losstui.sanitise import clean
from losstui.unrecognised import why_no_log
from losstui.wording import counted, number

_BEGINNINGS = ("#", "- ")  # of a line of documentation that does not go on from the one before
_QUOTED = re.compile(r"`((?:\w+\.)?[A-Za-z]\w*)`")  # a name in a docstring, of a constant perhaps


def finding_lines() -> Iterator[str]:
    """One line a finding: code, name, what it is."""
    detectors = plugins.load().detectors
    width = max(len(detector.name) for detector in detectors)
    for detector in detectors:
        yield f"{detector.code}  {detector.name:{width}}  {summary(detector)}"


def format_lines() -> Iterator[str]:
    """One line a format: name, what is read."""
    parsers = plugins.load().parsers
    width = max(len(parser.name) for parser in parsers)
    for parser in parsers:
        yield f"{parser.name:{width}}  {summary(parser)}"


def run_lines(paths: Sequence[Path], runs: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """One line a run: id, format, why that format, where; beside them those of what is no run, and why.

    With patterns in `runs` only the runs whose id fits.
    """
    found = find_logs(paths)
    logs = [log for log in found.logs if not runs or _may_fit(log.id, runs)]
    listed: list[str] = []
    for log in logs:
        where = ", ".join(str(file.path) for file in log.group.files)
        listed.append(clean(f"{log.id}  {log.parser.name} ({log.why})  {where}"))
    unfit = [clean(f"? no run has an id that fits {', '.join(runs)}")] if found.logs and not logs else []
    return listed, [*unfit, *_other_lines(found)]


def _other_lines(found: Discovery) -> Iterator[str]:
    """What cannot be read; then files that were looked at and left alone, by folder and reason."""
    for error in found.errors:
        yield clean(f"? {error.path}: {error.reason}")
    told = {error.path for error in found.errors}
    parsers = plugins.load().parsers
    alike: dict[tuple[Path, str], list[str]] = {}
    for path in found.skipped:
        if str(path) not in told:
            alike.setdefault((path.parent, why_no_log(path, parsers)), []).append(path.name)
    for (folder, reason), names in alike.items():
        more = f" (and {counted(len(names) - 1, 'more file')} of this folder)" if len(names) > 1 else ""
        yield clean(f"- {folder / names[0]}: {reason}{more}")


def _may_fit(log_id: str, patterns: Sequence[str]) -> bool:
    """Whether a pattern fits the id of a log, or may fit one of several runs in it: nothing is read yet."""
    return fits(log_id, patterns) or any(pattern.startswith(f"{log_id}/") for pattern in patterns)


def explanation(wanted: str) -> Iterator[str]:
    """What the finding with that code or name is, how it is decided, when it is wrong, what to do.

    Each paragraph is one line. Raises UsageError, with what may be meant, where there is none.
    """
    detectors = plugins.load().detectors
    for detector in detectors:
        if wanted.lower() in (detector.code.lower(), detector.name):
            return _explanation(detector)
    raise no_such_finding(wanted, detectors)


def _explanation(detector: Detector) -> Iterator[str]:
    yield f"{detector.code} {detector.name}"
    yield ""
    yield from _paragraphs(documentation(detector))
    yield ""
    yield "## What to do"
    for remedy in remedies_for(detector.name):
        yield f"- {remedy.title}. {remedy.change}"
        yield f"  When: {remedy.when}"
        yield f"  Why: {remedy.why}"
        yield f"  It worked if: {remedy.verify}"


def _paragraphs(text: str) -> list[str]:
    """A documentation with each of its headings, paragraphs and items in one line."""
    joined = [""]
    for line in text.splitlines():
        if line and joined[-1] and not line.startswith(_BEGINNINGS) and not joined[-1].startswith("#"):
            joined[-1] += f" {line.strip()}"
        else:
            joined.append(line)
    return joined[1:]


def documentation(detector: object) -> str:
    """The docstring of a detector; each constant it names has its value behind it where it comes first.

    Fields are named as they are, in small letters, constants of modules in capitals. A name that stands for
    different numbers in the modules that the detector uses needs its module (`collapse.LEAST_LOST`).
    """
    constants = _constants(type(detector))
    told: set[str] = set()

    def with_value(quoted: re.Match[str]) -> str:
        name = quoted[1]
        if name not in constants or name in told:
            return quoted[0]
        told.add(name)
        return f"{quoted[0]} ({number(constants[name])})"

    return _QUOTED.sub(with_value, inspect.getdoc(detector) or "")


def _constants(cls: type[object]) -> dict[str, float]:
    """The numbers that the docstring of a detector may name, with their values.

    They are its own fields, the fields of searches in its module, and the constants of that module and of the
    modules it imports. A name to which two of these give different values needs the module before it.
    """
    module = sys.modules[cls.__module__]
    searches = [one for one in vars(module).values() if isinstance(one, type) and one is not cls]
    named: dict[str, float] = {}
    for name, value in chain(*map(_numbers_of_fields, (cls, *searches)), _numbers_of(module)):
        named.setdefault(name, value)
    beyond: dict[str, set[float]] = {}
    for helper in _helpers(module, f"{module.__name__.rpartition('.')[0]}._", {module.__name__}):
        for name, value in _numbers_of(helper):
            beyond.setdefault(name, set()).add(value)
            beyond[f"{helper.__name__.rpartition('.')[2]}.{name}"] = {value}
    return {name: min(values) for name, values in beyond.items() if len(values) == 1} | named


def _numbers_of_fields(holder: type[object]) -> Iterator[tuple[str, float]]:
    for field in fields(holder) if is_dataclass(holder) else ():
        default: object = field.default
        if isinstance(default, (int, float)):
            yield field.name, default


def _numbers_of(module: ModuleType) -> Iterator[tuple[str, float]]:
    for name, value in vars(module).items():
        if name.isupper() and isinstance(value, (int, float)):
            yield name, value


def _helpers(module: ModuleType, private: str, seen: set[str]) -> Iterator[ModuleType]:
    """The modules whose names a detector's uses, and those they use, of all that begin with `private`."""
    for value in list(vars(module).values()):
        name = getattr(value, "__module__", None)
        if isinstance(name, str) and name.startswith(private) and name not in seen:
            seen.add(name)
            yield sys.modules[name]
            yield from _helpers(sys.modules[name], private, seen)


def summary(thing: Detector | type[Detector] | object) -> str:
    """The first line of a detector's or parser's docstring."""
    return (inspect.getdoc(thing) or "").split("\n", 1)[0]
