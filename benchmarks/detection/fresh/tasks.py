"""Tasks of other kinds, logged in other ways, that no detector was made with: the group `fresh`.

What is measured on them is reported and nothing else: no bound, no prior and no rule is chosen with it.
Whoever makes detectors may see the scores of the whole group, but none of its curves and not which runs were
missed. Once one of them is looked at to change a detector, all of them have become known: they join
the halves `dev` and `report`, divided by what they are and not by how they scored, and others take their
place.
"""

from __future__ import annotations

from benchmarks.detection.tasks import Task

FRESH_TASKS: tuple[Task, ...] = ()
