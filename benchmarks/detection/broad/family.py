"""The broad tasks and what is made of them."""

from benchmarks.detection.broad.setups import BROAD_SETUPS
from benchmarks.detection.broad.tasks import BROAD_TASKS
from benchmarks.detection.families import SHARED, Family

BROAD_FAMILY = Family(BROAD_TASKS, BROAD_SETUPS, SHARED)
