from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers import PARSERS
from losstui_parsers.optuna_journal import OptunaJournal
from text_logs import claim_of, runs_in
from tracker_logs import assert_series, assert_survives_cuts

CHOICE = json.dumps({"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd"]}})


def line(code: int, **told: object) -> str:
    return json.dumps({"op_code": code, "worker_id": "a", **told}) + "\n"


def study(name: str = "mine", direction: int = 1) -> str:
    return line(0, study_name=name, directions=[direction])


def trial(number: int, values: list[float], state: int = 1, of: int = 0) -> str:
    begin = line(4, study_id=of) + line(
        5, trial_id=number, param_name="optimizer", param_value_internal=1, distribution=CHOICE
    )
    reports = "".join(
        line(7, trial_id=number, step=n, intermediate_value=one) for n, one in enumerate(values)
    )
    return begin + reports + line(6, trial_id=number, state=state, values=None)


def test_each_trial_is_a_run_with_its_parameters_alone(tmp_path: Path) -> None:
    text = study() + "".join(
        trial(n, [2.0, math.nan, math.inf, 0.5], state) for n, state in enumerate([1, 2, 3, 0])
    )
    runs = runs_in(OptunaJournal(), tmp_path / "journal.log", text)
    assert [run.name for run in runs] == ["trial=0", "trial=1", "trial=2", "trial=3"]
    for run in runs:
        assert_series(run.frame, "val/objective", [0, 1, 2, 3], [2.0, math.nan, math.inf, 0.5])
        assert list(run.frame) == ["val/objective"]
        assert run.hyperparameters == {"optimizer": "sgd"}
    assert [(run.finished, run.failed) for run in runs] == [
        (True, False),
        (True, False),
        (False, True),
        (False, False),
    ]


def test_a_deleted_study_and_one_made_twice(tmp_path: Path) -> None:
    text = study("a") + study("a") + study("b", 2) + trial(0, [1.0, 2.0]) + trial(1, [1.0, 2.0], of=1)
    path = tmp_path / "journal.log"
    assert [run.name for run in runs_in(OptunaJournal(), path, text)] == ["a trial=0", "b trial=0"]
    [run] = runs_in(
        OptunaJournal(), path, text + line(1, study_id=0) + line(4, study_id=0) + line(1, study_id=9)
    )
    assert (run.name, list(run.frame)) == ("trial=0", ["val/score"])


def test_a_trial_that_was_added_whole(tmp_path: Path) -> None:
    whole = line(
        4,
        study_id=0,
        state=1,
        params={"optimizer": 0},
        distributions={"optimizer": CHOICE},
        intermediate_values={"0": 2.0, "5": 1.0, "x": 3.0},
    )
    named = line(3, study_id=0, system_attr={"study:metric_names": ["val_loss"]})
    [run] = runs_in(OptunaJournal(), tmp_path / "journal.log", study() + named + whole)
    assert_series(run.frame, "val_loss", [0, 5], [2.0, 1.0])
    assert run.hyperparameters == {"optimizer": "adam"}
    assert run.finished


def test_a_broken_line_is_told_and_the_last_one_is_still_being_written(tmp_path: Path) -> None:
    text = study() + "{broken\n" + trial(0, [2.0, 1.0]) + '{"op_code": 7, "wor'
    [run] = runs_in(OptunaJournal(), tmp_path / "journal.log", text)
    assert run.warnings == ("journal.log: line 2: no operation; left out",)


def test_a_study_without_values_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableLog, match="no curve: no trial of 1 reported more than one"):
        runs_in(OptunaJournal(), tmp_path / "journal.log", study() + trial(0, []))


def test_it_claims_its_files_before_the_reader_of_any_rows(tmp_path: Path) -> None:
    path = tmp_path / "journal.log"
    path.write_text(study() + trial(0, [2.0, 1.0]))
    assert next(parser for parser in PARSERS if parser().recognise(LogFile(path))) is OptunaJournal


@pytest.mark.parametrize(
    "text", ['{"op_code": 0}\n', '["op_code", "worker_id"]\n', "op_code worker_id\n", ""]
)
def test_other_rows_are_left_to_others(text: str, tmp_path: Path) -> None:
    assert claim_of(OptunaJournal(), tmp_path / "journal.log", text) is None


def test_cut_anywhere(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "journal.log").write_text(study() + trial(0, [2.0, 1.0]))
    assert_survives_cuts(OptunaJournal(), tmp_path / "whole", "journal.log", tmp_path, every=7)
