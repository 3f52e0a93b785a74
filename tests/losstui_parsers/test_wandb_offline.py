from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.text.wandb_log import BLOCK, MAGIC, config, field, frame, history, item, varint
from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, LogFile
from losstui_parsers.columns import number
from losstui_parsers.wandb_offline import WandbOffline
from tracker_logs import (
    FIXTURES,
    STEPS,
    assert_curve,
    assert_series,
    assert_survives,
    assert_survives_cuts,
    groups_of,
    read_one,
)

FOLDER = "run-20260101_120000-abc"


def write(path: Path, records: Sequence[bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(frame(records))
    return path


def rows(count: int, first: int = 0) -> list[bytes]:
    return [history({"loss": 1.0 / (step + 1)}, step) for step in range(first, first + count)]


def test_a_real_run_is_read_with_its_settings() -> None:
    run = read_one(WandbOffline(), FIXTURES / "wandb")
    assert_curve(run.frame)
    assert_series(run.frame, "nested.norm", STEPS, [step / 2 for step in STEPS])
    assert sorted(run.frame) == ["nested.norm", "train/loss", "val/loss"]  # no picture, no histogram
    assert run.hyperparameters == {"lr": 0.001, "optimizer": "adam", "layers": 3, "model/width": 64}
    assert run.frame["train/loss"].wall_times is not None
    assert run.finished
    assert run.warnings == ()


def test_values_of_every_spelling(tmp_path: Path) -> None:
    values: list[object] = [1, 0.5, math.nan, math.inf, -math.inf, "NaN", True, 1e-30]
    write(tmp_path / "run-a.wandb", [history({"x": value}, step) for step, value in enumerate(values)])
    run = read_one(WandbOffline(), tmp_path)
    assert_series(run.frame, "x", range(8), [1, 0.5, math.nan, math.inf, -math.inf, math.nan, 1, 1e-30])
    walls = run.frame["x"].wall_times
    assert walls is not None
    assert walls.tolist() == [1.7e9 + step for step in range(8)]
    assert not run.finished


KEYS = st.sampled_from(["loss", "train/loss", "größe", "a.b", "_private", "x" * 130, "\x12", "n\n"])
VALUES = st.one_of(
    st.floats(),
    st.integers(-(2**70), 2**70),
    st.none(),
    st.booleans(),
    st.text(max_size=3).filter(lambda text: number(text) is None),
    st.just("NaN"),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=4), min_size=1, max_size=12))
def test_any_rows_come_out_as_json_tells_them(tmp_path: Path, logged: list[dict[str, object]]) -> None:
    path = write(tmp_path / "run-a.wandb", [history(row, step) for step, row in enumerate(logged)])
    expected: dict[str, list[tuple[int, float]]] = {}
    for step, row in enumerate(logged):
        for key, value in row.items():
            logged_number = math.nan if value == "NaN" else value
            if isinstance(logged_number, (int, float)) and not key.startswith("_"):
                expected.setdefault(key, []).append((step, float(logged_number)))
    for key in list(expected):  # a column with as many texts is none of numbers
        if sum(isinstance(row.get(key), str) and row[key] != "NaN" for row in logged) >= len(expected[key]):
            del expected[key]
    if not expected:
        return
    run = WandbOffline().read(FileGroup(path, (LogFile(path),)))[0]
    for key, cells in expected.items():
        assert_series(run.frame, key, [step for step, _ in cells], [value for _, value in cells])


@pytest.mark.parametrize("turn", [0, 1, 3])
def test_the_keys_of_a_row_may_come_in_any_order(turn: int, tmp_path: Path) -> None:
    records: list[bytes] = []
    for step in range(300):
        items = [("loss", 0.5 * step), ("lr", math.nan if step % 7 else 1e-3), ("acc", step)]
        cut = step % (turn + 1)
        records.append(history(dict(items[cut:] + items[:cut]), step))
    write(tmp_path / "run-a.wandb", records)
    run = read_one(WandbOffline(), tmp_path)
    assert_series(run.frame, "loss", range(300), [0.5 * step for step in range(300)])
    assert_series(run.frame, "lr", range(300), [math.nan if step % 7 else 1e-3 for step in range(300)])


@pytest.mark.parametrize(("code", "finished"), [(0, True), (1, False), (255, False)])
def test_a_run_that_ended_with_an_error_failed(tmp_path: Path, code: int, finished: bool) -> None:
    end = field(18, varint(1 << 3) + varint(code) + varint(2 << 3) + varint(60))
    write(tmp_path / "run-a.wandb", [*rows(3), end])
    run = read_one(WandbOffline(), tmp_path)
    assert (run.finished, run.failed) == (finished, not finished)
    assert bool(run.cause) is run.failed


