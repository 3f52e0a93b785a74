"""The fresh tasks and what is made of them."""

from benchmarks.detection.families import Family
from benchmarks.detection.fresh.setups import FRESH_SETUPS
from benchmarks.detection.fresh.tasks import FRESH_TASKS

FRESH_FAMILY = Family(FRESH_TASKS, FRESH_SETUPS)
