"""How numbers, money, quantities and durations are said. Unknown is a word, never a zero."""

from datetime import datetime, timedelta
from decimal import Decimal

from nexus_ui.storage.products import Quantity

UNKNOWN = "Unknown"
NOT_TRACKED = "Not tracked"


def count(number: int, one: str, several: str = "") -> str:
    """`1 product`, `1,204 products`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def shown(matching: int, total: int, one: str, several: str = "") -> str:
    """`41 products`, or `3 of 41 products` when a filter hides some."""
    everything = count(total, one, several)
    return everything if matching == total else f"{matching:,} of {everything}"


def money(amount: Decimal | None, currency: str | None) -> str:
    """`1,299.00 EUR`; nothing for an unknown amount."""
    return "" if amount is None else f"{amount:,} {currency or ''}".rstrip()


def money_range(low: Decimal | None, high: Decimal | None, currency: str | None) -> str:
    """`4.50 EUR`, or `4.50 – 9.00 EUR`."""
    if low is None or high is None or low == high:
        return money(low, currency)
    return f"{low:,} – {money(high, currency)}"


def units(available: int | None, tracked: bool) -> str:
    """What is said of one variant's quantity."""
    if not tracked:
        return NOT_TRACKED
    return UNKNOWN if available is None else f"{available:,}"


def quantity(stock: Quantity, variants: int) -> str:
    """What is said of a product's quantity: what is known, and how much of it is not."""
    if variants == 0:
        return "–"
    if stock.available is None:
        return UNKNOWN if stock.unknown else NOT_TRACKED
    rest = [f"{stock.unknown} unknown"] if stock.unknown else []
    rest += [f"{stock.untracked} not tracked"] if stock.untracked else []
    return " · ".join([f"{stock.available:,}", *rest])


def duration(took: timedelta) -> str:
    """`0.4 s`, `42 s`, `3 min 5 s`, `1 h 4 min`."""
    seconds = took.total_seconds()
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def milliseconds(took: int) -> str:
    """`84 ms`, `1.2 s`."""
    return f"{took} ms" if took < 1000 else f"{took / 1000:.1f} s"


def iso(moment: datetime | None) -> str:
    """What the page's clock elements read; nothing for no moment."""
    return "" if moment is None else moment.isoformat()
