"""Large tables that are read piece by piece: what lies on both sides of a border, and what comes late."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from bulk_support import assert_equal, both
from losstui.parsing import LogFile
from losstui_parsers import bulk, bulk_frame, bulk_scan
from losstui_parsers.bulk import read_bulk
from losstui_parsers.dialect import sniff


def test_columns_that_come_later_keep_the_sign_of_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BLOCK", 64)
    monkeypatch.setattr(bulk, "ODD_BLOCK", 32)
    rows = "".join(f"{step},0.5,{'-0' if step % 2 else '0'}\n" for step in range(2, 60))
    assert_equal(*both("step,loss\n0,1.0\n1,0.5,3\nstep,loss,bias\n" + rows))


@pytest.mark.parametrize("stretch", [1, 20])
def test_a_table_read_in_stretches_is_whole(stretch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_frame, "STRETCH", stretch)
    rows = [
        f"{step},{'' if step < 50 else 'val' if step % 3 else ' train'},{step / 7},"
        f"{'nan' if step % 5 == 2 else step if step > 30 else ''},{'checkpoint' if step == 60 else ''}"
        for step in range(90)
    ]
    fast, slow = both("step,phase,loss,val_loss,note\n" + "\n".join(rows) + "\n")
    assert_equal(fast, slow)
    assert slow.texts["phase"].names == ("val", "train")


def test_a_log_that_is_cut_while_it_is_read_gives_its_first_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.csv"
    path.write_text("step,loss\n" + "".join(f"{step},0.5\n" for step in range(1_000_000)))
    sniffed = sniff("step,loss\n0,0.5\n1,0.5\n")
    read = bulk_scan.Scan.read

    def read_and_cut(scan: bulk_scan.Scan, size: int | None = -1, /) -> bytes:
        lines = read(scan, size)
        if path.stat().st_size:
            path.write_bytes(b"")  # as trainers do that write the whole log anew
        return lines

    monkeypatch.setattr(bulk_scan.Scan, "read", read_and_cut)
    table = read_bulk(LogFile(path), sniffed[0], []) if sniffed else None
    assert table is not None
    assert 0 < table.rows < 1_000_000
    assert table.numbers["step"].values.tolist() == list(range(table.rows))


@pytest.mark.parametrize("few", [0, 3, 600])  # letters are flagged, first looked up one by one, only that
def test_written_nan_is_found_in_every_piece(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_scan, "PIECE", 64)
    monkeypatch.setattr(bulk_scan, "FEW_PLACES", few)
    cells = ["0.5", "", "nan", "0.25", "NaN"]
    rows = [f"{step},{cells[step % 5]},{cells[step % 3]}" for step in range(500)]
    for compressed in (False, True):
        assert_equal(*both("step,loss,val_loss\n" + "\n".join(rows) + "\n", compressed=compressed))


@pytest.mark.parametrize("few", [0, 12, 600])
def test_nan_is_found_in_any_case_beside_words_with_its_letters(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_scan, "PIECE", 128)
    monkeypatch.setattr(bulk_scan, "FEW_PLACES", few)
    cells = ["0.5", "nan", "NaN", "Nan", "NAN", "nAn", "inf", "-inf", "", "1e-05"]
    words = ["train", "nun", "Non", "banana", "a"]
    rows = [f"{step},{words[step % 5]},{cells[step % 10]},{cells[step % 7]}" for step in range(700)]
    assert_equal(*both("step,phase,loss,val_loss\n" + "\n".join(rows) + "\n"))


@pytest.mark.parametrize(
    "words",
    [
        ["train", "val"],
        ["train", "val", ""],  # rows without a label
        ["val", "train", "train", " train"],
        [f"fold {number}" for number in range(40)],
        ["train", "True", "true", "1a"],
    ],
)
@pytest.mark.parametrize("late", ["", "test", "trains"])
def test_labels_are_those_of_their_rows_over_all_stretches(
    words: list[str], late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_frame, "STRETCH", 100)
    labels = [words[step * step % 83 % len(words)] for step in range(950)] + [late or words[0]] * 50
    cells = ["0.5", "nan", "0.25", "", "0.125"]
    rows = [f"{step},{label},{cells[step % 5]},{step}" for step, label in enumerate(labels)]
    text = "step,phase,loss,lr\n" + "\n".join(rows) + "\n"
    fast, slow = both(text)
    assert_equal(fast, slow)
    assert fast is not None
    named = fast.texts["phase"]
    told: dict[int, int] = dict(zip(named.rows.tolist(), named.codes.tolist(), strict=True))
    found = [named.names[told[row]] if row in told else "" for row in range(len(labels))]
    assert found == [label.strip() for label in labels]


KINDS = {
    "number": ["0.5", "0.25"],
    "flag": ["True", "False"],
    "moment": ["2024-05-01 10:00:00", "2024-05-01 10:00:07"],
    "text": ["early", "best"],
}


@pytest.mark.parametrize("name", ["extra", "phase"])
@pytest.mark.parametrize(("first", "then"), list(permutations(KINDS, 2)))
def test_cells_of_another_kind_in_a_later_stretch_are_read_as_in_one(
    first: str, then: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_frame, "STRETCH", 60)
    cells = [""] * 60 + KINDS[first] * 60 + KINDS[then] * 60  # of no kind in the lines that are sniffed at
    rows = [f"{step},{cell},{1.0 / (1 + step)}" for step, cell in enumerate(cells)]
    fast, slow = both(f"step,{name},loss\n" + "\n".join(rows) + "\n")
    assert_equal(fast, slow)
