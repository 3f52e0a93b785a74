from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import ArrayLike

from losstui.analysis import RunReport
from losstui.frame import Frame, Series
from losstui.tui.axes import XAxis
from losstui.tui.derived_lines import BandLine, DifferenceLine
from losstui.tui.figure import Figure
from losstui.tui.glyphs import UNICODE
from losstui.tui.legend import legend
from losstui.tui.reading import read_run
from losstui.tui.readout import Readout
from losstui.tui.session import Session
from losstui.tui.smoothing import SHARES, ema, weight_of
from losstui.tui.tag_groups import tag_groups
from losstui.tui.view import View
from tui_support import make_finding, make_report, session_of

FALLING = 2.0 * np.exp(-np.arange(100) / 20.0) + 0.5
TAGS: Mapping[str, ArrayLike] = {
    "train/loss": FALLING,
    "val/loss": FALLING + 0.1,
    "lr": FALLING / 100,
    "grad_norm": FALLING,
    "zebra": FALLING,
}


def figure_of(session: Session) -> Figure:
    figure = session.figure()
    assert figure is not None
    return figure


def names(figure: Figure) -> list[str]:
    return [look.full_name for look in figure.plot.looks]


def seeds(*numbers: int) -> list[RunReport]:
    return [make_report(f"lr-1/seed-{number}", tags=TAGS) for number in numbers]


def test_what_drives_a_run_is_below_its_curves() -> None:
    figure = figure_of(session_of(make_report("a", tags=TAGS)))
    assert [strip.looks[0].name for strip in figure.strips] == ["lr", "grad_norm"]
    assert len({look.slot for plot in (figure.plot, *figure.strips) for look in plot.looks}) == 4


def test_a_tag_is_not_below_itself() -> None:
    session = session_of(make_report("a", [make_finding(tag="lr")], TAGS))
    assert names(figure_of(session)) == ["lr"]
    assert [strip.looks[0].name for strip in figure_of(session).strips] == ["grad_norm"]


def test_marked_runs_are_drawn_with_the_selected_one_in_front() -> None:
    session = session_of(*seeds(1, 2, 3))
    session.overlay.toggle("lr-1/seed-2")
    session.overlay.toggle("lr-1/seed-3")
    figure = figure_of(session)
    assert names(figure) == ["seed-2", "seed-3", "seed-1"]
    assert figure.plot.front == 2
    assert figure.plot.title == "train/loss"
    assert [look.mark(UNICODE) for look in figure.plot.looks] == ["A", "B", "C"]
    assert session.sources() == [(f"lr-1/seed-{number}", ("train/loss",)) for number in (2, 3, 1)]


def test_names_of_runs_in_several_folders_are_told_apart() -> None:
    session = session_of(make_report("x/a/run", tags=TAGS), make_report("x/b/run", tags=TAGS))
    session.overlay.toggle("x/b/run")
    assert names(figure_of(session)) == ["b/run", "a/run"]


def test_together_train_and_validation_have_a_chart_each() -> None:
    session = session_of(*seeds(1, 2))
    alone = figure_of(session).count
    session.overlay.toggle("lr-1/seed-2")
    assert figure_of(session).count == alone + 1
    session.next_tag(1)
    assert figure_of(session).plot.title == "val/loss"


def test_another_run_may_call_the_curve_otherwise() -> None:
    session = session_of(
        make_report("a", tags={"train/loss": FALLING}), make_report("b", tags={"loss": FALLING})
    )
    session.overlay.toggle("b")
    assert [line.name for line in figure_of(session).plot.lines] == ["loss", "train/loss"]
    assert session.sources() == [("b", ("loss",)), ("a", ("train/loss",))]


def test_a_run_without_the_curve_is_left_out() -> None:
    session = session_of(
        make_report("a", [make_finding(tag="zebra")], TAGS), make_report("b", tags={"loss": FALLING})
    )
    session.overlay.toggle("b")
    assert names(figure_of(session)) == ["a"]


