"""The `--report FILE` documents: the same content as Markdown or as one HTML page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from losstui.deaths import DEAD, death_of
from losstui.errors import UsageError, reason_of
from losstui.findings import Finding, Measure, Remedy
from losstui.hyperparameters import flattened
from losstui.report.text_report import MARKS, Tally, state_of
from losstui.run import Status
from losstui.sanitise import clean
from losstui.wording import against, amount, counted, percent, unit_beside

if TYPE_CHECKING:
    from losstui.analysis import RunReport
    from losstui.walk import LogError

# What Markdown takes for more than itself; a "_" in a word and brackets behind no "]" it does not.
MARKDOWN_ACTIVE = re.compile(r"[\\`*\[\]|~$]|(?<![^\W_])_|_(?![^\W_])|^[-+#=>]")
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{display:block;overflow:auto}pre{background:#f4f4f4;padding:.5rem;overflow:auto}"
    ".critical{color:#b00020}.warning,.dead{color:#9a5b00}"
)


def write_report(path: Path, reports: Sequence[RunReport], errors: Sequence[LogError]) -> None:
    """Write the report to `path`, in the format its ending names.

    Raises UsageError where the ending is not .md or .html, or the file cannot be written.
    """
    render = renderer(path)
    try:
        path.write_text(render(reports, errors), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {reason_of(error)}") from error


def renderer(path: Path) -> Callable[[Sequence[RunReport], Sequence[LogError]], str]:
    """The writer for the ending of `path`. Raises UsageError where there is none."""
    renderers = {".md": as_markdown, ".html": as_html}
    if path.suffix.lower() not in renderers:
        raise UsageError(f"{path}: a report is written as .md or .html")
    return renderers[path.suffix.lower()]


def as_markdown(reports: Sequence[RunReport], errors: Sequence[LogError]) -> str:
    """The report as Markdown, the worst runs first; log content is escaped."""
    return "\n".join(_markdown_lines(_worst_first(reports), errors)) + "\n"


def _markdown_lines(reports: Sequence[RunReport], errors: Sequence[LogError]) -> Iterator[str]:
    yield "# Training runs\n"
    if len(reports) > 1:
        yield f"{_tally(reports)}\n"
        yield "| run | verdict | found |\n|---|---|---|"
        for report in reports:
            yield f"| {_md(report.run.id)} | {_verdict(report)} | {_md(_found(report))} |"
        yield ""
    for report in reports:
        yield from _markdown_of(report)
    if errors:
        yield "## Not read\n"
        for error in errors:
            yield f"- {_md(error.path)}: {_md(error.reason)}"


def _markdown_of(report: RunReport) -> Iterator[str]:
    yield f"## {_md(report.run.id)}: {_verdict(report)}\n"
    yield f"{_md(_contents(report))}\n"
    death = death_of(report.run)
    if death is not None:
        yield f"### {_md(str(death))}"
        yield from _markdown_remedies(death.remedies)
        yield ""
    for finding in report.findings:
        yield f"### {finding.code} {_title(finding)}: {finding.severity.value}\n"
        yield f"{_md(finding.message)}\n"
        yield f"{_md(_where(finding, report))}\n"
        if finding.measures:
            yield "| evidence | measured | bound | unit |\n|---|---|---|---|"
        for one in finding.measures:
            measured, unit = amount(one.value, one.unit), unit_beside(one.unit)
            yield f"| {_md(one.name)} | {measured} | {_md(_bound(one))} | {_md(unit)} |"
        yield from _markdown_remedies(finding.remedies)
        yield ""
    for warning in _notes(report):
        yield f"- note: {_md(warning)}"
    if _notes(report):
        yield ""


def _markdown_remedies(remedies: Sequence[Remedy]) -> Iterator[str]:
    for position, remedy in enumerate(remedies, 1):
        yield f"\n{position}. **{_md(remedy.title)}.** {_md(remedy.change)}"
        yield f"   *Why:* {_md(remedy.why)}"
        yield f"   *It worked if:* {_md(remedy.verify)}"


def as_html(reports: Sequence[RunReport], errors: Sequence[LogError]) -> str:
    """The report as one HTML page without scripts or anything to load, the worst runs first.

    Log content is escaped.
    """
    return "\n".join(_html_lines(_worst_first(reports), errors)) + "\n"


def _worst_first(reports: Sequence[RunReport]) -> list[RunReport]:
    return sorted(reports, key=lambda report: list(MARKS).index(state_of(report)))


def _tally(reports: Sequence[RunReport]) -> Tally:
    tally = Tally()
    for report in reports:
        tally.add(report)
    return tally


def _html_lines(reports: Sequence[RunReport], errors: Sequence[LogError]) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width">'  # a phone takes the page for a desk's else
    yield f"<title>Training runs</title>\n<style>{STYLE}</style>"
    yield "<h1>Training runs</h1>"
    if len(reports) > 1:
        yield f"<p>{_tally(reports)}</p>"
        yield "<table><tr><th>run<th>verdict<th>found</tr>"
        for place, report in enumerate(reports):
            name = f'<a href="#run{place}">{_html(report.run.id)}</a>'
            yield f'<tr><td>{name}<td class="{state_of(report)}">{_verdict(report)}'
            yield f"<td>{_html(_found(report))}</tr>"
        yield "</table>"
    for place, report in enumerate(reports):
        title = f"{_html(report.run.id)}: {_verdict(report)}"
        yield f'<h2 id="run{place}" class="{state_of(report)}">{title}</h2>'
        yield from _html_of(report)
    if errors:
        yield "<h2>Not read</h2><ul>"
        for error in errors:
            yield f"<li>{_html(error.path)}: {_html(error.reason)}</li>"
        yield "</ul>"


def _verdict(report: RunReport) -> str:
    """How bad a run is, and whether it goes on where that is known: "warning, running"."""
    status, state = report.run.status, state_of(report)
    return state if status.value in (Status.UNKNOWN.value, state) else f"{state}, {status.value}"


def _html_of(report: RunReport) -> Iterator[str]:
    yield f"<p>{_html(_contents(report))}</p>"
    death = death_of(report.run)
    if death is not None:
        yield f'<h3 class="warning">{_html(str(death))}</h3>'
        yield from _html_remedies(death.remedies)
    for finding in report.findings:
        severity = finding.severity.value
        yield f'<h3 class="{severity}">{finding.code} {_title(finding)}: {severity}</h3>'
        yield f"<p>{_html(finding.message)}</p><p>{_html(_where(finding, report))}</p>"
        if finding.measures:
            yield from _html_evidence(finding.measures)
        yield from _html_remedies(finding.remedies)
    for warning in _notes(report):
        yield f"<p>note: {_html(warning)}</p>"


def _html_evidence(measures: Sequence[Measure]) -> Iterator[str]:
    yield "<table><tr><th>evidence<th>measured<th>bound<th>unit</tr>"
    for one in measures:
        yield f"<tr><td>{_html(one.name)}<td>{amount(one.value, one.unit)}"
        yield f"<td>{_html(_bound(one))}<td>{_html(unit_beside(one.unit))}</tr>"
    yield "</table>"


def _html_remedies(remedies: Sequence[Remedy]) -> Iterator[str]:
    for remedy in remedies:
        yield f"<p><b>{_html(remedy.title)}.</b> {_html(remedy.change)}"
        yield f"<i>Why:</i> {_html(remedy.why)}"
        yield f"<i>It worked if:</i> {_html(remedy.verify)}</p>"
        for framework, code in remedy.snippets.items():
            yield f"<details><summary>{_html(framework)}</summary><pre>{escape(code)}</pre></details>"


def _notes(report: RunReport) -> list[str]:
    """What was lost in reading; not what the run died of, which is told before."""
    return [warning for warning in report.run.warnings if warning != report.run.cause]


def _title(finding: Finding) -> str:
    return f"{finding.name} ({finding.kind})" if finding.kind else finding.name


def _found(report: RunReport) -> str:
    """What was found in a run and since when, and what it died of, in one line."""
    unit = report.run.step_unit.value
    death = death_of(report.run)
    found = [f"{_title(one)} since {unit} {one.onset.step}" for one in report.findings]
    return ", ".join([*found, f"{DEAD} ({death.kind})"] if death else found)


def _contents(report: RunReport) -> str:
    """What was read of a run, and its hyper-parameters."""
    run = report.run
    read = f"{run.format}, {counted(len(run.frame), 'tag')}, {counted(run.frame.points, 'value')}"
    parameters = [f"{name} {value}" for name, value in flattened(run.hyperparameters)]
    return ". ".join([read, *([", ".join(parameters)] if parameters else [])])


def _bound(measure: Measure) -> str:
    """The bound, and on which side of it what was measured lies."""
    return f"{against(measure.value, measure.bound)}{amount(measure.bound, measure.unit)}"


def _where(finding: Finding, report: RunReport) -> str:
    onset = finding.onset
    unit = report.run.step_unit.value
    between = f" (between {onset.low} and {onset.high})" if onset.low < onset.high else ""
    return f"In {finding.tag} since {unit} {onset.step}{between}, {percent(finding.confidence)} sure."


def _md(text: str) -> str:
    return MARKDOWN_ACTIVE.sub(r"\\\g<0>", clean(text).replace("&", "&amp;").replace("<", "&lt;"))


def _html(text: str) -> str:
    return escape(clean(text))
