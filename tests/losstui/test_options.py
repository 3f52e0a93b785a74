from __future__ import annotations

from pathlib import Path

import pytest

from losstui.analysis import Options, RunReport, analyse, chosen_detectors
from losstui.detectors import DETECTORS
from losstui.errors import UsageError
from losstui.roles import parse_role


def test_select_and_ignore_take_codes_names_and_families() -> None:
    detectors = [cls() for cls in DETECTORS]
    selected = chosen_detectors(detectors, Options(select=("LT1", "overfitting"), ignore=("plateau",)))
    names = {one.name for one in selected}
    assert {"divergence", "overfitting"} <= names
    assert "plateau" not in names
    assert all(one.code.startswith("LT1") or one.name == "overfitting" for one in selected)


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("LT999", ""),
        ("overfiting", "did you mean overfitting or underfitting? "),
        ("Spikes", "did you mean loss-spike? "),
        ("o", ""),
    ],
)
def test_an_unknown_finding_is_refused_with_those_that_may_be_meant(wanted: str, meant: str) -> None:
    with pytest.raises(UsageError) as refused:
        chosen_detectors([cls() for cls in DETECTORS], Options(select=(wanted,)))
    says = f"no finding '{wanted}'; {meant}'losstui --list-findings' shows what there is"
    assert str(refused.value) == says


def test_runs_tags_and_roles_can_be_chosen(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        rows = "".join(f"{i},{2 / (i + 1)},{3 / (i + 1)}\n" for i in range(20))
        (tmp_path / name / "metrics.csv").write_text("step,train_loss,my_metric\n" + rows)
    options = Options(runs=("b*",), tags=("my_*",), roles={"my_metric": parse_role("val_loss")})
    [report] = analyse([tmp_path], options)
    assert isinstance(report, RunReport)
    assert report.run.id == "b"
    assert {tag: role.name for tag, role in report.run.roles.items()} == {"my_metric": "val_loss"}
