"""The diverse tasks and what is made of them."""

from benchmarks.detection.diverse.setups import DIVERSE_SETUPS
from benchmarks.detection.diverse.tasks import DIVERSE_TASKS
from benchmarks.detection.families import Family

DIVERSE_FAMILY = Family(DIVERSE_TASKS, DIVERSE_SETUPS)
