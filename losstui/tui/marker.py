"""What curves are drawn with."""

from __future__ import annotations

from enum import Enum


class Marker(str, Enum):
    """From the finest to what every terminal shows: eight dots, four blocks or one character a cell."""

    BRAILLE = "braille"
    QUADRANT = "quadrant"
    ASCII = "ascii"

    @property
    def next(self) -> Marker:
        """The next one, round and round."""
        markers = list(Marker)
        return markers[(markers.index(self) + 1) % len(markers)]
