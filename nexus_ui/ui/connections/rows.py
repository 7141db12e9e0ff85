"""What a card shows, ready to be drawn: the stored facts, read by the rules."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nexus_ui.adapters import CATALOGUE
from nexus_ui.rules import health, progress, status
from nexus_ui.rules.diagnosis import Waiting
from nexus_ui.storage.cards import CardView, Day, Running
from nexus_ui.ui import words
from nexus_ui.ui.connections.trouble import Trouble, by_consent, trouble_of

STAGES = {
    "products": "Reading products",
    "orders": "Reading orders",
    "inventory": "Reading stock",
    "push": "Sending stock",
}
BARS = {"s": "succeeded", "p": "succeeded in part", "f": "failed"}


@dataclass(frozen=True)
class Work:
    """The running cycle on a card. `percent` is -1 while nobody can say."""

    stage: str = ""
    counts: str = ""
    percent: int = -1
    remaining: str = ""
    waiting: str = ""


@dataclass(frozen=True)
class Card:
    """One connection."""

    id: str = ""
    name: str = ""
    marketplace: str = ""
    marketplace_name: str = ""
    identifier: str = ""
    sandbox: bool = False
    status: str = "pending"
    health: str = "unknown"
    strip: tuple[str, ...] = ()
    strip_words: str = ""
    paused: bool = False
    paused_until: str = ""
    paused_since: str = ""
    pause_reason: str = ""
    pause_waits: str = ""
    last_sync: str = ""
    next_sync: str = ""
    overdue_since: str = ""
    overdue_because: str = ""
    doubt: str = ""
    doubt_since: str = ""
    products: str = ""
    orders: str = ""
    running: bool = False
    starting: bool = False
    work: Work = Work()
    limited_until: str = ""
    trouble: Trouble = field(default_factory=Trouble)
    set_aside: str = ""
    by_consent: bool = False
    held: str = ""


def card_of(view: CardView, now: datetime) -> Card:
    """The card of one connection as it stands now."""
    kind = CATALOGUE.get(view.marketplace)
    is_paused = status.paused(now, view.paused_at, view.paused_until)
    stands = status.status(
        now,
        first_cycle_done=view.first_cycle_done,
        recent_outcomes=view.recent_outcomes,
        rate_limited_until=view.rate_limited_until,
    )
    return Card(
        id=view.id,
        name=view.name,
        marketplace=view.marketplace,
        marketplace_name=kind.name if kind else view.marketplace,
        identifier=view.identifier or view.account_name,
        sandbox=view.sandbox,
        status=stands.value,
        health=health.health(view.recent_outcomes, doubt=view.doubt).value,
        strip=_strip(view.recent_outcomes),
        strip_words=_strip_words(view.recent_outcomes),
        paused=is_paused,
        paused_until=words.iso(view.paused_until) if is_paused else "",
        paused_since=words.iso(view.paused_at) if is_paused else "",
        pause_reason=view.pause_reason if is_paused else "",
        pause_waits=_waits(view.waiting) if is_paused and view.waiting else "",
        last_sync=words.iso(view.last_finished_at),
        next_sync="" if is_paused else words.iso(view.next_sync_at),
        overdue_since="" if is_paused else words.iso(view.overdue_since),
        overdue_because=view.overdue_because,
        doubt=view.doubt,
        doubt_since=words.iso(view.doubt_since),
        products=f"{view.products_count:,}",
        orders=f"{view.orders_today:,}",
        running=view.running is not None,
        starting=view.running is None and view.requested_at is not None and not is_paused and not view.overdue_since,
        work=_work(view.running, now) if view.running else Work(),
        limited_until=words.iso(view.rate_limited_until) if stands is status.Status.RATE_LIMITED else "",
        trouble=trouble_of(view, kind, stands, now),
        set_aside=words.count(view.waiting.set_aside, "record") if view.waiting and view.waiting.set_aside else "",
        by_consent=by_consent(kind, view.sign_in),
        held=_held(view.held_pushes),
    )


def _waits(waiting: Waiting) -> str:
    """What is kept for the end of a pause."""
    kept = [words.count(waiting.webhooks, "webhook")] if waiting.webhooks else []
    kept += [words.count(waiting.skus, "stock change")] if waiting.skus else []
    one = waiting.webhooks + waiting.skus == 1
    return f"{' and '.join(kept)} {'waits' if one else 'wait'} and will be worked off then." if kept else ""


def today(now: datetime, zone: str) -> Day:
    """From midnight to midnight as the wall clocks in `zone` have it; an unknown zone counts as UTC."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        place = ZoneInfo("UTC")
    date = now.astimezone(place).date()
    return Day(*(datetime.combine(date + timedelta(days=ahead), time(0), place) for ahead in (0, 1)))


def _held(pushes: int) -> str:
    if not pushes:
        return ""
    return "A push of stock waits for approval." if pushes == 1 else f"{pushes:,} pushes of stock wait for approval."


def _strip(outcomes: str) -> tuple[str, ...]:
    return tuple(outcomes[-health.WINDOW :].rjust(health.WINDOW, "n"))


def _strip_words(outcomes: str) -> str:
    seen = outcomes[-health.WINDOW :]
    if not seen:
        return "No finished cycle yet"
    parts = [f"{seen.count(letter)} {word}" for letter, word in BARS.items() if letter in seen]
    return f"Last {words.count(len(seen), 'cycle')}: {', '.join(parts)}"


def _work(running: Running, now: datetime) -> Work:
    done = running.products + running.orders + running.inventory
    expected = running.expected_records if done < (running.expected_records or 0) else None
    past = [progress.PastCycle(cycle.records, cycle.seconds) for cycle in running.past]
    reached = progress.progress(now, running.started_at, done, expected, past, running.waiting_until)
    counts = f"{done:,} of {expected:,}" if expected else words.count(done, "record")
    waiting = running.waiting_until is not None and running.waiting_until > now
    return Work(
        stage=STAGES.get(running.stage, "Starting"),
        counts=counts,
        percent=-1 if reached.fraction is None else round(reached.fraction * 100),
        remaining=_remaining(reached.remaining),
        waiting=words.iso(running.waiting_until) if waiting else "",
    )


def _remaining(left: timedelta | None) -> str:
    if left is None:
        return ""
    seconds = left.total_seconds()
    if seconds < 5:
        return "almost done"
    if seconds < 50:
        return f"about {round(seconds / 5) * 5} s left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 90 else f"about {round(minutes / 60)} h left"
