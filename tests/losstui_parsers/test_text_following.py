from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from losstui.errors import UnreadableLog
from losstui.parsing import FileGroup, Followable, Follower, LogFile, Parser
from losstui.tailing import MOST_BYTES
from losstui_parsers import delimited, json_rows, stdout
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows
from losstui_parsers.stdout import Stdout
from losstui_parsers.text_following import PATIENCE, TextFollower
from same_frames import assert_as_fresh, assert_same_frame


@dataclass(frozen=True)
class Kind:
    """A format: its reader, the name of a log, its header, and a row of it with so many columns."""

    parser: Parser
    name: str
    header: Callable[[int], str]
    row: Callable[[int, int], str]


def csv_header(width: int) -> str:
    return "step," + ",".join(f"loss_{i}" for i in range(width)) + "\n"


def csv_row(step: int, width: int) -> str:
    cells = [f"{1 / (step + i + 1):.6f}" if (step + i) % 3 else "" for i in range(width - 1)]
    return ",".join([str(step), *cells, "nan" if step % 7 == 0 else f"{2 / (step + 1)!r}"]) + "\n"


def json_row(step: int, width: int) -> str:
    numbers = ", ".join(f'"loss_{i}": {1 / (step + i + 1)}' for i in range(width))
    note = ', "split": "train", "note": "all is well"' if step % 2 else ""
    return f'{{"step": {step}, {numbers}{note}}}\n'


def megatron(step: int, width: int) -> str:
    cells = "".join(f" loss {i}: {1 / (step + i + 1):.6E} |" for i in range(width))
    return f" iteration {step:8d}/ 1000 | consumed samples: {step} | lm loss: {9 / (step + 1):.4E} |{cells}\n"


def transformers_bar(step: int, width: int) -> str:
    bar = "".join(f"\r{step + i:3d}%|██▌  | {10 * step + i}/9000 [00:0{i}<01:00,  1.1it/s]" for i in range(3))
    return f"{bar}\r                \r{{'loss': '{9 / (step + 1):.4g}', 'epoch': '{step / 10:.4g}'}}\n" * min(
        width, 1
    )


def own_loop(step: int, width: int) -> str:
    return f"\x1b[32mEpoch {step}\x1b[0m, Train Loss: {1 / (step + 1)}, Val Loss: {2 / (step + width)}\n"


