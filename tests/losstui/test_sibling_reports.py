"""What runs of one task tell of each other, in an analysis of logs and while they are followed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from shutil import rmtree

from losstui.analysis import LogError, RunReport, analyse
from losstui.findings import Severity
from losstui.following import Following
from sibling_support import VALUES, losses


def write(folder: Path, name: str, level: float, seed: int, *, until: int = VALUES) -> None:
    tags = losses(level, seed)
    lines = [f"{i},{tags['train/loss'][i]},{tags['val/loss'][i]}" for i in range(until)]
    (folder / f"{name}.csv").write_text("\n".join(["step,train/loss,val/loss", *lines, ""]))


def write_sweep(folder: Path) -> None:
    for seed, (name, level) in enumerate([("lr-0.1", 0.2), ("lr-0.01", 0.25), ("lr-1e-5", 0.9)]):
        write(folder, name, level, seed)


def plateaus(run: RunReport) -> list[str | None]:
    return [one.kind for one in run.findings if one.name == "plateau"]


def reports_of(outcomes: Iterable[RunReport | LogError]) -> dict[str, RunReport]:
    return {one.run.id: one for one in outcomes if isinstance(one, RunReport)}


def test_the_analysis_tells_it_as_a_plateau_that_is_no_finished_run(tmp_path: Path) -> None:
    write_sweep(tmp_path)
    reports = reports_of(list(analyse([tmp_path])))
    assert {name: plateaus(one) for name, one in reports.items()} == {
        "lr-0.1": [],
        "lr-0.01": [],
        "lr-1e-5": ["behind-siblings"],
    }
    [finding] = [one for one in reports["lr-1e-5"].findings if one.name == "plateau"]
    assert finding.severity is Severity.WARNING
    assert "lr-0.1, with lr 0.1 (here 1e-5), had brought" in finding.message
    assert reports["lr-1e-5"].checks["converged"] == "skipped: explained by plateau"
    assert reports_of(list(analyse([tmp_path / "lr-1e-5.csv"])))["lr-1e-5"].checks["converged"] == "found"


def test_following_ends_with_what_a_fresh_look_says(tmp_path: Path) -> None:
    write(tmp_path, "lr-0.1", 0.2, 0)
    write(tmp_path, "lr-1e-5", 0.9, 2)
    following = Following([tmp_path], look_every=0)
    told = reports_of(list(following.first()))
    assert plateaus(told["lr-1e-5"]) == []
    write_sweep(tmp_path)
    told |= reports_of(following.poll())
    assert plateaus(told["lr-1e-5"]) == ["behind-siblings"]
    assert following.poll() == []
    assert following.told_by_siblings() == []
    fresh = reports_of(list(analyse([tmp_path])))
    assert {name: one.findings for name, one in told.items()} == {n: o.findings for n, o in fresh.items()}
    (tmp_path / "lr-0.1.csv").unlink()
    assert plateaus(reports_of(following.poll())["lr-1e-5"]) == []


def test_a_run_comes_again_when_a_sibling_in_another_folder_is_removed(tmp_path: Path) -> None:
    for index, (name, level) in enumerate([("lr-0.1", 0.2), ("lr-0.01", 0.25), ("lr-1e-5", 0.9)]):
        (tmp_path / name).mkdir()
        write(tmp_path / name, "metrics", level, index)
    following = Following([tmp_path], look_every=0)
    told = reports_of([*following.first(), *following.told_by_siblings()])
    assert plateaus(told["lr-1e-5"]) == ["behind-siblings"]
    rmtree(tmp_path / "lr-0.1")
    assert plateaus(reports_of(following.poll())["lr-1e-5"]) == []


def test_a_run_comes_again_when_only_its_siblings_grow(tmp_path: Path) -> None:
    write_sweep(tmp_path)
    write(tmp_path, "lr-0.1", 0.2, 0, until=10)
    write(tmp_path, "lr-0.01", 0.25, 1, until=10)
    following = Following([tmp_path], look_every=0)
    told = reports_of(list(following.first()))
    write(tmp_path, "lr-0.1", 0.2, 0)
    write(tmp_path, "lr-0.01", 0.25, 1)
    later = reports_of(following.poll())
    assert plateaus(told["lr-1e-5"]) == []
    assert plateaus(later["lr-1e-5"]) == ["behind-siblings"]
    write(tmp_path, "lr-0.1", 0.1, 0)
    lower = reports_of(following.poll())["lr-1e-5"].findings
    assert lower != later["lr-1e-5"].findings
    assert lower == reports_of(list(analyse([tmp_path])))["lr-1e-5"].findings
