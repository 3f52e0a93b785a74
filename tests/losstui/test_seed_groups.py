from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from losstui.run import Run
from losstui.seed_groups import band, seed_groups, without_seed
from support import make_run


def run_with(**parameters: object) -> Run:
    return replace(make_run({"loss": [1.0]}), hyperparameters=parameters)


def groups_of(*run_ids: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.name, one.run_ids) for one in seed_groups([(run_id, run_with()) for run_id in run_ids])]


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("lr-0.1/seed-3", "lr-0.1/seed-*"),
        ("seed=3,lr=0.1", "seed=*,lr=0.1"),
        ("base_s3", "base_s*"),
        ("base_s3/train", "base_s*/train"),
        ("Seed12/loss.csv", "Seed*/loss.csv"),
        ("mlp_seed3_wide", "mlp_seed*_wide"),
        ("s-0", "s-*"),
        ("proceeds3", "proceeds3"),
        ("linseed3", "linseed3"),
        ("gpt2s", "gpt2s"),
        ("resnet50", "resnet50"),
        ("runs3", "runs3"),
    ],
)
def test_a_seed_in_a_name_is_seen(name: str, masked: str) -> None:
    assert without_seed(name) == masked


def test_runs_whose_names_differ_by_the_seed_are_a_group() -> None:
    assert groups_of("a/seed-1", "b/seed-1", "a/seed-2", "base") == [("a/seed-*", ("a/seed-1", "a/seed-2"))]


def test_runs_whose_hyperparameters_differ_by_the_seed_are_a_group() -> None:
    runs = [
        ("x/quiet-fox", run_with(lr=0.1, seed=1)),
        ("x/quick-hen", run_with(lr=0.1, seed=2)),
        ("x/loud-cow", run_with(lr=0.2, seed=3)),
        ("y/sly-cat", run_with(lr=0.1, seed=4)),
    ]
    [group] = seed_groups(runs)
    assert group.run_ids == ("x/quiet-fox", "x/quick-hen")
    assert group.name == "x/quiet-fox and 1 more"


@pytest.mark.parametrize("name", ["seed", "random_seed", "trainer.seed", "random_state", "data/rng"])
def test_a_seed_has_many_names(name: str) -> None:
    runs = [(f"run{i}", run_with(**{name: i, "lr": 0.1})) for i in range(2)]
    assert len(seed_groups(runs)) == 1


def test_another_hyperparameter_makes_another_group() -> None:
    runs = [("a/seed-1", run_with(lr=0.1, seed=1)), ("a/seed-2", run_with(lr=0.2, seed=2))]
    assert seed_groups(runs) == []


def test_an_output_folder_named_after_the_seed_is_no_difference() -> None:
    runs = [(f"a/seed-{i}", run_with(output_dir=f"out/seed-{i}")) for i in range(3)]
    assert len(seed_groups(runs)) == 1


def test_a_seed_alone_does_not_make_strangers_a_group() -> None:
    assert seed_groups([("vit", run_with(seed=1)), ("resnet", run_with(seed=2))]) == []


@pytest.mark.parametrize(
    "names",
    [
        ["vit_s16", "vit_s32"],  # patch sizes
        ["net_s1", "net_s2", "net_s4"],  # strides
        ["a_s7", "a_s8"],
        ["a_s1_s1", "a_s2_s2"],  # which of the two?
        ["a_s1", "a_s01"],
        ["a_s1/seed-1", "a_s1/seed-2", "a_s2/seed-1"],
    ],
)
def test_a_number_behind_an_s_is_no_seed_unless_it_counts(names: list[str]) -> None:
    assert groups_of(*names) == []


@pytest.mark.parametrize(
    "names",
    [
        ["a_s0", "a_s1"],
        ["s3/x", "s1/x", "s2/x"],
        ["a_s0", "a_s1", "a_s2", "a_s4"],
        ["v_s16_s1", "v_s16_s2"],
        ["v_s16/seed-7", "v_s16/seed-9"],
    ],
)
def test_numbers_counted_through_are_seeds(names: list[str]) -> None:
    assert [group for _, group in groups_of(*names)] == [tuple(names)]


