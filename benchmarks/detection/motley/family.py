"""The motley tasks and what is made of them."""

from benchmarks.detection.families import Family
from benchmarks.detection.motley.setups import MOTLEY_SETUPS
from benchmarks.detection.motley.tasks import MOTLEY_TASKS

MOTLEY_FAMILY = Family(MOTLEY_TASKS, MOTLEY_SETUPS)
