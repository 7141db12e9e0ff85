"""What a connection in trouble holds up, in numbers: what has not been read since when, and what waits meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

STREAMS = {"orders": "orders", "products": "products", "inventory": "stock"}
"""What a person calls each stream; what costs money first."""
PATTERN = timedelta(days=28)
"""How far back orders are counted to say how many usually come."""
ENOUGH_HISTORY = timedelta(days=3)
ENOUGH_ORDERS = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What stands still on one connection, as stored.

    `unread`: the streams its last sync did not read to the end. `read_at`: when each stream was last read to its end.
    """

    unread: tuple[str, ...] = ()
    read_at: Mapping[str, datetime] = field(default_factory=dict)
    orders_a_day: float | None = None
    webhooks: int = 0
    order_webhooks: int = 0
    skus: int = 0
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that is held up. `since` is said between `text` and `more`."""

    text: str
    since: datetime | None = None
    more: str = ""


def held_up(waiting: Waiting, now: datetime) -> tuple[Held, ...]:
    """What is held up, the orders first."""
    held: list[Held] = []
    if "orders" in waiting.unread:
        held.append(_orders(waiting, now))
    held += _goods(waiting)
    if waiting.webhooks:
        held.append(Held(_webhooks(waiting.webhooks, waiting.order_webhooks)))
    if waiting.skus:
        held.append(Held(f"{_many(waiting.skus, 'SKU waits', 'SKUs wait')} to be sent there"))
    return tuple(held)


def orders_a_day(count: int, oldest: datetime | None, until: datetime | None, now: datetime) -> float | None:
    """How many orders usually come in a day, of `count` since `oldest` or PATTERN ago; None when too few tell."""
    if oldest is None or until is None or count < ENOUGH_ORDERS:
        return None
    counted = until - max(oldest, now - PATTERN)
    return count / (counted / DAY) if counted >= ENOUGH_HISTORY else None


def missed(a_day: float | None, since: datetime, now: datetime) -> int | None:
    """About how many orders came since then; None when nobody can say, or hardly any."""
    if a_day is None:
        return None
    return round(a_day * ((now - since) / DAY)) or None


def _orders(waiting: Waiting, now: datetime) -> Held:
    since = waiting.read_at.get("orders")
    if since is None:
        return Held("No orders have been read yet")
    usual = missed(waiting.orders_a_day, since, now)
    return Held("Orders not read since", since, f"about {_many(usual, 'comes', 'come')} in that time" if usual else "")


def _goods(waiting: Waiting) -> list[Held]:
    """Products and stock: in one line where they stand still since the same sync."""
    unread = [stream for stream in STREAMS if stream in waiting.unread and stream != "orders"]
    never = [stream for stream in unread if stream not in waiting.read_at]
    known = [stream for stream in unread if stream in waiting.read_at]
    held = [Held(f"No {_named(never, ' or ')} has been read yet")] if never else []
    if known:
        names = _named(known, " and ")
        held.append(Held(f"{names.capitalize()} not read since", min(waiting.read_at[stream] for stream in known)))
    return held


def _webhooks(count: int, about_orders: int) -> str:
    said = _many(count, "webhook waits", "webhooks wait")
    if not about_orders:
        return said
    return f"{said}, {'all' if about_orders == count else f'{about_orders:,}'} about orders"


def _named(streams: Sequence[str], link: str) -> str:
    return link.join(STREAMS[stream] for stream in streams)


def _many(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"
