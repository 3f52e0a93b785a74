"""What each family of lines gives: tag -> steps (or epochs, or rows) and values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from losstui.parsing import FileGroup, LogFile
from losstui.roles import assign_roles
from losstui.run import StepUnit
from losstui_parsers.stdout import Stdout
from losstui_parsers.stdout_lines import FAMILIES, LAST_RESORTS
from stdout_cases import CASES, Curves


@pytest.mark.parametrize(
    ("title", "text", "unit", "expected"), CASES, ids=[f"{n} {case[0]}" for n, case in enumerate(CASES)]
)
def test_family(title: str, text: str, unit: StepUnit, expected: Curves, tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_text(text, encoding="utf-8", newline="")
    parser = Stdout()
    why = parser.recognise(LogFile(path))
    assert why is not None
    assert title in why
    [run] = parser.read(parser.group([LogFile(path)])[0])
    assert sorted(run.frame) == sorted(expected)
    for tag, (steps, values) in expected.items():
        assert run.frame[tag].steps.tolist() == steps, tag
        np.testing.assert_allclose(run.frame[tag].values, values, rtol=1e-12, err_msg=tag)
    assert run.step_unit is unit


@pytest.mark.parametrize("label", ["0: ", "12: ", "[rank3]: ", "[default0]:"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [(case[1], case[3]) for case in CASES],
    ids=[f"{n} {case[0]}" for n, case in enumerate(CASES)],
)
def test_what_a_launcher_puts_before_each_line_changes_nothing(
    text: str, expected: Curves, label: str, tmp_path: Path
) -> None:
    path = tmp_path / "slurm-7.out"
    path.write_text("".join(label + line for line in text.splitlines(keepends=True)), encoding="utf-8")
    [run] = Stdout().read(FileGroup(path, (LogFile(path),)))
    assert sorted(run.frame) == sorted(expected)
    for tag, (steps, values) in expected.items():
        assert run.frame[tag].steps.tolist() == steps, tag
        np.testing.assert_allclose(run.frame[tag].values, values, rtol=1e-12, err_msg=tag)


def test_every_family_has_a_case() -> None:
    assert {family.title for family in FAMILIES} == {case[0] for case in CASES}
    assert not set(LAST_RESORTS) & set(FAMILIES)


def test_a_rising_score_of_catboost_is_no_loss(tmp_path: Path) -> None:
    path = tmp_path / "train.log"
    path.write_text("".join(f"{n}:\tlearn: {0.5 + n / 10}\ttest: 0.5\ttotal: 57ms\n" for n in range(4)))
    [run] = Stdout().read(Stdout().group([LogFile(path)])[0])
    assert sorted(run.frame) == ["learn/score", "test/score"]
    assert all("loss" not in role.name for role in assign_roles(run.frame).values())
