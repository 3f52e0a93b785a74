from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from losstui.findings import Severity
from losstui.run import Status
from losstui.tui.catalogue import Catalogue
from losstui.tui.filtering import Ranking, mistakes, run_filter
from losstui.tui.glyphs import UNICODE
from losstui.tui.reading import ReadRun, read_run
from tui_support import make_finding, make_report


def a_run(run_id: str = "lr-0.1/seed-1", hyperparameters: Mapping[str, object] | None = None) -> ReadRun:
    report = make_report(run_id, [make_finding("overfitting", Severity.WARNING)])
    run = replace(report.run, hyperparameters=hyperparameters or {}, format="csv", status=Status.RUNNING)
    return read_run(replace(report, run=run), UNICODE)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("", True),
        ("SEED-1$", True),
        ("seed-(2|3)", False),
        ("lr=[0.1", False),
        ("severity:warning", True),
        ("severity:warn", True),
        ("severity:critical", False),
        ("severity:ok", False),
        ("finding:overfitting", True),
        ("finding:LT103", True),
        ("finding:plateau", False),
        ("tag:val", True),
        ("tag:reward", False),
        ("format:CSV", True),
        ("format:json", False),
        ("status:running", True),
        ("status:finished", False),
        ("Running", True),
        ("run", False),
        ("hp.lr>0.01", True),
        ("hp.lr>=0.1", True),
        ("hp.lr<0.1", False),
        ("hp.lr!=0.1", False),
        ("hp.lr=1e-1", True),
        ("lr>0.01", True),
        ("lr > 0.01 seed-1", True),
        ("hp.lr <= 0.01", False),
        ("hp.momentum<1", True),
        ("lr=0.1", False),
        ("hp.name=ADAM", True),
        ("hp.name!=sgd", True),
        ("hp.name>3", False),
        ("hp.nothing=1", False),
        ("hp.batch_size=32", True),
        ("severity:warning seed-1", True),
        ("severity:warning seed-2", False),
        ("unknown:word", False),
    ],
)
def test_each_word_of_a_filter_asks_for_what_it_says(pattern: str, fits: bool) -> None:
    read = a_run(
        hyperparameters={
            "name": "adam",
            "optimizer.lr": 0.1,
            "data/batch_size": "32",
            "sgd": {"momentum": 0.9},
        }
    )
    assert run_filter(pattern)(read.report.run.id, read) is fits


def test_a_run_without_findings_is_ok() -> None:
    report = make_report("a")
    assert run_filter("severity:ok")("a", read_run(report, UNICODE))


def test_what_is_no_expression_is_searched_for_as_it_stands() -> None:
    read = a_run("runs/LR=[0.1]")
    assert run_filter("lr=[0.1")("runs/LR=[0.1]", read)


def test_a_dead_run_comes_before_those_with_notes_alone() -> None:
    catalogue = Catalogue()
    for run_id, severity in (("a", None), ("b", Severity.INFO), ("c", Severity.WARNING), ("d", None)):
        report = make_report(run_id, [make_finding(severity=severity)] if severity else [])
        run = replace(report.run, status=Status.DEAD if run_id == "d" else Status.FINISHED)
        catalogue.add(read_run(replace(report, run=run), UNICODE))
    assert catalogue.run_ids("", Ranking.SEVERITY) == ["c", "d", "b", "a"]


def ranked(ranking: Ranking) -> list[str]:
    catalogue = Catalogue()
    times = np.arange(3.0)
    for run_id, losses, findings, start in (
        ("a/low-but-rising", [3.0, 0.1, 2.0], [make_finding(severity=Severity.WARNING)], 100.0),
        ("b/falling", [3.0, 2.0, 1.0], [], 300.0),
        ("c/nan", [3.0, np.nan, np.nan], [make_finding()], 200.0),
        ("d/empty", [], [], 0.0),
    ):
        times = start + np.arange(float(len(losses)))
        report = make_report(run_id, findings, {"loss": losses}, wall_times={"loss": times})
        catalogue.add(read_run(report, UNICODE))
    return [run_id[0] for run_id in catalogue.run_ids("", ranking)]


