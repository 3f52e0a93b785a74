"""The command line: what it prints, what it refuses, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from event_files import event, scalars, summary_pb2, version
from losstui import __version__
from losstui.cli import main
from losstui.errors import ExitCode
from losstui.sanitise import clean

SCHEMA = Path(__file__).parents[3] / "losstui" / "report" / "schema_1.json"
TERMINAL = "\x1b]0;owned\x07"


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["--json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def test_json_fits_its_schema(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = run_json(capsys, str(runs))
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert code == ExitCode.ANALYSED
    assert report["losstui"] == __version__
    assert {run["id"]: run["verdict"] == "critical" for run in report["runs"]} == {"bad": True, "good": False}
    [error] = report["errors"]
    assert error["path"].endswith("cut.json")


def test_json_names_the_non_finite_values_and_has_no_bare_nan(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--json", str(runs / "bad")])
    output = capsys.readouterr().out
    [series] = json.loads(output, parse_constant=pytest.fail)["runs"][0]["series"]
    assert (series["points"], series["non_finite"], series["last"]) == (300, 100, "NaN")


def test_jsonl_prints_a_run_a_line(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--jsonl", str(runs)]) == ExitCode.ANALYSED
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in lines if "id" in line] == ["bad", "good"]
    assert [line["error"]["path"] for line in lines if "error" in line] == [str(runs / "cut.json")]


def test_without_a_terminal_the_report_is_text(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(runs)]) == ExitCode.ANALYSED
    output = capsys.readouterr().out
    assert "bad: critical" in output
    assert "LT105 non-finite" in output
    assert "cut.json" in output
    assert output.splitlines()[-1].startswith("2 runs: 1 critical")


@pytest.mark.parametrize(("level", "code"), [("critical", 1), ("warning", 1), ("info", 1)])
def test_fail_on_a_bad_run(runs: Path, level: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_json(capsys, "--fail-on", level, str(runs))[0] == code


def test_fail_on_a_good_run(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_json(capsys, "--fail-on", "warning", str(runs / "good"))[0] == ExitCode.ANALYSED


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--nonsense"], "--nonsense"),
        (["--json", "--select", "LT999", "."], "no finding 'LT999'"),
        (["--json", "--role", "loss", "."], "TAG=ROLE"),
        (["--json", "--role", "loss=colour", "."], "no role 'colour'"),
        (["--explain", "nothing"], "no finding 'nothing'"),
        (["--report", "runs.pdf", "."], "written as .md or .html"),
        (["--json", "--config", "nowhere.toml", "."], "nowhere.toml: no such file"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == ExitCode.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01\x02", b"just words\n"], ids=repr)
def test_nothing_readable_is_one_line_and_code_3(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log"
    if content is not None:
        path.write_bytes(content)
    code, report = run_json(capsys, str(path))
    assert code == ExitCode.UNREADABLE
    assert [error["path"] for error in report["errors"]] == [str(path)]
    assert main([str(path)]) == ExitCode.UNREADABLE
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["--jsonl", str(path)]) == ExitCode.UNREADABLE
    assert capsys.readouterr().err.count("\n") == 1


def test_why_nothing_is_readable_is_told_beside_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [str(tmp_path / f"log{number}{TERMINAL}.csv") for number in range(5)]
    for path in paths:
        Path(path).write_bytes(b"")
    assert main(["--json", *paths]) == ExitCode.UNREADABLE
    captured = capsys.readouterr()
    errors = json.loads(captured.out)["errors"]
    assert [error["path"] for error in errors] == paths
    told = [clean(f"{error['path']}: {error['reason']}") for error in errors[:3]]
    says = "; ".join([*told, "and 2 more"])
    assert captured.err == f"losstui: nothing readable at the given paths: {says}\n"


def test_what_was_chosen_and_is_not_there_is_told(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "--run", "god*", str(runs / "good")]) == ExitCode.UNREADABLE
    assert capsys.readouterr().err == (
        "losstui: no run at the given paths fits 'god*'; 'losstui --list-runs' shows their ids\n"
    )
    assert main(["--tag", "train_los", str(runs / "good")]) == ExitCode.UNREADABLE
    said = capsys.readouterr()
    assert "note: nothing is looked at: no tag fits train_los\n" in said.out
    assert said.err == "losstui: --tag train_los: no run has such a tag\n"
    assert main(["--json", "--tag", "train_los,*loss*", str(runs / "good")]) == ExitCode.ANALYSED
    assert capsys.readouterr().err == "losstui: --tag train_los: no run has such a tag\n"
    roles = ["--role", "train_los=val_loss", "--role", "train_*=val_loss"]
    assert main(["--jsonl", *roles, str(runs)]) == ExitCode.ANALYSED
    assert capsys.readouterr().err == "losstui: --role train_los: no run has such a tag\n"


def test_the_screen_is_told_which_of_the_runs_are_wanted(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    titles: list[str] = []

    def shown(prepare: object, *, title: str, settings: object) -> int:
        titles.append(title)
        return ExitCode.ANALYSED

    monkeypatch.setattr("losstui.cli.is_terminal", lambda: True)
    monkeypatch.setattr("losstui.tui.app.run_tui", shown)
    assert main([str(runs), "--run", "lr-*"]) == main([str(runs)]) == ExitCode.ANALYSED
    assert titles == [f"{runs} --run lr-*", str(runs)]


def test_a_run_is_chosen_by_an_id_with_brackets(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (runs / "good").rename(runs / "good[1]")
    _, report = run_json(capsys, "--run", "good[1]", str(runs))
    assert [run["id"] for run in report["runs"]] == ["good[1]"]


def test_a_path_that_no_system_takes_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-runs", "x" * 5000]) == ExitCode.UNREADABLE
    assert capsys.readouterr().err.endswith("xx: file name too long\n")


def test_a_missing_path_beside_a_good_one_is_an_error_entry(
    runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, report = run_json(capsys, str(runs / "good"), str(runs / "nowhere"))
    assert code == ExitCode.ANALYSED
    assert report["errors"] == [{"path": str(runs / "nowhere"), "reason": "no such file or folder"}]


@pytest.mark.parametrize("arguments", [[""], ["--report", "", "."], ["--config", "", "."]])
def test_an_empty_path_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == ExitCode.USAGE
    assert "the path is empty" in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["md", "html"])
def test_report_is_written_and_escapes_the_log(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "<script>alert(1)</script>"
    rows = "".join(f"{step},{'nan' if step > 50 else 1 / (step + 1)}\n" for step in range(90))
    (tmp_path / "log.csv").write_text(f"step,train_loss {name}\n{rows}")
    path = tmp_path / f"out.{ending}"
    assert main(["--report", str(path), str(tmp_path / "log.csv")]) == ExitCode.ANALYSED
    text = path.read_text()
    assert "non-finite" in text
    assert "<script" not in text
    assert capsys.readouterr().out == ""


def test_escape_sequences_of_a_log_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"{step},{'nan' if step > 50 else 1 / (step + 1)}\n" for step in range(90))
    (tmp_path / "log.csv").write_text(f"step,train_loss{TERMINAL}\n{rows}")
    for arguments in ([], ["--json"], ["--list-runs"]):
        main([*arguments, str(tmp_path)])
        captured = capsys.readouterr()
        assert "\x1b" not in captured.out + captured.err
        assert "\x07" not in captured.out + captured.err


def test_config_file_makes_the_same_choices(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "losstui.toml"
    config.write_text('run = ["good"]\nfail-on = "critical"\n[roles]\ntrain_loss = "val_loss"\n')
    code, report = run_json(capsys, "--config", str(config), str(runs))
    assert code == ExitCode.ANALYSED
    [run] = report["runs"]
    assert (run["id"], run["series"][0]["role"]) == ("good", "val_loss")


@pytest.mark.parametrize(
    ("text", "says"),
    [("colour = 1", "no setting 'colour'"), ("select = 1", "must be a list"), ("a = [", "losstui.toml")],
)
def test_a_wrong_config_is_refused(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "losstui.toml"
    config.write_text(text)
    assert main(["--json", "--config", str(config), str(tmp_path)]) == ExitCode.USAGE
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("told", ["by flag", "by file", "not at all"])
def test_pictures_are_checked_when_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], told: str
) -> None:
    picture = summary_pb2.Summary.Value(tag="picture")
    picture.image.encoded_image_string = bytes(5000)
    damaged = bytearray(event(0, picture))
    damaged[2500] ^= 1
    log = tmp_path / "events.out.tfevents.1700000000.host.1.0"
    log.write_bytes(version() + bytes(damaged) + scalars("loss", [1.0, 0.5]))
    config = tmp_path / "config.toml"
    config.write_text("verify = true")
    flags = {"by flag": ["--verify"], "by file": ["--config", str(config)], "not at all": []}[told]
    assert main(["--json", str(log), *flags]) == ExitCode.ANALYSED
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert len(run["warnings"]) == (0 if told == "not at all" else 1)
    assert all("(1 record) dropped" in line for line in run["warnings"])


def test_a_configuration_without_end_is_not_read_for_ever(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", "/dev/zero", "."]) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith("losstui: /dev/zero: ")
