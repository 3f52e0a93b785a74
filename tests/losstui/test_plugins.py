from __future__ import annotations

import json
import sys
from importlib import invalidate_caches
from pathlib import Path

import pytest

from losstui import plugins
from losstui.cli import main
from losstui.detectors import DETECTORS
from losstui.errors import ExitCode
from losstui_parsers import PARSERS


def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str, **points: str) -> None:
    """Install a distribution that has these entry points."""
    info = tmp_path / "others-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: others\nVersion: 1.0\n")
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (info / "entry_points.txt").write_text(f"[{group}]\n{lines}")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    invalidate_caches()


def test_without_plug_ins_the_tuples_are_in_force() -> None:
    loaded = plugins.load()
    assert [type(one) for one in loaded.parsers] == list(PARSERS)
    assert [type(one) for one in loaded.detectors] == list(DETECTORS)
    assert loaded.warnings == ()


@pytest.mark.parametrize("group", [plugins.PARSER_GROUP, plugins.DETECTOR_GROUP])
def test_a_broken_plug_in_costs_one_warning(
    group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(tmp_path, monkeypatch, group, absent="no_such_module:Parser", wrong="collections:Counter")
    loaded = plugins.load()
    assert [type(one) for one in loaded.parsers] == list(PARSERS)
    assert [type(one) for one in loaded.detectors] == list(DETECTORS)
    assert len(loaded.warnings) == 2
    assert "no_such_module" in loaded.warnings[0]
    assert loaded.warnings[1].startswith("plug-in wrong (collections:Counter): no ")
    assert "it lacks " in loaded.warnings[1]
    assert "name" in loaded.warnings[1]
    assert main(["--json", str(tmp_path)]) == ExitCode.UNREADABLE
    errors = json.loads(capsys.readouterr().out)["errors"]
    assert [error["path"] for error in errors[:2]] == ["plug-ins", "plug-ins"]


def test_a_parser_is_asked_before_the_built_in_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    same = f"{PARSERS[0].__module__}:{PARSERS[0].__name__}"
    offer(tmp_path, monkeypatch, plugins.PARSER_GROUP, same=same)
    assert [type(one) for one in plugins.load().parsers] == [PARSERS[0], *PARSERS]


def test_a_detector_comes_after_the_built_in_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    same = f"{DETECTORS[0].__module__}:{DETECTORS[0].__name__}"
    offer(tmp_path, monkeypatch, plugins.DETECTOR_GROUP, same=same)
    assert [type(one) for one in plugins.load().detectors] == [*DETECTORS, DETECTORS[0]]
