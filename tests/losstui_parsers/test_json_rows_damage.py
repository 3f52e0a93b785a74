from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losstui.errors import UnreadableLog
from losstui.parsing import HEAD_BYTES, LogFile
from losstui_parsers import plain_text
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.refusals import why_no_document
from text_logs import claim_of, runs_in, steps, values
from text_logs import json_lines as lines
from text_logs import read_rows as read


def claim(folder: Path, content: str, name: str = "log.jsonl") -> str | None:
    return claim_of(JsonRows(), folder / name, content)


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"name": "left-pad", "version": "1.0.0", "dependencies": {"a": "1"}}, "package.json"),
        ({"hidden_size": 768, "layers": [1, 2, 3], "dropout": 0.1}, "config.json"),
        (
            {"model": {"vocab": {"a": 0, "b": 1}, "merges": ["a b"]}, "added_tokens": [{"id": 0}]},
            "tokenizer.json",
        ),
        (
            [{"url": "x", "title": "y", "visitCount": 3}, {"url": "z", "title": "w", "visitCount": 4}],
            "history.json",
        ),
        ({"epoch": 3.0, "train_loss": 1.39, "train_runtime": 371992.1}, "all_results.json"),
        ({"_step": 10, "_timestamp": 1795391275.5, "loss": 0.5}, "wandb-summary.json"),
        ({"train": {"loss": 0.5}, "step": 49}, "metrics.json"),
        ({"reward": {"steps": [1, 2], "timestamps": ["a", "b"], "values": [1.0, 2.0]}}, "metrics.json"),
        ([{"model": "a", "accuracy": 0.9}, {"model": "b", "accuracy": 0.8}], "results.json"),
        ({"train": [1, 2, 3], "val": [4, 5], "test": [6]}, "splits.json"),
        ({"models": ["a", "b"], "val_loss": [0.5, 0.4]}, "comparison.json"),
        (
            {"balance": 1.0, "trades": [{"symbol": "A", "score": 1.0}, {"symbol": "B", "score": 2.0}]},
            "state.json",
        ),
        ([1, 2, 3], "numbers.json"),
        ("text", "text.json"),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_what_is_no_log_is_not_claimed(
    document: object, name: str, indent: int | None, tmp_path: Path
) -> None:
    assert claim(tmp_path, json.dumps(document, indent=indent) + "\n", name) is None


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        ("", "metrics.jsonl", "the file is empty"),
        ("\0" * 1000, "metrics.jsonl", "nothing but zero bytes"),
        (
            "\0" * HEAD_BYTES + lines({"step": 0, "loss": 0.5}),
            "metrics.jsonl",
            "64 KiB or more of zero bytes",
        ),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:9\nsize 4\n",
            "trainer_log.jsonl",
            "Git LFS",
        ),
        ('{"time": "now"}\n{"time": "later"}\n', "metrics.jsonl", "no curve"),
    ],
)
def test_a_promised_log_without_a_curve_is_refused(
    content: str, name: str, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableLog, match=reason):
        runs_in(JsonRows(), tmp_path / name, content)


def test_a_document_that_is_cut_keeps_what_is_whole(tmp_path: Path) -> None:
    rows = json.dumps([{"epoch": e, "loss": 1.5} for e in range(4)], indent=1)
    run = read(tmp_path, rows[: rows.rindex("1.5") + 2], "history.json")
    assert steps(run, "loss") == [0, 1, 2]
    assert len(run.warnings) == 1
    assert run.warnings[0].startswith("history.json: line ")
    series = json.dumps({"loss": [1.0, 0.5, 0.25], "val_loss": [2.0, 1.5, 1.25]})
    cut = read(tmp_path, series[: series.index("1.25") + 3], "history.json")
    assert values(cut, "loss") == [1.0, 0.5, 0.25]
    assert values(cut, "val_loss") == [2.0, 1.5]


def test_a_document_that_is_broken_past_the_head_is_refused_or_kept_with_a_place(tmp_path: Path) -> None:
    series = json.dumps({"loss": [0.5] * 40_000, "val_loss": [0.25] * 10})
    run = read(tmp_path, series.replace("0.25, 0.25]", "0.25, oops]"), "history.json")
    assert len(run.frame["loss"]) == 40_000
    assert len(run.warnings) == 1
    assert run.warnings[0].startswith("history.json: line 1 column ")


def test_rows_merged_on_one_line_are_all_read(tmp_path: Path) -> None:
    rows = [json.dumps({"step": step, "loss": 1.0 / step, "x": {"step": 9}}) for step in range(1, 7)]
    text = f"{rows[0]}\n{rows[1]}{rows[2]} {rows[3]}\n{rows[4]}\n{rows[5]}"
    run = read(tmp_path, text)
    assert steps(run, "loss") == [1, 2, 3, 4, 5, 6]
    assert run.warnings == ()
    both = read(tmp_path, f"{rows[0]}{rows[1]}\n{rows[2]}{rows[3]}\n")
    assert steps(both, "loss") == [1, 2, 3, 4]