def test_seeds_are_one_line_with_the_selected_run_before_it() -> None:
    session = session_of(*seeds(1, 2, 3), make_report("other", tags=TAGS))
    session.overlay.bands = True
    session.select_run("lr-1/seed-2")
    figure = figure_of(session)
    assert names(figure) == ["seed-*", "seed-2"]
    assert isinstance(figure.plot.lines[0], BandLine)
    assert figure.plot.front == 1
    assert len(session.sources()) == 3
    session.select_run("other")
    assert names(figure_of(session)) == ["train/loss", "val/loss"]


def test_seeds_are_told_anew_as_runs_come_go_and_change() -> None:
    session = session_of(*seeds(1))
    session.catalogue.add(read_run(make_report("early", tags=TAGS), UNICODE, early=True))
    session.select_run("lr-1/seed-1")
    assert not session.has_seeds()
    session.drop_early()
    session.catalogue.add(read_run(seeds(2)[0], UNICODE))
    assert session.has_seeds()
    second = seeds(2)[0]
    wider = replace(second, run=replace(second.run, hyperparameters={"width": 64}))
    session.catalogue.replace(read_run(wider, UNICODE))
    assert not session.has_seeds()


def test_each_group_of_seeds_is_drawn_once() -> None:
    others = [make_report(f"lr-2/seed-{number}", tags=TAGS) for number in (1, 2)]
    session = session_of(*seeds(1, 2, 3), *others)
    session.overlay.bands = True
    session.overlay.toggle_all(session.run_ids())
    session.select_run("lr-1/seed-1")
    assert sorted(names(figure_of(session))) == ["lr-1/seed-*", "lr-1/seed-1", "lr-2/seed-*"]


def test_the_legend_names_fewer_bands_rather_than_all_alike() -> None:
    others = [make_report(f"lr-2/seed-{number}", tags=TAGS) for number in (1, 2)]
    session = session_of(*seeds(1, 2), *others)
    session.overlay.bands = True
    session.overlay.toggle_all(session.run_ids())
    rows = legend(Readout(figure_of(session).plot, View()), (56, 3), UNICODE)
    texts = ["".join(run.text for run in row) for row in rows[1:]]
    assert [text.split()[1] for text in texts] == ["lr-1/seed-1", "lr-1/seed-*"]
    assert texts[-1].endswith("+1")


def test_a_band_takes_in_what_is_new_of_its_runs() -> None:
    session = session_of(*seeds(1, 2))
    session.overlay.bands = True
    before = figure_of(session).plot.lines[0].last_value
    higher = {tag: np.asarray(values) + 1.0 for tag, values in TAGS.items()}
    session.catalogue.replace(read_run(make_report("lr-1/seed-2", tags=higher), UNICODE))
    session.forget("lr-1/seed-2")
    now = figure_of(session).plot.lines[0].last_value
    assert before is not None
    assert now == pytest.approx(before + 0.5)


def test_a_run_is_drawn_against_the_pinned_one_with_their_difference_below() -> None:
    session = session_of(*seeds(1, 2))
    session.overlay.pinned, session.overlay.against = "lr-1/seed-2", True
    figure = figure_of(session)
    assert names(figure) == ["seed-1", "seed-2 (pinned)"]
    assert figure.plot.front == 0
    assert isinstance(figure.strips[0].lines[0], DifferenceLine)
    assert figure.strips[0].looks[0].name == "train/loss less the pinned run's"
    assert [strip.looks[strip.front].name for strip in figure.strips[1:]] == ["lr", "grad_norm"]
    session.select_run("lr-1/seed-2")
    assert names(figure_of(session)) == ["train/loss", "val/loss"]


def test_a_finding_about_another_curve_is_shaded_where_it_happens() -> None:
    validation = make_finding(tag="val/loss", first=6, last=10)
    report = make_report("a", [validation])
    train = Series("train/loss", np.arange(1000), np.linspace(2.0, 0.5, 1000))
    other = Series("val/loss", np.arange(1, 11), np.linspace(2.0, 1.0, 10))
    lr = Series("lr", np.arange(1000), np.linspace(1.0, 0.0, 1000))
    session = session_of(replace(report, run=replace(report.run, frame=Frame([train, other, lr]))))
    session.next_tag(1)
    figure = figure_of(session)
    assert names(figure) == ["lr"]
    shaded = figure[figure.front]
    assert shaded.selected is not None
    assert shaded.selected.spans == ((599, 999),)


