"""What a copy of each pane is: values, the path of a run, or a finding in words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from losstui.findings import Finding, Remedy
from losstui.sanitise import clean
from losstui.tui.describing import measure_text, onset_text, title

if TYPE_CHECKING:
    from losstui.deaths import Death
    from losstui.run import Run


class Copied(NamedTuple):
    """A text for the clipboard, and what it is, in a few words."""

    text: str
    what: str


def finding_text(finding: Finding, run_id: str, run: Run, framework: str | None) -> Copied:
    """A finding in the same words as on the screen, without colours."""
    lines = [
        f"{clean(run_id)}: {title(finding)} ({clean(finding.code)}, {finding.severity.value})",
        clean(finding.message),
        f"{clean(finding.tag)}, since {onset_text(finding, run.step_unit)}",
        *(f"- {measure_text(measure)}" for measure in finding.measures),
    ]
    lines += _remedy_lines(finding.remedies, framework)
    return Copied("\n".join(lines) + "\n", "the finding")


def death_text(death: Death, run_id: str, framework: str | None) -> Copied:
    """What a run died of and what to do about it, in the same words as on the screen."""
    lines = [f"{clean(run_id)}: {death}", *_remedy_lines(death.remedies, framework)]
    return Copied("\n".join(lines) + "\n", "what the run died of")


def _remedy_lines(remedies: Iterable[Remedy], framework: str | None) -> Iterator[str]:
    for remedy in remedies:
        yield f"Try: {clean(remedy.title)}. {clean(remedy.change)}"
        snippet = remedy.snippets.get(framework or "") or next(iter(remedy.snippets.values()), "")
        yield from (f"    {clean(line)}" for line in snippet.rstrip().splitlines())


def values_text(run_id: str, place: str, readings: Sequence[tuple[str, float]]) -> Copied:
    """The values of every line at a place, one a line, with all their digits; the last ones for no place."""
    values = "value" if len(readings) == 1 else f"{len(readings)} values"
    what = f"{values} at {place}" if place else f"the last {values}"
    lines = [f"{clean(run_id)}, {what}", *(f"{clean(name)}: {value!r}" for name, value in readings)]
    return Copied("\n".join(lines) + "\n", what)


def path_text(sources: Sequence[str]) -> Copied:
    """The path of the file that was read; of several files, that of the folder they share."""
    paths = [os.path.abspath(one) for one in sources]
    path = paths[0] if len(paths) == 1 else os.path.commonpath(paths)
    return Copied(clean(path), "the path")
