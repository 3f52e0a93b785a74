"""The field tasks and what is made of them."""

from benchmarks.detection.families import SHARED, Family
from benchmarks.detection.field.setups import FIELD_SETUPS
from benchmarks.detection.field.tasks import FIELD_TASKS

FIELD_FAMILY = Family(FIELD_TASKS, FIELD_SETUPS, SHARED)
