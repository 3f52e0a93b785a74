"""Tables with one row a value: a column names the tag, others the data or a variant of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from losstui_parsers import plain_text
from losstui_parsers.delimited import Delimited
from text_logs import json_lines, read_rows, read_table, runs_in, steps, values

ROWS = [
    {"epoch": epoch, "phase": phase, "metric": metric, "value": epoch + place / 4}
    for epoch in range(1, 5)
    for place, (phase, metric) in enumerate(
        (phase, metric) for phase in ("train", "val") for metric in ("loss", "accuracy")
    )
]
TAGS = ["train/accuracy", "train/loss", "val/accuracy", "val/loss"]


@pytest.mark.parametrize("large", [False, True])
def test_a_column_of_splits_tells_the_values_of_one_metric_apart(
    large: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_text, "LARGE", 1 if large else 1 << 30)
    cells = "".join(",".join(map(str, row.values())) + "\n" for row in ROWS)
    for run in (
        read_table(tmp_path, "epoch,phase,metric,value\n" + cells, "log.csv"),
        read_rows(tmp_path, json_lines(*ROWS)),
    ):
        assert sorted(run.frame) == TAGS
        assert steps(run, "val/loss") == [1, 2, 3, 4]
        assert values(run, "train/accuracy") == [1.25, 2.25, 3.25, 4.25]
        assert values(run, "val/loss") == [1.5, 2.5, 3.5, 4.5]


def test_a_tag_that_names_its_data_keeps_its_name(tmp_path: Path) -> None:
    rows = [f"{e},{s},{s}_loss,0.{e}\n" for e in range(4) for s in ("train", "val")]
    run = read_table(tmp_path, "epoch,split,tag,value\n" + "".join(rows) + "4,,gap,0.5\n", "log.csv")
    assert sorted(run.frame) == ["gap", "train_loss", "val_loss"]


def test_the_variants_of_a_metric_are_curves_of_their_own(tmp_path: Path) -> None:
    events = [
        {"timestamp": 1.7e12 + 1000 * i, "iter": i, "metric": "loss", "variant": variant, "value": i + at / 2}
        for i in range(4)
        for at, variant in enumerate(("train", "val"))
    ]
    run = read_rows(tmp_path, json.dumps(events), "events.json")
    assert sorted(run.frame) == ["loss/train", "loss/val"]
    assert values(run, "loss/val") == [0.5, 1.5, 2.5, 3.5]
    assert steps(run, "loss/train") == [0, 1, 2, 3]


@pytest.mark.parametrize("context", ["\"{{'subset': '{}'}}\"", '"{{""subset"": ""{}""}}"', "{}"])
def test_contexts_of_aim_are_splits_and_its_hashes_runs(context: str, tmp_path: Path) -> None:
    header = "run.hash,metric.name,metric.context,step,epoch,value,time\n"
    rows = [
        f"{run},loss,{context.format(split)},{10 * step},{step},{step + place / 2},{1_700_000_000 + step}\n"
        for run in ("a1", "b2")
        for place, split in enumerate(("train", "val"))
        for step in range(4)
    ]
    runs = runs_in(Delimited(), tmp_path / "metrics.csv", header + "".join(rows))
    assert [run.name for run in runs] == ["a1", "b2"]
    for run in runs:
        assert {tag: values(run, tag) for tag in run.frame} == {
            "train/loss": [0.0, 1.0, 2.0, 3.0],
            "val/loss": [0.5, 1.5, 2.5, 3.5],
        }
        assert steps(run, "val/loss") == [0, 10, 20, 30]
