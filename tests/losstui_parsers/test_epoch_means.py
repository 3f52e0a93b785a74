"""What an epoch ends with, told under the name of its batches."""

from __future__ import annotations

import json
from pathlib import Path

from losstui.parsing import FileGroup, LogFile, LoggedRun
from losstui_parsers.delimited import Delimited
from losstui_parsers.json_rows import JsonRows
from text_logs import read_output, values

EPOCHS, BATCHES = 3, 4


def _batch(epoch: int, batch: int) -> float:
    return 2.0 - 0.25 * epoch - 0.0625 * batch


def _total(epoch: int) -> float:
    return sum(_batch(epoch, batch) for batch in range(BATCHES))


def _table(*, whole: int = EPOCHS, tag: str = "loss") -> str:
    """A table of which so many epochs end with their sum."""
    lines = [f"epoch,step,{tag}"]
    for epoch in range(EPOCHS):
        steps = [epoch * BATCHES + batch + 1 for batch in range(BATCHES)]
        lines += [f"{epoch},{step},{_batch(epoch, batch)}" for batch, step in enumerate(steps)]
        lines += [f"{epoch},{steps[-1]},{_total(epoch)}"] if epoch < whole else []
    return "\n".join([*lines, ""])


def _read(tmp_path: Path, text: str) -> LoggedRun:
    path = tmp_path / "metrics.csv"
    path.write_text(text)
    (run,) = Delimited().read(FileGroup(path, (LogFile(path),)))
    return run


def test_the_sum_of_an_epoch_is_a_curve_of_its_own(tmp_path: Path) -> None:
    run = _read(tmp_path, _table())
    assert values(run, "loss_epoch") == [_total(epoch) for epoch in range(EPOCHS)]
    assert values(run, "loss") == [
        _batch(epoch, batch) for epoch in range(EPOCHS) for batch in range(BATCHES)
    ]


def test_the_last_epoch_may_go_on(tmp_path: Path) -> None:
    assert len(_read(tmp_path, _table(whole=EPOCHS - 1)).frame["loss_epoch"]) == EPOCHS - 1


def test_one_row_told_twice_is_no_mean(tmp_path: Path) -> None:
    assert set(_read(tmp_path, _table(whole=1)).frame) == {"loss"}


def test_metrics_are_evaluated_where_an_epoch_ends(tmp_path: Path) -> None:
    assert set(_read(tmp_path, _table(tag="val_loss")).frame) == {"val_loss"}


def test_several_processes_tell_every_step_again(tmp_path: Path) -> None:
    rows = [
        f"{epoch},{epoch * 3 + batch},{rank}.5" for epoch in range(3) for batch in range(3) for rank in (1, 2)
    ]
    assert set(_read(tmp_path, "\n".join(["epoch,step,loss", *rows, ""])).frame) == {"loss"}


def test_the_last_batch_told_again_is_no_mean(tmp_path: Path) -> None:
    text = _table()
    for epoch in range(EPOCHS):
        text = text.replace(f",{_total(epoch)}\n", f",{_batch(epoch, BATCHES - 1)}\n")
    assert set(_read(tmp_path, text).frame) == {"loss"}


def test_a_row_of_the_epoch_alone_is_its_mean(tmp_path: Path) -> None:
    rows: list[dict[str, float]] = []
    for epoch in range(EPOCHS):
        rows += [{"epoch": epoch, "batch": n, "loss": _batch(epoch, n)} for n in range(BATCHES)]
        rows.append({"epoch": epoch, "loss": _total(epoch), "val_loss": 0.5})
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (run,) = JsonRows().read(FileGroup(path, (LogFile(path),)))
    assert values(run, "loss_epoch") == [_total(epoch) for epoch in range(EPOCHS)]


def test_a_line_below_the_batches_is_of_their_epoch(tmp_path: Path) -> None:
    lines: list[str] = []
    for epoch in range(EPOCHS):
        lines += [f"Epoch: {epoch}, Iter: {n}0, Loss: {_batch(epoch, n)}" for n in range(1, BATCHES)]
        lines.append(f"Loss: {_total(epoch)}")
    run = read_output(tmp_path, "\n".join([*lines, ""]))
    assert values(run, "Loss_epoch") == [_total(epoch) for epoch in range(EPOCHS)]
