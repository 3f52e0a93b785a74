"""The detectors: one finding a file, all of them in `DETECTORS`, in the order of their codes."""

from __future__ import annotations

from typing import Final

from losstui.detecting import Detector

DETECTORS: Final[tuple[type[Detector], ...]] = ()
