"""Numbers, and numbers of things, as a person reads them: each has one form in all that is shown."""

from __future__ import annotations

import math


def noun(count: int, singular: str) -> str:
    """What `count` things are called, of which one is `singular`; those with an -s alone."""
    return singular if count == 1 else f"{singular}s"


def counted(count: int, singular: str) -> str:
    """So many things: "1 run", "3 runs"."""
    return f"{count} {noun(count, singular)}"


def times(count: int) -> str:
    """How often: "once", "3 times"."""
    return "once" if count == 1 else f"{count} times"


def number(value: float, digits: int = 4) -> str:
    """A value to that many significant digits; no exponent between 0.001 and 100,000, else at most three.

    Of four digits it takes nine characters at most, but for huge negative ones: "-0.01235", "2.07e105".
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        text = f"{value:.{digits}g}"
        return text if "e" not in text else f"{value:.0f}"
    return short_exponent(f"{value:.{min(digits, 3)}g}")


def short_exponent(text: str) -> str:
    """What Python writes as "1.5e+05" as "1.5e5"."""
    return text.replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")


def readable(value: float) -> str:
    """A value within a sentence: three significant digits tell enough there."""
    return number(value, 3)


def percent(share: float, digits: int = 2) -> str:
    """A share of 1 in percent, to that many significant digits, with all before the point: "0.32 %"."""
    return f"{number(100 * share, digits)} %"
