"""Connecting an account: test what was typed, and save exactly what passed the test."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import available_timezones

from sqlmodel import Session

from nexus_ui.adapters.contract import WEBHOOK_FIELDS, Account, Marketplace, SignIn, SignInKind
from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NotAllowed, NotFound, NotTested, OtherAccount
from nexus_ui.flows import endpoints, reach, trust
from nexus_ui.flows.drafting import TestResult, keep, marketplace_named, merged, passed, spend, way_named
from nexus_ui.flows.preflight import expiries, try_out
from nexus_ui.ids import new_id
from nexus_ui.security.vault import current_vault
from nexus_ui.storage import audit, connections, journal, preferences, reconnect_links, secrets
from nexus_ui.storage.audit import Action, Change, Subject, differences
from nexus_ui.storage.connections import Connected, ConnectionSettings, NewConnection
from nexus_ui.storage.database import writing
from nexus_ui.storage.drafts import Drafted
from nexus_ui.storage.journal import Deed

LONGEST_NAME = 80
DEFAULT_LOOKBACK_DAYS = 30
NOTHING: Mapping[str, str] = MappingProxyType({})


async def test(
    person_id: str,
    slug: str,
    sign_in: str,
    values: Mapping[str, str],
    *,
    sandbox: bool = False,
    connection_id: str | None = None,
) -> TestResult:
    """Try the typed values and keep them sealed as a draft; raises BadInput (naming the field), NotFound.

    With `connection_id` the values are an edit of that connection: a blank secret means the one it has.
    """
    marketplace = marketplace_named(slug)
    way = way_named(marketplace, sign_in)
    edited = await asyncio.to_thread(connections.get, connection_id) if connection_id else None
    sandbox = edited.sandbox if edited else sandbox
    complete = await asyncio.to_thread(merged, marketplace, way, values, edited)
    if sandbox:
        await reach.start_sandbox()
    finding = await try_out(marketplace, complete, sandbox)
    return await asyncio.to_thread(keep, person_id, marketplace, way, finding, sandbox, edited)


def save(draft_id: str, person_id: str, name: str = "", *, typed: Mapping[str, str] = NOTHING) -> str:
    """Make the connection a passed draft describes and let it sync at once; returns its id.

    `typed` is what stands in the form now. Raises NotTested (not passed, expired, used, somebody else's, or the form
    says something else), AlreadyConnected, BadInput.
    """
    draft, account = passed(draft_id, person_id, typed)
    if draft.connection_id:
        return update(draft_id, person_id, typed=typed)
    now = utcnow()
    new = NewConnection(
        id=new_id("con"),
        marketplace=draft.marketplace,
        name=checked_name(name or account.name or account.identifier),
        account_id=account.account_id,
        account_name=account.name,
        identifier=account.identifier,
        currency=account.currency,
        sign_in=draft.sign_in,
        public_fields=draft.public_fields,
        sandbox=draft.sandbox,
        orders_reach_days=account.orders_reach_days,
        created_by=person_id,
    )
    with writing() as session:
        spend(draft, person_id, now, session)
        connections.add(session, new, _first_settings(account), now)
        secrets.move(session, current_vault(), draft.id, new.id)
        endpoints.expect(session, new.id, new.marketplace)
        journal.note(session, new.id, Deed.CONNECTED, person_id, f"Connected {account.name}.", now)
        told = differences({}, {"account": account.name, **new.public_fields})
        audit.note(session, person_id, Action.CONNECTED, Subject.CONNECTION, new.id, new.name, told)
    return new.id


@dataclass(frozen=True, slots=True)
class Guest:
    """Nobody who may sign in: somebody with a one-time link, which is spent with what it brings."""

    link_id: str
    who: str


def update(
    draft_id: str,
    person_id: str,
    *,
    accept_other_account: bool = False,
    typed: Mapping[str, str] = NOTHING,
    guest: Guest | None = None,
) -> str:
    """Give an existing connection the credentials of a passed draft; returns its id.

    Raises NotTested, NotFound, OtherAccount unless that is accepted, AlreadyConnected, NotAllowed for a link that is
    spent.
    """
    draft, account = passed(draft_id, person_id, typed)
    kept = connections.get(draft.connection_id or "")
    if account.account_id != kept.account_id and not accept_other_account:
        raise OtherAccount(f"{account.name} answered, but this connection belongs to {kept.account_name}.")
    way = way_named(marketplace_named(draft.marketplace), draft.sign_in)
    consent = way.kind is SignInKind.CONSENT
    deed = Deed.RECONNECTED if consent else Deed.CREDENTIALS
    now = utcnow()
    with writing() as session:
        spend(draft, person_id, now, session)
        if guest and not reconnect_links.spend(session, guest.link_id, now):
            raise NotAllowed("This link was used already, or was withdrawn.")
        connections.change(
            session,
            kept.id,
            now,
            account_id=account.account_id,
            account_name=account.name,
            identifier=account.identifier,
            currency=account.currency,
            live_key=connections.live_key(kept.marketplace, account.account_id, kept.sandbox),
            sign_in=draft.sign_in,
            public_fields=draft.public_fields,
            orders_reach_days=account.orders_reach_days,
            next_sync_at=now,
            requested_at=now,
            rehearsed_at=now,
            proof_problem="",
        )
        swapped = _replace_secrets(session, kept, draft.id, same_account=account.account_id == kept.account_id)
        secret = [entry.name for entry in way.fields if entry.secret and entry.name in swapped]
        by = None if guest else person_id
        journal.note(session, kept.id, deed, by, f"New credentials, tested with {account.name}.", now)
        action = Action.RECONNECTED if consent else Action.CREDENTIALS
        told = (*_visible(kept, draft, account), *audit.replaced(secret))
        who = guest.who if guest else ""
        audit.note(session, by, action, Subject.CONNECTION, kept.id, kept.name, told, who=who)
    return kept.id


async def explore_sandbox(person_id: str, slug: str = "shopify") -> str:
    """Connect the sandbox shop of a marketplace by the same test and save; returns the connection's id.

    Raises NotFound when the sandbox is off, NotTested when it does not answer as it should.
    """
    marketplace = marketplace_named(slug)
    way = sandbox_way(marketplace)
    result = await test(person_id, slug, way.slug, sandbox_values(marketplace, way), sandbox=True)
    if result.already_connected:
        return result.already_connected
    if not result.passed:
        raise NotTested(result.message)
    return await asyncio.to_thread(save, result.draft_id, person_id, f"{marketplace.name} sandbox")


def sandbox_way(marketplace: Marketplace) -> SignIn:
    """The way to sign in that the declared sandbox credentials fill completely; raises NotFound."""
    for way in marketplace.sign_ins:
        if way.kind is SignInKind.KEYS and all(f.optional or f.name in marketplace.sandbox_fields for f in way.fields):
            return way
    raise NotFound("This marketplace has no sandbox shop.")


def sandbox_values(marketplace: Marketplace, way: SignIn) -> dict[str, str]:
    """What the sandbox shop of a marketplace accepts; these values open nothing else."""
    wanted = {entry.name for entry in way.fields}
    return {name: value for name, value in marketplace.sandbox_fields.items() if name in wanted}


def checked_name(name: str) -> str:
    """A connection's name; raises BadInput."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME:
        raise BadInput(f"The name needs 1 to {LONGEST_NAME} characters.", field="name")
    return plain


