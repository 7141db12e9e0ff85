"""A link for the owner of an account: it gives just this connection new credentials, once, without signing in here.

What comes in by it passes the same tests as what an admin types, and only for the account the connection belongs to.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from nexus_ui import settings
from nexus_ui.adapters.contract import Field, Marketplace, SignIn, SignInKind
from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NexusError, NotAllowed, NotTested, OtherAccount
from nexus_ui.flows import connect, consent
from nexus_ui.flows.connect import Guest
from nexus_ui.flows.consent import Returned
from nexus_ui.flows.drafting import TestResult, marketplace_named, way_named
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.security import tokens
from nexus_ui.storage import audit, connections, reconnect_links
from nexus_ui.storage.audit import Action, Change, Subject
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.database import writing
from nexus_ui.storage.reconnect_links import GoodLink

LASTS = timedelta(days=7)
MOST_TRIES = 20
SPENT = "This link was used already, was withdrawn, or is too old. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Visit:
    """What the page behind a link shows: who asks, for which account, and what is to be typed there."""

    by: str
    marketplace: Marketplace
    account: str
    identifier: str
    by_consent: bool
    fields: tuple[Field, ...]
    values: Mapping[str, str]


def make(connection_id: str, by: Who) -> str:
    """A fresh link for a connection; earlier ones stop working. Raises NotAllowed, NotFound."""
    _admit(by)
    token, now = tokens.new_token(), utcnow()
    with writing() as session:
        row = connections.held(session, connection_id)
        connections.change(session, connection_id, now)
        reconnect_links.add(session, tokens.digest(token), connection_id, by.person_id, now, now + LASTS)
        told = [Change("works until", "", f"{now + LASTS:%Y-%m-%d %H:%M} UTC")]
        audit.note(session, by.person_id, Action.LINKED, Subject.CONNECTION, connection_id, row.name, told)
    return f"{settings.current().public_url}/reconnect?link={token}"


def withdraw(connection_id: str, by: Who) -> None:
    """Let the link of a connection work no longer; raises NotAllowed, NotFound."""
    _admit(by)
    now = utcnow()
    with writing() as session:
        row = connections.held(session, connection_id)
        if reconnect_links.withdraw(session, connection_id, now):
            connections.change(session, connection_id, now)
            audit.note(session, by.person_id, Action.UNLINKED, Subject.CONNECTION, connection_id, row.name)


def standing(connection_id: str) -> GoodLink | None:
    """The link of a connection that works at the moment."""
    return reconnect_links.of_connection(connection_id, utcnow(), MOST_TRIES)


def visit(token: str) -> Visit | None:
    """What stands behind a token; None when the link does not work (any more). Looking uses nothing up."""
    link = reconnect_links.good(tokens.digest(token), utcnow(), MOST_TRIES)
    if link is None:
        return None
    kept = connections.get(link.connection_id)
    marketplace = marketplace_named(kept.marketplace)
    way = way_named(marketplace, kept.sign_in)
    asked = _asked(marketplace, way, kept)
    values = {entry.name: kept.public_fields.get(entry.name, "") for entry in asked if not entry.secret}
    by_consent = way.kind is SignInKind.CONSENT
    return Visit(link.by, marketplace, kept.account_name, kept.identifier, by_consent, asked, values)


async def begin(token: str, browser: str) -> str:
    """The marketplace's consent page to send this browser to (`browser`: a secret of it); raises Refused kinds."""
    link, kept = await asyncio.to_thread(_behind, token)
    await asyncio.to_thread(_count, link)
    values = {name: str(value) for name, value in kept.public_fields.items()}
    return await consent.begin(guest(token, browser), kept.marketplace, kept.sign_in, values, connection_id=kept.id)


def guest(token: str, browser: str) -> Who:
    """Who a link's bearer is to a consent: nobody who may anything else."""
    return Who(tokens.digest(token), "", "", Role.VIEWER, "UTC", tokens.digest(browser))


def finish(token: str, came: Returned) -> None:
    """Take over what a consent brought; raises NotAllowed, OtherAccount, NotTested."""
    link, kept = _behind(token)
    if came.connection_id != kept.id:
        raise NotAllowed(SPENT)
    _take_over(link, came.result)


async def enter(token: str, typed: Mapping[str, str]) -> None:
    """Test what was typed and take it over; raises BadInput, NotAllowed, OtherAccount, or the marketplace's refusal."""
    link, kept = await asyncio.to_thread(_behind, token)
    values = _values(kept, typed)
    await asyncio.to_thread(_count, link)
    result = await connect.test(link.id, kept.marketplace, kept.sign_in, values, connection_id=kept.id)
    await asyncio.to_thread(_take_over, link, result)


def _values(kept: Connected, typed: Mapping[str, str]) -> dict[str, str]:
    """What is tried: what stands on the connection, with what may be typed in its place."""
    marketplace = marketplace_named(kept.marketplace)
    way = way_named(marketplace, kept.sign_in)
    if way.kind is SignInKind.CONSENT:
        raise NotAllowed("This account is reconnected on the marketplace's own page.")
    values = {name: str(value) for name, value in kept.public_fields.items()}
    for entry in _asked(marketplace, way, kept):
        given = typed.get(entry.name, "").strip()
        if not given:
            raise BadInput(f"Enter {entry.label}.", entry.name)
        values[entry.name] = given
    return values


def _take_over(link: GoodLink, result: TestResult) -> None:
    if result.other_account:
        raise OtherAccount("Another account answered than the one this link is for.")
    if not result.passed:
        raise NotAccepted(result)
    connect.update(result.draft_id, link.id, guest=Guest(link.id, f"Somebody with {link.by}'s reconnect link"))


class NotAccepted(NotTested):
    """The marketplace did not accept what came in; `error_kind` says how."""

    def __init__(self, result: TestResult) -> None:
        super().__init__(result.message)
        self.error_kind = result.error_kind


def _behind(token: str) -> tuple[GoodLink, Connected]:
    link = reconnect_links.good(tokens.digest(token), utcnow(), MOST_TRIES)
    if link is None:
        raise NotAllowed(SPENT)
    return link, connections.get(link.connection_id)


def _count(link: GoodLink) -> None:
    if not reconnect_links.count_try(link.id, utcnow(), MOST_TRIES):
        raise NotAllowed(SPENT)


def _asked(marketplace: Marketplace, way: SignIn, kept: Connected) -> tuple[Field, ...]:
    """What a guest may type: secrets, and what belongs to them; never where the account lives."""
    if way.kind is SignInKind.CONSENT:
        return ()
    needed = [entry for entry in way.fields if not entry.optional]
    return tuple(entry for entry in needed if entry.secret or _beside_secrets(marketplace, entry, kept))


def _beside_secrets(marketplace: Marketplace, entry: Field, kept: Connected) -> bool:
    if entry.choices:
        return False
    here = {name: str(value) for name, value in kept.public_fields.items()}
    try:
        return marketplace.base_url(here) == marketplace.base_url({**here, entry.name: "elsewhere.example"})
    except (NexusError, KeyError, ValueError):
        return False


def _admit(by: Who) -> None:
    if not by.may(Role.ADMIN):
        raise NotAllowed("Your role does not allow changing credentials.")
