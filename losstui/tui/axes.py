"""The axes of a plot: where ticks stand and how numbers are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from losstui.wording import number, short_exponent


class XAxis(str, Enum):
    """What runs along the x axis."""

    STEP = "step"
    EPOCH = "epoch"
    TIME = "relative time"
    WALL_TIME = "wall time"


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    value: float
    label: str


_SUFFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
END_DIGITS = range(2, 7)  # significant ones: what six do not tell apart is level to the eye
# Seconds between two ticks: what divides a minute, an hour or a day.
_CLOCK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)


def nice_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5 times a power of ten that cuts `span` into at most `most` intervals."""
    rough = span / max(1, most)
    if not rough > 0 or not math.isfinite(rough):
        return 0.0
    power = 10.0 ** math.floor(math.log10(rough))
    if power == 0.0:
        return 0.0
    return next((factor * power for factor in (1.0, 2.0, 5.0) if factor * power >= rough), 10.0 * power)


def _multiples(low: float, high: float, step: float) -> list[float]:
    if step <= 0 or not math.isfinite(low / step) or not math.isfinite(high / step):
        return []
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [count * step for count in range(first, min(last, first + 50) + 1)]


def y_ticks(low: float, high: float, most: int, *, log: bool = False) -> list[Tick]:
    """Ticks for a y axis from `low` to `high`; on a `log` axis at powers of ten where it spans two."""
    if log and high / low >= 100.0:
        first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
        every = max(1, -(-(last - first + 1) // max(1, most)))
        return [Tick(10.0**power, number(10.0**power)) for power in range(first, last + 1, every)]
    step = nice_step(high / 2 - low / 2, most) * 2 if high - low == math.inf else nice_step(high - low, most)
    values = _multiples(low, high, step)
    if not values:
        return [Tick(low, number(low)), Tick(high, number(high))]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    largest = max(abs(value) for value in values)
    if decimals > 4 or largest >= 1e5:
        digits = max(0, math.floor(math.log10(largest or 1.0)) - math.floor(math.log10(step)))
        return [
            Tick(value, short_exponent(f"{value:.{min(digits, 8)}e}") if value else "0") for value in values
        ]
    return [Tick(value, f"{value + 0.0:.{decimals}f}") for value in values]


def end_ticks(low: float, high: float) -> list[Tick]:
    """Ticks at both ends where there is no room for others; one if they meet.

    In two significant digits, or in as many as tell them apart.
    """
    ends = list(dict.fromkeys((low, high)))
    labels: list[str] = []
    for digits in END_DIGITS:
        labels = [_in_digits(value, digits) for value in ends]
        if len(set(labels)) == len(ends):
            break
    return [Tick(value, label) for value, label in zip(ends, labels, strict=True)]


def _in_digits(value: float, digits: int) -> str:
    rounded = float(f"{value:.{digits}g}")
    if digits <= 3:  # of an exponent `number` writes no more
        return number(rounded, digits)
    return short_exponent(f"{rounded:.{max(digits, 5)}g}")


def x_ticks(low: float, high: float, most: int, axis: XAxis) -> list[Tick]:
    """Ticks for an x axis of that kind; whole numbers on a step axis, clock units on a time axis."""
    span = high - low
    if axis is XAxis.TIME:
        step = next((float(one) for one in _CLOCK_STEPS if one * most >= span), nice_step(span, most))
        if span < most:
            step = nice_step(span, most)
        return [Tick(value, duration(value, step)) for value in _multiples(low, high, step)]
    if axis is XAxis.WALL_TIME:
        return clock_ticks(low, high, most)
    step = nice_step(span, most)
    if axis is XAxis.STEP:
        step = max(1.0, step)
    return [Tick(value, count(value, step)) for value in _multiples(low, high, step)]


def clock_ticks(low: float, high: float, most: int) -> list[Tick]:
    """Ticks at round local times between two times in seconds since 1970; the day where it begins."""
    span = high - low
    step = next((one for one in _CLOCK_STEPS if one * most >= span), None)
    if step is None:
        step = int(nice_step(span / 86_400, most) or 1) * 86_400
    try:
        offset = datetime.fromtimestamp(low).astimezone().utcoffset() or timedelta()
    except (ValueError, OverflowError, OSError):  # no calendar goes there
        return []
    shift = offset.total_seconds()
    places = [value - shift for value in _multiples(low + shift, high + shift, step)]
    return [Tick(place, clock(place, step)) for place in places]


def clock(seconds: float, step: float = 1.0) -> str:
    """A time in seconds since 1970 on the local clock, as exact as a tick distance of `step` asks."""
    try:
        moment = datetime.fromtimestamp(seconds)
    except (ValueError, OverflowError, OSError):
        return number(seconds)
    if step < 60.0:
        return f"{moment:%H:%M:%S}"
    at_midnight = not (moment.hour or moment.minute)
    return f"{moment:%b %d}" if step >= 86_400 or at_midnight else f"{moment:%H:%M}"


def count(value: float, step: float = 1.0) -> str:
    """A step or epoch, shortened with k, M, G or T as far as a tick distance of `step` allows."""
    for size, suffix in _SUFFIXES:
        decimals = max(0, math.ceil(-math.log10(step / size) - 1e-9)) if step < size else 0
        if abs(value) >= size and decimals <= 1:
            return f"{value / size:.{decimals}f}{suffix}"
    if step < 1.0:
        return f"{value:.{max(0, math.ceil(-math.log10(step) - 1e-9))}f}"
    return f"{round(value)}"


def duration(seconds: float, step: float = 1.0) -> str:
    """Seconds as 1d 3h, 2h 05m, 3m 20s or 4.5s."""
    if seconds < 0:
        return f"-{duration(-seconds, step)}"
    if step < 1.0:
        return f"{seconds:.{max(1, math.ceil(-math.log10(step) - 1e-9))}f}s"
    total = round(seconds)
    days, hours, minutes = total // 86400, total // 3600 % 24, total // 60 % 60
    if days:
        return f"{days}d {hours}h" if hours else f"{days}d"
    if hours:
        return f"{hours}h {minutes:02d}m" if minutes else f"{hours}h"
    if minutes:
        return f"{minutes}m {total % 60:02d}s" if total % 60 else f"{minutes}m"
    return f"{total}s"
