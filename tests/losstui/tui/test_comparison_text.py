from dataclasses import replace

import pytest

from losstui.comparing import Change, ComparedFinding, LevelDifference, RunComparison
from losstui.findings import Severity
from losstui.hyperparameters import HyperparameterDifference
from losstui.run import StepUnit
from losstui.tui.comparison_text import comparison, comparison_strip
from losstui.tui.glyphs import ASCII, UNICODE
from losstui.tui.palette import STANDARD, Palette, colours, default_theme
from tui_support import make_finding

PALETTE = Palette(colours(default_theme(STANDARD), STANDARD))
IN_STEPS = (StepUnit.STEP, StepUnit.STEP)
NOTHING = RunComparison((), (), (), (100, 100), IN_STEPS)
CHANGED = RunComparison(
    (
        ComparedFinding(make_finding("divergence"), Change.NEW),
        ComparedFinding(make_finding("loss-spike", Severity.WARNING), Change.WORSE, Severity.INFO),
        ComparedFinding(make_finding("plateau", Severity.INFO), Change.SAME, Severity.INFO),
        ComparedFinding(
            make_finding("overfitting", Severity.WARNING), Change.GONE, Severity.WARNING, "no validation tag"
        ),
    ),
    (
        HyperparameterDifference("lr", "0.1", "0.01"),
        HyperparameterDifference("warmup", None, "100"),
    ),
    (LevelDifference("val/loss", 0.5, 0.4, True), LevelDifference("train/loss", 0.1, 0.2, False)),
    (100, 200),
    IN_STEPS,
)


def test_all_that_is_different_is_said() -> None:
    text = comparison(CHANGED, "base", PALETTE, UNICODE).plain
    for words in (
        "against base",
        "new    ✖ divergence",
        "worse  ▲ loss-spike, was info",
        "in both: plateau",
        "gone   ▲ overfitting (not looked for here: no validation tag)",
        "lr  0.1 → 0.01",
        "warmup  not logged → 100",
        "val/loss  0.5 → 0.4 better",
        "train/loss  0.1 → 0.2 worse",
        "last step  100 → 200",
    ):
        assert words in text, words


def test_what_is_new_on_one_curve_and_gone_on_another_says_which() -> None:
    new, gone = make_finding("converged"), replace(make_finding("converged"), tag="val/loss")
    both = (ComparedFinding(new, Change.NEW), ComparedFinding(gone, Change.GONE, gone.severity))
    text = comparison(replace(NOTHING, findings=both), "base", PALETTE, UNICODE).plain
    assert "new    ✖ converged in train/loss\n" in text
    assert "gone   ✖ converged in val/loss\n" in text


def test_levels_that_noise_or_the_digits_make_alike_are_neither_better_nor_worse() -> None:
    levels = (LevelDifference("a", 0.2952, 0.2968, None), LevelDifference("b", 0.87501, 0.87502, False))
    text = comparison(replace(NOTHING, levels=levels), "base", PALETTE, UNICODE).plain
    assert "a  0.2952 → 0.2968 within noise" in text
    assert "b  0.875 in both" in text


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ((StepUnit.EPOCH, StepUnit.EPOCH), "last epoch  100 → 200"),
        ((StepUnit.STEP, StepUnit.EPOCH), "last  step 100 → epoch 200"),
    ],
)
def test_last_steps_are_told_in_what_each_log_counts(units: tuple[StepUnit, StepUnit], told: str) -> None:
    assert told in comparison(replace(CHANGED, step_units=units), "base", PALETTE, UNICODE).plain


def test_nothing_is_said_of_what_is_the_same() -> None:
    text = comparison(NOTHING, "base", PALETTE, UNICODE).plain
    assert "none in either run" in text
    assert "none that differs is logged" in text
    assert "last step" not in text


def test_runs_that_log_no_curve_in_common_are_told_to_have_none_to_compare() -> None:
    for text in (
        comparison(NOTHING, "base", PALETTE, UNICODE).plain,
        comparison_strip(NOTHING, "base", PALETTE, UNICODE).plain,
    ):
        assert "no loss or accuracy to compare is logged in both" in text
    assert "no loss" not in comparison(CHANGED, "base", PALETTE, UNICODE).plain


def test_the_strip_says_it_in_three_lines() -> None:
    lines = comparison_strip(CHANGED, "base", PALETTE, UNICODE).plain.split("\n")
    assert lines == [
        "against base  best val/loss 0.5 → 0.4 better",
        "new ✖divergence worse ▲loss-spike gone ▲overfitting ",
        "lr 0.1 → 0.01, warmup not logged → 100",
    ]
    assert comparison_strip(NOTHING, "base", PALETTE, UNICODE).plain.split("\n")[1:] == [
        "no finding is new or gone",
        "no hyper-parameter that differs is logged",
    ]


def test_ascii_is_enough() -> None:
    assert comparison(CHANGED, "base", PALETTE, ASCII).plain.isascii()
    assert comparison_strip(CHANGED, "base", PALETTE, ASCII).plain.isascii()


def test_what_a_log_says_is_never_obeyed() -> None:
    nasty = HyperparameterDifference("\x1b[2J", "\x07", "[red]x")
    text = comparison(RunComparison((), (nasty,), (), (1, 1), IN_STEPS), "base", PALETTE, UNICODE).plain
    assert not {"\x1b", "\x07"} & set(text)
    assert "[red]x" in text
