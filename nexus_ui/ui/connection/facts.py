"""What the page says of a connection beside its card: schedule, credentials, permissions, and how far it has read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_TOKEN, REFRESH_TOKEN, Marketplace
from nexus_ui.storage.connections import Connected, ConnectionSettings
from nexus_ui.storage.cursors import Cursor
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
class Facts:
    """Everything the page says beside the card and the webhooks."""

    schedule: tuple[Fact, ...] = ()
    streams: tuple[Fact, ...] = ()
    credentials: tuple[CredentialRow, ...] = ()
    scopes: tuple[ScopeRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of a connection, as far as this page tells it. `granted` None: the marketplace did not say."""

    kept: Connected
    secrets: Mapping[str, SecretFact]
    cursors: Mapping[str, Cursor]
    granted: tuple[str, ...] | None


def facts_of(stored: Stored, now: datetime) -> Facts:
    """The facts of one connection."""
    kind = CATALOGUE.get(stored.kept.marketplace)
    return Facts(
        schedule=tuple(_schedule(stored.kept)),
        streams=tuple(_stream(name, stored.cursors[name]) for name in STREAMS if name in stored.cursors),
        credentials=tuple(_credentials(stored, kind, now)) if kind else (),
        scopes=tuple(_scopes(kind, stored.granted)) if kind and stored.granted is not None else (),
    )


def _schedule(kept: Connected) -> Iterator[Fact]:
    chosen = kept.settings
    yield Fact("Interval", INTERVALS.get(chosen.interval_minutes, f"Every {chosen.interval_minutes} minutes"))
    yield Fact("Sync window", _window(chosen))
    yield Fact("Order lookback", words.count(chosen.lookback_days, "day"))
    if chosen.buffer_percent:
        yield Fact("Stock buffer", f"{chosen.buffer_percent} %")
    yield Fact("Connected", at=words.iso(kept.created_at))


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
    declared = [field for way in kind.sign_ins if way.slug == stored.kept.sign_in for field in way.fields]
    names = {field.name for field in declared}
    for field in declared:
        if (fact := stored.secrets.get(field.name)) is not None:
            renewed = automatic and field.name == ACCESS_TOKEN and REFRESH_TOKEN in stored.secrets
            yield _secret(field.label, fact, renewed, now)
        elif value := stored.kept.public_fields.get(field.name):
            yield CredentialRow(field.label, dict(field.choices).get(value, value))
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


def _scopes(kind: Marketplace, granted: tuple[str, ...]) -> Iterator[ScopeRow]:
    why = {scope.name: scope.why for scope in kind.scopes}
    return (ScopeRow(name, why.get(name, "")) for name in granted)
