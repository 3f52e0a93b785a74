"""The sundry tasks and what is made of them."""

from benchmarks.detection.families import Family
from benchmarks.detection.sundry.setups import SUNDRY_SETUPS
from benchmarks.detection.sundry.tasks import SUNDRY_TASKS

SUNDRY_FAMILY = Family(SUNDRY_TASKS, SUNDRY_SETUPS)
