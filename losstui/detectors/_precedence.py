"""Which findings explain what else is wrong, and so are told instead."""

from __future__ import annotations

# The kinds that explain what else is wrong with training: a lost rate, metric or validation does not.
NON_FINITE = tuple(f"non-finite:{kind}" for kind in ("permanent", "transient", "from-start"))
