"""What an alert says, in plain text: what is wrong where, since when, what suffers, and where to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from nexus_ui.rules.alerts import Link, Purpose, Trouble

LONGEST_SUBJECT = 150
DAY, HOUR, MINUTE = 86_400, 3_600, 60


@dataclass(frozen=True, slots=True)
class Words:
    """One message."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom times are written, and where this product is reached."""

    zone: tzinfo
    address: str


def alert(where: str, trouble: Trouble, opened_at: datetime, purpose: Purpose, to: Reader) -> Words:
    """An alert; `where` names the connection and is empty for the whole installation."""
    still = "Still: " if purpose is Purpose.AGAIN and not trouble.step else ""
    parts = [
        trouble.sentence,
        f"Since {_moment(opened_at, to)}.",
        _listed("What is affected:", trouble.affected, to),
        _listed("Evidence:", trouble.evidence, to),
    ]
    return Words(_line(still + _headed(where, trouble.title)), "\n\n".join(filter(None, parts)))


def recovery(where: str, title: str, opened_at: datetime, closed_at: datetime, why: str, to: Reader) -> Words:
    """It is over, and how long it lasted."""
    lasted = f"It lasted {duration(closed_at - opened_at)}: from {_moment(opened_at, to)} to {_moment(closed_at, to)}."
    return Words(_line(f"Over: {_headed(where, title)}"), f"{why or 'It works again.'}\n\n{lasted}")


def trial(channel: str, by: str, at: datetime, to: Reader) -> Words:
    """What a test sends: it looks like an alert and says that nothing is wrong."""
    told = "This is a test: nothing is wrong. An alert looks like this one, and names what suffers and where to look."
    words = Words("Test alert: nothing is wrong", f"{told}\n\nSent by {by} at {_moment(at, to)} through {channel}.")
    return signed(words, to.address)


def together(several: Sequence[Words]) -> Words:
    """Messages that are due at the same moment, as one."""
    if len(several) == 1:
        return several[0]
    more = len(several) - 1
    subject = _line(f"{several[0].subject} (and {more} more {'alert' if more == 1 else 'alerts'})")
    return Words(subject, "\n\n\n".join(f"{one.subject}\n\n{one.body}" for one in several))


def signed(words: Words, address: str) -> Words:
    """With the way to the alerts below."""
    return Words(words.subject, f"{words.body}\n\nSee, acknowledge or snooze alerts: {address}/alerts\n")


def duration(took: timedelta) -> str:
    """`40 seconds`, `3 min`, `2 h 5 min`, `3 days 4 h`."""
    seconds = max(0, round(took.total_seconds()))
    if seconds < MINUTE:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        return _two(seconds, HOUR, "h", MINUTE, "min")
    return _two(seconds, DAY, "day" if seconds < 2 * DAY else "days", HOUR, "h")


def _two(seconds: int, large: int, large_word: str, small: int, small_word: str) -> str:
    rest = seconds % large // small
    return f"{seconds // large} {large_word}" + (f" {rest} {small_word}" if rest else "")


def _headed(where: str, title: str) -> str:
    return f"{where}: {title}" if where else title


def _listed(head: str, links: Sequence[Link], to: Reader) -> str:
    return "\n".join([head, *(f"- {_linked(link, to)}" for link in links)]) if links else ""


def _linked(link: Link, to: Reader) -> str:
    text = link.text if link.at is None else f"{link.text} {_moment(link.at, to)}{link.then}"
    if not link.href:
        return text
    return f"{text}: {to.address if link.href.startswith('/') else ''}{link.href}"


def _moment(at: datetime, to: Reader) -> str:
    there = at.astimezone(to.zone)
    return f"{there.day} {there:%b %Y, %H:%M %Z}"


def _line(text: str) -> str:
    """A subject: one line, not too long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_SUBJECT else flat[: LONGEST_SUBJECT - 1].rstrip() + "…"
