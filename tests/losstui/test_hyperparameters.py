import pytest

from losstui.hyperparameters import HyperparameterDifference, differing, without_secrets


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


@pytest.mark.parametrize(
    "name",
    [
        "api_key",
        "wandb/api_key",
        "openaiApiKey",
        "NEPTUNE_API_TOKEN",
        "hub_token",
        "push_to_hub_token",
        "login.token",
        "password",
        "db_password",
        "aws_secret_access_key",
        "client-secret",
        "slack_webhook_url",
    ],
)
def test_what_lets_somebody_in_is_left_out(name: str) -> None:
    assert without_secrets({name: "x1y2", "lr": 0.1, "a": {name: "x1y2"}}) == {"lr": 0.1, "a": {}}


def test_the_address_of_a_database_is_left_out_with_the_password_in_it() -> None:
    assert without_secrets({"storage": "mysql://me:x1y2@host/db"}) == {}
    assert without_secrets({"storage": "sqlite:///a.db"}) == {"storage": "sqlite:///a.db"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eos_token", "</s>"),
        ("max_tokens", 512),
        ("tokens", 1e9),
        ("use_auth_token", True),
        ("key", "x"),
        ("passes", 3),
        ("key_size", 64),
        ("bypass_password", False),
    ],
)
def test_settings_called_much_the_same_stay(name: str, value: object) -> None:
    assert without_secrets({name: value}) == {name: value}
