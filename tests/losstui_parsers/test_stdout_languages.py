from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from losstui.parsing import LoggedRun
from losstui.roles import Kind, Split, assign_roles
from losstui.run import StepUnit
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.stdout import Stdout
from text_logs import runs_in, steps, values

LOSS, ACCURACY, RATE = Kind.LOSS, Kind.ACCURACY, Kind.LEARNING_RATE
TRAIN, HELD_OUT, NONE = Split.TRAIN, Split.VALIDATION, Split.NONE


def printed(folder: Path, *templates: str) -> LoggedRun:
    text = "".join(
        template.format(n=n, step=10 * n, a=2 - n / 8, b=2.25 - n / 8) + "\n"
        for n in (1, 2, 3, 4)
        for template in templates
    )
    [run] = runs_in(Stdout(), folder / "train.log", text.encode())
    return run


def roles(run: LoggedRun) -> dict[str, tuple[Kind, Split]]:
    return {tag: (role.kind, role.split) for tag, role in assign_roles(run.frame).items()}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("第 {n} 轮 训练损失: {a} 验证损失: {b}", {"训练损失": (LOSS, TRAIN), "验证损失": (LOSS, HELD_OUT)}),
        (
            "Epoch {n}/9, 訓練損失: {a}, 学习率: 0.001",
            {"訓練損失": (LOSS, TRAIN), "学习率": (RATE, NONE)},
        ),
        ("第{n}轮：损失：{a}，正确率：81.5％", {"损失": (LOSS, TRAIN), "正确率": (ACCURACY, TRAIN)}),
        ("轮次 {n} 损失 {a}", {"损失": (LOSS, TRAIN)}),
        ("эпоха {n}: потери {a}, точность 0.81", {"потери": (LOSS, TRAIN), "точность": (ACCURACY, TRAIN)}),
        ("에포크 {n} 손실: {a} 정확도: 0.81", {"손실": (LOSS, TRAIN), "정확도": (ACCURACY, TRAIN)}),
        ("エポック {n} 損失: {a} 精度: 0.81", {"損失": (LOSS, TRAIN), "精度": (ACCURACY, TRAIN)}),
        ("轮次 {n} | 损失: {a} | 学习率: 1e-4", {"损失": (LOSS, TRAIN), "学习率": (RATE, NONE)}),
        ("Époque {n}: perte: {a}, précision: 0.81", {"perte": (LOSS, TRAIN), "précision": (ACCURACY, TRAIN)}),
        (
            "Época {n}/9 - pérdida: {a} - pérdida de validación: {b}",
            {"pérdida": (LOSS, TRAIN), "pérdida de validación": (LOSS, HELD_OUT)},
        ),
        (
            "Epoca {n}: perdita: {a}, perdita val: {b}",
            {"perdita": (LOSS, TRAIN), "perdita val": (LOSS, HELD_OUT)},
        ),
        (
            "Epoche {n}/9: Trainingsverlust: {a}, Validierungsverlust: {b}",
            {"Trainingsverlust": (LOSS, TRAIN), "Validierungsverlust": (LOSS, HELD_OUT)},
        ),
    ],
)
def test_epochs_and_values_under_their_own_names(
    template: str, expected: Mapping[str, tuple[Kind, Split]], tmp_path: Path
) -> None:
    run = printed(tmp_path, template)
    assert run.step_unit is StepUnit.EPOCH
    assert roles(run) == expected
    for tag, (kind, split) in expected.items():
        assert steps(run, tag) == [1, 2, 3, 4]
        if kind is LOSS and split is TRAIN:
            assert values(run, tag) == [1.875, 1.75, 1.625, 1.5]


def test_steps_within_epochs_and_what_was_planned(tmp_path: Path) -> None:
    run = printed(tmp_path, "Эпоха {n}/8, шаг {step}, потери на обучении: {a}, потери на валидации: {b}")
    assert steps(run, "потери на обучении") == [10, 20, 30, 40]
    assert roles(run)["потери на валидации"] == (LOSS, HELD_OUT)
    assert printed(tmp_path, "轮次 {n}/8 损失: {a}").progress == 0.5


def test_the_split_stands_before_the_names(tmp_path: Path) -> None:
    run = printed(tmp_path, "[训练] 轮次 {n} 损失: {a}", "[验证] 轮次 {n} 损失: {b}")
    assert sorted(role for role in roles(run).values()) == [(LOSS, TRAIN), (LOSS, HELD_OUT)]
    run = printed(tmp_path, "Epoch {n}/4", "验证集：", "  损失: {b}")
    assert list(roles(run).values()) == [(LOSS, HELD_OUT)]


def test_the_unit_of_a_time(tmp_path: Path) -> None:
    run = printed(tmp_path, "第 {n} 轮 损失: {a} 用时: 12.5秒")
    assert values(run, "用时") == [12.5] * 4


def test_the_best_so_far_is_no_point(tmp_path: Path) -> None:
    run = printed(tmp_path, "第 {n} 轮 损失: {a}", "已保存最佳模型, 损失: 9.0")
    assert values(run, "损失") == [1.875, 1.75, 1.625, 1.5]


def test_headers_of_tables_and_keys_of_rows(tmp_path: Path) -> None:
    table = "轮次,训练损失,验证损失\n" + "".join(f"{n},{2 - n / 8},{2.25 - n / 8}\n" for n in (3, 4, 5))
    [run] = runs_in(Delimited(), tmp_path / "log.csv", table.encode())
    assert run.step_unit is StepUnit.EPOCH
    assert steps(run, "训练损失") == [3, 4, 5]
    assert roles(run) == {"训练损失": (LOSS, TRAIN), "验证损失": (LOSS, HELD_OUT)}
    rows = "".join(f'{{"шаг": {n}, "потери": {2 - n / 8}}}\n' for n in (3, 4, 5))
    [run] = runs_in(JsonRows(), tmp_path / "log.jsonl", rows.encode())
    assert run.step_unit is StepUnit.STEP
    assert steps(run, "потери") == [3, 4, 5]
