"""Which runs a family holds, and by which part of a run and which of its settings they are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from losstui.analysis import analyse_run
from losstui.frame import FloatArray
from losstui.run_report import RunReport
from losstui.siblings import standings
from sibling_support import VALUES, losses
from support import make_run

LEVELS = (0.2, 0.25, 0.22, 0.3, 0.9)


def report(index: int, tags: Mapping[str, FloatArray], **settings: object) -> RunReport:
    told = {"lr": 10.0**-index, "seed": index, **settings}
    return analyse_run(replace(make_run(tags), id=f"runs/run-{index}", hyperparameters=told), [])


def family(*levels: float) -> list[RunReport]:
    return [report(index, losses(level, index)) for index, level in enumerate(levels)]


def test_a_run_that_comes_down_late_is_held_against_the_others_by_its_end() -> None:
    late = {tag: np.concatenate([np.full(VALUES // 2, 2.0), values]) for tag, values in losses(0.4).items()}
    reports = family(*LEVELS[:-1])
    shortened = report(4, {tag: values[:VALUES] for tag, values in late.items()})
    assert standings([*reports, shortened]) == {}


def test_one_that_began_elsewhere_is_no_member_where_nothing_names_the_task() -> None:
    reports = family(*LEVELS)
    assert list(standings(reports)) == ["runs/run-4"]
    reports[4] = report(4, losses(0.9, 4, start=3.0))
    assert standings(reports) == {}


def test_what_a_machine_logs_beside_the_model_parts_no_runs() -> None:
    reports = family(*LEVELS)
    measured = {**losses(0.9, 4), "system/gpu_utilisation": np.full(VALUES, 80.0)}
    reports[4] = report(4, measured)
    assert list(standings(reports)) == ["runs/run-4"]


def test_where_a_run_was_written_is_no_setting_to_try() -> None:
    reports = [
        report(
            index, losses(level, index), dataset="digits", output_dir=f"out/{index}", device=f"cuda:{index}"
        )
        for index, level in enumerate(LEVELS)
    ]
    [standing] = standings(reports).values()
    assert [one.name for one in standing.differing] == ["lr", "seed"]


def test_in_which_order_runs_log_their_settings_parts_none() -> None:
    reports = family(*LEVELS)
    run = reports[4].run
    backwards = dict(reversed(list(run.hyperparameters.items())))
    reports[4] = analyse_run(replace(run, hyperparameters=backwards), [])
    assert list(standings(reports)) == ["runs/run-4"]


def test_the_sibling_that_is_named_got_furthest_in_validation() -> None:
    by_heart = {**losses(0.3, 1), "train/loss": losses(0.1, 1)["train/loss"]}
    reports = [report(0, losses(0.2)), report(1, by_heart), report(2, losses(0.9, 2))]
    [standing] = standings(reports).values()
    assert standing.sibling == "runs/run-0"
