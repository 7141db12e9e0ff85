"""A connection's webhooks at its marketplace: compared with what should be there, repaired, rotated, taken away."""

import asyncio
import contextlib
import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session

from nexus_ui import settings
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import (
    WEBHOOK_SECRET,
    Adapter,
    KeepsWebhooks,
    Registration,
    SecretOrigin,
    Topic,
    Webhooks,
)
from nexus_ui.clock import utcnow
from nexus_ui.errors import LeaseLost, NexusError, Refused
from nexus_ui.flows import keys, trust
from nexus_ui.flows.opening import opened
from nexus_ui.flows.writing import stored
from nexus_ui.storage import audit, connections, endpoints, journal, preferences, secrets
from nexus_ui.storage.audit import Action, Subject
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.database import writing
from nexus_ui.storage.endpoints import EndpointView, Finding
from nexus_ui.storage.journal import Deed

logger = logging.getLogger(__name__)

FAREWELL_SECONDS = 10.0
UNSIGNED = "Add the app's secret under Edit credentials: without it nobody can tell a real webhook from a forged one."
NOT_REACHABLE = (
    "Marketplaces cannot reach {url}. Give this panel a public address, set NEXUS_PUBLIC_URL to it and start again."
)
REPAIRED = "Repaired webhooks: "
"""How the sentence about repairs begins, in the log of a cycle."""
HOW = {
    endpoints.MISSING: "was missing",
    endpoints.SWITCHED_OFF: "was switched off",
    endpoints.ELSEWHERE: "led to another address",
}


def address(marketplace: str, connection_id: str) -> str:
    """Where this connection's webhooks are delivered."""
    return f"{settings.current().public_url}{_path(marketplace, connection_id)}"


def expect(session: Session, connection_id: str, marketplace: str) -> None:
    """A new connection is to have its marketplace's webhooks; the next cycle registers them."""
    webhooks = CATALOGUE[marketplace].webhooks
    if webhooks is None:
        return
    endpoints.expect(session, connection_id, [topic.name for topic in webhooks.topics])
    if webhooks.has_chosen_secret:
        trust.choose(session, connection_id)


def begin_anew(session: Session, kept: Connected) -> None:
    """The connection belongs to another account now: nothing is registered there yet."""
    endpoints.forget(session, kept.id)
    expect(session, kept.id, kept.marketplace)


@dataclass
class Check:
    """One comparison of what should be registered with what is."""

    kept: Connected
    webhooks: Webhooks
    secret: str
    secret_since: datetime | None
    before: dict[str, EndpointView]
    findings: dict[str, Finding] = field(default_factory=dict)
    new: int = 0
    repaired: list[str] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where they should lead."""
        return address(self.kept.marketplace, self.kept.id)

    def ours(self, registration: Registration) -> bool:
        """Whether it leads to this connection, also by an address this panel had earlier."""
        return urlsplit(registration.address).path.endswith(_path(self.kept.marketplace, self.kept.id))

    def notes(self) -> tuple[str, ...]:
        """What the cycle's log says of it."""
        said = [f"Registered {self.new} webhooks."] if self.new else []
        said += [f"{REPAIRED}{', '.join(self.repaired)}."] if self.repaired else []
        for why, topics in self.refused.items():
            said.append(f"Webhooks could not be registered ({', '.join(topics)}): {why}")
        return tuple(said)


async def tend(kept: Connected, adapter: Adapter) -> tuple[str, ...]:
    """Compare, register what is missing, repair what is broken; returns what to tell. Raises LeaseLost only."""
    webhooks = CATALOGUE[kept.marketplace].webhooks
    if webhooks is None:
        return ()
    check = await stored(_begin, kept, webhooks)
    hindrance = _hindrance(check, adapter)
    if hindrance is not None:
        check.findings = {topic.name: hindrance for topic in webhooks.topics}
    elif isinstance(adapter, KeepsWebhooks):
        try:
            await _compare(check, adapter)
        except LeaseLost:
            raise
        except NexusError as trouble:
            return (f"Webhooks could not be checked: {trouble.message}",)
    await stored(endpoints.told, kept.id, check.findings, utcnow())
    return check.notes()


async def rotate(connection_id: str, by: str | None = None) -> None:
    """Replace the secret we chose, and register with the new one; the old one is accepted for another day.

    Where the marketplace does not answer, the next cycle goes on. Raises NotFound, Refused where we do not choose it.
    """
    kept = await stored(connections.get, connection_id)
    webhooks = CATALOGUE[kept.marketplace].webhooks
    if webhooks is None or not webhooks.has_chosen_secret:
        raise Refused("This marketplace's webhook secret is not ours to replace.")
    await stored(_replace_secret, connection_id, by)
    with contextlib.suppress(NexusError):
        async with opened(kept) as adapter:
            await tend(kept, adapter)


async def rotate_due() -> int:
    """Rotate every secret that is older than the settings allow; returns how many."""
    days = (await stored(preferences.connections)).secret_rotation_days
    due = await stored(endpoints.with_secrets_before, utcnow() - timedelta(days=days))
    for connection_id in due:
        try:
            await rotate(connection_id)
        except NexusError as trouble:
            logger.warning("The webhook secret of %s could not be replaced: %s", connection_id, trouble.message)
    return len(due)


