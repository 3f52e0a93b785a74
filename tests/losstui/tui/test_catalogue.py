from dataclasses import replace

import pytest

from losstui.analysis import RunReport
from losstui.errors import REMOVED
from losstui.findings import Severity
from losstui.tui.catalogue import Catalogue, Place, folders, neighbour
from losstui.tui.filtering import Ranking
from losstui.tui.glyphs import UNICODE
from losstui.tui.reading import ReadRun, Unreadable, read_run
from tui_support import SWEEP, died, make_finding, make_report


def catalogue_of(*reports: RunReport) -> Catalogue:
    catalogue = Catalogue()
    for report in reports:
        catalogue.add(read_run(report, UNICODE))
    return catalogue


SWEPT = [one for one in SWEEP if isinstance(one, RunReport)]


def test_folders_come_before_the_runs_beside_them() -> None:
    assert catalogue_of(*SWEPT).run_ids() == ["sweep/seed-1", "sweep/seed-2", "sweep/seed-10", "base"]


def test_a_folder_of_one_thing_is_not_worth_a_line() -> None:
    root = folders(["a/b/c/run-1", "a/b/c/run-2", "lonely/run", "top"])
    assert [folder.path for folder in root.folders] == ["a/b/c"]
    assert root.runs == ["lonely/run", "top"]


def test_a_run_that_is_alone_in_its_folder_stands_among_the_runs_beside_it() -> None:
    root = folders(["a", "b/run", "c", "d/tb/run", "e"])
    assert list(root.all_runs()) == ["a", "b/run", "c", "d/tb/run", "e"]


def test_names_are_what_follows_the_folder() -> None:
    root = folders(["/data/a", "/data/b"])
    assert [(folder.path, folder.prefix) for folder in root.folders] == [("/data", 6)]


def test_every_run_is_shown_once() -> None:
    run_ids = ["a/x", "a/b/y", "a/b/z", "c/d/e", "f", "/a/b", "a//b", "/", ""]
    assert sorted(folders(run_ids).all_runs()) == sorted(run_ids)


def test_two_runs_of_the_same_id_are_both_kept() -> None:
    catalogue = catalogue_of(make_report("run"), make_report("run"))
    assert catalogue.run_ids() == ["run", "run (2)"]


def test_the_filter_is_an_expression_in_any_case() -> None:
    catalogue = catalogue_of(*SWEPT)
    assert catalogue.run_ids("SEED-1$") == ["sweep/seed-1"]
    assert catalogue.run_ids("seed-(2|10)") == ["sweep/seed-2", "sweep/seed-10"]


def test_findings_are_ranked_over_all_runs() -> None:
    catalogue = catalogue_of(*SWEPT)
    assert catalogue.ranked(catalogue.run_ids()) == [
        Place("sweep/seed-2", 0),
        Place("sweep/seed-1", 0),
        Place("sweep/seed-10", 0),
        Place("sweep/seed-1", 1),
    ]


def test_a_run_that_died_is_among_them_before_those_with_notes_alone() -> None:
    note = make_finding("spike", Severity.INFO)
    dead = [died(make_report("b")), died(make_report("c", [note])), died(make_report("d", [make_finding()]))]
    catalogue = catalogue_of(make_report("a", [note]), *dead)
    assert catalogue.ranked(catalogue.run_ids()) == [
        Place("d", 0),
        Place("b", 0),
        Place("c", 0),
        Place("a", 0),
    ]


def test_the_next_finding_goes_round() -> None:
    ranked = [Place("a", 0), Place("b", 0), Place("a", 1)]
    assert neighbour(ranked, Place("b", 0), 1) == Place("a", 1)
    assert neighbour(ranked, Place("a", 1), 1) == Place("a", 0)
    assert neighbour(ranked, Place("a", 0), -1) == Place("a", 1)


def test_from_nowhere_the_next_finding_is_the_worst() -> None:
    ranked = [Place("a", 0), Place("b", 0)]
    assert neighbour(ranked, None, 1) == Place("a", 0)
    assert neighbour(ranked, Place("gone", 3), -1) == Place("b", 0)
    assert neighbour([], None, 1) is None


def test_findings_are_counted_by_severity() -> None:
    catalogue = catalogue_of(*SWEPT)
    assert catalogue.counts("sweep/seed-1") == {Severity.WARNING: 1, Severity.INFO: 1}
    assert catalogue.counts("base") == {}


def test_a_run_that_got_worse_moves_up() -> None:
    catalogue = catalogue_of(make_report("a"), make_report("b"))
    assert catalogue.run_ids("", Ranking.SEVERITY) == ["a", "b"]
    catalogue.replace(read_run(make_report("b", [make_finding()]), UNICODE))
    assert catalogue.run_ids("", Ranking.SEVERITY) == ["b", "a"]


def test_runs_are_counted_by_the_worst_that_was_found() -> None:
    catalogue = catalogue_of(*SWEPT)
    assert catalogue.marks_among(list(catalogue)) == {Severity.CRITICAL: 1, Severity.WARNING: 2, None: 1}
    assert catalogue.marks_among(["base", "sweep/seed-2"]) == {Severity.CRITICAL: 1, None: 1}
    catalogue.replace(read_run(make_report("sweep/seed-2"), UNICODE))
    assert catalogue.marks_among(list(catalogue)) == {Severity.WARNING: 2, None: 2}
    catalogue.add(read_run(make_report("early"), UNICODE, early=True))
    catalogue.drop_early()
    assert catalogue.marks_among(list(catalogue)) == {Severity.WARNING: 2, None: 2}


def test_what_could_not_be_read_is_kept_apart() -> None:
    catalogue = catalogue_of()
    catalogue.add(Unreadable("x.csv", "line 1: empty"))
    assert len(catalogue) == 0
    assert [error.path for error in catalogue.errors] == ["x.csv"]


def with_source(report: RunReport, source: str, *warnings: str) -> ReadRun:
    run = replace(report.run, sources=(source,), warnings=warnings)
    return read_run(replace(report, run=run), UNICODE)


@pytest.mark.parametrize("again", [False, True])
def test_a_log_that_has_been_read_after_all_is_no_error_any_more(again: bool) -> None:
    catalogue = catalogue_of(*[make_report("new")] if again else [])
    for path in ("runs/new/metrics.csv", "runs/new", "runs", "runs/other.csv", "runs/new/metrics"):
        catalogue.add(Unreadable(path, "no training log in this folder"))
    read = with_source(make_report("new"), "runs/new/metrics.csv")
    if again:
        catalogue.replace(read)
    else:
        catalogue.add(read)
    assert [error.path for error in catalogue.errors] == ["runs/other.csv", "runs/new/metrics"]


def test_a_run_that_is_no_longer_there_keeps_why() -> None:
    catalogue = catalogue_of(make_report("gone"))
    catalogue.add(Unreadable("runs/gone.csv", "no such file or folder"))
    catalogue.replace(with_source(make_report("gone"), "runs/gone.csv", REMOVED))
    assert len(catalogue.errors) == 1
    catalogue.replace(with_source(make_report("gone"), "runs/gone.csv"))
    assert catalogue.errors == []


def test_an_error_that_is_told_again_is_kept_once() -> None:
    catalogue = catalogue_of()
    for reason in ("line 1: empty", "line 1: empty", "line 2: empty"):
        catalogue.add(Unreadable("x.csv", reason))
    assert [error.reason for error in catalogue.errors] == ["line 1: empty", "line 2: empty"]
