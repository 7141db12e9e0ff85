"""The error on a card: what, since when, what it holds up, and the one button that mends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from nexus_ui.adapters.contract import Marketplace, SignInKind
from nexus_ui.rules import remedy
from nexus_ui.rules.diagnosis import Held, Waiting, held_up
from nexus_ui.rules.status import Status
from nexus_ui.storage.cards import CardView
from nexus_ui.ui import words

WEB = ("https://", "http://")


@dataclass(frozen=True)
class HeldRow:
    """One thing that is held up; the moment `since` is said between `text` and `more`."""

    text: str
    since: str = ""
    more: str = ""


@dataclass(frozen=True)
class Trouble:
    """The error on a card. `way` is what its button does: page, portal, sync or nothing. `part`: the rest arrived.

    `portal`: where at the marketplace it is looked up or mended, when the button does not lead there.
    """

    title: str = ""
    part: bool = False
    text: str = ""
    since: str = ""
    blocks: str = ""
    held: tuple[HeldRow, ...] = ()
    resolution: str = ""
    button: str = ""
    way: str = ""
    url: str = ""
    next_try: str = ""
    portal: str = ""


def trouble_of(view: CardView, kind: Marketplace | None, stands: Status, now: datetime) -> Trouble:
    """The error of one connection, if it has any."""
    part = stands is Status.ACTIVE and view.error_kind is not None
    if stands is not Status.ERROR and not part:
        return Trouble()
    found = remedy_of(view, kind)
    way, url = way_of(found, view.id)
    return Trouble(
        title=found.title,
        part=part,
        text=view.error_message or found.cause,
        since=words.iso(view.error_since),
        blocks=found.blocks,
        held=tuple(held_row(one) for one in held_up(view.waiting or Waiting(), now)),
        resolution="" if found.button else found.resolution,
        button=found.button,
        way=way,
        url=url,
        next_try=words.iso(found.next_try_at),
        portal="" if way == "portal" or view.sandbox else _portal(view, kind),
    )


def held_row(held: Held) -> HeldRow:
    """One thing that is held up, ready to be drawn."""
    return HeldRow(held.text, words.iso(held.since), f"; {held.more}." if held.more else ".")


def remedy_of(view: CardView, kind: Marketplace | None) -> remedy.Remedy:
    """What mends the error of one connection."""
    error = view.error_kind or "error"
    return remedy.remedy(
        error,
        by_consent=by_consent(kind, view.sign_in),
        scope=view.error_scope,
        portal_url=_portal(view, kind),
        next_sync_at=view.next_sync_at,
    )


def way_of(found: remedy.Remedy, connection_id: str) -> tuple[str, str]:
    """What the button of a remedy does, and where it leads."""
    match found.fix:
        case remedy.Fix.RECONNECT | remedy.Fix.EDIT_CREDENTIALS | remedy.Fix.REAUTHORISE:
            return "page", f"/connections/{connection_id}/credentials"
        case remedy.Fix.SELLER_PORTAL:
            return ("portal", found.url) if found.url.startswith(WEB) else ("", "")
        case remedy.Fix.SET_CLOCK | remedy.Fix.SYNC_NOW:
            return "sync", ""
    return "", ""


def by_consent(kind: Marketplace | None, sign_in: str) -> bool:
    """Whether a connection was made by consent in the browser."""
    return kind is not None and any(way.slug == sign_in and way.kind is SignInKind.CONSENT for way in kind.sign_ins)


def _portal(view: CardView, kind: Marketplace | None) -> str:
    """The page at the marketplace about this kind of error, with the connection's own fields in its address."""
    address = kind.portal_urls.get(view.error_kind or "", "") if kind else ""
    filled = _filled(address, view.public_fields)
    return filled if filled.startswith(WEB) else ""


def _filled(template: str, fields: Mapping[str, str]) -> str:
    """A portal address with the connection's own fields in it; nothing when one is missing."""
    try:
        return template.format_map(fields)
    except KeyError:
        return ""