def test_media_nested_keys_and_the_step_beside_the_items(tmp_path: Path) -> None:
    media = {"_type": "image-file", "size": 12, "width": 2}
    records = [
        field(
            2,
            field(1, item(["a", "b"], step * 1.0))
            + field(1, item("c", {"d": step, "e": media}))
            + field(1, item(["picture", "_type"], "image-file"))
            + field(1, item(["picture", "width"], 2))
            + field(1, item("flat", media))
            + field(2, b"\x08" + varint(10 * step)),
        )
        for step in range(3)
    ]
    write(tmp_path / "run-a.wandb", records)
    run = read_one(WandbOffline(), tmp_path)
    assert sorted(run.frame) == ["a.b", "c.d"]
    assert_series(run.frame, "a.b", [0, 10, 20], [0, 1, 2])


def test_settings_come_from_the_run_and_from_later_updates(tmp_path: Path) -> None:
    later = field(5, field(1, item("lr", 0.5)) + field(1, item(["net", "width"], 8)))
    write(
        tmp_path / "run-a.wandb",
        [config({"lr": 0.1, "_wandb": {"v": 1}, "net": {"depth": 2}}), later, *rows(2)],
    )
    run = read_one(WandbOffline(), tmp_path)
    assert run.hyperparameters == {"lr": 0.5, "net/depth": 2, "net/width": 8}


@pytest.mark.parametrize("own", ["trainer/global_step", "train/global_step", "global_step"])
def test_the_trainers_own_step_is_the_axis(tmp_path: Path, own: str) -> None:
    write(tmp_path / "run-a.wandb", [history({"loss": 1.0, own: 50 * step + 49}, step) for step in range(4)])
    run = read_one(WandbOffline(), tmp_path)
    assert sorted(run.frame) == ["loss"]
    assert_series(run.frame, "loss", [49, 99, 149, 199], [1.0] * 4)


def test_a_declared_axis_is_the_axis_where_nearly_all_rows_have_it(tmp_path: Path) -> None:
    declared = field(12, field(2, b"*") + field(4, b"samples"))
    write(
        tmp_path / "a" / "run-a.wandb",
        [declared, *(history({"loss": 1.0, "samples": 512 * n}, n) for n in range(3))],
    )
    assert_series(read_one(WandbOffline(), tmp_path / "a").frame, "loss", [0, 512, 1024], [1.0] * 3)
    sparse = [history({"loss": 1.0} if n % 2 else {"loss": 1.0, "samples": 512 * n}, n) for n in range(4)]
    write(tmp_path / "b" / "run-b.wandb", [declared, *sparse])
    assert read_one(WandbOffline(), tmp_path / "b").frame["loss"].steps.tolist() == [0, 1, 2, 3]


def test_records_longer_than_a_block_are_put_together(tmp_path: Path) -> None:
    long = history({"text": "x" * 80_000, "loss": 7.0}, 5)
    write(tmp_path / "run-a.wandb", [*rows(5), long, history({"loss": 8.0}, 6)])
    run = read_one(WandbOffline(), tmp_path)
    assert run.frame["loss"].values.tolist()[-2:] == [7.0, 8.0]
    assert run.warnings == ()


def test_a_flipped_byte_costs_one_record(tmp_path: Path) -> None:
    path = write(tmp_path / "run-a.wandb", rows(3_000))
    content = bytearray(path.read_bytes())
    content[50_000] ^= 1
    path.write_bytes(content)
    run = read_one(WandbOffline(), tmp_path)
    assert len(run.frame["loss"]) == 2_999
    [warning] = run.warnings
    assert warning.startswith("run-a.wandb: ")
    assert "bad checksum" in warning


def test_a_hole_of_zeros_costs_the_blocks_it_is_in(tmp_path: Path) -> None:
    path = write(tmp_path / "run-a.wandb", rows(3_000))
    content = bytearray(path.read_bytes())
    assert len(content) > 4 * BLOCK
    content[BLOCK : 2 * BLOCK] = bytes(BLOCK)
    path.write_bytes(content)
    run = read_one(WandbOffline(), tmp_path)
    lost = 3_000 - len(run.frame["loss"])
    assert 0 < lost <= 1.1 * 3_000 * BLOCK / len(content)
    assert run.frame["loss"].steps[-1] == 2_999
    assert run.warnings == (f"run-a.wandb: {BLOCK} bytes dropped at byte {BLOCK}: no record",)


def test_a_last_record_that_is_not_whole_is_no_damage(tmp_path: Path) -> None:
    path = write(tmp_path / "run-a.wandb", rows(10))
    path.write_bytes(path.read_bytes()[:-5])
    run = read_one(WandbOffline(), tmp_path)
    assert run.frame["loss"].steps.tolist() == list(range(9))
    assert run.warnings == ()


