"""The list of runs, line by line."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from losstui.tui.catalogue import folders
from losstui.tui.glyphs import ASCII, UNICODE
from losstui.tui.naming import Names
from losstui.tui.palette import STANDARD, Palette, colours
from losstui.tui.run_labels import RunLabels
from losstui.tui.run_layout import is_table, number_columns
from losstui.tui.run_rows import ErrorEntry, FolderEntry, RunEntry, lines
from losstui.tui.settings import ThemeName
from losstui.tui.summary import Summary, summarise
from support import make_curves

PALETTE = Palette(colours(ThemeName.DARK, STANDARD))
SUMMARY = Summary(step=71_240, last=0.51234, best=0.4, gap=0.0354)
ENTRIES = {
    run_id: RunEntry(run_id, counts, "█▄▂▁▁▁", status, SUMMARY, worst)
    for run_id, counts, status, worst in (
        ("sweep/deep/a-long-name-of-a-run", (1, 2, 3), "running", "stuck-at-start"),
        ("sweep/deep/b", (0, 0, 0), "finished", ""),
        ("sweep/c", (0, 1, 0), "dead", "overfitting"),
        ("d", (0, 0, 0), "unknown", ""),
    )
}
ERRORS = [ErrorEntry("runs/broken.csv", "line 3")]
LABELS = RunLabels(Names(ENTRIES), PALETTE, UNICODE, number_columns([SUMMARY]))


def drawn(width: int, *, folded: frozenset[str] = frozenset(), ascii_only: bool = False) -> list[str]:
    labels = replace(LABELS, glyphs=ASCII) if ascii_only else LABELS
    shown = lines(folders(list(ENTRIES)), ENTRIES, ERRORS, folded)
    return [labels.label(line, width).plain for line in shown]


def test_folders_say_how_bad_and_how_many_and_runs_keep_their_curve() -> None:
    assert drawn(23) == [
        "✖ ▼ sweep/    3 1↻ ✖1▲1",
        "  ✖ ▼ deep/   2 1↻ ✖1  ",
        "    ✖ a-lon…-run ↻ ✖1▲2",
        "    ✓ b ■              ",
        "  ▲ c †     █▄▂▁▁▁ ▲1  ",
        "✓ d         █▄▂▁▁▁     ",
        "▼ unreadable (1)",
        "  ! runs/broken.csv",
    ]


def test_a_narrow_list_names_the_worst_finding_and_keeps_the_curve_where_nothing_was_found() -> None:
    assert drawn(28)[2:6] == [
        "    ✖ a-lo…run ↻ stuck-at-s…",
        "    ✓ b ■        █▄▂▁▁▁     ",
        "  ▲ c †   █▄▂▁▁▁ overfitting",
        "✓ d              █▄▂▁▁▁     ",
    ]
    assert drawn(36)[2:6] == [
        "    ✖ a-l…un ↻ █▄▂▁▁▁ stuck-at-s… +5",
        "    ✓ b ■      █▄▂▁▁▁               ",
        "  ▲ c †        █▄▂▁▁▁ overfitting   ",
        "✓ d            █▄▂▁▁▁               ",
    ]


def _sweep(width: int, *names: str) -> list[str]:
    """A sweep that overfits, as a list of that width shows it, without what all names begin with."""
    entries = {
        name: RunEntry(name, (0, 1, 0), "█▄▂▁▁▁", summary=SUMMARY, worst="overfitting") for name in names
    }
    shown, labels = lines(folders(list(entries)), entries, [], ()), replace(LABELS, names=Names(entries))
    labels = replace(labels, told=labels.told_apart(shown))
    return [labels.label(line, width).plain for line in shown]


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (29, ["▲ 0.0003-0.01-256 overfitting", "▲ 0.001-0.1-128   overfitting"]),
        (26, ["▲ 0.0003-0.01-256 overfit…", "▲ 0.001-0.1-128   overfit…"]),
        (25, ["▲ 0.0003-0.01-bs256  ▲1", "▲ 0.001-0.1-bs128    ▲1"]),
        (22, ["▲ 0.0003-0.01-256 ▲1", "▲ 0.001-0.1-128   ▲1"]),
        (18, ["▲ 0.0003-0.01-256", "▲ 0.001-0.1-128"]),
    ],
)
def test_runs_of_a_sweep_are_told_apart_before_findings_are_named(width: int, shown: list[str]) -> None:
    drawn = _sweep(width, "lr0.0003-wd0.01-bs256", "lr0.001-wd0.1-bs128")
    assert [text.rstrip() for text in drawn] == shown
    assert {cell_len(text) for text in drawn} == {width}


def test_a_table_gives_up_the_curve_where_runs_of_a_sweep_need_its_place() -> None:
    names = "lr0.0003-wd0.01-bs256-do0.1-seed1", "lr0.001-wd0.1-bs128-do0.2-seed2"
    assert _sweep(66, *names)[0].startswith("▲ 0.0003-0.01-bs256-do0.1-1 ")
    assert "█▄▂▁▁▁" not in _sweep(66, *names)[0]
    assert replace(LABELS, told=21).heading(66).plain.index("finding") == _sweep(66, *names)[0].index(
        "overfitting"
    )
    assert "█▄▂▁▁▁" in _sweep(66, "lr0.1-a", "lr0.2-b")[0]


def test_names_that_a_person_gave_one_by_one_leave_findings_their_names() -> None:
    assert _sweep(24, "a-name-at-length", "b")[0] == "▲ a-nam…ngth overfitting"


def test_a_name_that_is_whole_beside_a_finding_that_is_cut_stays_whole() -> None:
    assert _sweep(24, "a-name-of-it", "b")[0] == "▲ a-name-of-it overfitt…"
    assert _sweep(24, "a-name-of-that", "b")[0] == "▲ a-nam…that overfitting"


@pytest.mark.parametrize(("worst", "shown"), [("lr-too-high", "lr…high"), ("lr-too-low", "lr…low")])
def test_a_rate_that_is_too_high_is_told_from_one_that_is_too_low_however_short(
    worst: str, shown: str
) -> None:
    entry = RunEntry("a-name-of-its", (1, 0, 0), "", worst=worst)
    [line] = lines(folders([entry.run_id]), {entry.run_id: entry}, [], ())
    assert replace(LABELS, names=Names([entry.run_id])).label(line, 24).plain.split()[-1] == shown


@given(st.integers(20, 200), st.booleans())
def test_a_line_is_as_wide_as_the_list_wherever_it_fits(width: int, ascii_only: bool) -> None:
    for text in drawn(width, ascii_only=ascii_only):
        assert cell_len(text) <= width
        assert text.isascii() or not ascii_only or "█" in text


def test_a_folded_folder_hides_what_is_in_it() -> None:
    shown = lines(folders(list(ENTRIES)), ENTRIES, ERRORS, {"sweep", "\0errors"})
    entries = [line.entry for line in shown]
    assert [type(entry) for entry in entries] == [FolderEntry, RunEntry, FolderEntry]
    assert isinstance(entries[0], FolderEntry)
    assert (entries[0].runs, entries[0].running, entries[0].counts) == (3, 1, (1, 1, 0))


def test_the_table_has_its_numbers_under_its_headings() -> None:
    width = 79
    assert is_table(width)
    head = LABELS.heading(width).plain
    for line in drawn(width)[2:6]:
        for name, value in (("step", "71.2k"), ("last", "0.512"), ("best", "0.400"), ("gap", "+0.0354")):
            end = head.index(name) + len(name)
            assert line[:end].endswith(" " + value), (name, line)


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (51, ["step", "last", "best", "finding"]),
        (63, ["step", "last", "best", "finding"]),
        (78, ["step", "last", "best", "finding"]),
        (79, ["step", "last", "best", "gap", "finding"]),
    ],
)
def test_a_table_gives_up_the_gap_before_the_name_of_the_finding(width: int, columns: list[str]) -> None:
    assert LABELS.heading(width).plain.split() == columns
    run, in_folder = drawn(width)[2], drawn(width)[4]
    at = LABELS.heading(width).plain.index("finding")
    assert run[at:].rstrip() == "stuck-at-s… +5"
    assert in_folder[at:].rstrip() == "overfitting"
    assert "a-" in run[:20]
    assert is_table(width)
    assert not is_table(50)
    assert {cell_len(text) for text in drawn(width)[:6]} == {width}


def test_a_log_that_cannot_be_read_says_why_where_there_is_room() -> None:
    reason = "line 3: not a number: 'x'; the column is loss"
    [_, *shown] = lines(folders([]), {}, [ErrorEntry("runs/broken.csv", reason)], ())

    def why(width: int) -> str:
        return LABELS.label(shown[0], width).plain

    assert why(79) == f"  ! runs/broken.csv  {reason}"
    assert why(40) == "  ! runs/broken.csv  line 3: not a …"
    assert why(30) == "  ! runs/broken.csv"


def test_the_long_name_of_a_log_that_cannot_be_read_leaves_room_for_why() -> None:
    path, reason = "mlflow/487095959390799754/02f03f53b1c74fd9bbae0632dac8e6f0", "no metric has two values"
    [_, line] = lines(folders([]), {}, [ErrorEntry(path, reason)], ())
    shown = LABELS.label(line, 79).plain
    assert shown == "  ! mlflow/48709595939079975…b1c74fd9bbae0632dac8e6f0  no metric has two values"


def test_a_wide_table_has_the_whole_name_of_the_finding_and_how_many_more() -> None:
    assert drawn(95)[2].rstrip().endswith(" stuck-at-start +5")


def test_the_name_of_a_finding_of_a_plug_in_sends_no_escape_sequence() -> None:
    entry = RunEntry("a", (1, 0, 0), "", worst="bad\x1b[2J")
    [line] = lines(folders(["a"]), {"a": entry}, [], ())
    assert "\x1b" not in LABELS.label(line, 79).plain


@pytest.mark.parametrize(
    "value", [0.0, 1.0, -123456.0, 1e300, -1e-300, 0.00012345, -0.00099, 99999.5, math.inf]
)
def test_any_number_fits_its_column(value: float) -> None:
    summary = Summary(10**18, value, value, value)
    entry = RunEntry("a", (0, 0, 0), " " * 6, "unknown", summary)
    [line] = lines(folders(["a"]), {"a": entry}, [], ())
    for others in ([summary], [SUMMARY] * 9):
        assert cell_len(replace(LABELS, columns=number_columns(others)).label(line, 60).plain) == 60


def test_a_summary_is_of_the_validation_loss_and_its_gap() -> None:
    curves = make_curves({"train/loss": [3.0, 2.0, 1.0], "val/loss": [3.0, 1.5, 2.0]})
    summary = summarise(curves)
    assert (summary.step, summary.last, summary.best, summary.gap) == (2, 2.0, 1.5, 1.0)
    assert (summary.last_rank, summary.best_rank) == (2.0, 1.5)


def test_a_summary_of_a_run_without_a_loss_has_no_numbers() -> None:
    summary = summarise(make_curves({"lr": [1.0, 0.5]}))
    assert summary.step == 1
    assert (summary.last, summary.best, summary.gap) == (None, None, None)
    assert math.isinf(summary.last_rank)


def test_a_summary_of_a_run_that_ends_in_nan_says_so_and_ranks_last() -> None:
    summary = summarise(make_curves({"train/loss": [3.0, 2.0, np.nan], "val/loss": [3.0, 1.5, np.nan]}))
    assert summary.last is not None
    assert math.isnan(summary.last)
    assert (summary.best, summary.last_rank, summary.best_rank) == (1.5, math.inf, 1.5)
    never = summarise(make_curves({"loss": [np.nan, np.inf]}))
    assert (never.last, never.best, never.best_rank) == (math.inf, None, math.inf)


def test_names_beside_a_state_lose_the_same_words_and_so_do_those_without_one() -> None:
    names = [f"lr{rate}-wd{decay}-seed0" for rate in ("0.0001", "0.01") for decay in (0, 0.1)]
    entries = {name: RunEntry(name, (0, 1, 0), "", "running") for name in names}
    entries[names[-1]] = replace(entries[names[-1]], status="unknown")
    labels = replace(LABELS, names=Names(entries), stated=True)
    drawn = [labels.label(line, 24).plain for line in lines(folders(names), entries, [], ())]
    assert len({text.count("lr") for text in drawn}) == len({text.count("wd") for text in drawn}) == 1
