"""What Amazon is exempt from, and why."""

EXEMPT: dict[str, str] = {}
