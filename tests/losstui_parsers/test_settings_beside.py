from __future__ import annotations

import json
from pathlib import Path

import pytest

from losstui.parsing import FileGroup, LogFile
from losstui_parsers.delimited import Delimited
from losstui_parsers.settings_beside import SettingsBeside, settings_beside
from losstui_parsers.tensorboard import Tensorboard
from losstui_parsers.tracker_parameters import LARGEST

TABLE = "step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(9))
FIXTURES = Path(__file__).parent.parent / "fixtures" / "lightning"


@pytest.mark.parametrize("name", ["hparams.yaml", "args.yaml"])
def test_the_settings_beside_a_table_are_its_hyperparameters(tmp_path: Path, name: str) -> None:
    log = tmp_path / "metrics.csv"
    log.write_text(TABLE)
    (tmp_path / name).write_text("lr: 0.1\nepochs: 3\n")
    [run] = Delimited().read(FileGroup(log, (LogFile(log),)))
    assert run.hyperparameters == {"lr": 0.1, "epochs": 3}
    assert run.warnings == ()


@pytest.mark.parametrize("name", ["args.json", "params.json", "config.json", "hparams.json"])
def test_settings_beside_a_log_may_be_json_in_groups(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"optimizer": {"lr": 0.1}, "epochs": 3, "notes": null}')
    assert settings_beside(tmp_path / "metrics.csv").settings == {"optimizer/lr": 0.1, "epochs": 3}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1, 2]",
        "{}",
        '{"architectures": ["BertModel"], "hidden_size": 768}',
        '{"_diffusers_version": "0.30", "layers_per_block": 2}',
    ],
)
def test_json_about_something_else_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "args.json").write_text(text)
    assert settings_beside(tmp_path / "metrics.csv") == SettingsBeside()
    (tmp_path / "config.json").write_text('{"lr": 0.2}')
    assert settings_beside(tmp_path / "metrics.csv") == SettingsBeside({"lr": 0.2})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"lr": 0.1,', "not JSON: line 1 column 12: "),
        ('{"lr": 0.1} // tuned', "not JSON: line 1 column 13: "),
        (
            json.dumps({f"weight_{i}": i for i in range(1001)}),
            "1001 values, more than a training has settings",
        ),
        (" " * (LARGEST + 1), "larger than 1 MiB"),
    ],
)
def test_settings_that_cannot_be_read_are_told_with_file_and_cause(
    tmp_path: Path, text: str, reason: str
) -> None:
    path, log = tmp_path / "args.json", tmp_path / "metrics.csv"
    path.write_text(text)
    (tmp_path / "config.json").write_text('{"lr": 0.2}')
    log.write_text(TABLE)
    [run] = Delimited().read(FileGroup(log, (LogFile(log),)))
    [warning] = run.warnings
    assert warning.startswith(f"{path}: {reason}")
    assert warning.endswith("; no settings are taken from it")
    assert run.hyperparameters == {"lr": 0.2}


def test_a_log_is_not_its_own_settings(tmp_path: Path) -> None:
    (tmp_path / "params.json").write_text('{"loss": [3, 2, 1]}')
    assert settings_beside(tmp_path / "params.json") == SettingsBeside()


def test_lightning_keeps_its_settings_beside_both_of_its_logs() -> None:
    for parser, log in ((Delimited(), "csv/version_0/metrics.csv"), (Tensorboard(), "")):
        path = FIXTURES / log if log else next((FIXTURES / "tensorboard" / "version_0").glob("events*"))
        [run] = parser.read(FileGroup(path.parent, (LogFile(path),)))
        assert dict(run.hyperparameters) == {"lr": 0.1, "width": 3}


def test_what_is_no_file_of_text_holds_no_settings(tmp_path: Path) -> None:
    (tmp_path / "hparams.yaml").mkdir()
    (tmp_path / "args.yaml").write_bytes(b"\x89PNG\r\n")
    assert settings_beside(tmp_path / "metrics.csv") == SettingsBeside()
