import gc
from dataclasses import replace
from weakref import ref

import numpy as np
import pytest

from losstui.analysis import RunReport
from losstui.frame import Frame, Series
from losstui.run import StepUnit
from losstui.tui.axes import XAxis
from losstui.tui.catalogue import Place
from losstui.tui.figure import Shaded
from losstui.tui.glyphs import UNICODE
from losstui.tui.reading import read_run
from losstui.tui.session import Session
from losstui.tui.view import View
from tui_support import SWEEP, died, make_finding, make_report, session_of

SWEPT = [one for one in SWEEP if isinstance(one, RunReport)]


def shown_tags(session: Session) -> tuple[str, ...]:
    plot = session.plot()
    assert plot is not None
    return tuple(line.name for line in plot.lines)


def shown(session: Session) -> Shaded:
    figure = session.figure()
    assert figure is not None
    return figure[figure.front]


def test_the_first_run_is_selected_with_its_worst_finding() -> None:
    session = session_of(*SWEPT)
    assert (session.run_id, session.index) == ("sweep/seed-1", 0)


def test_the_first_finding_of_a_run_that_had_none_is_selected() -> None:
    session = session_of(make_report("a"))
    assert session.index is None
    session.catalogue.replace(read_run(make_report("a", [make_finding()]), UNICODE))
    session.renew()
    assert session.index == 0
    session.catalogue.replace(read_run(make_report("a"), UNICODE))
    session.renew()
    assert session.index is None


def test_without_a_finding_the_losses_are_shown_together() -> None:
    assert shown_tags(session_of(make_report("a"))) == ("train/loss", "val/loss")


def test_a_finding_brings_its_tag_to_the_front() -> None:
    session = session_of(make_report("a", [make_finding(tag="val/loss")]))
    plot = session.plot()
    assert plot is not None
    assert (shown_tags(session), plot.front) == (("train/loss", "val/loss"), 1)


def test_a_finding_about_another_tag_shows_that_tag() -> None:
    assert shown_tags(session_of(make_report("a", [make_finding(tag="lr")]))) == ("lr",)


def test_tags_go_round() -> None:
    session = session_of(make_report("a"))
    session.next_tag(1)
    assert shown_tags(session) == ("lr",)
    session.next_tag(1)
    assert shown_tags(session) == ("train/loss", "val/loss")


def test_only_findings_about_the_curves_shown_are_shaded() -> None:
    session = session_of(
        make_report("a", [make_finding(tag="lr", first=5, last=9), make_finding(first=60, last=70)])
    )
    shaded = shown(session)
    assert [shade.spans for shade in shaded.shades] == [((5, 9),)]
    assert shaded.selected is shaded.shades[0]
    session.select_finding(1)
    assert [shade.spans for shade in shown(session).shades] == [((60, 70),)]


def test_the_findings_that_cover_a_step_are_told() -> None:
    session = session_of(make_report("a", [make_finding(first=10, last=20), make_finding(first=20, last=30)]))
    assert session.covering(9) == frozenset()
    assert session.covering(20) == {0, 1}
    assert session.covering(30) == {1}
    assert session.covering(None) == frozenset()


def test_runs_end_at_the_ends_of_the_list() -> None:
    session = session_of(*SWEPT)
    assert session.next_run(-1) == "sweep/seed-1"
    assert session.next_run(2) == "sweep/seed-10"
    assert session.next_run(99) == "base"


def test_the_next_finding_is_looked_for_among_the_runs_shown() -> None:
    session = session_of(*SWEPT)
    session.select_run("sweep/seed-1")
    assert session.next_finding(1) == Place("sweep/seed-10", 0)
    session.pattern = "seed-1$"
    assert session.next_finding(1) == Place("sweep/seed-1", 1)


