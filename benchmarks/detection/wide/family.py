"""The wide tasks and what is made of them."""

from benchmarks.detection.families import SHARED, Family
from benchmarks.detection.wide.setups import WIDE_SETUPS
from benchmarks.detection.wide.tasks import WIDE_TASKS

WIDE_FAMILY = Family(WIDE_TASKS, WIDE_SETUPS, SHARED)
