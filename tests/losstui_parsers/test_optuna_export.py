from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from losstui import plugins
from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui.unrecognised import why_no_log
from losstui_parsers.optuna_export import OptunaExport
from text_logs import claim_of, runs_in
from tracker_logs import assert_series, assert_survives_cuts


def trial(number: int, values: dict[str, Any], state: Any = "COMPLETE") -> dict[str, Any]:
    parameters = {"lr": 0.1, "layers": 2}
    return {
        "number": number,
        "state": state,
        "params": parameters,
        "value": 0.5,
        "intermediate_values": values,
    }


VALUES = {"0": 2.0, "1": None, "2": 0.5}
TRIALS = [
    trial(0, VALUES),
    trial(1, VALUES, "TrialState.PRUNED"),
    trial(2, VALUES, "FAIL"),
    trial(3, {"0": 1.0}),
]


@pytest.mark.parametrize(
    ("document", "tag"),
    [
        (TRIALS, "intermediate_value"),
        ({"study_name": "s", "direction": "minimize", "trials": TRIALS}, "val/objective"),
        ({"direction": "StudyDirection.MAXIMIZE", "best_trial": TRIALS[0], "trials": TRIALS}, "val/score"),
    ],
)
def test_each_trial_is_a_run(document: object, tag: str, tmp_path: Path) -> None:
    runs = runs_in(OptunaExport(), tmp_path / "trials.json", json.dumps(document, indent=1))
    assert [run.name for run in runs] == ["trial=0", "trial=1", "trial=2"]
    for run in runs:
        assert_series(run.frame, tag, [0, 1, 2], [2.0, float("nan"), 0.5])
        assert run.hyperparameters == {"lr": 0.1, "layers": 2}
        assert run.warnings == ("trials.json: no curve in 1 trial, of one value or none",)
    assert [(run.finished, run.failed) for run in runs] == [(True, False), (True, False), (False, True)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "trials.json",
            json.dumps([{"number": 0, "value": 0.5, "params": {"lr": 0.1}, "state": "COMPLETE"}]),
        ),
        ("trials.csv", "number,value,params_lr,state\n0,0.5,0.1,COMPLETE\n1,0.25,0.01,PRUNED\n"),
        ("trials.csv", ",number,values_0,values_1,params_lr,state\n0,0,0.5,1,0.1,COMPLETE\n"),
    ],
)
def test_results_alone_are_told_to_be_no_curve(name: str, content: str, tmp_path: Path) -> None:
    assert claim_of(OptunaExport(), tmp_path / name, content) is None
    reason = why_no_log(tmp_path / name, plugins.load().parsers)
    assert reason.startswith("a table of Optuna's trials, one value each")


@pytest.mark.parametrize("content", ['{"params": {"lr": 0.1}, "loss": [1, 2]}', "a,b\n1,2\n", "", "\0\1"])
def test_of_other_files_nothing_is_said(content: str, tmp_path: Path) -> None:
    assert claim_of(OptunaExport(), tmp_path / "x.json", content) is None
    assert OptunaExport().refuse(LogFile(tmp_path / "x.json")) is None


def test_trials_of_one_value_each_are_no_curve(tmp_path: Path) -> None:
    content = json.dumps([trial(0, {"0": 1.0})])
    with pytest.raises(UnreadableLog, match="no trial of 1 reported more than one intermediate value"):
        runs_in(OptunaExport(), tmp_path / "trials.json", content)


def test_a_file_that_is_cut_off_gives_what_comes_before(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "trials.json").write_text(json.dumps(TRIALS))
    assert_survives_cuts(OptunaExport(), tmp_path / "whole", "trials.json", tmp_path, every=5)
