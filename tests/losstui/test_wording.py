import math

import pytest

from losstui.wording import amount, counted, noun, number, percent, portion, readable, rounded, times


def test_of_one_thing_no_more_than_one_is_said() -> None:
    assert [counted(count, "run") for count in (0, 1, 2)] == ["0 runs", "1 run", "2 runs"]
    assert [noun(count, "value") for count in (0, 1, 2)] == ["values", "value", "values"]


def test_once_is_no_number() -> None:
    assert [times(count) for count in (1, 2, 3)] == ["once", "twice", "3 times"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.21534, "0.2153"),
        (0.0, "0"),
        (1234.5678, "1235"),
        (99_999.4, "99999"),
        (3.2e-7, "3.2e-7"),
        (1.5e12, "1.5e12"),
        (-2.0666e105, "-2.07e105"),
        (math.nan, "NaN"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_numbers_have_four_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_a_number_in_a_sentence_has_three_digits_and_the_same_form() -> None:
    assert [readable(value) for value in (0.21534, 99.96, 1234.5678, 2e105)] == [
        "0.215",
        "100",
        "1235",
        "2e105",
    ]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.46, "46 % of the run"),
        (0.994, "99 % of the run"),
        (0.996, "nearly all of the run"),
        (1.0, "all of the run"),
        (1.004, "100 % of the run"),
        (1.94, "194 % of the run"),
        (2.87, "2.9 times the run"),
        (1e6, "1e6 times the run"),
    ],
)
def test_a_part_is_told_in_percent_as_long_as_that_is_easy_to_read(share: float, text: str) -> None:
    assert portion(share, "the run") == text


def test_an_estimated_number_has_two_digits() -> None:
    assert [rounded(count, "step") for count in (0.3, 1.2, 64.2, 149_962.0)] == [
        "about 0 steps",
        "about 1 step",
        "about 64 steps",
        "about 150000 steps",
    ]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.00324, "0.32 %"),
        (0.0324, "3.2 %"),
        (0.8814, "88 %"),
        (0.996, "100 %"),
        (1.404, "140 %"),
    ],
)
def test_a_share_is_told_in_percent(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.8871, "88.7 %"),
        (-3.0, "-300 %"),
        (100.0, "10000 %"),
        (1e6, "over 10000 %"),
        (math.inf, "inf %"),
        (math.nan, "NaN %"),
    ],
)
def test_a_share_of_next_to_nothing_is_no_number_of_percent(value: float, text: str) -> None:
    assert amount(value, "fraction of the validation gain") == text
    assert amount(value, "standard errors") == number(value)
