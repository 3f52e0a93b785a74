from __future__ import annotations

import pytest

from losstui.languages import with_english_places
from losstui.roles import Kind, Split, assign_roles
from losstui.tags import quantity_of, split_of, words_of


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("训练损失", "train_loss"),
        ("驗證集/準確率", "validation_accuracy"),
        ("学习率", "learning_rate"),
        ("学習率", "learning_rate"),
        ("学習損失", "train_loss"),
        ("학습률", "learning_rate"),
        ("학습 손실", "train_loss"),
        ("테스트 정확도", "test_accuracy"),
        ("потери на валидации", "loss_validation"),
        ("скорость обучения", "learning_rate"),
        ("Точность", "accuracy"),
        ("梯度范数", "grad_norm"),
        ("分类损失", "分类_loss"),
        ("val_损失", "val_loss"),
    ],
)
def test_the_words_of_a_tag(tag: str, words: str) -> None:
    heard = words_of(tag) if "/" not in tag else "_".join(map(words_of, tag.split("/")))
    assert heard.replace("_на", "") == words


def test_a_word_within_a_russian_word_is_none() -> None:
    assert words_of("контест") == "контест"


def test_splits_and_quantities() -> None:
    assert [split_of(tag) for tag in ("训练损失", "検証損失", "테스트 손실", "损失")] == [
        "train",
        "val",
        "test",
        "none",
    ]
    assert quantity_of("验证集平均损失") == quantity_of("потери") == "loss"


def test_the_total_is_told_from_its_parts() -> None:
    roles = assign_roles(["总损失", "分类损失", "回归损失", "验证损失", "最佳准确率"])
    assert {tag: role.kind for tag, role in roles.items()} == {
        "总损失": Kind.LOSS,
        "分类损失": Kind.COMPONENT_LOSS,
        "回归损失": Kind.COMPONENT_LOSS,
        "验证损失": Kind.LOSS,
        "最佳准确率": Kind.OTHER,
    }
    assert roles["验证损失"].split is Split.VALIDATION


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("第 7 轮，第 20 步", "epoch: 7 , step: 20"),
        ("第7/90轮 损失", "epoch: 7/90 损失"),
        ("当前轮次: 7/90", "当前 epoch: 7/90"),
        ("Эпоха [7/90]", "epoch: [7/90]"),
        ("шаг 20: ошибка", "step: 20: ошибка"),
        ("7 эпоха: потери", "epoch: 7 : потери"),
        ("7번째 에포크 손실", "epoch: 7 손실"),
        ("7エポック目 損失", "epoch: 7 損失"),
        ("ステップ＝20　損失", "step: 20 損失"),
        ("第 7 轮 / 共 90 轮", "epoch: 7 / 共 90 轮"),
    ],
)
def test_the_place_a_line_names(line: str, told: str) -> None:
    assert " ".join(with_english_places(line).split()) == told


@pytest.mark.parametrize(
    "line", ["总轮次: 90", "最佳轮次: 7", "共训练 90 轮", "每 5 步保存", "█ 10/20 loss: 0.5", "epoch 3"]
)
def test_other_counts_are_no_place(line: str) -> None:
    assert with_english_places(line) == line
