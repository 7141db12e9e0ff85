"""Parameters as the vendor's specs type them; whatever does not fit is refused with a violation."""

from datetime import UTC, date, datetime
from uuid import UUID

from nexus_ui.sandbox.bol.problems import invalid
from nexus_ui.sandbox.gate import Call


def number(call: Call, name: str, default: int, low: int, high: int = 2**31 - 1) -> int:
    """A whole number within bounds; raises Refusal."""
    text = call.query.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not low <= int(text) <= high:
        raise invalid(name, f"Must be a number from {low} to {high}.")
    return int(text)


def word(call: Call, name: str, default: str, *words: str) -> str:
    """One of a few words; raises Refusal."""
    text = call.query.get(name, default)
    if text not in words:
        raise invalid(name, f"Request contains invalid value(s): '{text}', allowed values: {', '.join(words)}.")
    return text


def flag(call: Call, name: str) -> bool | None:
    """True, false or not given; raises Refusal."""
    text = call.query.get(name)
    if text not in (None, "true", "false"):
        raise invalid(name, "Must be true or false.")
    return None if text is None else text == "true"


def moment(call: Call, name: str) -> datetime | None:
    """A time with its zone, or None; raises Refusal."""
    text = call.query.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(name, "Must be a time in ISO 8601.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(call: Call, name: str) -> date | None:
    """A day, or None; raises Refusal."""
    text = call.query.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(name, "Must be a day, YYYY-MM-DD.") from None


def uuid(name: str, text: str) -> str:
    """An offer id; raises Refusal for what is none."""
    try:
        return str(UUID(text))
    except ValueError:
        raise invalid(name, "Must be a UUID.") from None