def test_logged_seeds_say_whether_a_number_behind_an_s_is_one() -> None:
    far = [(f"a_s{seed}", run_with(seed=seed, lr=0.1)) for seed in (42, 1337)]
    assert len(seed_groups(far)) == 1
    same = [(f"a_s{size}", run_with(seed=0, lr=0.1)) for size in (1, 2)]
    assert seed_groups(same) == []


def test_a_model_named_with_an_s_is_another_configuration() -> None:
    assert seed_groups([(f"net_s{i}", run_with(model=f"net_s{i}")) for i in (1, 2)]) == []
    assert len(seed_groups([(f"net_s{i}", run_with(out=f"runs/net_s{i}")) for i in (1, 2)])) == 1


Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


def curve_of(steps: list[float], values: list[float]) -> Curve:
    return np.array(steps, float), np.array(values, float)


def test_the_band_goes_from_the_lowest_to_the_highest_around_the_mean() -> None:
    made = band([curve_of([0, 1], [1, 2]), curve_of([0, 1], [3, 2]), curve_of([0, 1], [5, 8])])
    assert made.steps.tolist() == [0, 1]
    assert made.mean.tolist() == [3, 4]
    assert made.low.tolist() == [1, 2]
    assert made.high.tolist() == [5, 8]
    assert made.runs.tolist() == [3, 3]


def test_curves_on_other_steps_are_lines_between_their_points() -> None:
    made = band([curve_of([0, 10], [0, 10]), curve_of([0, 5, 10], [1, 6, 11])])
    assert made.steps.tolist() == [0, 5, 10]
    assert made.mean.tolist() == [0.5, 5.5, 10.5]


def test_a_curve_counts_only_from_its_first_step_to_its_last() -> None:
    made = band([curve_of([0, 1, 2, 3], [0, 0, 0, 0]), curve_of([1, 2], [2, 2]), curve_of([2, 3], [4, 4])])
    assert made.steps.tolist() == [1, 2, 3]
    assert made.mean.tolist() == [1, 2, 2]
    assert made.runs.tolist() == [2, 3, 2]


@pytest.mark.parametrize("curves", [[], [curve_of([0, 1], [1, 1])], [curve_of([], []), curve_of([0], [1])]])
def test_one_curve_has_no_band(curves: list[Curve]) -> None:
    assert len(band(curves).steps) == 0


def test_the_largest_numbers_there_are_have_a_mean() -> None:
    most = float(np.finfo(np.float64).max)
    assert band([curve_of([0], [most]), curve_of([0], [most])]).mean.tolist() == [most]


def test_the_grid_of_curves_on_other_steps_is_no_longer_than_the_longest() -> None:
    rng = np.random.default_rng(0)
    axes = [np.sort(rng.uniform(0, 100, 1000)) for _ in range(5)]
    made = band([(steps, np.zeros(1000)) for steps in axes])
    assert len(made.steps) <= 1001
    assert made.steps[-1] == pytest.approx(sorted(steps[-1] for steps in axes)[-2], abs=1.0)


logged = st.lists(
    st.tuples(st.integers(0, 50), st.floats(-1e6, 1e6)),
    min_size=1,
    max_size=30,
    unique_by=lambda point: point[0],
)


@given(st.lists(logged, min_size=2, max_size=5))
def test_the_mean_lies_within_the_band(points: list[list[tuple[int, float]]]) -> None:
    curves = [curve_of(*map(list, zip(*sorted(one), strict=True))) for one in points]
    made = band(curves)
    assert (made.low <= made.mean + 1e-6).all()
    assert (made.mean <= made.high + 1e-6).all()
    assert (made.runs >= 2).all()
