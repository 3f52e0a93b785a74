"""What is copied out of each pane."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from losstui.analysis import LogError, RunReport
from losstui.tui import clipboard
from losstui.tui.copying import finding_text, path_text, values_text
from support import make_run
from tui_support import all_read, made_app, make_finding, make_report, screen_text

RUN = make_run({"train/loss": [1.0]})


def test_a_finding_stands_alone() -> None:
    text, what = finding_text(make_finding(), "sweep/a\x1b", RUN, "pytorch")
    assert what == "the finding"
    assert text.startswith("sweep/a\\x1b: divergence (LT103, critical)\n")
    assert "    clip_grad_norm_(model.parameters(), 1.0)\n" in text
    assert "\x1b" not in text


def test_values_keep_their_digits_and_say_where_they_are() -> None:
    text, what = values_text("a\x1b", "step 7", [("loss", 1 / 3), ("val\n", float("nan"))])
    assert what == "2 values at step 7"
    assert text == f"a\\x1b, 2 values at step 7\nloss: {1 / 3!r}\nval\\n: nan\n"
    assert values_text("a", "", [("loss", 2.0)]).what == "the last value"


def test_one_file_is_its_path_and_several_are_their_folder() -> None:
    here = Path.cwd()
    assert path_text(["runs/a.csv"]).text == str(here / "runs" / "a.csv")
    assert path_text([f"{os.sep}logs/a/1.csv", f"{os.sep}logs/a/2.csv"]).text == f"{os.sep}logs{os.sep}a"
    assert "\n" not in path_text(["a\nb"]).text


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []

    def keep(text: str, what: str, *_: object) -> str:
        texts.append(text)
        return f"{what}: kept"

    monkeypatch.setattr(clipboard, "copy", keep)
    return texts


def report_from(run_id: str, *sources: str) -> RunReport:
    report = make_report(run_id, [make_finding()])
    return replace(report, run=replace(report.run, sources=sources))


async def test_each_pane_copies_what_it_is_about(copied: list[str]) -> None:
    app = made_app(
        report_from("sweep/a", "/logs/sweep/a/1.csv"),
        report_from("sweep/b", "/logs/sweep/b/1.csv", "/logs/sweep/b/2.csv"),
        LogError("/logs/broken.csv", "no value"),
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("3", "c", "1", "c", "j", "c", "j", "j", "c", "g", "c")
        await pilot.pause()
        assert copied[0].startswith("sweep/a: divergence")
        assert copied[1:] == [
            "/logs/sweep/a/1.csv",
            "/logs/sweep/b",
            "/logs/broken.csv",
            "/logs/sweep",
        ]
        assert "the path: kept" in screen_text(app)


async def test_values_are_those_at_the_cursor_of_all_that_is_drawn(copied: list[str]) -> None:
    falling = np.linspace(1.0, 0.5, 30)
    lost = np.where(np.arange(30) == 29, np.nan, falling)
    tags = {"train/loss": falling, "val/loss": lost, "lr": falling / 10}
    app = made_app(make_report("run", [], tags))
    async with app.run_test(size=(120, 40)) as pilot:
        await all_read(pilot)
        await pilot.press("2", "c")
        await pilot.pause()
        assert "val/loss   NaN" in screen_text(app)
        await pilot.press("home", "c")
        await pilot.pause()
        last, first = (text.splitlines() for text in copied)
        assert last == ["run, the last 3 values", "train/loss: 0.5", "val/loss: nan", "lr: 0.05"]
        assert first == ["run, 3 values at step 0", "train/loss: 1.0", "val/loss: 1.0", "lr: 0.1"]


async def test_where_there_is_nothing_to_copy_that_is_said(copied: list[str]) -> None:
    app = made_app(make_report("run", []))
    async with app.run_test(size=(80, 24)) as pilot:
        await all_read(pilot)
        await pilot.press("3", "c")
        await pilot.pause()
        assert "nothing to copy here" in screen_text(app)
        assert copied == []