@pytest.mark.parametrize("cut", [4, 15, -2])
def test_of_a_row_cut_off_before_the_next_one_only_that_is_left_out(cut: int, tmp_path: Path) -> None:
    rows = [json.dumps({"step": step, "loss": 1.0 / step}) for step in range(1, 5)]
    run = read(tmp_path, f"{rows[0]}\n{rows[1][:cut]}{rows[2]}\n{rows[3]}\n")
    whole = [1, 4] if cut == 4 else [1, 3, 4]  # without its first key nothing tells where the next one begins
    assert steps(run, "loss") == whole
    [warning] = run.warnings
    assert warning.startswith("log.jsonl: line 2: no JSON: ")


def test_a_member_of_a_row_cut_off_is_no_row(tmp_path: Path) -> None:
    torn = '{"step": 2, "val": {"step": 9, "loss": 0.5}, "lo'
    text = '{"step": 1, "loss": 1.0}\n' + torn + '{"step": 3, "loss": 0.25}\n{"step": 4, "loss": 0.125}\n'
    run = read(tmp_path, text)
    assert {tag: steps(run, tag) for tag in run.frame} == {"loss": [1, 3, 4]}


def test_what_stands_on_both_sides_of_a_hole_is_read(tmp_path: Path) -> None:
    rows = [json.dumps({"step": step, "loss": 1.0 / step}) for step in range(1, 6)]
    hole = "\0" * 300
    run = read(tmp_path, f"{rows[0]}\n{rows[1]}\n{hole}{rows[2]}\n{rows[3][:9]}{hole}{rows[4]}\n")
    assert steps(run, "loss") == [1, 2, 3, 5]
    assert run.warnings == ("log.jsonl: line 3: zero bytes; left out (and 1 more)",)


def test_rows_merged_on_one_line_of_a_large_file_are_all_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_text, "LARGE", 1)
    rows = [json.dumps({"step": step, "loss": 1.0 / step}) + "\n" for step in range(1, 400)]
    rows[199] = rows[199].rstrip()
    run = read(tmp_path, "".join(rows))
    assert steps(run, "loss") == list(range(1, 400))
    assert run.warnings == ()


def test_nesting_without_end_is_no_crash(tmp_path: Path) -> None:
    row = '{"step": 1, "loss": 0.5, "x": ' + "[" * 100_000 + "]" * 100_000 + "}"
    text = lines({"step": 0, "loss": 1.0}) + row + "\n" + lines({"step": 2, "loss": 0.25})
    run = read(tmp_path, text)
    assert steps(run, "loss") == [0, 2]
    assert run.warnings == ("log.jsonl: line 2: no JSON: nested too deep at column 1; left out",)
    assert claim(tmp_path, '{"a":' * 100_000, "deep.json") is None
    assert claim(tmp_path, "[" * 100_000, "deep.json") is None


def test_keys_nested_deeper_than_a_log_are_left_out_and_told(tmp_path: Path) -> None:
    deep = '{"step": 1, "loss": 0.5, "x": ' + '{"a": ' * 40 + "1" + "}" * 40 + "}\n"
    run = read(tmp_path, lines({"step": 0, "loss": 1.0}) + deep + deep.replace('"step": 1', '"step": 2'))
    assert list(run.frame) == ["loss"]
    [warning] = run.warnings
    assert warning.startswith("log.jsonl: line 2, key 'x/a/a/")
    assert warning.endswith("nested deeper than 32 levels; left out (and 1 more)")


def test_a_line_longer_than_any_row_is_left_out_and_told(tmp_path: Path) -> None:
    long = json.dumps({"step": 1, "note": "x" * (17 << 20)}) + "\n"
    run = read(tmp_path, lines({"step": 0, "loss": 1.0}) + long + lines({"step": 2, "loss": 0.5}))
    assert steps(run, "loss") == [0, 2]
    assert run.warnings == ("log.jsonl: line 2: longer than 16 MiB; left out",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"step": 1, "loss": 1.0, "loss": 2.0}', 2.0),  # as every JSON reader has it: the last one counts
        ('{"step": 1, "loss": "8.206"}', 8.206),
        ('{"step": 1, "loss": "93.1%"}', 93.1),
        ('{"step": 1, "loss": "7,282"}', 7282.0),
        ('{"step": 1, "loss": "tensor(0.5, device=\'cuda:0\')"}', 0.5),
        ('{"step": 1, "loss": 1e400}', float("inf")),
        ('{"step": 1, "loss": 123456789012345678901234567890}', 123456789012345678901234567890.0),
        ('{"step": 1, "loss": true}', 1.0),
    ],
)
@pytest.mark.parametrize("large", [1, 1 << 30])
def test_numbers_in_every_disguise(
    text: str, found: float, large: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_text, "LARGE", large)
    before, behind = ({"step": 0, "loss": 9.0}, {"step": 2, "loss": 7.0})
    run = read(tmp_path, lines(before) + text + "\r\n" + lines(behind))
    assert values(run, "loss") == [9.0, found, 7.0]
    assert run.warnings == ()


ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["loss", "val_loss", "train/acc"]), st.floats(allow_nan=False), min_size=1, max_size=3
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, shape=st.sampled_from(["lines", "array", "series"]), data=st.data())
def test_a_log_cut_anywhere_gives_a_prefix(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, float]],
    shape: str,
    data: st.DataObject,
) -> None:
    whole = {tag: [row[tag] for row in rows if tag in row] for tag in ("loss", "val_loss", "train/acc")}
    numbered = [{"step": 10 * step, **row} for step, row in enumerate(rows)]
    text = {"lines": lines(*numbered), "array": json.dumps(numbered), "series": json.dumps(whole)}[shape]
    path = tmp_path_factory.mktemp("cut") / ("log.jsonl" if shape == "lines" else "log.json")
    path.write_text(text[: data.draw(st.integers(0, len(text)))])
    parser = JsonRows()
    try:
        if parser.recognise(LogFile(path)) is None:
            return
        runs = parser.read(parser.group([LogFile(path)])[0])
    except UnreadableLog:
        return
    for tag, found in runs[0].frame.items():
        assert found.values.tolist() == whole[tag][: len(found)]


