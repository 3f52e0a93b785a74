"""The plain lines that a terminal shows."""

from collections import Counter
from dataclasses import replace

from losstui.report.text_report import closing_lines, run_lines
from losstui.run_report import RunReport
from losstui.walk import LogError
from support import make_run
from tui_support import make_finding

OBEYED = "\x1b[2J"


def test_no_terminal_obeys_what_a_log_holds() -> None:
    run = replace(make_run({"loss": [1.0]}), id=f"a{OBEYED}", warnings=(f"b{OBEYED}",))
    finding = replace(make_finding(), tag=f"c{OBEYED}", message=f"d{OBEYED}")
    lines = list(run_lines(RunReport(run, (finding,), {})))
    error = LogError(f"e{OBEYED}", f"f{OBEYED}")
    text = "\n".join([*lines, *closing_lines(Counter(), [error])])
    assert OBEYED not in text
    assert [letter for letter in "abcdef" if f"{letter}\\x1b[2J" in text] == list("abcdef")
