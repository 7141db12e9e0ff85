"""How long a pause lasts: what a person can choose, and the moment that means."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nexus_ui.errors import BadInput

AT = "at"
LENGTHS = {
    "": "I resume it",
    "hour": "In 1 hour",
    "hours": "In 4 hours",
    "morning": "Tomorrow, 08:00",
    "monday": "Monday, 08:00",
    AT: "A day and time",
}
HOURS = {"hour": 1, "hours": 4}
MORNING = time(8)
MONDAY = 0


def pause_end(length: str, typed: str, now: datetime, zone: str) -> datetime | None:
    """When a pause of that length ends, None for not by itself; `typed` is the day and time. Raises BadInput."""
    if length in HOURS:
        return now + timedelta(hours=HOURS[length])
    if length == AT:
        return _typed(typed, zone)
    today = now.astimezone(ZoneInfo(zone)).date()
    if length == "morning":
        return _morning(today + timedelta(days=1), zone)
    if length == "monday":
        return _morning(today + timedelta(days=(MONDAY - today.weekday() - 1) % 7 + 1), zone)
    return None


def _morning(day: date, zone: str) -> datetime:
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)


def _typed(text: str, zone: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except ValueError:
        raise BadInput("Choose a day and a time.", field="until") from None
