"""The log readers: one format a file, all of them in `PARSERS`."""

from __future__ import annotations

from typing import Final

from losstui.parsing import Parser

# In the order of their claim on a file: magic bytes, exact keys, vocabulary, generic.
PARSERS: Final[tuple[type[Parser], ...]] = ()