@settings(max_examples=200, deadline=None)
@given(
    content=st.text(max_size=200), start=st.sampled_from(["", "{", "[", '{"loss": [1, 2', '{"step": 1}\n'])
)
def test_no_text_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, content: str, start: str
) -> None:
    path = tmp_path_factory.mktemp("text") / "metrics.jsonl"
    path.write_bytes((start + content).encode("utf-8", errors="replace"))
    parser = JsonRows()
    with suppress(UnreadableLog):
        parser.recognise(LogFile(path))
        parser.read(parser.group([LogFile(path)])[0])


def test_a_log_is_read_without_pandas(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(lines(*({"step": step, "loss": 1.0} for step in range(3000))))
    code = (
        "import sys; from pathlib import Path; from losstui.parsing import LogFile\n"
        "from losstui_parsers.json_rows import JsonRows as J\n"
        f"file = LogFile(Path({str(path)!r})); assert J().recognise(file)\n"
        "assert len(J().read(J().group([file])[0])[0].frame['loss']) == 3000\n"
        "assert not {'pandas', 'scipy', 'textual'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("ends", [("\r",), ("\r\n",), ("\n", "\r\n", "\r")])
def test_lines_end_as_they_like(
    ends: tuple[str, ...], large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(plain_text, "LARGE", 1)
    rows = [json.dumps({"step": step, "loss": 1 / (step + 1)}) for step in range(30)]
    text = "".join(row + ends[index % len(ends)] for index, row in enumerate(rows))
    run = read(tmp_path, text)
    assert values(run, "loss") == [1 / (step + 1) for step in range(30)]
    assert run.warnings == ()


def test_a_first_line_longer_than_the_head_is_a_row_by_the_name(tmp_path: Path) -> None:
    text = lines({"step": 0, "loss": 1.0, "note": "x" * (1 << 20)}, {"step": 1, "loss": 0.5})
    assert values(read(tmp_path, text, "metrics.jsonl"), "loss") == [1.0, 0.5]
    assert claim(tmp_path, text, "rows.jsonl") is None
    told = "line 1: longer than 64 KiB; by the name of log.jsonl it would be read"
    assert JsonRows().refuse(LogFile(tmp_path / "rows.jsonl")) == told
    series = lines({"loss": [step / 8 for step in range(20_000)]})
    assert len(values(read(tmp_path, series, "metrics.jsonl"), "loss")) == 20_000


def mmcv_log(first_line: int) -> str:
    """The log of mmcv, with as many characters of its environment in the first line."""
    rows = [{"mode": "train", "epoch": 1, "iter": step, "loss": 1 / step} for step in range(50, 2050, 50)]
    return lines({"env_info": "x" * first_line, "config": "a = 1"}, *rows)


@pytest.mark.parametrize("length", [HEAD_BYTES, HEAD_BYTES + 9_000, 2 * HEAD_BYTES - 1_000])
def test_rows_below_an_overlong_first_line_tell_what_it_is(length: int, tmp_path: Path) -> None:
    path = tmp_path / "20260101_000000.log.json"
    told = "columns iter, loss below a first line longer than 64 KiB"
    assert claim_of(JsonRows(), path, mmcv_log(length)) == f"JSON lines with {told}"
    [run] = runs_in(JsonRows(), path, mmcv_log(length))
    assert steps(run, "train/loss") == list(range(50, 2050, 50))


def test_only_so_much_is_looked_at_for_the_end_of_the_first_line(tmp_path: Path) -> None:
    assert claim_of(JsonRows(), tmp_path / "a.log.json", mmcv_log(2 * HEAD_BYTES)) is None


def test_series_of_one_value_are_no_curves_yet() -> None:
    assert why_no_document({"loss": [0.5], "val_loss": [0.6]}) == (
        "series of one value each, no curves yet: keys 'loss', 'val_loss'"
    )
