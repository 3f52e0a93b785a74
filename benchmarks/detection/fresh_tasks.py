"""Tasks of other kinds, logged in other ways, that no detector was made with: the group `fresh`.

What is measured on them is reported and nothing else: no bound, no prior and no rule is chosen with it.
Runs of the `report` half have been looked at while detectors were made; these have not. Once one of them is
looked at to change a detector, all of them have become known, and others take their place.
"""

from __future__ import annotations

from benchmarks.detection.tasks import Task

FRESH_TASKS: tuple[Task, ...] = ()