def test_from_a_run_that_nobody_chose_the_next_finding_is_the_worst_of_all() -> None:
    session = session_of(*SWEPT)
    assert session.run_id == "sweep/seed-1"
    assert session.next_finding(1) == Place("sweep/seed-2", 0)
    session.pattern = "seed-1$"
    assert session.next_finding(1) == Place("sweep/seed-1", 1)  # the worst is what is shown


def test_from_a_run_that_died_without_a_finding_the_next_one_is_reached() -> None:
    session = session_of(make_report("a", [make_finding()]), died(make_report("b")))
    assert session.worst() == Place("a", 0)
    assert session.next_finding(1) == Place("b", 0)
    session.select_run("b", 0)
    assert session.next_finding(1) == Place("a", 0)


def test_a_filter_that_hides_the_selected_run_selects_another() -> None:
    session = session_of(*SWEPT)
    session.pattern = "base"
    assert session.keep_shown()
    assert session.run_id == "base"
    session.pattern = "no such run"
    assert session.keep_shown()
    assert session.run_id is None
    assert session.plot() is None
    assert not session.keep_shown()


def test_a_run_that_a_filter_hid_is_selected_again_once_it_is_shown() -> None:
    session = session_of(*SWEPT)
    session.select_run("sweep/seed-1", 1)
    for pattern in ("x", "no such run", "base"):
        session.pattern = pattern
        session.keep_shown()
    assert session.run_id == "base"
    session.pattern = ""
    assert session.keep_shown()
    assert (session.run_id, session.index) == ("sweep/seed-1", 1)
    assert not session.keep_shown()


def test_a_run_chosen_after_a_filter_stays() -> None:
    session = session_of(*SWEPT)
    session.select_run("sweep/seed-1")
    session.pattern = "base|seed-10"
    session.keep_shown()
    session.select_run("sweep/seed-10")
    session.pattern = ""
    assert not session.keep_shown()
    assert session.run_id == "sweep/seed-10"


def test_a_log_that_cannot_be_read_stays_chosen_while_others_come_in() -> None:
    session = session_of(*SWEPT)
    session.select_run(None)
    assert not session.keep_shown()
    session.pattern = "base"  # hides such logs
    assert session.keep_shown()
    assert session.run_id == "base"


def test_a_finding_that_is_no_longer_there_is_not_selected() -> None:
    session = session_of(*SWEPT)
    session.select_run("sweep/seed-2", 5)
    assert session.index == 0


def test_frameworks_go_round() -> None:
    session = session_of(SWEPT[0])
    assert session.framework == "pytorch"
    session.next_framework()
    assert session.framework == "keras"
    session.next_framework()
    assert session.framework == "pytorch"


def test_a_run_without_values_has_no_plot() -> None:
    assert session_of(make_report("a", tags={})).plot() is None


def test_a_run_of_one_nan_has_a_plot() -> None:
    assert shown_tags(session_of(make_report("a", tags={"loss": np.array([np.nan])}))) == ("loss",)


def counted_by_epochs() -> RunReport:
    """A run of 1000 train steps with ten validations that count epochs from 1 to 10."""
    report = make_report("a", [make_finding(tag="val/loss", first=6, last=10)])
    train = Series("train/loss", np.arange(1000), np.linspace(2.0, 0.5, 1000))
    validation = Series("val/loss", np.arange(1, 11), np.linspace(2.0, 1.0, 10))
    run = replace(report.run, frame=Frame([train, validation]))
    return replace(report, run=run)


def test_a_validation_that_counts_epochs_is_shown_along_the_train_steps() -> None:
    session = session_of(counted_by_epochs())
    plot = session.plot()
    assert plot is not None
    assert plot.full_range(View(smoothing=0)) == (0.0, 999.0)
    places = plot.lines[1].x(XAxis.STEP)
    assert places[-1] == 999.0
    assert places[0] == pytest.approx(99.9)
    shaded = shown(session)
    [shade] = shaded.shades
    assert shade is shaded.selected
    assert plot.x_of(shade.spans[0][0], XAxis.STEP, shade.line) == pytest.approx(599.4)
    assert plot.step_at(599.4, XAxis.STEP) == 6
    assert plot.step_of("train/loss", 6) == 599
    assert session.covering(6) == {0}
    assert session.covering(5) == frozenset()