@pytest.mark.parametrize(
    ("ranking", "order"),
    [
        (Ranking.NAME, "abcd"),
        (Ranking.SEVERITY, "cabd"),
        (Ranking.LAST, "bacd"),
        (Ranking.BEST, "abcd"),
        (Ranking.NEWEST, "bcad"),
    ],
)
def test_runs_are_ranked(ranking: Ranking, order: str) -> None:
    assert "".join(ranked(ranking)) == order


def test_a_run_with_more_of_the_worst_comes_before_one_with_more_of_the_rest() -> None:
    warning = make_finding(severity=Severity.WARNING)
    catalogue = Catalogue()
    for run_id, findings in (
        ("one-and-three", [make_finding(), warning, warning, warning]),
        ("two", [make_finding(), make_finding()]),
        ("one-and-one", [make_finding(), warning]),
    ):
        catalogue.add(read_run(make_report(run_id, findings), UNICODE))
    assert catalogue.run_ids("", Ranking.SEVERITY) == ["two", "one-and-three", "one-and-one"]


def test_the_rankings_go_round() -> None:
    ranking = Ranking.NAME
    for _ in Ranking:
        ranking = ranking.next
    assert ranking is Ranking.NAME


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(1", "(1 is no regular expression (missing ), unterminated subpattern): searched for as it stands"),
        ("tag:[", "tag:[ is no regular expression (unterminated character set): searched for as it stands"),
        ("severity:crtical", "no run has severity 'crtical'; there are warning"),
        ("format:x", "no run has format 'x'; there are csv"),
        ("hp.rate>1", "no run logs a hyper-parameter 'rate'; there are batch_size, lr"),
        ("rate<1", "no run logs a hyper-parameter 'rate'; there are batch_size, lr"),
    ],
)
def test_what_no_run_has_is_named_with_what_there_is(pattern: str, said: str) -> None:
    assert mistakes(f"a {pattern}", [a_run(hyperparameters={"optimizer": {"lr": 0.1}, "batch_size": 8})]) == [
        said
    ]


def test_of_many_things_there_are_the_first_are_named() -> None:
    many = a_run("base", {f"p{number}": 1 for number in range(8)})
    assert mistakes("lr>1", [many])[0].endswith("there are p0, p1, p2, p3, p4, p5 and 2 more")
    assert mistakes("lr>1", [a_run("base")])[0].endswith("there are none")


@pytest.mark.parametrize(
    "pattern", ["seed-(1|2) a+", "severity:", "severity:w finding:over", "hp.lr>2", "lr=3"]
)
def test_what_may_be_meant_as_it_stands_is_no_mistake(pattern: str) -> None:
    assert mistakes(pattern, [a_run(hyperparameters={"lr": 0.1})]) == []


@pytest.mark.parametrize(
    ("run_id", "pattern", "fits"),
    [
        ("sweep/lr-0.1", "lr>0.01", True),
        ("sweep/lr-0.1", "lr>0.1", False),
        ("LR=1e-3_wd=0.5/seed_2", "lr<0.01 wd>=0.5 seed<3", True),
        ("sweep/lr-0.1", "hp.lr=0.1", True),
        ("sweep/colr-0.1", "lr>0.01", False),
        ("sweep/lr-0.1.5", "lr>0.01", False),
        ("sweep/lr-warm", "lr>0.01", False),
        ("sweep/lr-0.1x", "lr>0.01", False),
    ],
)
def test_a_setting_that_is_not_logged_is_taken_from_the_name(run_id: str, pattern: str, fits: bool) -> None:
    assert run_filter(pattern)(run_id, a_run(run_id)) is fits
    assert run_filter("lr>0.5")("lr-0.1", a_run("lr-0.1", {"lr": 1.0}))
    assert mistakes("lr>0.5", [a_run("sweep/lr-0.1")]) == []
