"""The medley tasks and what is made of them."""

from benchmarks.detection.families import Family
from benchmarks.detection.medley.setups import MEDLEY_SETUPS
from benchmarks.detection.medley.tasks import MEDLEY_TASKS

MEDLEY_FAMILY = Family(MEDLEY_TASKS, MEDLEY_SETUPS)
