"""The remedies as data: each complete, each for findings that exist, each snippet code that parses."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from losstui.deaths import DEAD, ERROR_KIND, SILENT_KIND
from losstui.deaths import KINDS as DEATHS
from losstui.detectors import DETECTORS
from losstui.findings import Measure, Remedy
from losstui.remedies import all_remedies, remedies_for, targets

FINDINGS = frozenset(detector.name for detector in DETECTORS)
KINDS = {
    "plateau": {
        "stuck",
        "lr-floor",
        "lr-exhausted",
        "low-skill",
        "starved",
        "parts-at-odds",
        "softmax-twice",
        "behind-siblings",
        "or-done",
    },
    "converged": {"or-stuck", "still-falling", "while-decaying"},
    "stuck-at-start": {"behind-siblings", "reward"},
    "slow-progress": {"behind-siblings"},
    "lr-too-low": {"behind-siblings"},
    "lr-too-high": {"behind-siblings"},
    "underfitting": {"unsure", "over-regularised", "behind-siblings"},
    "divergence": {"behind-siblings", "from-start", "after-learning", "blow-up", "collapse"},
    "non-finite": {"beside-training", "from-start", "in-validation", "permanent", "transient"},
    "hidden-non-finite": {"zero", "frozen", "absent"},
    "oscillation": {"alternating", "periodic", "schedule", "epoch", "irregular", "order"},
    "loss-spike": {"recovered", "damaging", "periodic", "heavy-tailed", "in-validation"},
    "exploding-gradient": {"grown", "at-start", "heavy-part", "stuck", "across-layers"},
    "vanishing-gradient": {"across-layers", "over-time"},
    "dead-units": {"grown", "from-start"},
    "inconsistent-steps": {"two-writers", "several-values", "clock-back", "hole", "other-axis"},
    "log-quality": {"too-short", "constant", "smoothed", "quantised"},
    DEAD: {*DEATHS, ERROR_KIND, SILENT_KIND},
}
WELL_SERVED = (
    "plateau",
    "stuck-at-start",
    "converged",
    "oscillation",
    "divergence",
    "overfitting",
    "non-finite",
    "hidden-non-finite",
    "loss-spike",
    "exploding-gradient",
    "vanishing-gradient",
)
FRAMEWORKS = {"pytorch", "keras", "hf", "lightning", "sklearn", "pandas", "cleanlab"}


def ids(remedies: tuple[Remedy, ...]) -> list[str]:
    return [remedy.id for remedy in remedies]


@pytest.mark.parametrize("remedy", all_remedies(), ids=lambda remedy: remedy.id)
def test_is_complete(remedy: Remedy) -> None:
    for text in (remedy.when, remedy.why, remedy.change, remedy.verify):
        assert text.endswith(".")
        assert text[0].isupper() or text.startswith(("fp16 ", "beta2 "))
        assert "\n" not in text
    assert remedy.title
    assert not remedy.title.endswith(".")
    assert remedy.sources
    assert all(remedy.sources)
    assert remedy.snippets


@pytest.mark.parametrize("remedy", all_remedies(), ids=lambda remedy: remedy.id)
def test_snippets_are_python(remedy: Remedy) -> None:
    assert set(remedy.snippets) <= FRAMEWORKS
    for code in remedy.snippets.values():
        assert ast.parse(code).body
        assert max(len(line) for line in code.splitlines()) <= 110


def test_ids_and_titles_are_unique() -> None:
    for values in (ids(all_remedies()), [remedy.title for remedy in all_remedies()]):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_every_target_is_a_finding_or_a_death_and_a_kind_of_it() -> None:
    for target in targets():
        name, _, kind = target.partition(":")
        assert name in (*FINDINGS, DEAD)
        assert not kind or kind in KINDS[name]


def test_no_finding_that_asks_to_act_is_without_a_remedy() -> None:
    assert [name for name in FINDINGS if not remedies_for(name)] == []


@pytest.mark.parametrize("name", WELL_SERVED)
def test_there_is_a_choice(name: str) -> None:
    assert len(remedies_for(name)) >= 2
    for kind in KINDS.get(name, ()):
        assert len(remedies_for(name, kind)) >= 2


def test_of_a_kind_come_its_own_remedies_first_and_none_of_another_kind() -> None:
    exhausted = ids(remedies_for("plateau", "lr-exhausted"))
    assert exhausted.index("stretch-schedule") < exhausted.index("check-loss-function")
    assert "decay-lr" not in exhausted
    assert exhausted[0] == "stretch-schedule"
    assert ids(remedies_for("plateau", "lr-floor"))[0] == "decay-lr"
    assert ids(remedies_for("oscillation", "schedule"))[0] == "end-with-a-cycle"
    assert "end-with-a-cycle" not in ids(remedies_for("oscillation", "irregular"))
    assert ids(remedies_for("loss-spike", "periodic"))[0] == "log-offending-batches"
    assert ids(remedies_for("loss-spike", "recovered"))[0] == "clip-gradients"
    assert ids(remedies_for("underfitting", "unsure"))[:2] == ["less-regularisation", "check-loss-function"]
    assert ids(remedies_for("underfitting", "over-regularised"))[0] == "less-regularisation"
    assert ids(remedies_for("non-finite", "from-start"))[0] == "impute-missing-values"
    assert ids(remedies_for("hidden-non-finite", "zero"))[0] == "show-hidden-nan"
    assert ids(remedies_for("hidden-non-finite", "absent"))[0] == "write-nan-as-text"
    assert ids(remedies_for("oscillation", "epoch"))[0] == "shuffle-data"
    assert ids(remedies_for("loss-spike", "in-validation"))[0] == "evaluate-once-more"
    assert "evaluate-once-more" not in ids(remedies_for("loss-spike", "recovered"))
    assert "shuffle-data" not in ids(remedies_for("oscillation", "alternating"))
    assert ids(remedies_for("converged", "still-falling"))[0] == "train-on"


@pytest.mark.parametrize(
    ("name", "kind", "first"),
    [
        ("exploding-gradient", "grown", "clip-gradients"),
        ("exploding-gradient", "at-start", "normalise-inputs"),
        ("exploding-gradient", "heavy-part", "weigh-the-parts"),
        ("exploding-gradient", "stuck", "lower-peak-lr"),
        ("exploding-gradient", "across-layers", "better-initialisation"),
        ("vanishing-gradient", "across-layers", "non-saturating-activation"),
        ("vanishing-gradient", "over-time", "non-saturating-activation"),
        ("dead-units", "grown", "lower-peak-lr"),
        ("dead-units", "from-start", "better-initialisation"),
        ("inconsistent-steps", "two-writers", "log-on-one-clock"),
        ("inconsistent-steps", "clock-back", "keep-clock-steady"),
        ("inconsistent-steps", "hole", "find-missing-rows"),
        ("log-quality", "too-short", "log-raw-values"),
        ("log-quality", "constant", "check-what-is-logged"),
        ("log-quality", "smoothed", "log-what-varies"),
        ("log-quality", "quantised", "log-raw-values"),
    ],
)
def test_the_first_remedy_fits_the_kind(name: str, kind: str, first: str) -> None:
    assert ids(remedies_for(name, kind))[0] == first


def test_what_a_kind_makes_senseless_is_left_out() -> None:
    for kind in ("in-validation", "beside-training"):
        assert not {"lower-peak-lr", "clip-gradients"} & set(ids(remedies_for("non-finite", kind)))
    in_training = {"clip-gradients", "warm-up", "lower-beta2", "log-offending-batches", "skip-and-roll-back"}
    assert not in_training & set(ids(remedies_for("loss-spike", "in-validation")))
    assert in_training <= set(ids(remedies_for("loss-spike", "recovered")))
    for name in ("vanishing-gradient", "exploding-gradient"):
        assert "log-layer-gradients" not in ids(remedies_for(name, "across-layers"))
        assert "log-layer-gradients" in ids(remedies_for(name))
    assert "log-raw-values" not in ids(remedies_for("log-quality", "constant"))


def test_what_else_is_known_comes_before_the_kind() -> None:
    known = ids(remedies_for("plateau", "stuck", (), ["behind-siblings"]))
    assert known[0] == "settings-of-the-best-sibling"
    assert "overfit-one-batch" in known


def test_a_reward_that_stands_still_is_told_nothing_of_labels_or_of_one_batch() -> None:
    stuck = ids(remedies_for("stuck-at-start", "", (), ["reward"]))
    assert stuck[:3] == ["check-environment", "learn-small-environment", "explore-more"]
    assert not {"overfit-one-batch", "check-labels-aligned", "check-loss-function"} & set(stuck)
    assert "check-environment" not in ids(remedies_for("stuck-at-start", ""))


def test_a_loss_stuck_at_guessing_is_looked_into_before_its_rate_is_changed() -> None:
    stuck = ids(remedies_for("plateau", "stuck"))
    assert stuck[:3] == ["overfit-one-batch", "lower-peak-lr", "raise-lr"]


def test_without_a_kind_all_kinds_count() -> None:
    assert {"stretch-schedule", "decay-lr", "check-loss-function"} <= set(ids(remedies_for("plateau")))


def test_an_unknown_kind_gets_the_general_ones() -> None:
    assert remedies_for("epoch-memorisation", "of-its-own") == remedies_for("epoch-memorisation", None)


def test_the_cheapest_comes_first_unless_another_fits_best() -> None:
    overfitting = ids(remedies_for("overfitting"))
    assert overfitting.index("early-stopping") < overfitting.index("weight-decay")
    assert overfitting.index("weight-decay") < overfitting.index("smaller-model")
    assert overfitting.index("weight-decay") < overfitting.index("label-smoothing")
    for name in ("overfitting", "generalisation-gap"):
        usual, optimiser = ids(remedies_for(name)).index("weight-decay"), "sgd-with-momentum"
        assert usual < ids(remedies_for(name)).index(optimiser)
    assert "sgd-with-momentum" not in ids(remedies_for("noisy-validation"))
    assert ids(remedies_for("metric-conflict"))[0] == "label-smoothing"
    after = ids(remedies_for("divergence", "after-learning"))
    assert after.index("clip-gradients") < after.index("warm-up")
    assert ids(remedies_for("exploding-gradient"))[0] == "clip-gradients"
    assert ids(remedies_for("divergence"))[0] == "lower-peak-lr"
    assert ids(remedies_for("missing-warmup"))[0] == "warm-up"
    assert ids(remedies_for("noisy-validation"))[0] == "enlarge-validation"


def test_what_moved_first_decides_which_comes_first() -> None:
    rate = Measure("learning rate", 4.0, 1.2, "times its usual")
    norm = Measure("gradient norm before", 9.0, 5.0, "times its usual")
    still = Measure("gradient norm before", 2.0, 5.0, "times its usual")
    scale = Measure("fall of the loss scale", 8.0, 4.0, "times")
    for measures, first in (
        ((rate, norm), "lower-peak-lr"),
        ((norm, rate), "clip-gradients"),
        ((still, rate), "lower-peak-lr"),
        ((scale,), "bf16-or-loss-scaling"),
    ):
        for name in ("divergence", "non-finite"):
            assert ids(remedies_for(name, None, measures))[0] == first
    assert remedies_for("divergence", None, (still,)) == remedies_for("divergence")


def test_a_rate_is_kept_above_0_only_where_it_fell_below() -> None:
    below = Measure("learning rate below zero", 1e-4, 0.0, "as logged")
    norm = Measure("gradient norm before", 9.0, 5.0, "times its usual")
    for name in ("divergence", "late-instability", "non-finite"):
        for kind in ("", "from-start"):
            assert "keep-rate-above-zero" not in ids(remedies_for(name, kind, (norm,)))
            assert "keep-rate-above-zero" in ids(remedies_for(name, kind, (norm, below)))
            assert ids(remedies_for(name, kind, (below, norm)))[0] == "keep-rate-above-zero"
        assert "keep-rate-above-zero" in ids(remedies_for(name))


def test_an_unknown_finding_has_none() -> None:
    assert remedies_for("no-such-finding") == ()
    assert remedies_for("plat") == ()


@pytest.mark.parametrize(
    "strategy",
    [
        "clean-data",
        "impute-missing-values",
        "augment-data",
        "normalise-inputs",
        "engineer-features",
        "select-features",
        "more-capacity",
        "residual-connections",
        "add-norm-layers",
        "non-saturating-activation",
        "better-initialisation",
        "lower-peak-lr",
        "raise-lr",
        "lr-range-test",
        "warm-up",
        "decay-lr",
        "adaptive-optimiser",
        "sgd-with-momentum",
        "weight-decay",
        "l1-or-elastic-net",
        "dropout",
        "label-smoothing",
        "early-stopping",
        "larger-batch",
        "overfit-one-batch",
        "clip-gradients",
        "bf16-or-loss-scaling",
        "find-first-non-finite",
        "show-hidden-nan",
        "check-loss-function",
        "check-labels-aligned",
    ],
)
def test_every_usual_strategy_is_there(strategy: str) -> None:
    assert strategy in ids(all_remedies())
