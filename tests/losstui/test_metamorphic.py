"""The diagnosis of a run does not depend on how the run was logged."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from losstui import plugins
from losstui.analysis import analyse_run
from losstui.findings import Finding, Severity
from losstui.run import StepUnit
from metamorphic import (
    MAKERS,
    NAMINGS,
    POINTS,
    SAID,
    Told,
    in_units,
    made,
    renamed,
    reordered,
    repeated,
    scaled,
    shifted,
    thinned,
)

ONSET = 0.02  # of the run beyond the interval: blocks of values begin elsewhere in another log

DETECTORS = plugins.load().detectors
kinds = st.sampled_from(sorted(MAKERS))
seeds = st.integers(0, 10_000)
examples = settings(max_examples=40, deadline=None, derandomize=True)


def findings(told: Told) -> dict[tuple[str, Severity, str | None], tuple[float, float, float]]:
    """What is found, with low, onset and high on the axis of the run before it was told otherwise."""

    def key(one: Finding) -> tuple[str, Severity, str | None]:
        return one.name, one.severity, one.kind

    report = analyse_run(told.run(), DETECTORS)
    assert not report.run.warnings
    return {
        key(one): (
            told.original_step(one.onset.low),
            told.original_step(one.onset.step),
            told.original_step(one.onset.high),
        )
        for one in report.findings
    }


def same(told: Told, otherwise: Told) -> None:
    before, after = findings(told), findings(otherwise)
    assert set(after) == set(before)
    for key, (low, _, high) in before.items():
        assert low - ONSET * POINTS <= after[key][1] <= high + ONSET * POINTS, key


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("seed", range(3))
def test_each_run_is_said_to_be_what_it_is(kind: str, seed: int) -> None:
    found = findings(made(kind, seed))
    loud = {name for name, severity, _ in found if severity is not Severity.INFO}
    if kind in SAID:
        assert SAID[kind][0] in {name for name, _, _ in found}
    assert loud <= set(SAID.get(kind, ()))


@pytest.mark.parametrize("kind", sorted(MAKERS.keys() - {"learning by heart"}))
def test_what_is_said_counts_in_what_the_log_counts(kind: str) -> None:
    """But for learning by heart, which no log of whole epochs shows."""
    run = made(kind, 0).run()
    said = [one.message for one in analyse_run(run, DETECTORS).findings]
    epochs = analyse_run(replace(run, step_unit=StepUnit.EPOCH), DETECTORS).findings
    counted = r"\bstep(?= \d)|(?<=\d )step(?=s\b)|(?<=each )step"
    assert [one.message for one in epochs] == [re.sub(counted, "epoch", message) for message in said]


@examples
@given(kind=kinds.filter(lambda kind: kind != "guessing"), seed=seeds, decades=st.floats(-6.0, 6.0))
def test_the_unit_of_the_loss(kind: str, seed: int, decades: float) -> None:
    """But for guessing: ln K is a level in nats, and no other unit has it."""
    told = made(kind, seed)
    same(told, scaled(told, 10.0**decades))


@examples
@given(kind=kinds, seed=seeds, offset=st.integers(1, 10**9))
def test_where_the_steps_begin(kind: str, seed: int, offset: int) -> None:
    told = made(kind, seed)
    same(told, shifted(told, offset))


@examples
@given(kind=kinds, seed=seeds, unit=st.integers(2, 100_000))
def test_what_the_steps_count(kind: str, seed: int, unit: int) -> None:
    told = made(kind, seed)
    same(told, in_units(told, unit))


@examples
@example(kind="scattering late", seed=101)  # the first values that scatter are no spikes
@example(kind="without gradient", seed=20026)  # nor are those of a gradient norm that falls
@given(kind=kinds, seed=seeds)
def test_how_often_it_was_logged(kind: str, seed: int) -> None:
    told = made(kind, seed)
    same(told, thinned(told, 2))


@examples
@given(kind=kinds, seed=seeds, times=st.integers(2, 4))
def test_rows_that_were_written_again(kind: str, seed: int, times: int) -> None:
    told = made(kind, seed)
    same(told, repeated(told, times))


@examples
@given(kind=kinds, seed=seeds, naming=st.integers(0, len(NAMINGS) - 1))
def test_what_the_tags_are_called(kind: str, seed: int, naming: int) -> None:
    told = made(kind, seed)
    same(told, renamed(told, naming))


@pytest.mark.parametrize("kind", MAKERS)
def test_which_tag_was_written_first(kind: str) -> None:
    told = made(kind, 0)
    same(told, reordered(told))
