"""The `--report FILE` documents: the same content as Markdown or as one HTML page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from losstui.errors import UsageError
from losstui.findings import Finding
from losstui.run import Status
from losstui.sanitise import clean

if TYPE_CHECKING:
    from losstui.analysis import RunReport
    from losstui.walk import LogError

MARKDOWN_ACTIVE = "\\`*_{}[]()#+!|~$"
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "pre{background:#f4f4f4;padding:.5rem;overflow:auto}.critical{color:#b00020}.warning{color:#9a5b00}"
)


def write_report(path: Path, reports: Sequence[RunReport], errors: Sequence[LogError]) -> None:
    """Write the report to `path`, in the format its ending names.

    Raises UsageError where the ending is not .md or .html, or the file cannot be written.
    """
    render = renderer(path)
    try:
        path.write_text(render(reports, errors), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def renderer(path: Path) -> Callable[[Sequence[RunReport], Sequence[LogError]], str]:
    """The writer for the ending of `path`. Raises UsageError where there is none."""
    renderers = {".md": as_markdown, ".html": as_html}
    if path.suffix.lower() not in renderers:
        raise UsageError(f"{path}: a report is written as .md or .html")
    return renderers[path.suffix.lower()]


def as_markdown(reports: Sequence[RunReport], errors: Sequence[LogError]) -> str:
    """The report as Markdown; log content is escaped."""
    return "\n".join(_markdown_lines(reports, errors)) + "\n"


def _markdown_lines(reports: Sequence[RunReport], errors: Sequence[LogError]) -> Iterator[str]:
    yield "# Training runs\n"
    for report in reports:
        yield f"## {_md(report.run.id)}: {_verdict(report)}\n"
        for finding in report.findings:
            yield f"### {finding.code} {finding.name}: {finding.severity.value}\n"
            yield f"{_md(finding.message)}\n"
            yield f"{_md(_where(finding, report))}\n"
            yield "| evidence | value | bound | unit |\n|---|---|---|---|"
            for one in finding.measures:
                yield f"| {_md(one.name)} | {one.value:.4g} | {one.bound:.4g} | {_md(one.unit)} |"
            for remedy in finding.remedies:
                yield f"\n**{_md(remedy.title)}.** {_md(remedy.change)} *Why:* {_md(remedy.why)}"
                yield f"*It worked if:* {_md(remedy.verify)}\n"
        for warning in report.run.warnings:
            yield f"- note: {_md(warning)}"
    if errors:
        yield "## Not read\n"
        for error in errors:
            yield f"- {_md(error.path)}: {_md(error.reason)}"


def as_html(reports: Sequence[RunReport], errors: Sequence[LogError]) -> str:
    """The report as one HTML page without scripts or anything to load; log content is escaped."""
    return "\n".join(_html_lines(reports, errors)) + "\n"


def _html_lines(reports: Sequence[RunReport], errors: Sequence[LogError]) -> Iterator[str]:
    yield f'<!doctype html>\n<meta charset="utf-8">\n<title>Training runs</title>\n<style>{STYLE}</style>'
    yield "<h1>Training runs</h1>"
    for report in reports:
        yield f'<h2 class="{report.verdict}">{_html(report.run.id)}: {_verdict(report)}</h2>'
        for finding in report.findings:
            severity = finding.severity.value
            yield f'<h3 class="{severity}">{finding.code} {finding.name}: {severity}</h3>'
            yield f"<p>{_html(finding.message)}</p><p>{_html(_where(finding, report))}</p>"
            yield "<table><tr><th>evidence<th>value<th>bound<th>unit</tr>"
            for one in finding.measures:
                yield (
                    f"<tr><td>{_html(one.name)}<td>{one.value:.4g}<td>{one.bound:.4g}<td>{_html(one.unit)}</tr>"
                )
            yield "</table>"
            for remedy in finding.remedies:
                yield f"<p><b>{_html(remedy.title)}.</b> {_html(remedy.change)}"
                yield f"<i>Why:</i> {_html(remedy.why)}"
                yield f"<i>It worked if:</i> {_html(remedy.verify)}</p>"
                for framework, code in remedy.snippets.items():
                    yield f"<details><summary>{_html(framework)}</summary><pre>{escape(code)}</pre></details>"
        for warning in report.run.warnings:
            yield f"<p>note: {_html(warning)}</p>"
    if errors:
        yield "<h2>Not read</h2><ul>"
        for error in errors:
            yield f"<li>{_html(error.path)}: {_html(error.reason)}</li>"
        yield "</ul>"


def _verdict(report: RunReport) -> str:
    """How bad a run is, and whether it goes on where that is known: "warning, running"."""
    status = report.run.status
    return report.verdict if status is Status.UNKNOWN else f"{report.verdict}, {status.value}"


def _where(finding: Finding, report: RunReport) -> str:
    onset = finding.onset
    unit = report.run.step_unit.value
    return (
        f"In {finding.tag} since {unit} {onset.step} (between {onset.low} and {onset.high}), "
        f"{finding.confidence:.0%} sure."
    )


def _md(text: str) -> str:
    return "".join("\\" + one if one in MARKDOWN_ACTIVE else one for one in _html(text))


def _html(text: str) -> str:
    return escape(clean(text))
