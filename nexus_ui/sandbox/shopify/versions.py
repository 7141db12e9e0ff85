"""API versions: quarterly, answered for a year; one too old is answered by the oldest that is still there.

https://shopify.dev/docs/api/usage/versioning (read 2026-11-23)
"""

import re

SUPPORTED = ("2026-01", "2026-04", "2026-07", "2026-10")
_FORM = re.compile(r"\d{4}-(01|04|07|10)|unstable")


def served(asked: str) -> str | None:
    """The version that answers a request for this one, or None where there is no such version."""
    if not _FORM.fullmatch(asked) or (asked != "unstable" and asked > SUPPORTED[-1]):
        return None
    return asked if asked in SUPPORTED or asked == "unstable" else SUPPORTED[0]
