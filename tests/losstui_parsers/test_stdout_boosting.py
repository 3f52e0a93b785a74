"""Rounds of boosting with metrics of any name."""

from __future__ import annotations

import pytest

from losstui_parsers.stdout_lines.boosting import BoostingRounds


def test_metric_of_any_name_is_read_behind_the_tab_that_the_libraries_print() -> None:
    record = BoostingRounds().read("[10]\ttraining's l2: 0.25\tvalid_1's own_score: 0.5")
    assert record is not None
    assert record.values == [("training/l2", 0.25), ("valid_1/own_score", 0.5)]
    assert record.step == 10
    record = BoostingRounds().read("[0]\ttrain-gain:0.25\teval-gain:0.5")
    assert record is not None
    assert record.values == [("train-gain", 0.25), ("eval-gain", 0.5)]


def test_behind_blanks_one_metric_must_be_known() -> None:
    assert BoostingRounds().read("[10] training's auc: 0.25") is not None
    assert BoostingRounds().read("[10] somebody's age: 42") is None
    assert BoostingRounds().read("[10] somebody's well-known:42") is None


def test_brackets_and_a_tab_alone_are_no_round() -> None:
    assert BoostingRounds().read("[10]\tsomebody's words") is None


@pytest.mark.parametrize("said", ["Early stopping, best iteration is:", "Stopping. Best iteration:"])
def test_the_best_round_told_once_more_is_no_further_one(said: str) -> None:
    rounds = BoostingRounds()
    told = [f"[{count}]\tvalid_0's auc: 0.{count}" for count in (10, 20, 30)]
    records = [rounds.read(line) for line in (*told, said, told[1], *told)]
    steps = [record.step for record in records if record is not None and record.values]
    assert steps == [10, 20, 30, 10, 20, 30]
