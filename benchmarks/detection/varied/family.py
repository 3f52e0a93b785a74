"""The varied tasks and what is made of them."""

from benchmarks.detection.families import Family
from benchmarks.detection.varied.setups import VARIED_SETUPS
from benchmarks.detection.varied.tasks import VARIED_TASKS

VARIED_FAMILY = Family(VARIED_TASKS, VARIED_SETUPS)
