"""What is kept between two looks at the same paths."""

import json
from pathlib import Path

import pytest

from losstui.tui.remembering import choice_of, keep, memory_file, recall, strings_of


def test_what_was_kept_is_there_the_next_time(tmp_path: Path) -> None:
    path = memory_file(tmp_path, ["runs"])
    assert recall(path) == {}
    keep(path, ["runs"], {"run": "a/\udcff", "marked": ["b"]})
    kept = recall(path)
    assert kept["marked"] == ["b"]
    assert kept["root"] == [str(Path("runs").resolve())]
    assert [one.suffix for one in path.parent.iterdir()] == [".json"]


def test_a_path_is_the_same_however_it_is_spelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "runs").mkdir()
    monkeypatch.chdir(tmp_path)
    spelled = [["runs"], ["./runs/"], [str(tmp_path / "runs")], ["runs/../runs"]]
    assert len({memory_file(tmp_path, root) for root in spelled}) == 1
    assert memory_file(tmp_path, ["runs"]) != memory_file(tmp_path, ["."])
    assert memory_file(tmp_path, ["a", "b"]) == memory_file(tmp_path, ["b", "a"])


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '"x"', '{"version": 0}', "[" * 100_000, "\x00", "[1e999]", " " * 2_000_000]
)
def test_a_file_that_cannot_be_used_is_as_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    assert recall(path) == {}


def test_what_cannot_be_written_is_not_kept_and_nobody_is_told(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("a file")
    path = memory_file(tmp_path, ["runs"])
    keep(path, ["runs"], {})
    assert recall(path) == {}


def test_values_of_another_kind_are_left_out() -> None:
    kept = json.loads(
        '{"theme": "pink", "ranking": 3, "marked": ["a", 1, null], "pinned": "x", "other": "dark"}'
    )
    assert choice_of(kept, "theme", ["dark"]) is None
    assert choice_of(kept, "ranking", ["name"]) is None
    assert choice_of(kept, "other", ["dark"]) == "dark"
    assert strings_of(kept, "marked") == ["a"]
    assert strings_of(kept, "pinned") == []
