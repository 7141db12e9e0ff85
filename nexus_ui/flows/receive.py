"""Receiving webhooks: believe only what is signed, keep it durably, then say yes. It is worked off later, by `heed`."""

import asyncio
import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Delivery, SecretOrigin, Webhooks
from nexus_ui.clock import monotonic
from nexus_ui.errors import NotFound, SecretUnreadable, SkipRecord, Unavailable
from nexus_ui.flows import trust
from nexus_ui.flows.endpoints import address
from nexus_ui.flows.intake import INTAKE
from nexus_ui.security.redact import mask, mask_document
from nexus_ui.storage import connections
from nexus_ui.storage.arrivals import Arrival, Refusal
from nexus_ui.storage.connections import Connected

logger = logging.getLogger(__name__)

KEPT, FORGED, UNKNOWN, AWAY = 200, 401, 404, 503
REMEMBERED_SECONDS = 5.0
MOST_REMEMBERED = 2_000
NOT_SIGNED = "The signature does not match the secret."


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """What one of our addresses accepts. Nobody lives at an unknown one, but it takes as long to say so."""

    kept: Connected | None
    webhooks: Webhooks | None
    secrets: tuple[str, ...]
    looked_at: float


_known: OrderedDict[tuple[str, str], Address] = OrderedDict()
_looking: dict[tuple[str, str], asyncio.Lock] = {}


async def receive(marketplace: str, connection_id: str, delivery: Delivery) -> int:
    """The status to answer: 200 once it is durably kept, 401 forged, 404 nobody here, 503 try again later."""
    try:
        here, signed = await _signed(marketplace, connection_id, delivery)
        if here.kept is None or here.webhooks is None:
            return UNKNOWN
        if not signed:
            _refuse(here.kept, delivery, FORGED, NOT_SIGNED)
            return FORGED
        arrival = _arrival(here.kept.id, here.webhooks, delivery)
        if arrival is not None:
            await INTAKE.keep(arrival)
    except Exception as trouble:
        logger.warning("A webhook was put off: %s", type(trouble).__name__)
        return AWAY
    return KEPT


async def refuse(marketplace: str, connection_id: str, delivery: Delivery, status: int, reason: str, size: int) -> None:
    """Count a delivery that was refused before it was read whole."""
    try:
        here = await _address(marketplace, connection_id, 0.0)
    except Exception:
        return
    if here.kept is not None:
        INTAKE.refuse(Refusal(here.kept.id, delivery.received_at, status, reason, size))


async def challenge(marketplace: str, connection_id: str, query: Mapping[str, str]) -> Mapping[str, str] | str | None:
    """What to answer when a marketplace checks an address before it sends anything; None: there is no such check.

    Raises Unavailable when the database is away.
    """
    here = await _address(marketplace, connection_id, monotonic())
    if here.kept is None or here.webhooks is None or here.webhooks.challenge is None:
        return None
    return here.webhooks.challenge(query, address(marketplace, connection_id), here.secrets[0] if here.secrets else "")


def forget() -> None:
    """Look everything up again (tests)."""
    _known.clear()
    _looking.clear()


async def _signed(marketplace: str, connection_id: str, delivery: Delivery) -> tuple[Address, bool]:
    """Whether one of the secrets signed it. Before saying no, secrets stored while it was on its way are looked at."""
    arrived = monotonic()
    here = await _address(marketplace, connection_id, arrived - REMEMBERED_SECONDS)
    if await _verified(marketplace, here, delivery):
        return here, True
    if here.looked_at >= arrived:
        return here, False
    here = await _address(marketplace, connection_id, arrived)
    return here, await _verified(marketplace, here, delivery)


async def _verified(marketplace: str, here: Address, delivery: Delivery) -> bool:
    if here.webhooks is None:
        return False
    if here.webhooks.secret is SecretOrigin.PUBLIC_KEY:
        return here.webhooks.verify(delivery, await _public_keys(marketplace, here, delivery))
    return here.webhooks.verify(delivery, here.secrets)


async def _public_keys(marketplace: str, here: Address, delivery: Delivery) -> Sequence[str]:
    """The public key that a delivery names, fetched when we do not have it; raises Unavailable."""
    named = here.webhooks.key_id(delivery) if here.webhooks and here.webhooks.key_id else ""
    if not named:
        return ()
    sandbox = here.kept is not None and here.kept.sandbox
    pem = await asyncio.to_thread(trust.known_key, marketplace, named, sandbox=sandbox)
    if pem is None and here.kept is not None:
        pem = await trust.fetched_key(here.kept, named)
    return (pem,) if pem else ()


async def _address(marketplace: str, connection_id: str, since: float) -> Address:
    """What is at an address, looked up at `since` or later; one look serves all who ask while it lasts."""
    asked = (marketplace, connection_id)
    found = _known.get(asked)
    if found is not None and found.looked_at >= since:
        return found
    async with _looking.setdefault(asked, asyncio.Lock()):
        found = _known.get(asked)
        if found is None or found.looked_at < since:
            now = monotonic()
            found = await asyncio.to_thread(_look, marketplace, connection_id, now)
            _remember(asked, found)
    return found


def _look(marketplace: str, connection_id: str, now: float) -> Address:
    """Look up a connection and its secrets. For an unknown one a secret nobody knows is held against the signature."""
    declared = CATALOGUE.get(marketplace)
    webhooks = declared.webhooks if declared else None
    nobody = webhooks or next((other.webhooks for other in CATALOGUE.values() if other.webhooks), None)
    try:
        kept = connections.get(connection_id)
        held = trust.accepted(kept, webhooks) if webhooks else ()
    except NotFound:
        return Address(None, nobody, (secrets.token_urlsafe(32),), now)
    except SecretUnreadable as sealed:
        raise Unavailable(sealed.message, sealed.detail) from None
    if kept.marketplace != marketplace or webhooks is None:
        return Address(None, nobody, (secrets.token_urlsafe(32),), now)
    return Address(kept, webhooks, held, now)


def _remember(asked: tuple[str, str], found: Address) -> None:
    _known[asked] = found
    _known.move_to_end(asked)
    while len(_known) > MOST_REMEMBERED:
        oldest, _ = _known.popitem(last=False)
        _looking.pop(oldest, None)


def _refuse(kept: Connected, delivery: Delivery, status: int, reason: str) -> None:
    INTAKE.refuse(Refusal(kept.id, delivery.received_at, status, reason, len(delivery.body)))


def _arrival(connection_id: str, webhooks: Webhooks, delivery: Delivery) -> Arrival | None:
    """What to keep of a verified delivery; None for a ping. A body that makes no sense is kept to be seen."""
    try:
        notice = webhooks.read(delivery)
    except SkipRecord as odd:
        key = f"odd {hashlib.sha256(delivery.body).hexdigest()}"
        return Arrival(connection_id, key, "", (), _shown(delivery.body), delivery.received_at, odd.message)
    if notice is None:
        return None
    body = _shown(delivery.body)
    return Arrival(connection_id, notice.key, notice.topic, notice.named, body, delivery.received_at)


def _shown(body: bytes) -> str:
    """The body as people may see it."""
    try:
        return mask_document(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return mask(body[:20_000].decode(errors="replace"))
