"""What the History page says, ready to be drawn: one sentence per thing that happened, and what is behind it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from nexus_ui.rules.ledger import Kind
from nexus_ui.storage.happenings import Bringer, Cause, Happening, What
from nexus_ui.ui import words
from nexus_ui.ui.places import Place, place_of
from nexus_ui.ui.stock.rows import WORDS
from nexus_ui.ui.sync_log.rows import TRIGGERS

SENT = {
    "planned": ("Waits to be published", ""),
    "sent": ("Sent, no answer yet", "tone-warn"),
    "superseded": ("Replaced by a newer number", ""),
    "skipped": ("Not published", ""),
    "refused": ("Refused by the marketplace", "tone-bad"),
    "stale": ("Another number stood there", "tone-warn"),
    "accepted": ("Published", "tone-ok"),
    "confirmed": ("Published and read back", "tone-ok"),
}
ASKED_BY = {
    "order": "an order",
    "own_order": "an order there",
    "edit": "an edit",
    "import": "a file",
    "settings": "changed settings",
    "first": "the first push",
    "drift": "a difference found",
    "repush": "a repush",
    "approved": "an approval",
    "undo": "an undo",
}
BEHIND = {Bringer.CYCLE: "Sync", Bringer.DELIVERY: "Webhook", Bringer.PUSH: "Push"}


@dataclass(frozen=True)
class HistoryRow:
    """One thing that happened. `href` leads to what is behind it; without a place it happened in our stock."""

    key: str
    at: str
    what: str
    tone: str = ""
    before: str = ""
    after: str = ""
    note: str = ""
    placed: bool = False
    place: Place = field(default_factory=Place)
    cause: str = ""
    href: str = ""


def row_of(one: Happening, of_order: bool = False) -> HistoryRow:
    """One happening in words; `of_order`: the order is known, and the SKU is to be named."""
    what, tone, note = SAID[one.what](one)
    note = f"SKU {one.sku}" if of_order and one.sku else note
    before, after = _values(one)
    cause, href = _cause(one.cause) if one.cause else (f"By {one.by}" if one.by else "", "")
    return HistoryRow(
        *(one.key, words.iso(one.at), what, tone, before, after),
        note=" · ".join(part for part in (note, one.note) if part),
        placed=one.origin is not None,
        place=place_of(one.origin) if one.origin else Place(),
        cause=cause,
        href=href,
    )


def _shown(one: Happening) -> tuple[str, str, str]:
    return "Shows another quantity", "", f"At {one.place}" if one.place else ""


def _listed(one: Happening) -> tuple[str, str, str]:
    return ("Listed here" if one.after else "Not listed here any more"), "", f"As {one.place}" if one.place else ""


def _status(one: Happening) -> tuple[str, str, str]:
    return ("Arrived here" if one.before is None else "Changed its status"), "", ""


def _moved(one: Happening) -> tuple[str, str, str]:
    units = one.units or 0
    signed = f"{units:+,}".replace("-", "−")
    order = f"Order {one.order}" if one.order else ""
    return f"{WORDS[Kind(one.word)]}, {signed} on hand", "tone-ok" if units > 0 else "", order


def _ordered(one: Happening) -> tuple[str, str, str]:
    if one.units is None:
        return "Ordered there", "", ""
    state = "still reserved" if one.word == "open" else ""
    return f"Ordered, {words.count(one.units, 'unit')}", "", ", ".join(filter(None, (f"Order {one.order}", state)))


def _sent(one: Happening) -> tuple[str, str, str]:
    what, tone = SENT.get(one.word, (one.word.capitalize(), ""))
    return what, tone, ""


SAID: dict[What, Callable[[Happening], tuple[str, str, str]]] = {
    What.SHOWN: _shown,
    What.LISTED: _listed,
    What.STATUS: _status,
    What.MOVED: _moved,
    What.ORDERED: _ordered,
    What.SENT: _sent,
}
"""Headline, tone and note of each kind of happening."""


def _values(one: Happening) -> tuple[str, str]:
    """Before and after as a person reads them; nothing where there are no two values."""
    if one.what in {What.LISTED, What.ORDERED}:
        return "", ""
    if one.what is What.STATUS:
        return _order_status(one.before), _order_status(one.after)
    if one.what is What.MOVED and one.after is None:
        return "", ""
    began = one.what is What.MOVED and one.word == Kind.FIRST_SIGHT
    return "" if began else _number(one.before), _number(one.after)


def _number(text: str | None) -> str:
    return words.UNKNOWN if text is None else f"{int(text):,}".replace("-", "−")


def _order_status(text: str | None) -> str:
    """`Shipped (FULFILLED)`: our word, and theirs behind it."""
    ours, _, theirs = (text or "").partition(" ")
    return f"{ours.capitalize()} ({theirs})" if theirs else ours.capitalize()


def _cause(cause: Cause) -> tuple[str, str]:
    """What is behind it, and where to look at that."""
    name = BEHIND[cause.kind]
    if not cause.id:
        return "Looked at after a push", ""
    if cause.kind is Bringer.PUSH:
        asked = f" for {ASKED_BY.get(cause.word, cause.word)}" if cause.word else ""
        return name + asked, f"/stock/pushes/{cause.id}"
    if not cause.word:
        return f"{name}, no longer in the log", ""
    if cause.kind is Bringer.DELIVERY:
        return f"{name} {cause.word}", f"/connections/{cause.connection_id}"
    return f"{name}: {TRIGGERS.get(cause.word, cause.word).lower()}", f"/?log={cause.connection_id}&cycle={cause.id}"
