"""The gathered tasks and what is made of them."""

from benchmarks.detection.families import Family
from benchmarks.detection.gathered.setups import GATHERED_SETUPS
from benchmarks.detection.gathered.tasks import GATHERED_TASKS

GATHERED_FAMILY = Family(GATHERED_TASKS, GATHERED_SETUPS)
