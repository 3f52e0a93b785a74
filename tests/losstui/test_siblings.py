"""Runs of one task and what they tell of each other; what the detector makes of it is tested with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from losstui.analysis import RunReport, analyse_run
from losstui.detectors.stuck_at_start import StuckAtStart
from losstui.frame import FloatArray
from losstui.siblings import standings
from sibling_support import VALUES, losses
from support import make_run

SETTINGS: Mapping[str, object] = {"dataset": "digits", "batch_size": 32, "lr": 0.1, "seed": 1}


def logged(
    run_id: str, tags: Mapping[str, FloatArray], settings: Mapping[str, object] | None = None
) -> RunReport:
    run = replace(make_run(tags), id=run_id, hyperparameters=settings or {})
    return analyse_run(run, [])


def sweep(*levels: float, tell: Callable[[int], tuple[str, dict[str, object]]]) -> list[RunReport]:
    return [
        logged(name, losses(level, index), settings)
        for index, level in enumerate(levels)
        for name, settings in [tell(index)]
    ]


def by_settings(index: int) -> tuple[str, dict[str, object]]:
    return f"sweep/run-{index}", {**SETTINGS, "lr": 10.0**-index, "seed": index}


def by_names(index: int) -> tuple[str, dict[str, object]]:
    return f"lr-{10.0**-index:g}/seed-{index}", {}


def by_optimisers(index: int) -> tuple[str, dict[str, object]]:
    return f"digits_{('adamw', 'SGD', 'rmsprop')[index]}_width64", {}


@pytest.mark.parametrize("tell", [by_settings, by_names, by_optimisers])
def test_a_run_far_above_two_others_stands_out(tell: Callable[[int], tuple[str, dict[str, object]]]) -> None:
    reports = sweep(0.2, 0.9, 0.25, tell=tell)
    found = standings(reports)
    assert list(found) == [reports[1].run.id]
    standing = found[reports[1].run.id]
    assert standing.sibling == reports[0].run.id
    assert standing.level == pytest.approx(0.2, abs=0.01)
    assert standing.share == pytest.approx((0.9 - 0.25) / (2.0 - 0.25), abs=0.03)


def test_a_run_that_came_as_far_and_lost_it_again_is_none_that_never_got_there() -> None:
    reports = sweep(0.2, 0.25, 0.19, tell=by_settings)
    lost = np.where(np.arange(VALUES) > 0.6 * VALUES, 0.7, 0.0)
    diverged = {tag: values + lost for tag, values in losses(0.19, 2).items()}
    name, settings = by_settings(2)
    assert standings([*reports[:2], logged(name, diverged, settings)]) == {}


def test_of_losses_whose_squares_are_infinite_nothing_is_compared() -> None:
    name, settings = by_settings(0)
    assert logged(name, {tag: 1e200 * values for tag, values in losses(0.2).items()}, settings).kin is None


def test_a_loss_that_was_measured_once_is_compared_by_the_other() -> None:
    name, settings = by_settings(0)
    kin = logged(name, {**losses(0.2), "val/loss": np.array([0.2])}, settings).kin
    assert kin is not None
    assert [one.tag for one in kin.losses] == ["train/loss"]


def test_the_settings_that_differ_are_named() -> None:
    [standing] = standings(sweep(0.2, 0.9, 0.25, tell=by_settings)).values()
    assert {(one.name, one.before, one.now) for one in standing.differing} == {
        ("lr", "1.0", "0.1"),
    }


def test_settings_that_only_the_names_tell_are_named_too() -> None:
    [standing] = standings(sweep(0.2, 0.9, 0.25, tell=by_names)).values()
    assert [(one.name, one.before, one.now) for one in standing.differing] == [
        ("lr", "1", "0.1"),
    ]
    [standing] = standings(sweep(0.2, 0.9, 0.25, tell=by_optimisers)).values()
    assert [(one.name, one.before, one.now) for one in standing.differing] == [("optimiser", "adamw", "SGD")]


def test_the_own_level_stands_beside_that_of_the_sibling() -> None:
    [standing] = standings(sweep(0.2, 0.9, 0.25, tell=by_names)).values()
    assert standing.own == pytest.approx(0.9, abs=0.01)


def test_a_run_stuck_at_guessing_is_told_what_its_siblings_did_otherwise() -> None:
    rng = np.random.default_rng(0)
    guessing = {tag: np.log(10) + 0.005 * rng.normal(size=VALUES) for tag in ("train/loss", "val/loss")}
    learning = [losses(level, seed, np.log(10)) for seed, level in enumerate((0.2, 0.25))]
    runs = {"lr-3": guessing, "lr-0.1": learning[0], "lr-0.01": learning[1]}
    reports = [logged(name, tags) for name, tags in runs.items()]
    standing = standings(reports)["lr-3"]
    [alone] = analyse_run(reports[0].run, [StuckAtStart()]).findings
    [beside] = analyse_run(reports[0].run, [StuckAtStart()], standing=standing).findings
    assert beside.message.startswith(
        f"{alone.message}; lr-0.1, with lr 0.1 (here 3), had brought val/loss down to "
    )
    assert beside.remedies[0].id == "settings-of-the-best-sibling"
    assert "settings-of-the-best-sibling" not in [one.id for one in alone.remedies]


def test_the_order_of_the_runs_plays_no_part() -> None:
    reports = sweep(0.2, 0.9, 0.25, 0.3, 1.2, 0.2, tell=by_settings)
    expected = standings(reports)
    assert len(expected) == 2
    for seed in range(5):
        Random(seed).shuffle(reports)
        assert standings(reports) == expected


@pytest.mark.parametrize("levels", [(0.2, 0.9), (0.2, 0.9, 0.9), (0.2, 0.4, 0.25), (0.2, 0.2, 0.2)])
def test_two_have_to_be_lower_and_by_much(levels: tuple[float, ...]) -> None:
    assert standings(sweep(*levels, tell=by_settings)) == {}


def test_losses_without_any_noise_are_as_far_apart_as_they_look() -> None:
    course = np.exp(-np.arange(VALUES) / 20.0)
    for level, expected in ((0.9, ["run-2"]), (0.22, [])):
        reports = [
            logged(f"run-{index}", {"train/loss": end + (2.0 - end) * course}, {"lr": 10.0**-index})
            for index, end in enumerate((0.2, 0.21, level))
        ]
        assert list(standings(reports)) == expected


@pytest.mark.parametrize("seed", range(5))
def test_a_run_that_may_be_above_the_others_by_noise_alone_does_not_stand_out(seed: int) -> None:
    name, settings = by_settings(1)
    for scatter, expected in ((1.0, []), (0.1, [name])):
        reports = sweep(0.2, 1.2, 0.25, tell=by_settings)
        noise = np.random.default_rng(seed).normal(0.0, scatter, VALUES)
        tags = {tag: values + noise for tag, values in losses(1.2).items()}
        reports[1] = logged(name, tags, settings)
        assert list(standings(reports)) == expected


def test_a_run_that_began_further_down_is_held_against_all_there_was_to_gain() -> None:
    reports = sweep(0.2, 0.5, 0.2, tell=by_settings)
    name, settings = by_settings(1)
    reports[1] = logged(name, losses(0.5, 1, start=1.0), settings)
    assert standings(reports) == {}
    reports[1] = logged(name, losses(0.9, 1, start=1.0), settings)
    assert list(standings(reports)) == [name]


def test_what_runs_had_learned_before_they_logged_counts_where_others_of_the_task_show_it() -> None:
    starts_and_ends = [(0.25, 0.02), (0.25, 0.02), (0.4, 0.3)]
    others = [(2.0, 0.1), (2.0, 0.1)]
    reports = [
        logged(by_settings(index)[0], losses(end, index, start), by_settings(index)[1])
        for index, (start, end) in enumerate([*starts_and_ends, *others])
    ]
    assert list(standings(reports[:3])) == ["sweep/run-2"]
    assert standings(reports) == {}


def test_one_run_from_far_too_large_weights_does_not_say_what_there_was_to_gain() -> None:
    reports = sweep(0.2, 0.9, 0.25, 0.3, tell=by_settings)
    name, settings = by_settings(4)
    reports.append(logged(name, losses(0.3, 4, start=200.0), settings))
    [standing] = standings(reports).values()
    assert standing.gain == pytest.approx(1.8, abs=0.05)


def test_a_validation_loss_as_good_as_that_of_the_others_is_what_was_wanted() -> None:
    reports = sweep(0.2, 0.2, 0.25, tell=by_settings)
    tags = {**losses(0.2, 1), "train/loss": losses(0.9, 1)["train/loss"]}
    reports[1] = logged(*(by_settings(1)[0], tags, by_settings(1)[1]))
    assert standings(reports) == {}


def test_what_a_sibling_reaches_later_a_run_cannot_be_blamed_for() -> None:
    reports = sweep(0.2, 0.9, 0.25, tell=by_settings)
    late = {tag: np.concatenate([np.full(VALUES, 2.0), values]) for tag, values in losses(0.2).items()}
    for index in (0, 2):
        name, settings = by_settings(index)
        reports[index] = logged(name, late, settings)
    assert standings(reports) == {}


def task_in_the_settings(index: int) -> tuple[str, dict[str, object]]:
    return f"runs/run-{index}", {**SETTINGS, "dataset": f"set-{index}", "seed": index}


def task_in_the_names(index: int) -> tuple[str, dict[str, object]]:
    return f"{('ants', 'bees', 'cats')[index]}/lr-0.1", {"lr": 0.1}


def numbered(index: int) -> tuple[str, dict[str, object]]:
    return f"lightning_logs/version_{index}", {}


def only_lengths(index: int) -> tuple[str, dict[str, object]]:
    return f"runs/run-{index}", {"max_steps": 100 * index, "num_train_epochs": 3, "seed": index}


def other_batches(index: int) -> tuple[str, dict[str, object]]:
    return f"sweep/run-{index}", {**SETTINGS, "batch_size": 2**index}


@pytest.mark.parametrize(
    "tell", [task_in_the_settings, task_in_the_names, numbered, only_lengths, other_batches]
)
def test_runs_of_which_nothing_says_that_they_are_of_one_task_have_no_siblings(
    tell: Callable[[int], tuple[str, dict[str, object]]],
) -> None:
    assert standings(sweep(0.2, 0.9, 0.25, tell=tell)) == {}


@pytest.mark.parametrize(
    "setting",
    [
        "model_name",
        "dataset.version",
        "init_checkpoint",
        "noise_schedule",
        "kl_warmup",
        "clip_model",
        "timesteps",
    ],
)
def test_a_setting_that_makes_another_task_parts_the_runs(setting: str) -> None:
    def tell(index: int) -> tuple[str, dict[str, object]]:
        return f"runs/run-{index}", {**SETTINGS, setting: index}

    assert standings(sweep(0.2, 0.9, 0.25, tell=tell)) == {}


@pytest.mark.parametrize(
    "setting",
    [
        *("optimizer.lr", "encoder_lr", "lr_scheduler", "weight_decay", "warmup_steps", "grad_clip"),
        *("hidden_dim", "dropout", "model.dropout_rate", "num_layers", "adam_beta1", "num_train_epochs"),
        "output_dir",
    ],
)
def test_a_setting_of_the_training_does_not(setting: str) -> None:
    def tell(index: int) -> tuple[str, dict[str, object]]:
        return f"runs/run-{index}", {**SETTINGS, setting: index}

    assert len(standings(sweep(0.2, 0.9, 0.25, tell=tell))) == 1


def unnamed(index: int) -> tuple[str, dict[str, object]]:
    return f"runs/run-{index}", {"lr": 0.1, "seed": index}


def test_where_nothing_names_the_task_the_runs_have_to_begin_alike() -> None:
    levels = (0.2, 0.9, 0.25, 0.3)
    assert len(standings(sweep(*levels, tell=unnamed))) == 1
    starts = (2.0, 2.0, 1.0, 3.0)
    mixed = [
        logged(unnamed(i)[0], losses(level, i, start), unnamed(i)[1])
        for i, (level, start) in enumerate(zip(levels, starts, strict=True))
    ]
    assert standings(mixed) == {}


def test_runs_that_log_other_things_or_at_other_intervals_are_of_another_kind() -> None:
    reports = sweep(0.2, 0.9, 0.25, tell=by_settings)
    name, settings = by_settings(1)
    renamed = {tag.replace("val", "validation"): values for tag, values in losses(0.9, 1).items()}
    assert standings([reports[0], logged(name, renamed, settings), reports[2]]) == {}
    thinned = make_run(losses(0.9, 1), {tag: range(0, 2 * VALUES, 2) for tag in losses(0.9)})
    other = analyse_run(replace(thinned, id=name, hyperparameters=settings), [])
    assert standings([reports[0], other, reports[2]]) == {}


@pytest.mark.parametrize("values", [[], [1.0], [1e308, -1e308] * 20, [np.nan] * 40, [0.0] * 40])
def test_odd_curves_have_no_siblings_and_do_no_harm(values: list[float]) -> None:
    tags = {"train/loss": np.array(values), "val/loss": np.array(values[:1])}
    reports = [logged(*by_names(index)[:1], tags) for index in range(4)]
    assert standings(reports) == {}


def test_runs_as_good_as_each_other_of_which_one_has_no_train_level_do_no_harm() -> None:
    reports = sweep(0.2, 0.9, 0.25, tell=by_settings)
    tags = dict(losses(0.2))
    blown_up = {**tags, "train/loss": np.where(np.arange(VALUES) < 9, 1e200, 1.0)}
    twins = [
        logged(f"sweep/{name}", chosen, {**SETTINGS, "lr": rate})
        for name, chosen, rate in (("a", tags, 3.0), ("b", blown_up, 4.0))
    ]
    assert list(standings([*reports, *twins])) == [reports[1].run.id]


@pytest.mark.parametrize(("start", "expected"), [(2.2, ["run-1"]), (2.5, [])])
def test_to_begin_alike_is_to_begin_within_fifteen_percent(start: float, expected: list[str]) -> None:
    ends_and_starts = [(0.2, 2.0), (0.9, start), (0.25, 2.0)]
    reports = [
        logged(f"run-{index}", losses(end, index, first), {"lr": 10.0**-index})
        for index, (end, first) in enumerate(ends_and_starts)
    ]
    assert list(standings(reports)) == expected
