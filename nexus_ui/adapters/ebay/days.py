"""eBay's day, in which calls and revisions are counted: from midnight to midnight in California."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nexus_ui import clock

PACIFIC = ZoneInfo("America/Los_Angeles")


def today() -> date:
    """The day it is there."""
    return clock.utcnow().astimezone(PACIFIC).date()


def until_tomorrow() -> float:
    """Seconds until the next day begins there."""
    now = clock.utcnow()
    midnight = datetime.combine(now.astimezone(PACIFIC).date() + timedelta(days=1), time.min, PACIFIC)
    return max(1.0, (midnight - now).total_seconds())
