"""What names of runs tell: settings, times, counts, and what else the run is of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losstui.run_names import LoneNumber, are_counted, read_name, saying, settings_in


def pattern(name: str, *, is_logged: bool = False) -> str:
    return read_name(name, is_logged=is_logged).pattern


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lr-0.1/seed-3", "lr*/seed*"),
        ("lr0.1_wd=1e-4", "lr*_wd*"),
        ("width_8", "width*"),
        ("hidden-64-64_lr.1", "hidden*_lr*"),
        ("hidden_dim=64,num_layers=3", "hidden_dim*,num_layers*"),
        ("digits_adamw_w", "digits_*_w"),
        ("base_lr0.5", "base_lr*"),
        ("floor-3", "floor-3"),
    ],
)
def test_settings_of_the_training_are_left_out(name: str, expected: str) -> None:
    assert pattern(name) == expected
    assert read_name(name, is_logged=False).tells_training == (name != expected)


@pytest.mark.parametrize(
    "name",
    ["run_3", "version-12", "trial7", "exp_04", "experiment=2", "fold1", "repeat_2", "job.9"],
)
def test_what_runs_are_counted_by_is_left_out(name: str) -> None:
    assert "#" in pattern(name)
    assert not any(map(str.isdigit, pattern(name)))


@pytest.mark.parametrize(
    "name",
    [
        "2026-11-26",
        "20261126",
        "2026-11-26/13-15-00",
        "2026-11-26_13-15",
        "20261126-131500",
        "2026-11-26T13:15:00.123",
        "Nov26_13-15-00",
        "run-20261126_131500-1x8k2j9a",
        "1795700000",
        "1795700000.25",
        "0123456789abcdef",
        "123e4567-e89b-12d3-a456-426614174000",
        "a1b2c_00003",
        "a1b2c_00003_3",
    ],
)
def test_times_and_what_a_machine_draws_are_left_out(name: str) -> None:
    assert pattern(f"lr-0.1_{name}") == "lr*_#"


@pytest.mark.parametrize(
    "name",
    ["n_4096", "n=42", "digits_10", "resnet18", "bs32", "v2", "task_3", "0.1", "2048-01-77", "20261340"],
)
def test_a_number_of_something_else_stays(name: str) -> None:
    assert any(map(str.isdigit, pattern(name))) or read_name(name, is_logged=False).numbers != ()


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("4096/lr-0.1_3", ((4096, True), (3, False))),
        ("lr-0.1_s7", ((7, False),)),
        ("digits_4096/lr-0.1", ()),
        ("007", ((7, False),)),
    ],
)
def test_a_number_alone_may_be_a_count(name: str, numbers: tuple[tuple[int, bool], ...]) -> None:
    assert read_name(name, is_logged=False).numbers == tuple(LoneNumber(*one) for one in numbers)


def test_where_settings_are_logged_names_need_not_tell_them() -> None:
    assert read_name("mnist-3", is_logged=True).numbers == (LoneNumber(3, leads=False),)
    assert read_name("runs/4096", is_logged=True).numbers == ()
    assert pattern("runs/4096", is_logged=True) == pattern("runs/17", is_logged=True)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([0, 1, 2], True),
        ([42, 43, 44, 44], True),
        ([1, 2, 3, 4, 6, 7, 8, 9], True),
        ([42, 4096], False),
        ([1, 2], False),
        ([8, 16, 32], False),
        ([10, 100, 1000], False),
        ([7, 7, 7], False),
    ],
)
def test_counts_follow_each_other(numbers: list[int], expected: bool) -> None:
    assert are_counted([LoneNumber(one, leads=False) for one in numbers]) is expected


@pytest.mark.parametrize(("numbers", "expected"), [([0, 1, 2, 3], True), ([0, 1, 2, 2], False)])
def test_before_the_settings_each_run_has_a_count_of_its_own(numbers: list[int], expected: bool) -> None:
    assert are_counted([LoneNumber(one, leads=True) for one in numbers]) is expected


def test_of_each_place_in_the_name_it_is_asked_apart() -> None:
    sizes = [LoneNumber(one, leads=False) for one in (4096, 4096, 42, 42)]
    counts = [LoneNumber(one, leads=False) for one in range(4)]
    assert saying(list(zip(sizes, counts, strict=True))) == [(one,) for one in sizes]
    assert saying([(one,) for one in counts]) == [()] * 4
    assert saying([(), ()]) == [(), ()]


def test_settings_are_told_with_their_values() -> None:
    assert dict(settings_in("adam_lr-1e-3_hidden-64-32/seed=3")) == {
        "optimiser": "adam",
        "lr": "1e-3",
        "hidden": "64-32",
        "seed": "3",
    }


@given(st.text(alphabet="lr-_/.=0129seadmnrun#*", max_size=40), st.booleans())
def test_from_what_is_left_no_more_is_left_out(name: str, is_logged: bool) -> None:
    left = pattern(name, is_logged=is_logged)
    assert pattern(left, is_logged=is_logged) == left
