from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers.unsupported_stores import UnsupportedStore
from tracker_logs import groups_of


def reason_of(files: list[LogFile]) -> str:
    [group] = UnsupportedStore().group(files)
    with pytest.raises(UnreadableLog) as error:
        UnsupportedStore().read(group)
    assert "\n" not in error.value.reason
    return error.value.reason


@pytest.mark.parametrize(
    ("folder", "names", "said"),
    [
        (".aim", ["VERSION", "meta/chunks/ab/CURRENT"], "query_metrics"),
        (".neptune", ["async/run__1/exec-0/data-1.log", "async/run__1/exec-0/last_put_version"], "Neptune"),
        (".cometml-runs", ["a.txt", "b.txt"], "comet offline"),
    ],
)
def test_a_store_is_told_of_once(tmp_path: Path, folder: str, names: list[str], said: str) -> None:
    for name in names:
        path = tmp_path / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1\n")
    groups = groups_of(UnsupportedStore(), tmp_path / folder)
    assert [group.label for group in groups] == [tmp_path / folder]
    assert said in reason_of(list(groups[0].files))


def test_an_aim_repository_under_another_name(tmp_path: Path) -> None:
    path = tmp_path / "copy" / "run_metadata.sqlite"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE run (hash)")
        connection.commit()
    file = LogFile(path)
    assert UnsupportedStore().recognise(file) == "an Aim repository"
    assert "aim" in reason_of([file])


def test_a_comet_archive(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("messages.json", "{}\n")
        archive.writestr("experiment.json", "{}")
    path = tmp_path / "abc.zip"
    path.write_bytes(content.getvalue())
    assert UnsupportedStore().recognise(LogFile(path)) == "a Comet offline experiment"
    assert "comet offline" in reason_of([LogFile(path)])
    for length in range(len(content.getvalue())):
        path.write_bytes(content.getvalue()[:length])
        assert UnsupportedStore().recognise(LogFile(path)) in (None, "a Comet offline experiment")


def test_other_archives_and_databases_are_not_claimed(tmp_path: Path) -> None:
    path = tmp_path / "model.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.pkl", "x")
    assert UnsupportedStore().recognise(LogFile(path)) is None
    path = tmp_path / "run_metadata.sqlite"
    path.write_text("no database")
    assert UnsupportedStore().recognise(LogFile(path)) is None
