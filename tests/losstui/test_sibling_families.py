"""Which runs a family holds, and by which part of a run and which of its settings they are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from losstui.analysis import analyse_run
from losstui.frame import FloatArray
from losstui.kin import Standing
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
    assert [one.name for one in standing.differing] == ["lr"]


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


def named(*names: str) -> list[str]:
    """Which runs stand out of five whose settings only their names tell, the last of them far above."""
    reports = [
        analyse_run(replace(make_run(losses(level, index)), id=name), [])
        for index, (name, level) in enumerate(zip(names, LEVELS, strict=True))
    ]
    return list(standings(reports))


@pytest.mark.parametrize(
    "told",
    [
        "digits/width_{}_lr0.1",
        "digits_lr-0.{}",
        "adam_lr-0.1_trial_{}",
        "lr-0.1_2026-11-26_12-00-0{}",
        "lr-0.1_Nov26_12-00-0{}_host",
        "lr-0.1/{}",
        "sgd_s{}",
    ],
)
def test_names_that_differ_by_settings_and_counts_are_of_siblings(told: str) -> None:
    names = [told.format(index + 1) for index in range(len(LEVELS))]
    assert named(*names) == [names[-1]]


@pytest.mark.parametrize(
    "told",
    [
        "n_{}/lr-0.1",
        "n={},sgd",
        "{}/lr-0.1",
        "sgd_lr-0.1_{}",
        "cifar_{}_lr-0.1",
        "lr-0.1_bs{}",
        "vit_s{}_sgd",
    ],
)
def test_names_that_may_tell_of_other_data_are_of_no_siblings(told: str) -> None:
    assert named(*(told.format(4096 >> index) for index in range(len(LEVELS)))) == []


def test_a_number_before_the_settings_that_several_runs_share_parts_them() -> None:
    assert named("0/lr-0.1", "1/lr-0.1", "2/lr-0.1", "3/lr-0.1", "4/lr-0.1") == ["4/lr-0.1"]
    assert named("0/lr-0.1", "1/lr-0.1", "2/lr-0.1", "3/lr-0.1", "3/lr-0.2") == []


def test_names_tell_how_many_data_there_were_where_only_the_training_is_logged() -> None:
    reports = [
        analyse_run(replace(one.run, id=f"digits_{4096 >> index}"), [])
        for index, one in enumerate(family(*LEVELS))
    ]
    assert standings(reports) == {}
    numbered = [
        analyse_run(replace(one.run, id=f"digits_{index}"), []) for index, one in enumerate(family(*LEVELS))
    ]
    assert list(standings(numbered)) == ["digits_4"]


def told_apart(settings: Mapping[str, object], *others: Mapping[str, object]) -> Standing:
    """What is told of a run with `settings` far above others, of which the first came a little further."""
    told = [*others, settings]
    levels = [*(0.2 + 0.02 * index for index in range(len(others))), 0.9]
    reports = [
        report(index, losses(level, index), **{"dataset": "digits", **one})
        for index, (level, one) in enumerate(zip(levels, told, strict=True))
    ]
    [standing] = standings(reports).values()
    return standing


def test_of_siblings_as_good_as_each_other_the_one_that_differs_least_is_named() -> None:
    far = {"lr": 1.0, "dropout": 0.5, "seed": 1}
    near = {"lr": 1.0, "dropout": 0.0, "seed": 2}
    standing = told_apart({"lr": 1e-4, "dropout": 0.0, "seed": 3}, far, near)
    assert standing.sibling == "runs/run-1"
    assert [one.name for one in standing.differing] == ["lr"]


def test_the_learning_rate_is_named_first_and_the_seed_not_at_all() -> None:
    best = {"activation": "relu", "clip": 1.0, "width": 64, "optimizer": "adam", "lr": 1e-3, "seed": 1}
    own = {"activation": "tanh", "clip": 2.0, "width": 32, "optimizer": "sgd", "lr": 1e-4, "seed": 2}
    standing = told_apart(own, best, best)
    assert [one.name for one in standing.differing] == ["lr", "optimizer", "width", "activation", "clip"]


def test_where_nothing_but_the_seed_differs_it_is_named() -> None:
    standing = told_apart({"lr": 0.1, "seed": 3}, {"lr": 0.1, "seed": 1}, {"lr": 0.1, "seed": 2})
    assert [one.name for one in standing.differing] == ["seed"]


def test_the_level_told_is_that_of_validation() -> None:
    standing = told_apart({"lr": 1e-4}, {"lr": 1.0}, {"lr": 1.0})
    assert standing.tag == "val/loss"


def test_a_run_logged_twice_is_one_sibling() -> None:
    def copied(index: int, run: int) -> RunReport:
        rounded = {tag: np.round(values, 4 if index > run else 9) for tag, values in losses(0.2, run).items()}
        return report(index, rounded)

    above = report(4, losses(0.9, 4))
    assert standings([copied(0, 0), copied(1, 0), above]) == {}
    assert standings([copied(0, 0), copied(1, 0), copied(2, 0), above]) == {}
    assert list(standings([copied(0, 0), copied(1, 0), copied(2, 2), above])) == ["runs/run-4"]


@pytest.mark.parametrize("scale", [1.0 / 128.0, 128.0])
def test_one_run_whose_loss_is_on_another_scale_says_nothing_of_the_others(scale: float) -> None:
    reports = [
        analyse_run(replace(one.run, id=f"lr-{10.0**-index:g}", hyperparameters={}), [])
        for index, one in enumerate(family(0.2, 0.25, 0.22, 0.3))
    ]
    scaled = {tag: scale * values for tag, values in losses(0.25, 9).items()}
    other = analyse_run(replace(make_run(scaled), id="lr-1"), [])
    assert standings([*reports, other]) == {}


def test_a_second_task_in_the_folder_parts_by_name_or_by_where_it_begins() -> None:
    easy = family(0.2, 0.25, 0.22)
    hard = [report(index, losses(2.0, index, start=4.0)) for index in (5, 6, 7)]
    assert standings([*easy, *hard]) == {}
    names = [("ants", one) for one in easy] + [("bees", one) for one in hard]
    named_by_task = [
        analyse_run(replace(one.run, id=f"{task}_lr-0.1_{index}", hyperparameters={}), [])
        for index, (task, one) in enumerate(names)
    ]
    assert standings(named_by_task) == {}
