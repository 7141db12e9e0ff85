"""How far back the first import of orders begins."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def oldest_order(now: datetime, asked_days: int, reach_days: int | None, zone: str) -> datetime:
    """The start of the day so many days ago in the connection's zone, but never further back than the account gives."""
    day = (now.astimezone(ZoneInfo(zone)) - timedelta(days=asked_days)).date()
    begins = datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
    return begins if reach_days is None else max(begins, now - timedelta(days=reach_days))
