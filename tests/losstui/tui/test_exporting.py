"""What is seen, written to files that were not there before."""

import csv
import io
import json
import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest

from losstui.tui.exporting import Export, Sight, as_csv, as_json, as_markdown, file_stem, write_new
from losstui.tui.places import export_folder
from losstui.tui.settings import Settings
from tui_support import all_read, made_app, make_finding, make_report, screen_text


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_holds_the_values_in_sight_as_they_were_logged() -> None:
    times = {"loss": [10.0, 11.5, np.nan]}
    report = make_report("a/b", tags={"loss": [1.5, np.nan, 0.1]}, wall_times=times)
    rows = rows_of(as_csv([Sight(report, ("loss",), {})]))
    assert [row["value"] for row in rows] == ["1.5", "nan", "0.1"]
    assert [row["wall_time"] for row in rows] == ["10.0", "11.5", ""]
    assert {row["run"] for row in rows} == {"a/b"}
    rows = rows_of(as_csv([Sight(report, ("loss",), {"loss": (1, 2)})]))
    assert [row["step"] for row in rows] == ["1", "2"]


def test_no_name_becomes_a_formula() -> None:
    report = make_report("=cmd()", tags={"+loss": [1.0]})
    [row] = rows_of(as_csv([Sight(report, ("+loss",), {})]))
    assert (row["run"], row["tag"]) == ("'=cmd()", "'+loss")


def test_names_that_no_file_or_terminal_takes_are_spelled(tmp_path: Path) -> None:
    report = make_report("bad\udcffbytes", tags={"\x1b[31mloss": [1.0]})
    path = write_new(tmp_path, "a", "csv", as_csv([Sight(report, ("\x1b[31mloss",), {})]))
    [row] = rows_of(path.read_text(encoding="utf-8"))
    assert (row["run"], row["tag"]) == (r"bad\udcffbytes", r"\x1b[31mloss")


def test_json_and_markdown_are_those_of_the_command() -> None:
    report = make_report("a", [make_finding()])
    made = json.loads(as_json([Sight(report, (), {})]))
    assert made["schema"] == 1
    assert made["runs"][0]["findings"][0]["name"] == "divergence"
    assert as_markdown([Sight(report, (), {})]).startswith("# Training runs")


@pytest.mark.parametrize(
    ("names", "stem"),
    [
        (("sweep/seed-1", "train/loss"), "losstui-sweep-seed-1-train-loss"),
        (("../../etc/passwd",), "losstui-etc-passwd"),
        (("\x1b]0;x\x07",), "losstui-0-x"),
        ((), "losstui"),
        (("." * 200,), "losstui"),
    ],
)
def test_a_file_name_holds_nothing_that_means_something_to_a_shell(names: tuple[str, ...], stem: str) -> None:
    assert file_stem(*names) == stem


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    written = [write_new(tmp_path / "new", "losstui-a", "csv", str(number)) for number in range(3)]
    assert [path.name for path in written] == ["losstui-a.csv", "losstui-a-2.csv", "losstui-a-3.csv"]
    assert [path.read_text() for path in written] == ["0", "1", "2"]


def test_the_folder_of_the_logs_is_never_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    environment = {"XDG_DATA_HOME": str(data)}
    logs = tmp_path / "logs"
    (logs / "run").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert export_folder(environment, ("logs",)) == tmp_path
    assert export_folder(environment, (".",)) == data / "losstui"
    monkeypatch.chdir(logs / "run")
    assert export_folder(environment, ("..",)) == data / "losstui"
    assert export_folder({"XDG_DATA_HOME": "relative"}, ("..",)) == Path.home() / ".local/share/losstui"


@pytest.mark.parametrize("export", list(Export))
async def test_each_format_is_written_and_named(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = made_app(settings=Settings(root=("elsewhere",)))
    async with app.run_test(size=(160, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("e", *export.described.partition(":")[0].lower())
        await pilot.press("enter")
        for _ in range(100):
            await pilot.pause(0.02)
            if "written: " in screen_text(app):
                break
        [path] = tmp_path.iterdir()
        assert str(path)[:40] in screen_text(app)
    text = path.read_text(encoding="utf-8")
    assert path.suffix == f".{export.value}"
    if export is Export.SVG:
        ElementTree.fromstring(text)
    assert ("seed-2" in text) or "seed" in text
    assert "type to narrow" not in text


async def test_a_folder_that_cannot_be_written_to_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "losstui").write_text("a file")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    app = made_app(settings=Settings(root=(os.getcwd(),)))
    async with app.run_test(size=(160, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("e", "enter")
        for _ in range(100):
            await pilot.pause(0.02)
            if "not written: " in screen_text(app):
                break
        assert "not written: " in screen_text(app)


async def test_what_is_zoomed_to_is_what_is_exported() -> None:
    app = made_app(make_report("a", [make_finding(first=40, last=50)]))
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await all_read(pilot)
        await pilot.press("enter")
        [sight] = screen.sights()
        steps = [int(row["step"]) for row in rows_of(as_csv([sight])) if row["tag"] == "train/loss"]
        assert 30 < min(steps) <= 40
        assert 50 <= max(steps) < 60
