"""LT107: the loss had come down and settled, and late in the run it rose or began to scatter for good."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

import numpy as np

from losstui.curve import Curve
from losstui.curves import RunCurves
from losstui.detectors._onsets import onset_in_blocks
from losstui.detectors._precedence import NON_FINITE
from losstui.detectors._precursors import precursors
from losstui.detectors._rises.corrected import corrected
from losstui.detectors._rises.lasting_rise import lasting_rise
from losstui.detectors._rises.late_changes import (
    LEAST_BEFORE,
    LEAST_GAIN,
    LEAST_RATIO,
    LEAST_RISE,
    LEAST_Z,
    RISE,
    SCATTER,
    Change,
    values_before,
)
from losstui.detectors._rises.late_rise import (
    LEAST_VALUES,
    clearest_change,
    is_made_by_log,
    judged_late,
    late_changes_of_run,
)
from losstui.detectors._rises.raised_rate import is_restarted
from losstui.detectors._rises.rise import AFTER_LEARNING
from losstui.detectors._rises.shared_rise import LEAST_Z_OF_TRAIN, confirmed_changes
from losstui.detectors._rises.train_alone import is_meant
from losstui.detectors._rises.witness import validation_denies
from losstui.findings import Finding, Measure, Onset, Severity, Skipped, Span
from losstui.roles import Direction
from losstui.stats.confidence import confidence
from losstui.stats.medians import median
from losstui.stats.ranks import rank_z
from losstui.stats.trend import effective_count
from losstui.wording import percent, readable

FALL = "fall"


@dataclass(frozen=True)
class LateInstability:
    """The run had learned, and then its loss rose or began to scatter, and has not settled since.

    ## What it looks for
    A train loss that had made most of its progress and was calm, and is no longer: its level is higher
    from some step to the end of the log (`rise`; `fall` where higher is better), or its values scatter
    several times as widely (`scatter`). It is milder than a divergence: the run may still be near what it
    had reached. Of a run that logs no loss at all its metric is looked at for a fall, of train where there
    is one.

    ## How it decides
    The run is split into `SPLITS` parts, and at each split what came before is compared with what came after.
    Before it the loss had learned and was calm. After it the level is higher, or the noise larger, in the
    whole rest of the run and in the second half of it.

    Before a split, over `BEFORE_SHARE` of the run, the loss has to have gained `LEAST_LEARNED` of the
    progress. Lows that come later and do not last are no part of the progress. What is left of it has to be
    more than `LEAST_GAIN` of the start level.

    `rise` (`fall` where higher is better) needs all of these:

    - The level lies `LEAST_RISE` of the progress above; of a metric `LEAST_OF_METRIC` of its level as well.
    - It lies at least `LEAST_Z` standard errors above, as many more of few values as Welch's test asks for.
    - There are fewer than `LEAST_HABIT` rises as high before.

    `scatter` is looked for in losses alone, and needs all of these:

    - The noise is `LEAST_RATIO` times as large, by at least `LEAST_Z` standard errors, and `LEAST_SCATTER` of
      the progress.
    - The noise before is below `MOST_NOISE` of the progress. It is the larger of two estimates: few values
      are calm by luck.
    - The level does not fall by as much as `LEAST_RISE`.

    Validation may show a rise that train alone does not prove. A reward, which falls for a while where a
    policy explores, counts in one of these two ways alone:

    - Train rises by only `LEAST_Z_OF_TRAIN` standard errors. Validation is measured at least
      `LEAST_EVALUATIONS` times before and after the split and rises by `LEAST_RISE` as well, and the two
      rises together reach `LEAST_Z` (Stouffer's method).
    - Batches hide the rise, or it comes slowly. Then that of validation, measured in the same unit, counts:
      its end lies `LEAST_RISE` of its progress and `LEAST_Z` standard errors above its best level. Train has
      risen as well, by `least_shared` of its progress and, by its ranks, `least_shared_z` standard errors.

    It is not told in these cases:

    - Validation, measured since, has lost nothing like what train has, each in shares of its own progress.
      Then batches scatter, or dropout, augmentation or other data make the task of training harder and not
      the model worse.
    - A learning rate comes back up to where it had been. That is a restart, and the rise it brings is meant.
    - The loss is a weighted sum of its logged parts, and would not have risen at the weights that fit its
      last values: only these have changed.
    - The loss has risen by a regulariser that is weighed in by design, while the other parts came down.
    - The values are means that begin anew each epoch, and the values they are over have not changed.

    The onset is the likeliest break of a broken stick through the levels, or through the distance of the
    extremes from them. The interval holds all but a twentieth of what the breaks weigh. A learning rate that
    was raised at once within it, or that has fallen below 0, names the step.

    Of several trainings in one log (`level-shift`, `new-training`) each is judged by itself.

    ## When it is wrong
    - Where no validation is logged, a change of the data, of the batch size or of the loss's definition
      changes level or scatter too.
    - A log cut at the top of a one-cycle schedule shows what the way down would undo.

    ## Source
    Wortsman et al. 2023, "Small-scale proxies for large-scale Transformer training instabilities".
    Welch 1947, Biometrika 34, on levels that few values tell.
    """

    code: ClassVar[str] = "LT107"
    name: ClassVar[str] = "late-instability"
    yields_to: ClassVar[tuple[str, ...]] = (*NON_FINITE, "divergence", "epoch-memorisation")

    least_values: int = LEAST_VALUES
    least_gain: float = LEAST_GAIN
    least_shared: float = 0.05  # of the progress: half of the rise of validation that train shows as well
    least_shared_z: float = 2.0  # standard errors, where validation has risen beyond doubt

    def detect(self, curves: RunCurves) -> Sequence[Finding] | Skipped:
        """See the class."""
        loss = judged_late(curves)
        if loss is None:
            return Skipped("no train loss, lone metric or reward of training and evaluations")
        if len(loss) < self.least_values:
            return Skipped(f"fewer than {self.least_values} values of {loss.tag}")
        if loss.progress <= self.least_gain * abs(loss.start_level):
            return []
        changes = curves.shared(late_changes_of_run)
        found = self._of_itself(loss, changes, curves) if changes else self._beside_validation(loss, curves)
        if found is None:
            return []
        curve, change, onset = found
        meant = is_meant(curve, onset, curves) if change.kind == RISE else is_restarted(onset, curves)
        return [] if meant else [self._finding(curve, change, onset, curves)]

    def _of_itself(
        self, loss: Curve, changes: list[Change], curves: RunCurves
    ) -> tuple[Curve, Change, Onset] | None:
        """The clearest of the `changes`, at least one, that validation does not deny, with its onset."""
        clearest, onset = clearest_change(loss, changes, curves)
        lost = clearest.scatter if clearest.kind == SCATTER else None
        return None if validation_denies(curves, onset, lost) else (loss, clearest, onset)

    def _beside_validation(self, train: Curve, curves: RunCurves) -> tuple[Curve, Change, Onset] | None:
        """A rise that train and the validation curve show together, though batches hide it in train."""
        pair = next((one for one in curves.pairs if one.train is train), curves.reward_pair)
        if pair is None:
            return None
        confirmed = confirmed_changes(pair)
        if confirmed and not is_made_by_log(train, curves, LEAST_Z_OF_TRAIN):
            change, onset = clearest_change(train, confirmed, curves)
            return train, change, onset
        rise = lasting_rise(pair.validation, LEAST_RISE, witnessed=True)
        if rise is None or rise.kind != AFTER_LEARNING or rise.z < LEAST_Z:
            return None
        first = int(pair.validation.blocks.first[rise.begin.index])
        step = float(pair.train_steps_of_validation[first])
        if not all(self._has_risen(one, step) for one in chain((train,), corrected(curves, train))):
            return None
        change = Change(RISE, first, rise.best, rise.tail, rise.lost, rise.z)
        return pair.validation, change, onset_in_blocks(pair.validation, rise.begin, curves)

    def _has_risen(self, train: Curve, step: float) -> bool:
        """Whether train is higher, too, from where validation rises: or else the run overfits."""
        at = int(np.searchsorted(train.steps, step))
        before = train.descent[max(0, at - values_before(len(train))) : at]
        after = train.descent[at:]
        if min(len(before), len(after)) < LEAST_BEFORE:
            return False
        later = after[len(after) // 2 :]  # it may come slowly
        calm = train.descent[at // 2 : at]
        told = math.sqrt(effective_count(calm) / len(calm))  # values that follow each other tell less
        is_sure = told * rank_z(before, later) >= self.least_shared_z
        return is_sure and median(later) - median(before) >= self.least_shared * train.progress

    def _finding(self, loss: Curve, change: Change, onset: Onset, curves: RunCurves) -> Finding:
        before = precursors(curves, onset.high)
        falls = loss.role.direction is Direction.HIGHER
        sign, kind = (-1.0, FALL if change.kind == RISE else change.kind) if falls else (1.0, change.kind)
        since = f"from {loss.unit} {onset.step} on"
        if change.kind == RISE:
            message = (
                f"{loss.tag} had come to {readable(sign * change.calm)}, and {since} it is "
                f"at {readable(sign * change.level)}: {percent(change.rise)} of its progress is lost"
            )
            measure = Measure(kind, change.rise, LEAST_RISE, "fraction of progress")
        else:
            times = readable(change.ratio)
            message = f"{loss.tag} scatters {times} times as much {since} as before"
            measure = Measure("noise", change.ratio, LEAST_RATIO, "times the noise before")
        return Finding(
            self.code,
            self.name,
            Severity.WARNING,
            confidence(change.z, LEAST_Z, change.effect, 1.0),
            message + before.text,
            loss.tag,
            (Span(onset.step, max(onset.step, loss.last_step)),),
            onset,
            (measure, Measure("change", change.z, LEAST_Z, "standard errors"), *before.measures),
            kind=kind,
        )
