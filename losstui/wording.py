"""Numbers, and numbers of things, as a person reads them: each has one form in all that is shown."""

from __future__ import annotations

import math
import sys

SILENT = "no more values, though the planned end was not reached"  # of what no log tells the cause
SEVERAL = 2.0  # times a whole: from here on percent are harder to read
MOST_SHARE = 100.0  # of next to nothing any number of percent is had: beyond this it tells no more
_UNITS_OF_TIME = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"))  # seconds each


def noun(count: int, singular: str) -> str:
    """What `count` things are called, of which one is `singular`; those with an -s alone."""
    return singular if count == 1 else f"{singular}s"


def counted(count: int, singular: str) -> str:
    """So many things: "1 run", "3 runs"."""
    return f"{count} {noun(count, singular)}"


def times(count: int) -> str:
    """How often: "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


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


def readable_time(seconds: float) -> str:
    """A duration as a person says it: "45 s", "3.2 min", "7.5 h"."""
    for size, unit in _UNITS_OF_TIME:
        if seconds >= 2.0 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10.0 else f"{seconds:.2g} s"


def percent(share: float, digits: int = 2) -> str:
    """A share of 1 in percent, to that many significant digits, with all before the point: "0.32 %"."""
    return f"{number(100 * share, digits)} %"


def portion(share: float, whole: str) -> str:
    """How much of `whole` a share of 1 is: "46 % of the run", "all of the run", "2.9 times its level"."""
    if share >= SEVERAL:
        return f"{number(share, 2)} times {whole}"
    if share <= 1.0 and percent(share) == percent(1.0):
        return f"{'nearly ' if share < 1.0 else ''}all of {whole}"
    return f"{percent(share)} of {whole}"


def rounded(count: float, singular: str) -> str:
    """An estimated number of things, to two digits: "about 150000 steps"."""
    size = 10 ** max(0, math.floor(math.log10(max(1.0, count))) - 1)
    return f"about {counted(round(count / size) * size, singular)}"


def amount(value: float, unit: str) -> str:
    """What was measured in that unit: a share in percent, a logarithm as the number it is of."""
    if unit == "log10":
        return _power_of_ten(value)
    if not _is_share(unit):
        return number(value)
    return f"over {percent(MOST_SHARE)}" if MOST_SHARE < value < math.inf else percent(value, 3)


def unit_beside(unit: str) -> str:
    """What stands beside an `amount` in that unit: "of progress" beside a percentage."""
    if unit == "log10":
        return ""
    return unit.removeprefix("fraction").lstrip() if _is_share(unit) else unit


def against(value: float, bound: float) -> str:
    """On which side of its bound a value lies: ">", "<" or "="; nothing where either is NaN."""
    return ">" if value > bound else "<" if value < bound else "=" if value == bound else ""


def _is_share(unit: str) -> bool:
    return unit == "fraction" or unit.removeprefix("fraction ").startswith("of ")


def _power_of_ten(exponent: float) -> str:
    if not math.isfinite(exponent) or abs(exponent) < sys.float_info.max_10_exp:
        return number(10.0**exponent)
    whole = math.floor(exponent)
    return f"{readable(10.0 ** (exponent - whole))}e{whole}"
