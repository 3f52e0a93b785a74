"""LT901: the log itself hides what there would be to see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.frame import FloatArray
from losstui.stats.medians import median
from losstui.stats.noise import median_deviation
from losstui.stats.periodicity import CLIP_SIGMAS
from losstui.stats.rounding import SAME, rounding_unit
from losstui.tags import is_smoothed
from losstui.wording import counted, number, percent

TOO_SHORT, CONSTANT, SMOOTHED, QUANTISED = "too-short", "constant", "smoothed", "quantised"


@dataclass(frozen=True, slots=True)
class _Flaw:
    kind: str
    curve: Curve
    text: str
    measure: Measure


@dataclass(frozen=True)
class LogQuality:
    """The log is too coarse for most of what could be told from it.

    ## What it looks for
    In the train and the validation loss: `too-short`, fewer values than most checks need; `constant`,
    one value all the time; `smoothed`, a running mean in place of the values; `quantised`, values
    rounded to so few digits that the course of the run is a staircase. One finding a run, named by the
    worst; the others are in the message. What is found in such a curve is less certain than it says, and
    what is not found may be there.

    ## How it decides
    Counts: `least_values`, and none that differs among `least_constant`. A mean over the last w values
    drops a value whenever it takes one in, so its steps are opposite to those w later: a correlation of
    -0.5 in theory, `least_echo` and more here, with no other as strong; or the tag says it is smoothed.
    Values are quantised where all differ by multiples of `most_unit` of the progress and more.

    ## When it is wrong
    Exponential smoothing leaves no such mark, and without a word in the tag it cannot be told from a
    model that wanders. "ema" in the tag of a validation loss is taken to mean the weights. A run of few
    epochs is no worse for being short; it only cannot be judged.

    ## Source
    The correlation of a moving average's steps: Slutsky 1937, Econometrica 5.
    """

    code: ClassVar[str] = "LT901"
    name: ClassVar[str] = "log-quality"
    yields_to: ClassVar[tuple[str, ...]] = ()

    least_values: int = 5  # values: below, not even a trend has an error
    least_constant: int = 10  # values
    least_echo: float = 0.35  # correlation: 0.5 less what the trend and a finite curve take off
    most_other: float = 0.5  # of the echo: no other lag but its neighbours may be as strong
    shortest_window: int = 3  # values: a mean over two is hardly one
    start_parts: int = 4  # of the values: in the first of them a loss may fall steeply
    windows: int = 10  # windows in the curve: fewer echoes are no evidence
    most_values: int = 20_000  # values: an echo in more is no plainer
    most_unit: float = 0.02  # of the progress: fifty stairs from the start to the best
    least_quantised: int = 20  # values

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        losses = [one for one in (curves.train_loss, curves.validation_loss) if one is not None and len(one)]
        if not losses:
            return Skipped("no loss tag")
        flaws = [flaw for curve in losses for flaw in self._of_curve(curve)]
        longest = max(losses, key=_logged)
        if _logged(longest) < self.least_values:
            flaws.insert(0, self._too_short(longest))
        if not flaws:
            return []
        worst = flaws[0]
        span = Span(worst.curve.first_step, worst.curve.last_step)
        return [
            Finding(
                self.code,
                self.name,
                Severity.INFO,
                0.9,  # a property of the log, told from the log; the rest is for intended coarseness
                f"{'; '.join(flaw.text for flaw in flaws)}: other findings are less certain for it, "
                "and some cannot be made",
                worst.curve.tag,
                (span,),
                Onset(span.first_step, span.first_step, span.first_step),
                tuple(flaw.measure for flaw in flaws),
                kind=worst.kind,
            )
        ]

    def _too_short(self, curve: Curve) -> _Flaw:
        n = _logged(curve)
        text = f"{curve.tag} has {counted(n, 'value')} only"
        return _Flaw(TOO_SHORT, curve, text, Measure("values", n, self.least_values, "values"))

    def _of_curve(self, curve: Curve) -> Iterator[_Flaw]:
        values = curve.values
        if len(values) >= self.least_constant and float(values.min()) == float(values.max()):
            text = f"{curve.tag} is {number(values[0], 6)} all the time"
            yield _Flaw(CONSTANT, curve, text, Measure("values that differ", 0.0, 1.0, "values"))
            return
        yield from self._smoothed(curve)
        rounding = SAME * float(np.abs(values).max())  # so that a bound met exactly is met in any unit
        least = self.most_unit * curve.progress - rounding
        if len(values) < self.least_quantised or least <= 0.0:
            return
        unit = rounding_unit(values, least)
        if unit > 0.0:
            share = unit / curve.progress
            text = f"{curve.tag} is rounded to {number(unit)}, {percent(share)} of all it gained"
            yield _Flaw(QUANTISED, curve, text, Measure("rounding", share, self.most_unit, "of the progress"))

    def _smoothed(self, curve: Curve) -> Iterator[_Flaw]:
        if is_smoothed(curve.tag):
            text = f"{curve.tag} is a smoothed curve by its name"
            yield _Flaw(SMOOTHED, curve, text, Measure("words in the tag", 1.0, 1.0, "words"))
            return
        window, echo = self._echo(curve.values)
        if echo >= self.least_echo:
            text = f"{curve.tag} is a running mean over {window} values"
            yield _Flaw(SMOOTHED, curve, text, Measure("echo", echo, self.least_echo, "correlation"))

    def _echo(self, values: FloatArray) -> tuple[int, float]:
        """The window of a running mean and how negative the steps of `values` correlate over it, else 0."""
        # Past the steep start; over the largest value, so that no square overflows.
        late = values[len(values) // self.start_parts :][: self.most_values]
        steps = np.diff(late / max(float(np.abs(late).max()), np.finfo(np.float64).tiny))
        most = len(steps) // self.windows
        if most <= self.shortest_window:
            return 0, 0.0
        steps = steps - median(steps)
        limit = CLIP_SIGMAS * median_deviation(steps)
        correlation = _autocorrelation(np.clip(steps, -limit, limit), 2 * most)
        window = int(np.argmin(correlation[1 : most + 1])) + 1
        echo = -float(correlation[window])
        near = np.abs(np.arange(len(correlation)) - window) <= 1
        near[0] = True
        others = float(np.abs(correlation[~near]).max())
        if window < self.shortest_window or others > self.most_other * echo:
            return 0, 0.0
        return window, echo


def _logged(curve: Curve) -> int:
    """How many values the curve has, those that are not finite included."""
    return len(curve) + len(curve.non_finite_steps)


def _autocorrelation(values: FloatArray, most: int) -> FloatArray:
    """The autocorrelation of `values`, shape (n,), at the lags 0 to `most`; zeros for equal values."""
    centred = values - values.mean()
    power = np.abs(np.fft.rfft(centred, 1 << (len(values) + most).bit_length())) ** 2
    correlation = np.fft.irfft(power)[: most + 1]
    return correlation / correlation[0] if correlation[0] > 0.0 else np.zeros(most + 1)
