import pytest

from losstui.hyperparameters import HyperparameterDifference, differing


def test_only_hyperparameters_that_differ_are_told() -> None:
    before = {"lr": 0.1, "batch": 32, "old": 1}
    now = {"lr": 0.01, "batch": 32, "new": "x"}
    assert differing(before, now) == [
        HyperparameterDifference("lr", "0.1", "0.01"),
        HyperparameterDifference("new", None, "x"),
        HyperparameterDifference("old", "1", None),
    ]


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1.0), ("0.10", 0.1), (float("nan"), float("nan")), ([1, 2], [1, 2]), (None, None)]
)
def test_the_same_value_written_otherwise_is_no_difference(one: object, other: object) -> None:
    assert differing({"a": one}, {"a": other}) == []


@pytest.mark.parametrize(("one", "other"), [(True, 1), ("x", "y"), (None, 0), (10**400, 1)])
def test_another_value_is_a_difference(one: object, other: object) -> None:
    assert len(differing({"a": one}, {"a": other})) == 1


def test_nested_hyperparameters_differ_by_their_leaves() -> None:
    before = {"optimizer": {"lr": 0.1, "name": "adam"}}
    now = {"optimizer": {"lr": 0.2, "name": "adam"}}
    assert [one.name for one in differing(before, now)] == ["optimizer.lr"]
