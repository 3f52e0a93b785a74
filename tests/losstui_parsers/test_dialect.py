"""How a delimited text is written."""

from __future__ import annotations

import pytest

from losstui_parsers.dialect import is_rule, sniff, split_line


@pytest.mark.parametrize(
    ("line", "delimiter", "cells"),
    [
        ("\t0\t1.5\t", "\t", ["", "0", "1.5", ""]),
        ("| 0 | 1.5 |", "|", [" 0 ", " 1.5 "]),
        (" 0   1.5 ", " ", ["0", "1.5"]),
        ('0,"a,b",1.5', ",", ["0", "a,b", "1.5"]),
    ],
)
def test_a_cell_may_be_empty_where_the_delimiter_is_no_frame(
    line: str, delimiter: str, cells: list[str]
) -> None:
    assert split_line(line, delimiter) == cells


def test_one_row_that_does_not_fit_its_header_makes_no_table_of_blanks() -> None:
    assert sniff("step loss\n1 2 3 4 5\n") is None
    sniffed = sniff("step loss\n1 2.5\n2 nan\n3 -\n")
    assert sniffed is not None
    assert (sniffed[0].delimiter, sniffed[0].header) == (" ", ("step", "loss"))


@pytest.mark.parametrize(("text", "rule"), [("---", True), ("|--|:-:|", True), ("--", False), ("-a-", False)])
def test_a_rule_has_three_signs_or_more(text: str, rule: bool) -> None:
    assert is_rule(text) is rule