def test_alone_such_a_validation_counts_as_it_was_logged() -> None:
    report = counted_by_epochs()
    run = replace(report.run, frame=Frame([report.run.frame["val/loss"]]))
    plot = session_of(replace(report, run=run)).plot()
    assert plot is not None
    assert plot.full_range(View(smoothing=0)) == (1.0, 10.0)


def test_an_axis_names_all_that_the_runs_shown_count() -> None:
    epochs = make_report("epochs")
    session = session_of(
        make_report("steps"), replace(epochs, run=replace(epochs.run, step_unit=StepUnit.EPOCH))
    )
    session.select_run("epochs")
    named = [session.plot()]
    session.overlay.toggle_all(["epochs", "steps"])
    named.append(session.plot())
    assert [plot.axis_name(XAxis.STEP) for plot in named if plot is not None] == ["epoch", "epoch or step"]


def test_the_figures_a_key_leads_to_are_those_beside_and_of_the_next_finding() -> None:
    found = make_finding(tag="val/loss")
    session = session_of(*(make_report(name, [found] if name in "ae" else []) for name in "abcde"))
    session.select_run("c")
    front = [figure.plot.lines[figure.plot.front].name for figure in session.likely_figures()]
    assert front == ["train/loss", "train/loss", "val/loss"]
    session.select_run("a")
    assert len(list(session.likely_figures())) == 2


def test_what_was_prepared_is_kept_for_the_runs_beside_alone() -> None:
    session = session_of(*map(make_report, "abcd"))
    session.select_run("b")
    prepared = {figure.plot.lines[0] for figure in session.likely_figures()}
    for run_id, is_kept in (("c", True), ("b", False), ("a", False)):
        session.select_run(run_id)
        assert (shown(session).plot.lines[0] in prepared) is is_kept


def test_the_run_the_same_key_leads_to_again_is_prepared_first() -> None:
    session = session_of(*(make_report(name, tags={name: [2.0, 1.0]}) for name in "abcd"))
    for run_id, onward, back in (("b", "c", "a"), ("c", "d", "b"), ("b", "a", "c"), ("c", "d", "b")):
        session.select_run(run_id)
        prepared = [figure.plot.lines[0].name for figure in session.likely_figures()]
        assert prepared == [onward, back]


def test_what_is_forgotten_of_a_run_is_freed_when_keys_rest() -> None:
    session = session_of(*map(make_report, "abc"))
    session.select_run("a")
    line = ref(shown(session).plot.lines[0])
    session.select_run("c")
    gc.collect()
    assert line() is not None
    list(session.likely_figures())
    gc.collect()
    assert line() is None


def test_more_points_than_may_be_kept_are_not_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of(*map(make_report, "abc"))
    session.select_run("b")
    points = make_report("a").run.frame.points
    for room, prepared in ((1, 0), (2, 1), (3, 2)):
        monkeypatch.setattr("losstui.tui.figure.MOST_PREPARED", room * points)
        assert len(list(session.likely_figures())) == prepared


def test_a_run_that_is_gone_before_its_turn_is_not_prepared() -> None:
    session = session_of(make_report("a"))
    session.catalogue.add(read_run(make_report("b", [make_finding()]), UNICODE, early=True))
    session.catalogue.add(read_run(make_report("c"), UNICODE, early=True))
    session.catalogue.add(read_run(make_report("d", [make_finding()]), UNICODE))
    session.select_run("b")
    figures = session.likely_figures()
    assert next(figures).plot.lines
    session.catalogue.replace(read_run(make_report("d"), UNICODE))
    session.catalogue.drop_early()
    assert [figure.plot.front for figure in figures] == [0, 0]
