"""What the page says of a connection beside its card: schedule, credentials, permissions, and how far it has read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_TOKEN, REFRESH_TOKEN, Marketplace
from nexus_ui.flows import expiry
from nexus_ui.rules.credentials import in_words, lowest
from nexus_ui.storage.connections import Connected, ConnectionSettings
from nexus_ui.storage.credentials import Watched
from nexus_ui.storage.cursors import Cursor
from nexus_ui.storage.reconnect_links import GoodLink
from nexus_ui.storage.secrets import SecretFact
from nexus_ui.ui import words

INTERVALS = {15: "Every 15 minutes", 60: "Every hour", 240: "Every 4 hours", 1440: "Once a day"}
TOKENS = {ACCESS_TOKEN: "Access token", REFRESH_TOKEN: "Refresh token"}
STREAMS = ("products", "orders", "inventory")
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Fact:
    """One line: its name and what it says, or the moment `at` it tells."""

    name: str
    value: str = ""
    at: str = ""


@dataclass(frozen=True)
class CredentialRow:
    """One field. `renewed`: it is replaced by itself, so that its end is nobody's worry."""

    label: str
    value: str
    secret: bool = False
    set_at: str = ""
    expires_at: str = ""
    renewed: bool = False
    ending: bool = False


@dataclass(frozen=True)
class ScopeRow:
    """One permission that was granted, and what it is used for."""

    name: str
    why: str = ""


@dataclass(frozen=True)
class Access:
    """Who gave the credentials and when, when they were proved last, and a link that waits for the account's owner."""

    by: str = ""
    at: str = ""
    proved_at: str = ""
    problem: str = ""
    ending: str = ""
    link_by: str = ""
    link_at: str = ""
    link_until: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything the page says beside the card and the webhooks."""

    schedule: tuple[Fact, ...] = ()
    streams: tuple[Fact, ...] = ()
    credentials: tuple[CredentialRow, ...] = ()
    scopes: tuple[ScopeRow, ...] = ()
    access: Access = field(default_factory=Access)


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of a connection, as far as this page tells it. `granted` None: the marketplace did not say."""

    kept: Connected
    secrets: Mapping[str, SecretFact]
    cursors: Mapping[str, Cursor]
    granted: tuple[str, ...] | None
    watched: Watched | None = None
    signed_in: tuple[str, datetime] | None = None
    link: GoodLink | None = None


def facts_of(stored: Stored, now: datetime) -> Facts:
    """The facts of one connection."""
    kind = CATALOGUE.get(stored.kept.marketplace)
    return Facts(
        schedule=(*_schedule(stored.kept), *_version(kind, now)),
        streams=tuple(_stream(name, stored.cursors[name]) for name in STREAMS if name in stored.cursors),
        credentials=tuple(_credentials(stored, kind, now)) if kind else (),
        scopes=tuple(_scopes(kind, stored.granted)) if kind and stored.granted is not None else (),
        access=_access(stored, now),
    )


def _schedule(kept: Connected) -> Iterator[Fact]:
    chosen = kept.settings
    yield Fact("Interval", INTERVALS.get(chosen.interval_minutes, f"Every {chosen.interval_minutes} minutes"))
    yield Fact("Sync window", _window(chosen))
    yield Fact("Order lookback", words.count(chosen.lookback_days, "day"))
    if chosen.buffer_percent:
        yield Fact("Stock buffer", f"{chosen.buffer_percent} %")
    yield Fact("Connected", at=words.iso(kept.created_at))


def _version(kind: Marketplace | None, now: datetime) -> Iterator[Fact]:
    """Which version of the marketplace's API is spoken, and until when it is answered."""
    if kind is not None:
        ends = expiry.sunset(kind)
        yield Fact("API version", f"{kind.api_version} ({in_words(ends, now)})" if ends else kind.api_version)


def _window(chosen: ConnectionSettings) -> str:
    if not chosen.window_start or not chosen.window_end or chosen.window_start == chosen.window_end:
        return "Any time"
    return f"{chosen.window_start} – {chosen.window_end}, {chosen.time_zone}"


def _stream(name: str, cursor: Cursor) -> Fact:
    label = name.capitalize()
    return Fact(label, at=words.iso(cursor.since)) if cursor.since else Fact(label, "First read under way")


def _credentials(stored: Stored, kind: Marketplace, now: datetime) -> Iterator[CredentialRow]:
    """The fields of the way this connection signs in, then the tokens it was given."""
    automatic = stored.kept.settings.auto_reconnect
    declared = [one for way in kind.sign_ins if way.slug == stored.kept.sign_in for one in way.fields]
    names = {one.name for one in declared}
    for one in declared:
        if (fact := stored.secrets.get(one.name)) is not None:
            renewed = automatic and one.name == ACCESS_TOKEN and REFRESH_TOKEN in stored.secrets
            yield _secret(one.label, fact, renewed, now)
        elif value := stored.kept.public_fields.get(one.name):
            yield CredentialRow(one.label, dict(one.choices).get(value, value))
    for name, label in TOKENS.items():
        if name in stored.secrets and name not in names:
            yield _secret(label, stored.secrets[name], automatic and name == ACCESS_TOKEN, now)


def _secret(label: str, fact: SecretFact, renewed: bool, now: datetime) -> CredentialRow:
    ends = fact.expires_at
    return CredentialRow(
        label,
        f"Set, ends {fact.last_four}" if fact.last_four else "Set",
        secret=True,
        set_at=words.iso(fact.set_at),
        expires_at=words.iso(ends),
        renewed=renewed,
        ending=ends is not None and not renewed and ends - now < SOON,
    )


def _access(stored: Stored, now: datetime) -> Access:
    who, since = stored.signed_in or ("", None)
    known, link = stored.watched, stored.link
    reached = lowest(expiry.ends(known), now) if known else None
    return Access(
        by=who,
        at=words.iso(since),
        proved_at=words.iso(known.proved_at) if known else "",
        problem=known.problem if known else "",
        ending=f"The {reached.label} {in_words(reached.ends_at, now)}." if reached else "",
        link_by=link.by if link else "",
        link_at=words.iso(link.created_at) if link else "",
        link_until=words.iso(link.expires_at) if link else "",
    )


def _scopes(kind: Marketplace, granted: tuple[str, ...]) -> Iterator[ScopeRow]:
    why = {scope.name: scope.why for scope in kind.scopes}
    return (ScopeRow(name, why.get(name, "")) for name in granted)
