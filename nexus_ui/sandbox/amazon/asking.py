"""Parameters as the vendor's models type them; whatever does not fit is refused."""

import base64
from datetime import UTC, datetime

from nexus_ui.sandbox.amazon.refusals import invalid
from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.shop import MICROS


def number(call: Call, name: str, default: int, low: int, high: int) -> int:
    """A whole number within bounds; raises Refusal."""
    text = call.query.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not low <= int(text) <= high:
        raise invalid(f"Invalid value for {name}: must be from {low} to {high}.")
    return int(text)


def words(call: Call, name: str, known: tuple[str, ...], default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A comma-separated list of known words; raises Refusal."""
    text = call.query.get(name)
    if text is None:
        return default
    found = tuple(text.split(","))
    strange = [word for word in found if word not in known]
    if strange:
        raise invalid(f"Invalid value for {name}: {strange[0]}.")
    return found


def word(call: Call, name: str, default: str, *known: str) -> str:
    """One of a few words; raises Refusal."""
    found = words(call, name, known, (default,))
    if len(found) != 1:
        raise invalid(f"Only one value is possible for {name}.")
    return found[0]


def moment(call: Call, name: str) -> int | None:
    """A time with its zone in microseconds, or None; raises Refusal."""
    text = call.query.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(f"Invalid value for {name}: must be in ISO 8601.") from None
    if found.tzinfo is None:
        raise invalid(f"Invalid value for {name}: must have a zone.")
    return int(found.timestamp() * MICROS)


def store(call: Call, own: str, most: int = 1) -> bool:
    """True when the store asked for is the account's; raises Refusal for a missing or too long list."""
    asked = [one for one in call.query.get("marketplaceIds", "").split(",") if one]
    if not 1 <= len(asked) <= most:
        raise invalid(f"marketplaceIds must name from 1 to {most} marketplaces.")
    return own in asked


def sealed(*parts: object) -> str:
    """A token that holds some parts."""
    return base64.urlsafe_b64encode("\n".join(map(str, parts)).encode()).decode()


def opened(token: str, parts: int, complaint: str) -> list[str]:
    """The parts of a token; raises Refusal with the complaint for one that is not ours."""
    try:
        found = base64.urlsafe_b64decode(token).decode().split("\n")
    except ValueError:
        raise invalid(complaint) from None
    if len(found) != parts:
        raise invalid(complaint)
    return found


def terms(call: Call, *without: str) -> str:
    """The query without some of its parameters, which a token is bound to."""
    return "&".join(sorted(f"{name}={value}" for name, value in call.query.multi_items() if name not in without))


def written(micros: int) -> str:
    """A time as Amazon writes it."""
    return datetime.fromtimestamp(micros // MICROS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