def _visible(kept: Connected, draft: Drafted, account: Account) -> tuple[Change, ...]:
    """What an edit of credentials changes that is no secret."""
    before = {"account": kept.account_name, "sign in": kept.sign_in, **kept.public_fields}
    return differences(before, {"account": account.name, "sign in": draft.sign_in, **draft.public_fields})


def _replace_secrets(session: Session, kept: Connected, draft_id: str, same_account: bool) -> set[str]:
    """The draft's secrets become the connection's only ones; one that is the same as before keeps its age.

    What signs webhooks stays, and a secret that signed them until now is accepted for another day: unless the account
    is another one, whose webhooks begin anew. Returns the fields that have a new value.
    """
    vault = current_vault()
    before, plain = secrets.readable_in(session, vault, kept.id), secrets.reveal_in(session, vault, draft_id)
    signed = trust.replaced(kept, before, plain) if same_account else ""
    secrets.store(session, vault, kept.id, plain, expiries(plain))
    secrets.keep_only(session, kept.id, [*plain, *(WEBHOOK_FIELDS if same_account else ())])
    secrets.forget(session, draft_id)
    if signed:
        trust.overlap(session, kept.id, signed, utcnow())
    if not same_account:
        endpoints.begin_anew(session, kept)
    return {name for name, value in plain.items() if value != before.get(name)}


def _first_settings(account: Account) -> ConnectionSettings:
    general = preferences.connections()
    reach_days = account.orders_reach_days
    lookback = DEFAULT_LOOKBACK_DAYS if reach_days is None else min(DEFAULT_LOOKBACK_DAYS, reach_days)
    return ConnectionSettings(
        interval_minutes=general.interval_minutes,
        lookback_days=lookback,
        time_zone=account.time_zone if account.time_zone in available_timezones() else "UTC",
    )
