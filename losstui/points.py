"""Which points of a series count, where a run was resumed or wrote a value twice."""

from __future__ import annotations

import numpy as np

from losstui.frame import BoolArray, Series, SessionArray


def points_kept(series: Series) -> BoolArray | None:
    """True where a point is the last word on its step; None where all are, as in most curves."""
    again = series.steps[1:] == series.steps[:-1]
    if series.sessions is not None:  # what another session wrote before does not count at all
        again &= series.sessions[1:] == series.sessions[:-1]
    repeated = _repeated(series, again) if again.any() else None
    if series.sessions is None or not len(series):
        return None if repeated is None else ~repeated
    last = _last_writer(series, series.sessions)
    return last if repeated is None else last & ~repeated


def _last_writer(series: Series, sessions: SessionArray) -> BoolArray:
    """True where no later session wrote the same stretch again: a resumed run counts as it went on."""
    # The step at which any later session begins; from there on this one was written anew.
    begins = np.full(int(sessions.max()) + 2, np.iinfo(np.int64).max)
    np.minimum.at(begins, sessions, series.steps)
    begins = np.minimum.accumulate(begins[::-1])[::-1]
    return series.steps < begins[sessions + 1]


def _repeated(series: Series, again: BoolArray) -> BoolArray:
    """True where a point says again what the point before it said: same step (`again`), same value."""
    repeated = np.zeros(len(series), bool)
    same_value = (series.values[1:] == series.values[:-1]) | (
        np.isnan(series.values[1:]) & np.isnan(series.values[:-1])
    )
    repeated[1:] = again & same_value
    return repeated
