"""The assorted tasks and what is made of them."""

from benchmarks.detection.assorted.setups import ASSORTED_SETUPS
from benchmarks.detection.assorted.tasks import ASSORTED_TASKS
from benchmarks.detection.families import Family

ASSORTED_FAMILY = Family(ASSORTED_TASKS, ASSORTED_SETUPS)