async def take_away(connection_id: str) -> None:
    """Take our webhooks away at the marketplace, as far as it answers soon: the connection is about to go."""
    kept = await stored(connections.get, connection_id)
    webhooks = CATALOGUE[kept.marketplace].webhooks
    if webhooks is None:
        return
    try:
        async with asyncio.timeout(FAREWELL_SECONDS), opened(kept) as adapter:
            check = await stored(_begin, kept, webhooks)
            if isinstance(adapter, KeepsWebhooks):
                for registration in filter(check.ours, await adapter.registrations()):
                    await adapter.unregister(registration)
    except (NexusError, TimeoutError) as trouble:
        logger.warning("The webhooks of %s could not be taken away: %s", connection_id, trouble)


async def _compare(check: Check, adapter: KeepsWebhooks) -> None:
    ours = [one for one in await adapter.registrations() if check.ours(one)]
    used: set[str] = set()
    for topic in check.webhooks.topics:
        finding = await _mended(check, adapter, topic, [one for one in ours if one.topic == topic.name])
        check.findings[topic.name] = finding
        if finding.remote_ref:
            used.add(finding.remote_ref)
    failed = {topic for topic, finding in check.findings.items() if finding.problem}
    for spare in ours:
        if spare.ref not in used and spare.topic not in failed:
            await adapter.unregister(spare)


async def _mended(check: Check, adapter: KeepsWebhooks, topic: Topic, there: Sequence[Registration]) -> Finding:
    """What is known of one topic after registering it, where it was not as it should be."""
    before = check.before.get(topic.name)
    since = before.registered_at if before else None
    found = sorted(there, key=lambda one: (one.address == check.address, one.active), reverse=True)
    wrong = _wrong(check, found)
    old_secret = check.secret_since is not None and (since is None or since < check.secret_since)
    if wrong is None and not old_secret:
        return Finding(endpoints.REGISTERED, found[0].ref, registered_at=since or utcnow())
    try:
        made = await adapter.register(topic.name, check.address, check.secret)
    except LeaseLost:
        raise
    except NexusError as trouble:
        check.refused.setdefault(trouble.message, []).append(topic.name)
        return Finding(wrong or endpoints.REGISTERED, found[0].ref if found else None, trouble.message)
    if since is None:
        check.new += 1
    elif wrong is not None:
        check.repaired.append(f"{topic.name} {HOW[wrong]}")
    return Finding(endpoints.REGISTERED, made.ref, registered_at=utcnow())


def _wrong(check: Check, found: Sequence[Registration]) -> str | None:
    """What is wrong with what is registered for a topic, best first; None when nothing is."""
    if not found:
        return endpoints.MISSING
    if found[0].address != check.address:
        return endpoints.ELSEWHERE
    return None if found[0].active else endpoints.SWITCHED_OFF


def _begin(kept: Connected, webhooks: Webhooks) -> Check:
    """What we know before the marketplace is asked; a secret that is ours to choose is chosen when there is none."""
    held = trust.accepted(kept, webhooks)
    if not held and webhooks.has_chosen_secret:
        with writing() as session:
            trust.choose(session, kept.id)
        held = trust.accepted(kept, webhooks)
    chosen = secrets.facts(kept.id).get(WEBHOOK_SECRET) if webhooks.has_chosen_secret else None
    before = {view.topic: view for view in endpoints.of_connection(kept.id)}
    return Check(kept, webhooks, held[0] if held else "", chosen.set_at if chosen else None, before)


def _hindrance(check: Check, adapter: Adapter) -> Finding | None:
    """What keeps us from registering anything, if something does."""
    if not isinstance(adapter, KeepsWebhooks):
        return Finding(endpoints.BY_HAND, problem=check.webhooks.register_by_hand)
    if not check.secret and check.webhooks.secret is not SecretOrigin.PUBLIC_KEY:
        return Finding(endpoints.UNKNOWN, problem=UNSIGNED)
    if not _reachable(check.kept):
        return Finding(endpoints.UNKNOWN, problem=NOT_REACHABLE.format(url=settings.current().public_url))
    return None


def _reachable(kept: Connected) -> bool:
    """Whether the marketplace could reach us: the sandbox and one at the operator's own address always can."""
    if kept.sandbox or settings.current().endpoint(kept.marketplace):
        return True
    host = urlsplit(settings.current().public_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))


def _replace_secret(connection_id: str, by: str | None) -> None:
    """Store a new secret beside the old one, unless a topic is still registered with one from before."""
    with writing() as session:
        name = connections.held(session, connection_id).name
        known = secrets.facts(connection_id).get(WEBHOOK_SECRET)
        registered = [view.registered_at for view in endpoints.of_connection(connection_id) if view.registered_at]
        if known is not None and any(moment < known.set_at for moment in registered):
            return
        now = utcnow()
        trust.choose(session, connection_id, keys.open(connection_id).get(WEBHOOK_SECRET, ""), now)
        sentence = "Replaced the webhook secret. Webhooks signed with the old one are accepted for another day."
        journal.note(session, connection_id, Deed.ROTATED, by, sentence, now)
        if by is not None:
            audit.note(session, by, Action.ROTATED, Subject.CONNECTION, connection_id, name)


def _path(marketplace: str, connection_id: str) -> str:
    return f"/api/webhooks/{marketplace}/{connection_id}"
