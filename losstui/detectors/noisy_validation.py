"""LT204: the validation loss jumps about so much that it cannot tell one checkpoint from the next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import Pair, RunCurves
from losstui.detectors._pairs import long_pairs
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._swings.in_step import in_step, means_around, values_at, window_edges
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.stats.confidence import confidence_of_shares
from losstui.stats.noise import SCATTER_ERROR, SHIFTED_ERROR, mean_scatter, scatter_of_means
from losstui.stats.trend import theil_sen
from losstui.wording import portion, readable

# Two measurements with noise of deviation 1 that differ by so much are told apart at 5 % four times in
# five: (1.96 + 0.84) times the square root of 2.
DETECTABLE = 3.96
TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True)
class _Noise:
    """The scatter of the validation loss over its tail, and what to compare it with; unit of the loss.

    `error` is the standard error of log(`scatter` / `train`), and so without a unit.
    """

    count: int
    scatter: float
    train: float
    error: float
    gain: float
    level: float
    moved: float

    @property
    def detectable(self) -> float:
        """The least difference between two evaluations that means something."""
        return DETECTABLE * self.scatter

    @property
    def gain_error(self) -> float:
        """The standard error of `gain`, that of a line through values of that scatter from end to end."""
        n = self.count
        return self.scatter * math.sqrt(12.0 * (n - 1) / (n * (n + 1)))


@dataclass(frozen=True)
class NoisyValidation:
    """The validation loss scatters more than it still gains: single evaluations cannot be compared.

    ## What it looks for
    A validation loss that goes up and down from one evaluation to the next while the train loss, at the
    same steps, does so far less. The message says by how much two evaluations have to differ before
    one is better than the other. Of a run that logs no loss at all the metrics are compared in the same way,
    or the rewards, which may be counted from anywhere: instead of their level counts what train has gained.

    ## How it decides
    The scatter of the last `tail_share` of the evaluations, of few ones that of the last `tail_few` but for
    a steep start (`early_share`, or where less than `tail_least` are left `start_share`), is taken from
    second differences so that no trend counts. It is at least `least_of_level` of the level and
    `least_of_range` of what the level of the validation loss has moved in the whole run. Of a loss on both
    sides of 0 the level is what it has moved, if that is more.

    It is beyond that of train by `least_ratio_z` standard errors of the logarithm of their ratio, which few
    evaluations leave large. What train shows is the mean of as many values as lie between two evaluations,
    over all windows of that length, which tell its scatter better than those around the evaluations: a single
    batch is small, and scatters for its own sake. Where validation surely moves in step with train
    (`most_in_step_z`) it is the value at the same step, of the same model. A scatter of less than
    `clear_of_level`, which a person hardly sees in a validation loss alone, has to be as much more beyond
    that of train as it is less.

    And the smallest difference that two evaluations can show (at 5 %, four times in five) is at least what
    the line through the tail gains from end to end for sure, less `least_gain_z` of its standard errors. The
    confidence is that of a scatter that is less by its own error, which few evaluations leave large.

    ## When it is wrong
    A learning rate that is too high moves the model itself: then the train loss scatters as well, and if it
    is logged as an average over many steps it hides that. Normalisation layers whose running averages
    lag behind make the validation loss jump with any validation set.

    ## Source
    Bouthillier et al. 2021, "Accounting for Variance in Machine Learning Benchmarks".
    """

    code: ClassVar[str] = "LT204"
    name: ClassVar[str] = "noisy-validation"
    yields_to: ClassVar[tuple[str, ...]] = (
        *NON_FINITE,
        "divergence",
        "oscillation",
        "late-instability",
        "stuck-at-start",
    )

    least_values: int = 7  # evaluations: four differences, which count for little, and one for the start
    tail_share: float = 0.5  # of the evaluations: where the run chooses its checkpoint
    tail_few: int = 16  # evaluations, of a short run: what half as many say the next ones take back
    tail_least: int = 8  # evaluations, where there are: of fewer no pace shows that train shares
    start_share: float = 0.2  # of the evaluations: where a steep start is ...
    early_share: float = 0.33  # ... and where it may still be
    least_of_level: float = 0.04  # of the level: a difference of less than a sixth of it is still told
    clear_of_level: float = 0.12  # of the level: four values in five then span a third of it
    least_of_range: float = 0.05  # of what the level moved in the run: a person sees it in the curve
    least_ratio_z: float = 2.0  # standard errors beyond train: as many by chance one time in forty
    most_in_step_z: float = 2.0  # standard errors, as seldom: in step the model moves, not the sample
    least_gain_z: float = 1.64  # standard errors: a gain that is less may be none

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        long = long_pairs(curves, self.least_values)
        if isinstance(long, Skipped):
            return long
        return next((found for pair in long if (found := self._examine(pair))), list[Finding]())

    def _examine(self, pair: Pair) -> list[Finding]:
        noise = self._noise(pair)
        if noise is None:
            return []
        ratio, of_level = _share(noise.scatter, noise.train), _share(noise.scatter, noise.level)
        least_ratio = math.exp(self.least_ratio_z * noise.error)
        if of_level < self.clear_of_level:
            least_ratio *= self.clear_of_level / max(of_level, TINY)
        sure_gain = noise.gain - self.least_gain_z * noise.gain_error
        measures = (
            Measure("scatter", of_level, self.least_of_level, "fraction of level"),
            Measure("scatter", _share(noise.scatter, noise.moved), self.least_of_range, "fraction of range"),
            Measure("scatter", ratio, least_ratio, "times that of train"),
            Measure("detectable difference", noise.detectable, max(sure_gain, 0.0), "loss"),
        )
        if any(measure.value < measure.bound for measure in measures):
            return []
        return [self._finding(pair, noise, measures)]

    def _tail_start(self, validation: Curve) -> int:
        n = len(validation)
        early = min(round(self.early_share * n), n - self.tail_least)
        start = max(round(self.start_share * n), early, n - self.tail_few)
        return min(start, n - round(self.tail_share * n))

    def _noise(self, pair: Pair) -> _Noise | None:
        """The noise of the pair; None where nobody sees any, as in most runs."""
        validation, levels = pair.validation, pair.validation.levels
        start = self._tail_start(validation)
        tail = validation.descent[start:]
        scatter, moved = mean_scatter(tail), float(levels.max() - levels.min())
        if scatter == 0.0 or scatter < self.least_of_range * moved:
            return None
        places = np.arange(len(tail), dtype=np.float64)
        train, times = self._of_train(pair, start)
        # Where values lie on both sides of 0 a level near it says nothing of how far they go.
        level = max(pair.scale_of(float(np.median(tail))), 0.0 if _of_one_sign(validation) else moved)
        return _Noise(
            count=len(tail),
            scatter=scatter,
            train=train,
            error=SCATTER_ERROR * math.sqrt((1.0 + times**2) / len(tail)),
            gain=-theil_sen(places, tail) * (len(tail) - 1),
            level=level,
            moved=moved,
        )

    def _of_train(self, pair: Pair, start: int) -> tuple[float, float]:
        """The scatter of train from evaluation `start` on, and its error over that of validation."""
        train, steps = pair.train, pair.train_steps_of_validation[start:]
        if in_step(pair, start) >= self.most_in_step_z:
            return mean_scatter(values_at(train, steps)), 1.0
        edges = window_edges(train, steps)
        pooled = int(edges[-1] - edges[0]) // len(steps)
        if pooled < 2:
            return mean_scatter(means_around(train, steps)), 1.0
        return scatter_of_means(train.descent[edges[0] : edges[-1]], pooled), SHIFTED_ERROR

    def _finding(self, pair: Pair, noise: _Noise, measures: tuple[Measure, ...]) -> Finding:
        curve = pair.validation
        start = int(curve.steps[self._tail_start(curve)])
        gain = f"gained {readable(noise.gain)}" if noise.gain > 0.0 else "gained nothing"
        ratio = _share(noise.scatter, noise.train)
        few = math.exp(SCATTER_ERROR / math.sqrt(len(curve) - self._tail_start(curve)))
        beside = f", {readable(ratio)} times as much as train" if math.isfinite(ratio) else ""
        message = (
            f"{curve.tag} scatters by {portion(measures[0].value, 'its level')} between evaluations{beside}: "
            f"checkpoints less than {readable(noise.detectable)} apart cannot be ranked, and since "
            f"{curve.unit} {start} it {gain}"
        )
        return Finding(
            self.code,
            self.name,
            Severity.INFO,
            confidence_of_shares(*((measure.value / few, measure.bound) for measure in measures[:3])),
            message,
            curve.tag,
            (Span(start, curve.last_step),),
            Onset(start, curve.first_step, start),
            measures,
        )


def _of_one_sign(curve: Curve) -> bool:
    """Whether a share of the level of `curve` means something."""
    return not float(curve.descent.min()) < 0.0 < float(curve.descent.max())


def _share(part: float, whole: float) -> float:
    return part / whole if whole > TINY else math.inf
