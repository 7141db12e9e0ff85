"""The sync window drawn over a day, and said in words. Pure."""

from dataclasses import dataclass
from datetime import time

DAY = 24 * 60


@dataclass(frozen=True)
class Stretch:
    """One open stretch of the day, in percent from midnight."""

    left: float
    width: float


def stretches(start: str, end: str) -> list[Stretch]:
    """The open stretches between two times of day; the whole day when one is missing or they are the same."""
    opens, closes = minute_of(start), minute_of(end)
    if opens is None or closes is None or opens == closes:
        return [Stretch(0, 100)]
    if opens < closes:
        return [_stretch(opens, closes)]
    return [part for part in (_stretch(opens, DAY), _stretch(0, closes)) if part.width]


def said(start: str, end: str, zone: str) -> str:
    """`Syncs from 22:00 to 06:00 (over midnight), 8 hours a day, Europe/Berlin time.`"""
    opens, closes = minute_of(start), minute_of(end)
    if opens is None or closes is None:
        return "Syncs at any time of day."
    if opens == closes:
        return "Start and end are the same, so it syncs at any time of day."
    hours = (closes - opens) % DAY / 60
    over = " (over midnight)" if opens > closes else ""
    return f"Syncs from {start} to {end}{over}, {hours:g} hours a day, {zone} time."


def minute_of(text: str) -> int | None:
    """The minute of the day that `22:30` names, or None."""
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        return None
    return clock.hour * 60 + clock.minute


def _stretch(opens: int, closes: int) -> Stretch:
    return Stretch(round(opens / DAY * 100, 3), round((closes - opens) / DAY * 100, 3))
