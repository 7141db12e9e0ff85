"""Times as Kaufland writes them."""

from datetime import UTC, datetime

from nexus_ui.sandbox.shop import MICROS


def written(stamp: int) -> str:
    """Microseconds since 1970 as ISO 8601 with whole seconds."""
    return datetime.fromtimestamp(stamp // MICROS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
