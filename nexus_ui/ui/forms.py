"""What a person typed into a form."""

from collections.abc import Mapping
from typing import Any


def filled(form: Mapping[str, Any], name: str) -> str:
    """What stands in a box, without spaces around it; empty for one that is not shown, of which Reflex sends None."""
    return str(form.get(name) or "").strip()
