"""Whether the terminal can be trusted with more than ASCII."""

from __future__ import annotations

import os
from collections.abc import Mapping


def speaks_unicode(environment: Mapping[str, str]) -> bool:
    """Tell it from the locale, as POSIX reads it: LC_ALL, then LC_CTYPE, then LANG.

    Python answers "utf-8" even under LC_ALL=C, and rewrites LC_CTYPE where the locale is C; so the
    variables decide, and a LANG that asks for C outranks an LC_CTYPE of C.UTF-8. With no locale at all,
    as in most containers, the terminal speaks UTF-8 all the same.
    """
    spoken = [environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    if not spoken[0] and spoken[1] == "C.UTF-8" and spoken[2] in ("C", "POSIX"):
        return False
    locale = next((one for one in spoken if one), "")
    said = locale.lower().replace("-", "")
    return not said or "utf8" in said or os.name == "nt"
