"""The plain lines that a terminal shows."""

from dataclasses import replace

import pytest

from losstui.findings import Severity
from losstui.remedies import remedies_for
from losstui.report.text_report import MOST_LOOKED_THROUGH, Tally, TextReport, closing_lines, run_lines
from losstui.run import Status
from losstui.run_report import RunReport
from losstui.walk import LogError
from losstui.wording import SILENT
from support import make_run
from tui_support import make_finding

OBEYED = "\x1b[2J"


def test_no_terminal_obeys_what_a_log_holds() -> None:
    run = replace(make_run({"loss": [1.0]}), id=f"a{OBEYED}", warnings=(f"b{OBEYED}",))
    finding = replace(make_finding(), tag=f"c{OBEYED}", message=f"d{OBEYED}")
    lines = list(run_lines(RunReport(run, (finding,), {})))
    error = LogError(f"e{OBEYED}", f"f{OBEYED}")
    text = "\n".join([*lines, *closing_lines(Tally(), [error])])
    assert OBEYED not in text
    assert [letter for letter in "abcdef" if f"{letter}\\x1b[2J" in text] == list("abcdef")


def test_where_nothing_could_be_read_there_are_no_runs() -> None:
    assert list(closing_lines(Tally(), [LogError("a.csv", "is empty")])) == ["? a.csv: is empty", "no runs"]


def test_the_worst_runs_come_first_and_of_two_alike_the_one_that_came_first() -> None:
    run = make_run({"loss": [1.0]})
    report = TextReport()
    for name, severity in (
        ("a", None),
        ("b", Severity.INFO),
        ("c", Severity.CRITICAL),
        ("d", Severity.WARNING),
    ):
        for number in (1, 2):
            findings = (replace(make_finding(), severity=severity),) if severity else ()
            report.add(RunReport(replace(run, id=f"{name}{number}"), findings, {}))
    report.add(RunReport(replace(run, id="e", status=Status.DEAD), (), {}))
    heads = [line.partition(":")[0] for line in report.lines() if not line.startswith(" ")]
    assert heads == ["x c1", "x c2", "! d1", "! d2", "! e", "i b1", "i b2", "- a1", "- a2"]


def test_of_many_runs_those_that_are_ill_are_named_again_at_the_end() -> None:
    run = make_run({"loss": [1.0]})
    tally = Tally()
    for number in range(MOST_LOOKED_THROUGH):
        severity = Severity.WARNING if number == 2 else Severity.CRITICAL
        findings = (replace(make_finding(), severity=severity),) if number in (2, 5) else ()
        tally.add(RunReport(replace(run, id=f"run-{number}"), findings, {}))
    few = list(closing_lines(tally, []))
    tally.add(RunReport(replace(run, id="last"), (), {}))
    assert few == ["8 runs: 1 critical, 1 warning, 6 ok"]
    assert list(closing_lines(tally, [])) == [
        "x run-5: divergence since step 60",
        "! run-2: divergence since step 60",
        "9 runs: 1 critical, 1 warning, 7 ok",
    ]


def test_of_many_runs_those_that_died_are_named_at_the_end_with_the_cause() -> None:
    run = replace(make_run({"loss": [1.0]}), status=Status.DEAD)
    tally = Tally()
    for number in range(MOST_LOOKED_THROUGH + 1):
        cause = "a.log: ends with: Killed" if number == 1 else ""
        one = replace(run, id=f"run-{number}", status=Status.DEAD if number in (1, 3) else Status.FINISHED)
        findings = (make_finding(),) if number == 3 else ()
        tally.add(RunReport(replace(one, cause=cause), findings, {}))
    tally.add(RunReport(replace(run, id="silent"), (), {}))
    assert list(closing_lines(tally, [])) == [
        "x run-3: divergence since step 60",
        "! run-1: dead (killed): a.log: ends with: Killed",
        f"! silent: dead (silent): {SILENT}",
        "10 runs: 1 critical, 2 dead, 7 ok",
    ]


@pytest.mark.parametrize(
    ("status", "told"), [(Status.UNKNOWN, ""), (Status.RUNNING, ", running"), (Status.FINISHED, ", finished")]
)
def test_whether_a_run_goes_on_is_said_where_it_is_known(status: Status, told: str) -> None:
    run = replace(make_run({"loss": [1.0]}), status=status)
    assert list(run_lines(RunReport(run, (), {}))) == [f"- run: ok (made, 1 tag, 1 value{told})"]


def test_a_finding_is_shown_with_its_onset_its_message_and_the_first_thing_to_try() -> None:
    one = make_finding()
    finding = replace(one, kind="after-learning", confidence=0.934, remedies=(*remedies_for(one.name)[:2],))
    lines = list(run_lines(RunReport(make_run({"loss": [1.0]}), (finding,), {})))
    onset = f"since step {one.onset.step} [{one.onset.low} to {one.onset.high}], 93 % sure"
    assert lines[1:] == [
        f"    x {one.code} {one.name} (after-learning) in {one.tag} {onset}",
        f"        {one.message}",
        f"        try: {finding.remedies[0].title}",
    ]


def test_a_dead_run_says_once_what_it_died_of_and_what_to_do() -> None:
    cause = "a.log: ends with: Killed"
    run = replace(make_run({"loss": [1.0]}), status=Status.DEAD, cause=cause, warnings=(cause, "b: cut off"))
    assert list(run_lines(RunReport(run, (), {}))) == [
        "! run: dead (made, 1 tag, 1 value)",
        f"    ! dead (killed): {cause}",
        "        try: Find out who ended the process",
        "    note: b: cut off",
    ]