def test_a_run_without_numbers_is_told_in_one_line(tmp_path: Path) -> None:
    media = {"_type": "table-file", "ncols": 2}
    path = write(tmp_path / "run-a.wandb", [history({"t": media}, 0), history({"t": media}, 1)])
    [group] = groups_of(WandbOffline(), tmp_path)
    with pytest.raises(UnreadableLog, match="no curve: its 2 history rows hold no column of numbers"):
        WandbOffline().read(group)
    path.write_bytes(MAGIC)
    with pytest.raises(UnreadableLog, match="no curve: no history row"):
        WandbOffline().read(groups_of(WandbOffline(), tmp_path)[0])


@pytest.mark.parametrize(("content", "reason"), [(b"", "empty"), (b"\x01" * 64, "first 7 bytes")])
def test_a_file_that_is_none_by_content(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "run-a.wandb").write_bytes(content)
    [group] = groups_of(WandbOffline(), tmp_path)
    with pytest.raises(UnreadableLog, match=reason):
        WandbOffline().read(group)


def test_the_summary_is_no_run_of_its_own(tmp_path: Path) -> None:
    log = write(tmp_path / FOLDER / "run-abc.wandb", rows(3))
    summary = tmp_path / FOLDER / "files" / "wandb-summary.json"
    summary.parent.mkdir()
    summary.write_text('{"loss": 0.5, "grad": {"_type": "histogram", "values": [1, 2], "bins": [0, 1, 2]}}')
    [group] = groups_of(WandbOffline(), tmp_path)
    assert [file.path for file in group.files] == [log]
    log.unlink()
    [group] = groups_of(WandbOffline(), tmp_path)
    with pytest.raises(UnreadableLog, match="no curve"):
        WandbOffline().read(group)


def test_the_parts_of_a_resumed_run_are_one(tmp_path: Path) -> None:
    write(tmp_path / "offline-run-20260101_120000-abc" / "run-abc.wandb", [config({"lr": 1}), *rows(5)])
    write(tmp_path / "run-20260102_120000-abc" / "run-abc.wandb", rows(5, first=5))
    write(tmp_path / "run-20260102_120000-xyz" / "run-xyz.wandb", rows(2))
    groups = groups_of(WandbOffline(), tmp_path)
    assert [len(group.files) for group in groups] == [2, 1]
    [run] = WandbOffline().read(groups[0])
    assert run.frame["loss"].steps.tolist() == list(range(10))
    sessions = run.frame["loss"].sessions
    assert sessions is not None
    assert sessions.tolist() == [0] * 5 + [1] * 5
    assert run.hyperparameters == {"lr": 1}


def test_a_broken_part_of_a_resumed_run_costs_that_part(tmp_path: Path) -> None:
    write(tmp_path / "run-20260101_120000-abc" / "run-abc.wandb", [])
    write(tmp_path / "run-20260102_120000-abc" / "run-abc.wandb", rows(5))
    run = read_one(WandbOffline(), tmp_path)
    assert run.frame["loss"].steps.tolist() == list(range(5))
    assert run.warnings == ("run-abc.wandb: no curve: no history row",)


def test_the_link_to_the_latest_run_gives_its_folder(tmp_path: Path) -> None:
    write(tmp_path / FOLDER / "run-abc.wandb", rows(3))
    (tmp_path / "latest-run").symlink_to(FOLDER)
    file = LogFile(tmp_path / "latest-run" / "run-abc.wandb")
    [group] = WandbOffline().group([file])
    assert group.label == tmp_path / FOLDER / "run-abc.wandb"


def test_cut_anywhere(tmp_path: Path) -> None:
    name = "offline-run-20260101_120000-fixture1/run-fixture1.wandb"
    assert_survives_cuts(WandbOffline(), FIXTURES / "wandb", name, tmp_path, every=53)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), min_size=1, max_size=5))
def test_any_bytes_in_a_record_with_a_good_checksum(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    records = [bytearray(one) for one in (config({"lr": 0.1, "net": {"w": 1}}), *rows(5))]
    for place, byte in changes:
        record = records[place % len(records)]
        record[place // len(records) % len(record)] = byte
    path = write(tmp_path / "run-a.wandb", [bytes(record) for record in records])
    assert_survives(WandbOffline(), path)


def test_a_record_that_is_no_message_is_counted(tmp_path: Path) -> None:
    write(tmp_path / "run-a.wandb", [*rows(2), b"\x12\x7fshort", b"\x0f"])
    run = read_one(WandbOffline(), tmp_path)
    assert len(run.frame["loss"]) == 2
    assert run.warnings == ("run-a.wandb: 2 records not as W&B writes them; left out",)
