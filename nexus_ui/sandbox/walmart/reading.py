"""Parameters as Walmart takes them: all of them texts, checked for what they stand for."""

from datetime import UTC, datetime

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.shop import MICROS
from nexus_ui.sandbox.walmart.problems import invalid


def number(call: Call, name: str, default: int, low: int, high: int) -> int:
    """A whole number within bounds; raises Refusal."""
    text = call.query.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not low <= int(text) <= high:
        raise invalid(name, f"must be a number from {low} to {high}.")
    return int(text)


def word(call: Call, name: str, default: str, *words: str) -> str:
    """One of a few words; raises Refusal."""
    text = call.query.get(name, default)
    if text not in words:
        raise invalid(name, f"'{text}' is not among {', '.join(words)}.")
    return text


def moment(call: Call, name: str) -> int | None:
    """A time in microseconds since 1970, or None; raises Refusal."""
    text = call.query.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(name, "must be a date, or a time in ISO 8601.") from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * MICROS)