CSV = Kind(Delimited(), "metrics.csv", csv_header, csv_row)
JSON = Kind(JsonRows(), "metrics.jsonl", lambda width: "", json_row)
MEGATRON = Kind(Stdout(), "train.log", lambda width: "starting\n", megatron)
BARS = Kind(Stdout(), "train.log", lambda width: "starting\n", transformers_bar)
LOOP = Kind(Stdout(), "train.log", lambda width: "starting\n", own_loop)
KINDS = {"csv": CSV, "json": JSON, "megatron": MEGATRON, "bars": BARS, "loop": LOOP}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is behind the last line end is taken as it is at the second look."""
    monkeypatch.setattr("losstui_parsers.text_following.PATIENCE", 0.0)


def followed(kind: Kind, folder: Path) -> tuple[Path, FileGroup, Follower]:
    path = folder / kind.name
    group = FileGroup(path, (LogFile(path),))
    assert isinstance(kind.parser, Followable)
    return path, group, kind.parser.follow(group)


def append(path: Path, text: str | bytes) -> None:
    with path.open("ab") as stream:
        stream.write(text if isinstance(text, bytes) else text.encode())


def rows(kind: Kind, first: int, last: int, width: int = 2) -> str:
    return "".join(kind.row(step, width) for step in range(first, last))


def assert_holds_whole_lines(follower: Follower, kind: Kind, path: Path) -> None:
    """Assert that the runs are those of the file up to its last line end."""
    spare = path.with_name("spare") / path.name
    spare.parent.mkdir(exist_ok=True)
    data = path.read_bytes()
    spare.write_bytes(data[: data.rfind(b"\n") + 1])
    try:
        expected = kind.parser.read(FileGroup(spare, (LogFile(spare),)))
    except UnreadableLog:
        return
    for mine, theirs in zip(follower.runs(), expected, strict=True):
        assert_same_frame(mine.frame, theirs.frame)


actions = st.lists(
    st.tuples(
        st.sampled_from(["append"] * 8 + ["rotate", "truncate", "widen", "widen in place", "restart", "odd"]),
        st.integers(0, 4000),
    ),
    min_size=1,
    max_size=10,
)
ODD = (
    "\n",
    "# a comment\n",
    "step\n",
    '"',
    "{}\n",
    "loss\n",
    "\x00",
    "é\n",
    "1,2,3,4,5,6,7,8,9\n",
    "7,nan\n",
    "[0m\n",
)


@pytest.mark.parametrize("name", list(KINDS))
@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(actions=actions, before=st.sampled_from([0, 3, 230]))
def test_a_log_that_grows_as_it_likes_is_what_a_fresh_reading_gives(
    name: str, tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int]], before: int
) -> None:
    kind = KINDS[name]
    path, group, follower = followed(kind, tmp_path_factory.mktemp("run"))
    width, step = 2, before
    source = kind.header(width) + rows(kind, 0, before, width)
    path.write_text(source)
    follower.poll()
    rotated = count()
    for action, number in actions:
        if action == "append":
            source = rows(kind, step, step + 1 + number % 30, width)
            step += 1 + number % 30
            append(path, source.encode()[: -(number % 50) or None])  # the rest of the line never comes
        elif action == "rotate":
            path.rename(path.with_name(f"{path.name}.{next(rotated)}"))
            path.write_text(kind.header(width) + rows(kind, step, step + number % 9, width))
        elif action == "truncate":
            os.truncate(path, min(number, path.stat().st_size))
        elif action.startswith("widen"):
            width += 1
            new = kind.header(width) + rows(kind, 0, step, width)
            if action == "widen":
                path.write_text(new)
            else:
                with path.open("r+b") as stream:
                    stream.write(new.encode())
        elif action == "restart":
            step = max(0, step - number % 40)
        else:
            append(path, ODD[number % len(ODD)])
        follower.poll()
        only_grows = before > 200 and all(one == "append" for one, _ in actions)
        if only_grows and not path.read_bytes().endswith(b"\n") and kind is not BARS:
            assert_holds_whole_lines(follower, kind, path)
        follower.poll()
        assert_as_fresh(follower, kind.parser, group)


@pytest.mark.parametrize("name", list(KINDS))
def test_only_what_was_appended_is_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = KINDS[name]
    path, group, follower = followed(kind, tmp_path)
    path.write_text(kind.header(2) + rows(kind, 0, 300))
    follower.poll()
    with monkeypatch.context() as patched:
        for module in (delimited, json_rows, stdout):
            patched.setattr(f"{module.__name__}.LogFile", None)
        for first in range(300, 340, 10):
            append(path, rows(kind, first, first + 10))
            assert follower.poll()
            assert not follower.poll()
            assert len(follower.runs()[0].frame) > 0
    assert_as_fresh(follower, kind.parser, group)


@pytest.mark.parametrize("name", ["csv", "json", "megatron"])
def test_half_a_line_waits_for_its_rest(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    path, group, follower = followed(kind, tmp_path)
    path.write_text(kind.header(2) + rows(kind, 0, 300))
    follower.poll()
    line = kind.row(300, 2)
    before = follower.runs()[0].frame.points
    append(path, line[:-9])
    follower.poll()
    assert follower.runs()[0].frame.points == before
    append(path, line[-9:])
    follower.poll()
    assert follower.runs()[0].frame.points > before
    assert_as_fresh(follower, kind.parser, group)


def test_half_a_line_is_taken_as_it_is_when_nothing_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, group, follower = followed(CSV, tmp_path)
    path.write_text(csv_header(2) + rows(CSV, 0, 300))
    follower.poll()
    monkeypatch.setattr("losstui_parsers.text_following.PATIENCE", PATIENCE)
    append(path, "300,0.5,0.25")
    assert follower.poll()
    assert not follower.poll()
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + PATIENCE + 1)
    assert follower.poll()
    assert not follower.poll()
    assert_as_fresh(follower, CSV.parser, group)


def test_what_was_handed_out_stays_as_it_was(tmp_path: Path) -> None:
    for kind in KINDS.values():
        path, _, follower = followed(kind, tmp_path)
        path.write_text(kind.header(2) + rows(kind, 0, 300))
        follower.poll()
        [run] = follower.runs()
        kept = {tag: series.values.copy() for tag, series in run.frame.items()}
        append(path, rows(kind, 300, 320))
        follower.poll()
        follower.runs()
        assert all(
            (run.frame[tag].values == values).sum() >= len(values) - 50 for tag, values in kept.items()
        )
        path.unlink()


def test_a_large_table_is_read_on(tmp_path: Path) -> None:
    for kind in (CSV, JSON):
        path, group, follower = followed(kind, tmp_path)
        path.write_text(kind.header(9) + rows(kind, 0, 60_000, 9))
        assert path.stat().st_size > 4 << 20
        follower.poll()
        append(path, rows(kind, 60_000, 60_010, 9))
        follower.poll()
        assert_as_fresh(follower, kind.parser, group)


def test_more_than_is_read_at_once_is_read_at_the_same_look(tmp_path: Path) -> None:
    path, group, follower = followed(CSV, tmp_path)
    path.write_text(CSV.header(1) + rows(CSV, 0, 9_000, 1))
    follower.poll()
    append(path, "".join(f"{step},{2 / step!r}\n" for step in range(9_000, 9_000 + MOST_BYTES // 16)))
    assert follower.poll()
    assert_as_fresh(follower, CSV.parser, group)


def test_a_file_that_vanishes_and_comes_back(tmp_path: Path) -> None:
    path, group, follower = followed(CSV, tmp_path)
    data = csv_header(2) + rows(CSV, 0, 300)
    path.write_text(data)
    follower.poll()
    path.unlink()
    assert follower.poll()
    assert_as_fresh(follower, CSV.parser, group)
    path.write_text(data)
    assert follower.poll()
    assert_as_fresh(follower, CSV.parser, group)


def test_a_compressed_log_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv.gz"
    assert not isinstance(Delimited().follow(FileGroup(path, (LogFile(path),))), TextFollower)


@pytest.mark.parametrize(
    "line",
    [
        "301,0.5,0.5,0.5\n",
        "301,high,0.5\n",
        '301,"0.5",0.5\n',
        "# epoch 2\n",
        "\n",
        "step,lr,loss_1\n301,1,2\n",
    ],
)
def test_a_row_of_another_kind_costs_a_whole_reading(tmp_path: Path, line: str) -> None:
    path, group, follower = followed(CSV, tmp_path)
    path.write_text(csv_header(2) + rows(CSV, 0, 300))
    for text in (line, rows(CSV, 301, 305)):
        follower.poll()
        append(path, text)
    follower.poll()
    assert_as_fresh(follower, CSV.parser, group)


@pytest.mark.parametrize("letter", ["\x1a", "\0", "\r"])
@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_line_with_a_control_letter_costs_what_it_costs_a_whole_reading(
    tmp_path: Path, name: str, letter: str
) -> None:
    kind = KINDS[name]
    path, group, follower = followed(kind, tmp_path)
    path.write_text(kind.header(2) + rows(kind, 0, 250))
    follower.poll()
    line = kind.row(250, 2)
    half = len(line) // 2
    append(path, line[:half] + letter + line[half:] + rows(kind, 251, 255))
    follower.poll()
    assert_as_fresh(follower, kind.parser, group)


def chopped(data: bytes, sizes: Sequence[int]) -> list[bytes]:
    pieces: list[bytes] = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [*pieces, data]


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(1, 400), max_size=40), name=st.sampled_from(sorted(KINDS)))
def test_bytes_that_come_in_any_pieces(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], name: str
) -> None:
    kind = KINDS[name]
    path, group, follower = followed(kind, tmp_path_factory.mktemp("run"))
    path.write_text(kind.header(2) + rows(kind, 0, 250))
    follower.poll()
    for piece in chopped(rows(kind, 250, 350).encode(), sizes):
        append(path, piece)
        follower.poll()
    follower.poll()
    assert_as_fresh(follower, kind.parser, group)
