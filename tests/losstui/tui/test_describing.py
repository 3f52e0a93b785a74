import math
from dataclasses import replace

import pytest

from losstui.findings import Measure, Onset, Severity, Span
from losstui.run import StepUnit
from losstui.tui.describing import details, looked_for, measure_text, message, step_range, title, warnings
from losstui.tui.glyphs import UNICODE
from losstui.tui.palette import STANDARD, Palette, colours
from losstui.tui.settings import ThemeName
from support import make_run
from tui_support import CLIP, make_finding

PALETTE = Palette(colours(ThemeName.DARK, STANDARD))
RUN = make_run({"train/loss": [1.0]})


def test_details_hold_evidence_remedies_and_the_snippet_of_the_framework() -> None:
    text = details(make_finding(), RUN, "keras", PALETTE, UNICODE).plain
    for words in (
        "✖ divergence",
        "LT103",
        "LT103 · critical · 93 % sure",
        "train/loss, since step 60 (between 55 and 65)",
        "progress lost: 83 % (>20 %)",
        CLIP.why,
        CLIP.change,
        CLIP.verify,
        "keras  f: pytorch",
        "Adam(clipnorm=1.0)",
        "source: Pascanu 2013",
    ):
        assert words in text, words
    assert "clip_grad_norm_" not in text


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        (
            Measure("rise", 0.21168, 0.03, "fraction of the best level"),
            "rise: 21.2 % of the best level (>3 %)",
        ),
        (Measure("fall", -0.0032, 0.02, "fraction"), "fall: -0.32 % (<2 %)"),
        (
            Measure("gradient", 1e-5, 0.001, "of the last layer's"),
            "gradient: 0.001 % of the last layer's (<0.1 %)",
        ),
        (Measure("period in noise", -800.0, -4.0, "log10"), "period in noise: 1e-800 (<0.0001)"),
        (Measure("period in noise", -12.31, -4.0, "log10"), "period in noise: 4.9e-13 (<0.0001)"),
        (Measure("rise", 15.94, 3.0, "standard errors"), "rise: 15.94 standard errors (>3)"),
        (Measure("non-finite values", 50.0, 0.0, "values"), "non-finite values: 50 (>0)"),
        (Measure("spikes", 3.0, 3.0, "spikes"), "spikes: 3 (=3)"),
        (Measure("rise", math.inf, 0.05, "fraction of the gain"), "rise: inf % of the gain (>5 %)"),
    ],
)
def test_a_measure_is_said_in_percent_with_its_bound(measure: Measure, text: str) -> None:
    assert measure_text(measure) == text


def test_a_framework_without_a_snippet_falls_back_to_another() -> None:
    assert "clip_grad_norm_" in details(make_finding(), RUN, "jax", PALETTE, UNICODE).plain


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [(7, 7, "7"), (1_500, 2_999, "1500→2999"), (1_250_000, 2_000_000, "1250k→2000k")],
)
def test_ranges_are_short(first: int, last: int, text: str) -> None:
    assert step_range(make_finding(first=first, last=last), UNICODE) == text


def test_a_range_begins_where_the_message_says_it_does() -> None:
    finding = replace(make_finding(first=49, last=99), onset=Onset(0, 0, 49))
    assert step_range(finding, UNICODE) == "0→99"


def test_a_very_long_tag_leaves_the_sentence_about_it_readable() -> None:
    tag = "train/" + "decoder_layer_" * 12 + "loss"
    said = message(replace(make_finding(), message=f"{tag} becomes NaN at step 7"), UNICODE)
    assert said.endswith("_loss becomes NaN at step 7")
    assert len(said) < len(tag) / 2
    assert message(make_finding(), UNICODE) == make_finding().message


def test_a_kind_is_told_with_the_name() -> None:
    finding = make_finding("plateau")
    changed = type(finding)(
        "LT101", "plateau", Severity.INFO, 1.0, "m", "t", (Span(1, 2),), finding.onset, (), kind="stuck"
    )
    assert title(changed) == "plateau (stuck)"


def test_what_was_not_looked_for_is_said_once_a_reason() -> None:
    checks = {
        "a": "clear",
        "b": "skipped: no validation tag",
        "c": "skipped: no validation tag",
        "d": "found",
    }
    text = looked_for(checks, PALETTE).plain
    assert "1 found, 1 clear, 2 skipped" in text
    assert "b, c: no validation tag" in text


def test_warnings_of_the_reader_are_shown() -> None:
    run = make_run({"loss": [1.0]}, step_unit=StepUnit.EPOCH)
    warned = type(run)(
        run.id, run.name, run.sources, run.format, run.frame, run.roles, warnings=("3 records lost \x1b[2J",)
    )
    assert warnings(run, PALETTE).plain == ""
    assert "3 records lost \\x1b[2J" in warnings(warned, PALETTE).plain
