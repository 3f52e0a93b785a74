"""What needs no run to be read: `--explain` and the lists."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from losstui.cli import COLUMNS_OF_PROSE, main
from losstui.detectors import DETECTORS
from losstui.errors import ExitCode
from losstui.report.catalogue import summary
from losstui_parsers import PARSERS


@pytest.mark.parametrize("wanted", ["LT105", "lt105", "non-finite", "Non-Finite"])
def test_explain_prints_what_how_when_wrong_and_what_to_do(
    wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--explain", wanted]) == ExitCode.ANALYSED
    output = capsys.readouterr().out
    assert output.startswith("LT105 non-finite")
    for heading in ("What it looks for", "How it decides", "When it is wrong", "What to do"):
        assert f"## {heading}" in output


@pytest.mark.parametrize("columns", [40, 80, 100])
def test_explain_is_wrapped_at_words_for_the_terminal(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--explain", "divergence"])
    piped = capsys.readouterr().out
    assert max(map(len, piped.splitlines())) <= COLUMNS_OF_PROSE
    monkeypatch.setenv("COLUMNS", f"{columns}")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(["--explain", "divergence"])
    shown = capsys.readouterr().out
    assert columns - 12 < max(map(len, shown.splitlines())) <= columns
    assert shown.split() == piped.split()
    assert "\n- `collapse`: a reward" in shown
    assert "\n  When: " in shown


@pytest.mark.parametrize(
    "arguments", [["--list-findings"], ["--list-formats"], ["RUNS"], ["--explain", "nothing"]]
)
def test_lines_are_wrapped_at_words_for_a_terminal_only(
    arguments: list[str], runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(runs) if one == "RUNS" else one for one in arguments]
    main(arguments)
    piped = "".join(capsys.readouterr())
    monkeypatch.setenv("COLUMNS", "60")
    for stream in (sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")  # on others there is the screen
    main(arguments)
    shown = "".join(capsys.readouterr())
    assert max(map(len, shown.splitlines())) <= 60 < max(map(len, piped.splitlines()))
    assert "".join(shown.split()) == "".join(piped.split())


def test_lists_name_every_finding_and_format(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--list-findings"])
    findings = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in findings] == [[cls.code, cls.name] for cls in DETECTORS]
    assert len({line.index(summary(cls)) for line, cls in zip(findings, DETECTORS, strict=True)}) == 1
    main(["--list-formats"])
    formats = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in formats] == [cls.name for cls in PARSERS]


def test_list_runs_says_which_format_and_why(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-runs", str(runs)]) == ExitCode.ANALYSED
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("good  csv (") and line.endswith("metrics.csv") for line in lines)


def test_list_runs_lists_those_that_are_asked_for(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def ids(*arguments: str) -> list[str]:
        assert main(["--list-runs", str(runs), *arguments]) == ExitCode.ANALYSED
        return [line.split()[0] for line in capsys.readouterr().out.splitlines()]

    every = ids()
    assert ids("--run", "good") == ["good"] != every
    assert ids("--run", "good/seed1") == ["good"]  # which runs are in a file is known when it is read
    assert main(["--list-runs", str(runs), "--run", "bad-*"]) == ExitCode.UNREADABLE
    assert capsys.readouterr().out == "? no run has an id that fits bad-*\n"


def test_list_runs_of_a_folder_without_one_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-runs", str(tmp_path)]) == ExitCode.UNREADABLE
    assert capsys.readouterr().out == f"? {tmp_path}: no training log in this folder\n"


def test_list_runs_says_which_flags_it_has_no_use_for(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--list-runs", str(runs), "--select", "plateau", "--tag", "loss*"])
    told = "looks for no findings and reads no tags: --select, --tag: no effect"
    assert told in capsys.readouterr().err
    main(["--list-runs", str(runs)])
    assert capsys.readouterr().err == ""
