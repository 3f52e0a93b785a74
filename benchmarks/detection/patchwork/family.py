"""The patchwork tasks and what is made of them."""

from benchmarks.detection.families import Family
from benchmarks.detection.patchwork.setups import PATCHWORK_SETUPS
from benchmarks.detection.patchwork.tasks import PATCHWORK_TASKS

PATCHWORK_FAMILY = Family(PATCHWORK_TASKS, PATCHWORK_SETUPS)
