"""The mixed tasks and what is made of them."""

from benchmarks.detection.families import Family
from benchmarks.detection.mixed.setups import MIXED_SETUPS
from benchmarks.detection.mixed.tasks import MIXED_TASKS

MIXED_FAMILY = Family(MIXED_TASKS, MIXED_SETUPS)