def test_lines_are_kept_while_their_runs_are_marked() -> None:
    session = session_of(*seeds(1, 2, 3))
    session.overlay.toggle("lr-1/seed-1")
    kept = figure_of(session).plot.lines[0]
    session.select_run("lr-1/seed-2")
    assert figure_of(session).plot.lines[0] is kept
    session.forget("lr-1/seed-1")
    assert figure_of(session).plot.lines[0] is not kept


def test_times_count_from_the_first_value_of_the_run() -> None:
    times = 1e9 + np.arange(100.0)
    report = make_report(
        "a",
        tags={"train/loss": FALLING, "val/loss": FALLING},
        wall_times={"train/loss": times, "val/loss": times + 50},
    )
    plot = figure_of(session_of(report)).plot
    assert [float(line.x(XAxis.TIME)[0]) for line in plot.lines] == [0.0, 50.0]
    assert float(plot.lines[0].x(XAxis.WALL_TIME)[0]) == 1e9


def test_plots_are_made_when_they_are_asked_for() -> None:
    figure = figure_of(session_of(make_report("a", tags=TAGS)))
    assert figure.count == len(tag_groups(session_of(make_report("a", tags=TAGS)).catalogue["a"].curves)) == 4
    assert figure[2] is figure[2]
    page = figure.page(2)
    assert [one.plot.looks[0].name for one in page.shaded] == ["train/loss", "lr"]


def test_train_and_validation_of_a_quantity_are_drawn_together_after_the_losses() -> None:
    tags = {name: FALLING for name in ("train/loss", "val/loss", "train/acc", "val/acc", "lr")}
    groups = tag_groups(session_of(make_report("a", tags=tags)).catalogue["a"].curves)
    assert groups[0] == ("train/loss", "val/loss")
    assert ("train/acc", "val/acc") in groups
    assert sorted(tag for group in groups for tag in group) == sorted(tags)


def test_tags_are_in_their_natural_order() -> None:
    tags = {f"layer_{number}": [1.0, 2.0] for number in (10, 1, 2)}
    session = session_of(make_report("a", tags=tags))
    assert names(figure_of(session)) == ["layer_1"]
    session.next_tag(1)
    assert names(figure_of(session)) == ["layer_2"]


def test_a_curve_the_pinned_run_does_not_have_is_said_to_be_missing() -> None:
    session = session_of(make_report("a", tags={"loss": FALLING}), make_report("b", tags=TAGS))
    session.overlay.pinned, session.overlay.against = "a", True
    session.select_run("b")
    session.show_tag("val/loss")
    assert figure_of(session).plot.title == "val/loss, not logged by a"
    session.show_tag("train/loss")
    assert figure_of(session).plot.title == "train/loss"


def test_curves_are_averaged_beforehand_unless_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).normal(size=2_000)
    figure = figure_of(session_of(make_report("a", tags={"train/loss": noise, "val/loss": noise})))
    views = [View(), View().smoother(1)]
    assert list(figure.page(1).preparing(views))
    assert not list(figure.page(1).preparing(views))
    monkeypatch.setattr("losstui.tui.figure.MOST_PREPARED", 3_999)
    assert not list(figure.page(1).preparing([View(smoothing=6)]))


def test_the_average_of_a_run_that_has_grown_is_that_of_all_its_values() -> None:
    values = np.random.default_rng(0).normal(size=3_000)
    session = session_of(make_report("a", tags={"train/loss": values[:2_000]}))
    figure = figure_of(session)
    assert list(figure.page(1).preparing([View(smoothing=3), View(smoothing=4)]))
    session.catalogue.replace(read_run(make_report("a", tags={"train/loss": values}), UNICODE))
    session.forget("a")
    averaged = figure_of(session).plot.lines[0].smooth_trace(View(smoothing=4))
    assert averaged is not None
    assert averaged.y == pytest.approx(ema(values, weight_of(3_000, SHARES[4])))
