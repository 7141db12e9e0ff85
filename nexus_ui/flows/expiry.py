"""Telling in time what will end: credentials that a person must renew, and versions of marketplaces' APIs."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_TOKEN, REFRESH_TOKEN, WEBHOOK_FIELDS, Marketplace
from nexus_ui.clock import utcnow
from nexus_ui.flows import alert
from nexus_ui.flows.alert import Link, Severity, Trouble
from nexus_ui.flows.rehearse import HOPELESS
from nexus_ui.flows.writing import stored
from nexus_ui.rules.credentials import SUNSET_STEPS, Held, Rung, in_words, lowest
from nexus_ui.storage import credentials, incidents
from nexus_ui.storage.credentials import Watched

KIND, SUNSET = "credentials", "api_sunset"
TOKENS = {ACCESS_TOKEN: "access token", REFRESH_TOKEN: "refresh token"}
URGENT_DAYS = 7
RENEWED = "The credentials are good again."
UPDATED = "No API version in use ends soon."
SUPPORTED_FOR = timedelta(days=365)
"""Longer than any step of the ladder: a version's sunset is known long before."""


async def look() -> None:
    """Raise and end what there is to say of every living connection."""
    await stored(_look)


def ends(one: Watched) -> Iterator[Held]:
    """Everything of a connection's credentials whose end is known."""
    marketplace = CATALOGUE.get(one.marketplace)
    labels = _labels(marketplace, one.sign_in) if marketplace else {}
    for name, fact in one.secrets.items():
        if fact.expires_at is not None and name not in WEBHOOK_FIELDS:
            label = TOKENS.get(name) or labels.get(name, name.replace("_", " "))
            renewed = one.auto_reconnect and name == ACCESS_TOKEN
            yield Held(label, fact.set_at, fact.expires_at, renewed)


def sunset(marketplace: Marketplace) -> datetime | None:
    """The moment from which the version that we speak may not be answered any more."""
    return datetime.combine(marketplace.api_sunset, time(0), UTC) if marketplace.api_sunset else None


def _look() -> None:
    now, living = utcnow(), credentials.watched()
    troubled = {one.id: trouble for one in living if (trouble := _trouble(one, now)) is not None}
    for trouble in troubled.values():
        alert.raise_(trouble)
    for connection_id in sorted(incidents.connections_with(KIND) - set(troubled)):
        alert.close(connection_id, KIND, RENEWED)
    ending = _sunset_trouble(living, now)
    if ending is not None:
        alert.raise_(ending)
    else:
        alert.close(None, SUNSET, UPDATED)


def _trouble(one: Watched, now: datetime) -> Trouble | None:
    """What is wrong, or will be soon; nothing while the connection's own error says it already."""
    if one.error_kind in HOPELESS:
        return None
    if one.problem:
        title = "The credentials do not work any more"
        said = f"They were tried today, although nothing needed them. {one.problem}"
        return _told(one, Severity.CRITICAL, title, said, "refused")
    reached = lowest(ends(one), now)
    return None if reached is None else _ending(one, reached, now)


def _ending(one: Watched, reached: Rung, now: datetime) -> Trouble:
    severity = Severity.WARNING if reached.days > URGENT_DAYS else Severity.CRITICAL
    said = f"The {reached.label} {in_words(reached.ends_at, now)}. "
    if reached.days:
        said += "Reconnect before then, and nothing stops. The account's owner can do it with a reconnect link."
        return _told(one, severity, "The access ends soon", said, f"{reached.days} days")
    said += "Nothing is updated until somebody reconnects."
    return _told(one, severity, "The access has ended", said, "ended")


def _told(one: Watched, severity: Severity, title: str, said: str, step: str) -> Trouble:
    page = f"/connections/{one.id}"
    affected = (Link("Products, orders and stock of this connection", page),)
    return Trouble(
        KIND, one.id, severity, title, said, affected, (Link("Its credentials", f"{page}#credentials"),), step
    )


def _sunset_trouble(living: Sequence[Watched], now: datetime) -> Trouble | None:
    """One trouble for all marketplaces in use whose version ends soon."""
    used = {one.marketplace: CATALOGUE[one.marketplace] for one in living if one.marketplace in CATALOGUE}
    known = {slug: moment for slug, one in used.items() if (moment := sunset(one)) is not None}
    reached = {
        slug: found
        for slug, moment in known.items()
        if (found := lowest([Held(used[slug].name, moment - SUPPORTED_FOR, moment)], now, SUNSET_STEPS)) is not None
    }
    if not reached:
        return None
    said = " ".join(
        f"{used[slug].name} {used[slug].api_version} {in_words(found.ends_at, now)}." for slug, found in reached.items()
    )
    affected = tuple(Link(one.name, f"/connections/{one.id}") for one in living if one.marketplace in reached)
    evidence = tuple(Link(f"{used[slug].name}: versions", used[slug].docs_url) for slug in reached)
    worst = min(found.days for found in reached.values())
    severity = Severity.CRITICAL if worst <= URGENT_DAYS else Severity.NOTICE
    what = "An API version in use ends soon" if worst else "An API version in use has ended"
    said += " Update this product: a later version speaks the next one."
    return Trouble(SUNSET, None, severity, what, said, affected, evidence, f"{worst} days")


def _labels(marketplace: Marketplace, sign_in: str) -> dict[str, str]:
    return {entry.name: entry.label for way in marketplace.sign_ins if way.slug == sign_in for entry in way.fields}
