from __future__ import annotations

from pathlib import Path

import pytest

from losstui.parsing import FileGroup, LogFile
from losstui_parsers.delimited import Delimited
from losstui_parsers.tensorboard import Tensorboard
from losstui_parsers.tracker_parameters import settings_beside, yaml_parameters

TABLE = "step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(9))
FIXTURES = Path(__file__).parent.parent / "fixtures" / "lightning"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lr: 0.1", 0.1),
        ("lr: 1e-3  # halved", 1e-3),
        ("layers: 12", 12),
        ("amp: true", True),
        ("amp: False", False),
        ("name: 'it''s: one'  # said twice", "it's: one"),
        ('name: "a\\tb"', "a\tb"),
        ('name: "C:\\dir"', "C:\\dir"),
        ("colour: '#fff'", "#fff"),
        ("run_1: 1_000", "1_000"),
        ("name: null", None),
        ("name: ~", None),
        ("name:", None),
        ("name: # none yet", None),
        ("model: !!python/object:os.system {}", None),
        ("base: &anchor 3", None),
        ("other: *anchor", None),
        ("text: |", None),
        ("sizes: [1, 2]", None),
        ("- 1", None),
        ("model:\n  width: 3", None),
    ],
)
def test_only_plain_scalars_of_the_top_level_are_settings(line: str, expected: object) -> None:
    assert list(yaml_parameters(line + "\n").values()) == ([] if expected is None else [expected])


@pytest.mark.parametrize("name", ["hparams.yaml", "args.yaml"])
def test_the_settings_beside_a_table_are_its_hyperparameters(tmp_path: Path, name: str) -> None:
    log = tmp_path / "metrics.csv"
    log.write_text(TABLE)
    (tmp_path / name).write_text("lr: 0.1\nepochs: 3\n")
    [run] = Delimited().read(FileGroup(log, (LogFile(log),)))
    assert run.hyperparameters == {"lr": 0.1, "epochs": 3}


@pytest.mark.parametrize("name", ["args.json", "params.json", "config.json", "hparams.json"])
def test_settings_beside_a_log_may_be_json_in_groups(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"optimizer": {"lr": 0.1}, "epochs": 3, "notes": null}')
    assert settings_beside(tmp_path / "metrics.csv") == {"optimizer/lr": 0.1, "epochs": 3}


@pytest.mark.parametrize("text", ["", "[1, 2]", '{"lr": 0.1', "{}"])
def test_json_that_holds_no_settings_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "args.json").write_text(text)
    assert settings_beside(tmp_path / "metrics.csv") == {}
    (tmp_path / "config.json").write_text('{"lr": 0.2}')
    assert settings_beside(tmp_path / "metrics.csv") == {"lr": 0.2}


def test_lightning_keeps_its_settings_beside_both_of_its_logs() -> None:
    for parser, log in ((Delimited(), "csv/version_0/metrics.csv"), (Tensorboard(), "")):
        path = FIXTURES / log if log else next((FIXTURES / "tensorboard" / "version_0").glob("events*"))
        [run] = parser.read(FileGroup(path.parent, (LogFile(path),)))
        assert dict(run.hyperparameters) == {"lr": 0.1, "width": 3}


def test_a_file_of_settings_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    (tmp_path / "hparams.yaml").mkdir()
    (tmp_path / "args.yaml").write_bytes(b"\x89PNG\r\n")
    assert settings_beside(tmp_path / "metrics.csv") == {}
