from __future__ import annotations

import json
from pathlib import Path

import pytest

from losstui.discovery import discover
from losstui.errors import UnreadableLog
from losstui.parsing import LogFile
from losstui_parsers import PARSERS
from losstui_parsers.kaggle import Kaggle
from text_logs import claim_of, roles, runs_in, steps, values

EPOCHS = 4


def pieces(count: int = EPOCHS) -> list[str]:
    """A bar on the one stream, which waits on its line, and the lines of the epochs on the other."""
    told = [
        piece
        for epoch in range(count)
        for piece in (
            ("stderr", f"\r 50%|#####     | {epoch}/9 [00:01<00:05,  1.0it/s]"),
            ("stdout", f"Epoch {epoch} - avg_train_loss: {4.5 - epoch}  avg_val_loss: {5.5 - epoch}"),
            ("stdout", "  time: 10s\n"),
        )
    ]
    return [
        json.dumps({"stream_name": stream, "time": second / 2, "data": text}, separators=(",", ":"))
        for second, (stream, text) in enumerate(told)
    ]


ARRAY = "[" + "\n,".join(pieces()) + "\n]"


@pytest.mark.parametrize("text", [ARRAY, "\n".join(pieces()), ARRAY.replace("\n", "")])
def test_pieces_are_read_as_the_output_that_they_make(text: str, tmp_path: Path) -> None:
    [run] = runs_in(Kaggle(), tmp_path / "notebook.log", text)
    assert steps(run, "avg_train_loss") == [0, 1, 2, 3]
    assert values(run, "avg_train_loss") == [4.5, 3.5, 2.5, 1.5]
    assert values(run, "avg_val_loss") == [5.5, 4.5, 3.5, 2.5]
    assert roles(run)["avg_val_loss"] == "val_loss"


def test_log_of_a_session_that_goes_on_is_read_to_its_last_whole_piece(tmp_path: Path) -> None:
    [run] = runs_in(Kaggle(), tmp_path / "notebook.log", ARRAY[: ARRAY.rindex("avg_val")])
    assert values(run, "avg_train_loss") == [4.5, 3.5, 2.5]


def test_log_is_found_among_all_formats_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("kernel.log", "output.json", "__notebook__.txt"):
        (tmp_path / name).write_text(ARRAY)
    found = discover([tmp_path], [parser() for parser in PARSERS])
    assert [log.parser.name for log in found.logs] == ["kaggle"] * 3


def test_output_without_curves_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kernel.log"
    text = "[" + pieces(1)[0] + "\n]"
    assert claim_of(Kaggle(), path, text) is None
    assert "without lines that tell a loss" in str(Kaggle().refuse(LogFile(path)))
    with pytest.raises(UnreadableLog, match="no line that tells a loss"):
        Kaggle().read(Kaggle().group([LogFile(path)])[0])


def test_end_that_is_an_error_is_told(tmp_path: Path) -> None:
    crash = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: no more data\n'
    )
    failed = json.dumps({"stream_name": "stderr", "time": 99.0, "data": crash})
    [run] = runs_in(Kaggle(), tmp_path / "notebook.log", ARRAY[:-1] + "," + failed + "]")
    assert run.failed
    assert "no more data" in run.cause
