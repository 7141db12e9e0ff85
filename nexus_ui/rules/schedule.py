"""When a connection syncs next: its interval, its small fixed offset, and its sync window in its own time zone."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
LONGEST_OFFSET = timedelta(hours=1)
CATCH_UP_GAP = timedelta(seconds=2)
CATCH_UP_SPAN = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_GAP = timedelta(hours=3)
_SEARCH_DAYS = 4


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to before `end` by the clock on the wall in `zone`; may cross midnight; equal ends: the whole day.

    Where the clocks skip the whole window, it moves on by as much as they do, so that no day goes without it.
    """

    start: time
    end: time
    zone: ZoneInfo

    def holds(self, wall: time) -> bool:
        """Whether a time of day lies in the window."""
        if self.start < self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end


def window(start: str | None, end: str | None, zone: str) -> Window | None:
    """The window written as `22:00`, `06:00`, `Europe/Berlin`; None when no times are set. Raises ValueError."""
    if not start or not end:
        return None
    return Window(time.fromisoformat(start), time.fromisoformat(end), zone_named(zone))


@lru_cache(maxsize=512)
def zone_named(name: str) -> ZoneInfo:
    """The time zone called `name`; raises ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as unknown:
        raise ValueError(f"{name!r} is not a time zone.") from unknown


def offset(connection_id: str, interval_minutes: int) -> timedelta:
    """The connection's own fixed delay: up to a tenth of its interval, at most an hour."""
    widest = min(timedelta(minutes=interval_minutes) / 10, LONGEST_OFFSET)
    share = int.from_bytes(hashlib.sha256(connection_id.encode()).digest()[:4], "big") / 2**32
    return timedelta(seconds=int(widest.total_seconds() * share))


def next_sync_at(
    now: datetime,
    connection_id: str,
    interval_minutes: int,
    sync_window: Window | None = None,
    zone: str = "UTC",
    last_started_at: datetime | None = None,
) -> datetime:
    """The next regular start after `now`: at least half an interval after the last one, and inside the window."""
    delay = offset(connection_id, interval_minutes)
    earliest = now
    if last_started_at is not None:
        earliest = max(now, last_started_at + timedelta(minutes=interval_minutes) / 2)
    if interval_minutes % DAY_MINUTES == 0:
        if sync_window is not None and sync_window.start != sync_window.end:
            return _next_opening(earliest, delay, sync_window)
        slot = _next_day_slot(earliest, delay, zone_named(zone))
    else:
        slot = _next_slot(earliest, delay, timedelta(minutes=interval_minutes))
    return into_window(slot, sync_window, delay)


def into_window(moment: datetime, sync_window: Window | None, delay: timedelta = timedelta(0)) -> datetime:
    """`moment` itself while the window is open then, else `delay` after it opens next."""
    if sync_window is None or window_open(sync_window, moment):
        return moment
    opens = window_opens_at(sync_window, moment)
    return opens + delay if _open_until(sync_window, opens, opens + delay) else opens


def window_open(sync_window: Window, moment: datetime) -> bool:
    """Whether the window is open at `moment`."""
    local = moment.astimezone(sync_window.zone)
    return sync_window.holds(local.time()) or _moved_by_gap(sync_window, moment)


def window_opens_at(sync_window: Window, moment: datetime) -> datetime:
    """The first instant from `moment` on at which the window is open (`moment` itself when it is)."""
    if window_open(sync_window, moment):
        return moment
    found = [at for at in _edges(sync_window, moment) if at > moment and window_open(sync_window, at)]
    return min(found)


def catch_up(now: datetime, overdue: int) -> list[datetime]:
    """When each of so many overdue connections starts after a stop: one after the other, all within a quarter hour."""
    gap = min(CATCH_UP_GAP, CATCH_UP_SPAN / max(overdue, 1))
    return [now + place * gap for place in range(overdue)]


def _next_slot(earliest: datetime, delay: timedelta, interval: timedelta) -> datetime:
    """Slots stand `delay` after every whole interval since 1970 in UTC."""
    passed = (earliest - delay - _EPOCH) // interval
    return _EPOCH + (passed + 1) * interval + delay


def _next_day_slot(earliest: datetime, delay: timedelta, zone: ZoneInfo) -> datetime:
    """Daily slots stand `delay` after midnight in the connection's zone, whatever the clocks do."""
    today = earliest.astimezone(zone).date()
    days = (datetime.combine(today + timedelta(days=ahead), time(0), zone) for ahead in range(-1, 3))
    return min(slot for day in days if (slot := day.astimezone(UTC) + delay) > earliest)


def _next_opening(earliest: datetime, delay: timedelta, sync_window: Window) -> datetime:
    """Daily slots with a window stand `delay` after it opens, once for every day."""
    zone = sync_window.zone
    today = earliest.astimezone(zone).date()
    starts = (datetime.combine(today + timedelta(days=ahead), sync_window.start, zone) for ahead in range(-1, 3))
    readings = (min(start.replace(fold=fold).astimezone(UTC) for fold in (0, 1)) for start in starts)
    openings = (window_opens_at(sync_window, reading) for reading in readings)
    slots = (opens + delay if _open_until(sync_window, opens, opens + delay) else opens for opens in openings)
    return min(slot for slot in slots if slot > earliest)


def _moved_by_gap(sync_window: Window, moment: datetime) -> bool:
    """Whether `moment` is in a window that the clocks skipped altogether, moved on by as much as they skipped."""
    zone = sync_window.zone
    before = (moment - _LONGEST_GAP).astimezone(zone).utcoffset()
    if before is None or before >= (moment.astimezone(zone).utcoffset() or before):
        return False
    wall = (moment + before).replace(tzinfo=None)
    if _exists(wall, zone) or not sync_window.holds(wall.time()):
        return False
    opened = datetime.combine(wall.date(), sync_window.start)
    opened -= timedelta(days=1 if opened > wall else 0)
    closes = datetime.combine(opened.date(), sync_window.end)
    closes += timedelta(days=1 if closes <= opened else 0)
    return not _exists(opened, zone) and not _exists(closes - timedelta(microseconds=1), zone)


def _exists(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of `zone` ever show this time."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall


def _edges(sync_window: Window, moment: datetime) -> Iterator[datetime]:
    """Every instant of the next days at which the window can open: its start in both readings, and clock changes."""
    zone = sync_window.zone
    today = moment.astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(-1, _SEARCH_DAYS)]
    for day in days:
        start = datetime.combine(day, sync_window.start, zone)
        yield from (start.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    midnights = [datetime.combine(day, time(0), zone).astimezone(UTC) for day in days]
    for early, late in pairwise(midnights):
        yield from _clock_change(zone, early, late)


def _clock_change(zone: ZoneInfo, early: datetime, late: datetime) -> Iterator[datetime]:
    """The instant between two at which the zone's offset changes, to the second, if it does."""
    before = early.astimezone(zone).utcoffset()
    if late.astimezone(zone).utcoffset() == before:
        return
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=int((late - early).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    yield late


def _open_until(sync_window: Window, opens: datetime, moment: datetime) -> bool:
    """Whether the window that opened at `opens` is still the same and open at `moment`."""
    return window_open(sync_window, moment) and moment - opens < timedelta(days=1)
