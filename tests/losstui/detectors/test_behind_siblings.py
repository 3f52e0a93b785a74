"""Flat losses of runs whose siblings came further."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from losstui.curves import RunCurves
from losstui.frame import FloatArray
from losstui.hyperparameters import HyperparameterDifference
from losstui.kin import Standing
from plateau_support import POINTS, falling, findings, steady
from support import make_curves


def beside(share: float = 0.5, gain: float = 2.0) -> Standing:
    apart = (HyperparameterDifference("lr", "0.1", "0.001"), HyperparameterDifference("width", "64", None))
    return Standing("lr-0.1", "train/loss", 0.2, 0.9, apart, share, gain)


def test_siblings_tell_a_flat_loss_from_a_finished_one() -> None:
    run = make_curves({"train/loss": falling(2.2, 0.9, 0.2, 0.01)}).run
    assert findings(RunCurves(run)) == []
    [found] = findings(RunCurves(run, beside()))
    assert found.kind == "behind-siblings"
    assert found.message.endswith(
        ": lr-0.1, with lr 0.1 (here 0.001), width 64 (here not logged), had brought "
        "train/loss down to 0.2 in as many steps, this run to 0.9"
    )
    assert found.measures[1].value == 0.5


@pytest.mark.parametrize("other", [{}, {"lr": np.full(POINTS, 0.1)}], ids=["alone", "with a rate"])
def test_siblings_tell_how_low_a_loss_without_a_floor_could_be(other: dict[str, FloatArray]) -> None:
    below = make_curves({"train/loss": falling(0.2, -1.0, 0.2, 0.01), **other}).run
    assert [one.kind for one in findings(RunCurves(below, beside()))] == ["behind-siblings"]


def told_behind(share: float, fall: float, noise: float, tags: tuple[str, ...] = ("loss", "val_loss")) -> int:
    """Of twenty runs of few values, how many are told that their siblings came further, by `share` of 2.0.

    They end at 1.8, and over the last half they fall by `fall`.
    """
    done = np.linspace(0.0, 1.0, 60)
    course = 1.8 + 0.4 * np.exp(-25.0 * done) + fall * np.clip(2.0 - 2.0 * done, 0.0, 1.0)
    kinds: list[str | None] = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        run = make_curves({tag: course + rng.normal(0.0, noise, done.size) for tag in tags}).run
        kinds += [one.kind for one in findings(RunCurves(run, beside(share)))]
    return kinds.count("behind-siblings")


TAGS = pytest.mark.parametrize("tags", [("loss", "val_loss"), ("loss",)], ids=["both", "train alone"])


@TAGS
def test_what_noise_leaves_open_is_flat_where_the_siblings_are_far_away(tags: tuple[str, ...]) -> None:
    assert told_behind(0.25, fall=0.0, noise=0.25, tags=tags) <= 4
    assert told_behind(0.8, fall=0.0, noise=0.25, tags=tags) >= 12
    assert told_behind(0.8, fall=0.0, noise=0.02, tags=tags) == 20


@TAGS
def test_what_falls_by_more_than_noise_or_may_lead_far_towards_the_siblings_is_not_flat(
    tags: tuple[str, ...],
) -> None:
    assert (
        told_behind(0.8, fall=0.16, noise=0.01, tags=tags) == 0
    )  # a twentieth of the gain of siblings is 0.1
    assert told_behind(0.8, fall=0.3, noise=0.1, tags=tags) <= 2


@pytest.mark.parametrize(
    "loss",
    [
        falling(2.2, 0.9, 0.2, 0.01) - np.linspace(0.0, 0.5, POINTS),
        np.concatenate([falling(2.2, 0.3, 0.2, 0.01)[:200], steady(0.9)[200:]]),
    ],
    ids=["still falling", "had been lower"],
)
def test_far_behind_is_not_stuck_by_itself(loss: FloatArray) -> None:
    assert findings(RunCurves(make_curves({"train/loss": loss}).run, beside())) == []


def test_settings_that_are_too_many_to_name_are_counted() -> None:
    apart = tuple(HyperparameterDifference(name, "1", "2") for name in ("lr", "width", "depth", "clip", "wd"))
    standing = Standing("run", "loss", 0.2, 0.9, apart, 0.5, 2.0)
    assert "depth 1 (here 2) and 2 other settings, had brought" in standing.text("step")
    assert "depth 1 (here 2), had brought" in replace(standing, differing=apart[:3]).text("step")


def test_long_settings_are_cut_short_in_the_message() -> None:
    apart = (HyperparameterDifference("scheduler", "x" * 200, "y"),)
    standing = Standing("run", "train/loss", 0.2, 0.9, apart, 0.5, 2.0)
    [found] = findings(RunCurves(make_curves({"train/loss": falling(2.2, 0.9, 0.2, 0.01)}).run, standing))
    assert "scheduler xxxxxxxxxxxxxxxxxxxxxxx… (here y), had brought" in found.message


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("0.06122104858870895", "0.1", "0.06122 (here 0.1)"),
        ("1e-05", "0.0002718281828", "1e-05 (here 0.000272)"),
        ("1234567890123", None, "1234567890123 (here not logged)"),
        ("0.12345678901", "0.12345678902", "0.12345678901 (here 0.12345678902)"),
        ("experiment.yaml", "-infinity.e", "experiment.yaml (here -infinity.e)"),
    ],
)
def test_rates_that_were_drawn_are_told_in_few_digits(before: str, now: str | None, told: str) -> None:
    standing = Standing("run", "loss", 0.2, 0.9, (HyperparameterDifference("lr", before, now),), 0.5, 2.0)
    assert f"with lr {told}, had brought" in standing.text("step")
