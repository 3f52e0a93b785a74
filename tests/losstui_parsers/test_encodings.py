"""Text logs that are no UTF-8."""

from __future__ import annotations

from pathlib import Path

import pytest

from losstui.discovery import discover
from losstui_parsers.delimited import Delimited
from losstui_parsers.encodings import encoding_by_words
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.plain_text import decode
from losstui_parsers.stdout import Stdout
from text_logs import runs_in, values

FALLING = [2.0 - n / 8 for n in range(8)]
CHINESE = "第{n}轮 训练损失: {loss} 验证损失: 2.5\n"
TRADITIONAL = "第{n}輪 訓練損失: {loss} 驗證損失: 2.5\n"
JAPANESE = "エポック {n}: 損失: {loss} 検証損失: 2.5\n"
KOREAN = "에포크 {n}: 손실: {loss} 검증 손실: 2.5\n"
RUSSIAN = "Эпоха {n}: потери: {loss}, ошибка: 2.5\n"
FRENCH = "Époque {n} : perte : {loss}, précision : 0.5\n"
TURKISH = "Dönem {n}: kayıp: {loss} doğruluk: 0.5\n"
GREEK = "Εποχή {n}: απώλεια: {loss}\n"


def text_of(line: str) -> str:
    return "".join(line.format(n=n, loss=loss) for n, loss in enumerate(FALLING, 1))


@pytest.mark.parametrize(
    ("line", "encoding", "tag"),
    [
        (CHINESE, "gb18030", "训练损失"),
        (TRADITIONAL, "big5", "訓練損失"),
        (JAPANESE, "shift_jis", "損失"),
        (JAPANESE, "euc-jp", "損失"),
        (KOREAN, "euc-kr", "손실"),
        (RUSSIAN, "cp1251", "потери"),
        (RUSSIAN, "koi8-r", "потери"),
        (FRENCH, "cp1252", "perte"),
        (TURKISH, "cp1254", "kayıp"),
    ],
)
def test_the_words_of_a_log_tell_its_encoding(line: str, encoding: str, tag: str, tmp_path: Path) -> None:
    [run] = runs_in(Stdout(), tmp_path / "train.log", text_of(line).encode(encoding))
    assert values(run, tag) == FALLING
    assert run.warnings == (f"train.log: no UTF-8; read as {encoding}",)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line", [CHINESE, "epoch {n} loss: {loss}, lr: 0.1\n"])
def test_utf_16_is_told_by_its_mark_or_its_zeros(line: str, encoding: str, tmp_path: Path) -> None:
    if line is CHINESE and encoding != "utf-16":
        pytest.skip("neither a mark nor enough zeros")
    [run] = runs_in(Stdout(), tmp_path / "train.log", text_of(line).encode(encoding))
    assert values(run, "训练损失" if line is CHINESE else "loss") == FALLING
    assert not run.warnings


def test_a_table_and_json_lines_in_another_encoding(tmp_path: Path) -> None:
    rows = "轮次,训练损失,备注\n" + "".join(f"{n},{loss},好\n" for n, loss in enumerate(FALLING))
    [table] = runs_in(Delimited(), tmp_path / "log.csv", rows.encode("gb18030"))
    lines = "".join(f'{{"epoch": {n}, "验证损失": {loss}}}\n' for n, loss in enumerate(FALLING))
    [json] = runs_in(JsonRows(), tmp_path / "log.jsonl", lines.encode("gb18030"))
    assert values(table, "训练损失") == values(json, "验证损失") == FALLING
    assert [run.warnings for run in (table, json)] == [
        (f"{name}: no UTF-8; read as gb18030",) for name in ("log.csv", "log.jsonl")
    ]


def test_a_table_in_utf_16_may_have_letters_with_bytes_of_control_characters(tmp_path: Path) -> None:
    rows = "epoch,loss,上下\n" + "".join(f"{n},{loss},下\n" for n, loss in enumerate(FALLING))
    [run] = runs_in(Delimited(), tmp_path / "log.csv", rows.encode("utf-16"))
    assert values(run, "loss") == FALLING


@pytest.mark.parametrize("name", ["train.log", "log.csv"])
def test_what_no_word_tells_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    text = text_of(GREEK) if name == "train.log" else "ώρα,τιμή\n" + "1,2\n" * 9
    path = tmp_path / name
    path.write_bytes(text.encode("iso8859-7"))
    [error] = discover([path], (Delimited(), Stdout())).errors
    assert error.reason.startswith("no UTF-8, and no known word tells its encoding")


def test_damaged_utf_8_stays_utf_8() -> None:
    data = text_of(CHINESE).encode()
    damaged = data[:40] + b"\xff" + data[40:]
    assert encoding_by_words(damaged) is None
    assert decode(damaged).count("训练损失") == decode(data).count("训练损失") == len(FALLING)


def test_long_line_in_ascii_is_passed_over() -> None:
    # each place of such a line as a beginning would be 10 ** 12 steps
    assert encoding_by_words(b"x" * 1_500_000 + "\n第1轮 训练损失\n".encode("gb18030")) == "gb18030"


def test_long_line_with_few_words_that_are_not_ascii_is_read_once() -> None:
    # as above, of the part of it that is looked at
    assert encoding_by_words("第1轮 训练损失 ".encode("gb18030") + b"x" * 1_500_000) == "gb18030"
    assert encoding_by_words(b"x" * 1_500_000 + "第1轮 训练损失 ".encode("gb18030")) is None
