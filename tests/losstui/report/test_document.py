"""The reports that are written to a file."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from losstui.findings import Onset, Severity
from losstui.report.document import as_html, as_markdown, renderer
from losstui.run import Status
from losstui.run_report import RunReport
from losstui.walk import LogError
from support import make_run
from tui_support import CLIP, make_finding


@pytest.mark.parametrize(
    ("status", "said"),
    [(Status.RUNNING, "ok, running"), (Status.DEAD, "dead"), (Status.UNKNOWN, "ok")],
)
def test_a_report_says_whether_a_run_goes_on(status: Status, said: str) -> None:
    run = replace(make_run({"loss": [1.0]}), id="a", status=status)
    reports = [RunReport(run, (), {})]
    assert f"## a: {said}\n" in as_markdown(reports, [])
    assert f'<h2 id="run0" class="{"dead" if said == "dead" else "ok"}">a: {said}</h2>' in as_html(
        reports, []
    )


def test_names_are_what_they_are_in_markdown_and_never_obeyed() -> None:
    tags = {"train/grad_norm": [1.0], "_a_|[x](y)": [1.0], "<b>it's</b>": [1.0], "# *x*": [1.0]}
    runs = [replace(make_run({"loss": [1.0]}), id=tag) for tag in tags]
    text = as_markdown([RunReport(run, (), {}) for run in runs], [])
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| ")][1:]
    assert rows == [
        "| train/grad_norm",
        r"| \_a\_\|\[x\](y)",
        "| &lt;b>it's&lt;/b>",
        r"| \# \*x\*",
    ]


def test_what_was_measured_is_written_as_on_the_screen() -> None:
    reports = [RunReport(make_run({"loss": [1.0]}), (make_finding(),), {})]
    assert r"| progress lost | 83 % | \>20 % | of progress |" in as_markdown(reports, [])
    assert "<tr><td>progress lost<td>83 %\n<td>&gt;20 %<td>of progress</tr>" in as_html(reports, [])
    assert "93 % sure" in as_html(reports, [])


def test_a_report_has_a_table_of_evidence_only_where_there_is_evidence() -> None:
    run, finding = make_run({"loss": [1.0]}), make_finding()
    headings = {as_markdown: "| evidence | measured | bound | unit |", as_html: "<th>evidence"}
    for render, heading in headings.items():
        assert heading in render([RunReport(run, (finding,), {})], [])
        assert heading not in render([RunReport(run, (replace(finding, measures=()),), {})], [])


@pytest.mark.parametrize("render", [as_markdown, as_html])
def test_a_report_speaks_of_what_was_not_read_only_where_something_was_not(
    render: Callable[[list[RunReport], list[LogError]], str],
) -> None:
    reports = [RunReport(make_run({"loss": [1.0]}), (), {})]
    assert "Not read" in render(reports, [LogError("a.csv", "is empty")])
    assert "Not read" not in render(reports, [])


def test_what_to_try_is_numbered_from_the_first_on() -> None:
    finding = replace(make_finding(), remedies=(CLIP, replace(CLIP, title="Wait")))
    text = as_markdown([RunReport(make_run({"loss": [1.0]}), (finding,), {})], [])
    assert text.index(f"\n1. **{CLIP.title}.** ") < text.index("\n2. **Wait.** ")


def test_errors_and_code_are_escaped() -> None:
    error = LogError("a_b_<c>", "not *this*")
    assert as_markdown([], [error]).endswith("- a_b\\_&lt;c>: not \\*this\\*\n")
    assert "<li>a_b_&lt;c&gt;: not *this*</li>" in as_html([], [error])
    remedy = replace(CLIP, snippets={"pytorch": "if a < b & c:"})
    report = RunReport(make_run({"loss": [1.0]}), (replace(make_finding(), remedies=(remedy,)),), {})
    assert "<pre>if a &lt; b &amp; c:</pre>" in as_html([report], [])


def test_an_onset_that_is_known_exactly_has_no_interval() -> None:
    run = make_run({"loss": [1.0]})
    known = replace(make_finding(), onset=Onset(7, 7, 7))
    assert " since step 7, " in as_html([RunReport(run, (known,), {})], [])
    open_ended = replace(known, onset=Onset(7, 6, 7))
    assert " since step 7 (between 6 and 7), " in as_markdown([RunReport(run, (open_ended,), {})], [])


def test_both_formats_tell_the_notes_of_a_run() -> None:
    reports = [RunReport(replace(make_run({"loss": [1.0]}), warnings=("<one> row",)), (), {})]
    assert "<p>note: &lt;one&gt; row</p>" in as_html(reports, [])
    assert "- note: &lt;one> row\n" in as_markdown(reports, [])


def test_an_ending_in_capitals_is_one_too() -> None:
    assert renderer(Path("A.HTML")) is as_html
    assert renderer(Path("A.Md")) is as_markdown


def test_a_report_begins_with_all_runs_in_a_table_where_there_are_several() -> None:
    run = replace(make_run({"loss": [1.0]}), id="a", hyperparameters={"optimizer": {"lr": 0.1}})
    report = RunReport(run, (make_finding(),), {})
    alone = as_markdown([report], [])
    assert "| run | verdict | found |" not in alone
    assert "made, 1 tag, 1 value. optimizer.lr 0.1\n" in alone
    both = as_markdown([report, RunReport(replace(run, id="b"), (), {})], [])
    assert "| a | critical | divergence since step 60 |\n| b | ok |  |\n" in both


def test_a_report_says_how_many_runs_are_ill_and_begins_with_the_worst() -> None:
    run = make_run({"loss": [1.0]})
    fine, ill = (
        RunReport(replace(run, id="a"), (), {}),
        RunReport(replace(run, id="b"), (make_finding(),), {}),
    )
    text, page = as_markdown([fine, ill], []), as_html([fine, ill], [])
    assert "\n2 runs: 1 critical, 1 ok\n" in text
    assert text.index("## b: critical") < text.index("## a: ok")
    assert '<tr><td><a href="#run0">b</a><td' in page
    headings = '<h2 id="run0" class="critical">b: critical', '<h2 id="run1" class="ok">a: ok'
    assert page.index(headings[0]) < page.index(headings[1])


@pytest.mark.parametrize("render", [as_markdown, as_html])
def test_what_a_run_died_of_is_told_once_with_what_to_do(
    render: Callable[[list[RunReport], list[LogError]], str],
) -> None:
    cause = "a.log: ends with: MemoryError"
    run = replace(make_run({"loss": [1.0]}), status=Status.DEAD, cause=cause, warnings=(cause, "b: cut off"))
    noted = replace(make_finding(), severity=Severity.INFO)
    text = render([RunReport(make_run({"loss": [1.0]}), (noted,), {}), RunReport(run, (), {})], [])
    assert text.count(cause) == 1
    assert text.count("dead (memory)") == 2  # in the table of all runs, and of the run
    assert "Ask for more memory of the host" in text
    assert "b: cut off" in text
    assert text.index(cause) < text.index(noted.message)
