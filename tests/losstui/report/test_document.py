"""The reports that are written to a file."""

from dataclasses import replace

import pytest

from losstui.report.document import as_html, as_markdown
from losstui.run import Status
from losstui.run_report import RunReport
from support import make_run


@pytest.mark.parametrize(
    ("status", "said"),
    [(Status.RUNNING, "ok, running"), (Status.DEAD, "ok, dead"), (Status.UNKNOWN, "ok")],
)
def test_a_report_says_whether_a_run_goes_on(status: Status, said: str) -> None:
    run = replace(make_run({"loss": [1.0]}), id="a", status=status)
    reports = [RunReport(run, (), {})]
    assert f"## a: {said}\n" in as_markdown(reports, [])
    assert f'<h2 class="ok">a: {said}</h2>' in as_html(reports, [])
