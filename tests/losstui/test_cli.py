from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from event_files import event, scalars, summary_pb2, version
from losstui import __version__
from losstui.cli import main
from losstui.detectors import DETECTORS
from losstui.errors import ExitCode
from losstui.report.catalogue import summary
from losstui.sanitise import clean
from losstui_parsers import PARSERS

SCHEMA = Path(__file__).parents[2] / "losstui" / "report" / "schema_1.json"
TERMINAL = "\x1b]0;owned\x07"


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A healthy run, one that ends in NaN, and a broken file."""
    rng = np.random.default_rng(0)
    loss = 0.3 + 2.0 / (1.0 + np.arange(300) / 20.0) + rng.normal(0, 0.02, 300)
    folder = tmp_path / "runs"
    for name, values in (("good", loss), ("bad", np.where(np.arange(300) < 200, loss, np.nan))):
        (folder / name).mkdir(parents=True)
        rows = "".join(f"{step},{value}\n" for step, value in enumerate(values))
        (folder / name / "metrics.csv").write_text("step,train_loss\n" + rows)
    (folder / "cut.json").write_text('{"log_history": [{"loss": ')
    return folder


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
    assert capsys.readouterr().err == "losstui: nothing readable at the given paths whose id fits god*\n"
    assert main(["--tag", "train_los", str(runs / "good")]) == ExitCode.ANALYSED
    assert "note: nothing is looked at: no tag fits train_los\n" in capsys.readouterr().out
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


@pytest.mark.parametrize("wanted", ["LT105", "lt105", "non-finite", "Non-Finite"])
def test_explain_prints_what_how_when_wrong_and_what_to_do(
    wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--explain", wanted]) == ExitCode.ANALYSED
    output = capsys.readouterr().out
    assert output.startswith("LT105 non-finite")
    for heading in ("What it looks for", "How it decides", "When it is wrong", "What to do"):
        assert f"## {heading}" in output


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


def test_a_closed_pipe_is_no_error(runs: Path) -> None:
    command = f"{sys.executable} -m losstui --json {runs} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_json_path_imports_nothing_heavy(runs: Path) -> None:
    script = (
        "import sys\n"
        "from losstui.cli import main\n"
        "main(sys.argv[1:])\n"
        "heavy = ['textual', 'rich', 'pandas', 'scipy', 'tensorboard', 'google.protobuf']\n"
        "sys.stderr.write(repr([name for name in heavy if name in sys.modules]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--json", str(runs), "--demo"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    assert done.stderr == "[]"


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


def output_of(*arguments: str, **environment: str) -> tuple[int, bytes, bytes]:
    """The exit code, the output and the talk of the program in a process of its own."""
    process = subprocess.run(
        [sys.executable, "-m", "losstui", *arguments],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )
    return process.returncode, process.stdout, process.stderr


def test_a_name_that_the_output_cannot_say_is_spelled(tmp_path: Path) -> None:
    (tmp_path / "Läufe-日本.csv").write_text(
        "step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(9))
    )
    (tmp_path / "b.csv").write_text("step,loss\n0,1.0\n1,0.5\n")
    code, output, _ = output_of(str(tmp_path), PYTHONIOENCODING="ascii")
    assert code == ExitCode.ANALYSED
    assert rb"L\xe4ufe-\u65e5\u672c" in output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("what", ["--json", "--jsonl", "--list-runs", "--explain=plateau", "--verify"])
def test_an_output_that_is_full_is_one_line(runs: Path, what: str) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "losstui", what, str(runs)]
        process = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert process.returncode == ExitCode.USAGE
    assert process.stderr == b"losstui: the output cannot be written: no space left on device\n"


@pytest.mark.skipif(not Path("/bin/sh").exists(), reason="no shell that closes what it hands over")
@pytest.mark.parametrize(
    ("closed", "arguments", "code"),
    [
        (">&-", "--json .", 0),
        (">&- 2>&- <&-", ".", 0),
        ("2>&-", "--json nowhere", 3),
        ("2>/dev/full", "nowhere", 3),
    ],
)
def test_what_is_closed_is_not_written_to(closed: str, arguments: str, code: int, runs: Path) -> None:
    command = f'"{sys.executable}" -m losstui {arguments} {closed}'
    process = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False, cwd=runs)
    assert process.returncode == code
    assert b"Traceback" not in process.stderr


def test_a_configuration_without_end_is_not_read_for_ever(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", "/dev/zero", "."]) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith("losstui: /dev/zero: ")
