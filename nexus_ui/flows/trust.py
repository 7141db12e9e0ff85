"""What may sign a connection's webhooks: the secret we chose or were given, the one before it, or a public key."""

import secrets as random
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import WEBHOOK_SECRET, WEBHOOK_SECRET_BEFORE, FetchesKeys, SecretOrigin, Webhooks
from nexus_ui.clock import monotonic, utcnow
from nexus_ui.errors import ActionNeeded, NexusError, TryLater, Unavailable
from nexus_ui.flows import keys
from nexus_ui.flows.opening import opened
from nexus_ui.storage import endpoints, secrets
from nexus_ui.storage.connections import Connected

OVERLAP = timedelta(hours=24)
"""So long a secret that was replaced is still accepted."""
SECRET_BYTES = 32
KEY_FRESH = timedelta(days=7)
ASKED_AGAIN_AFTER = 60.0
MOST_ASKED_A_MINUTE = 20
"""Whoever invents names of keys may not spend the calls that the marketplace allows."""
MOST_REMEMBERED = 200
_refused_keys: dict[tuple[str, str], float] = {}
_asked: deque[float] = deque(maxlen=MOST_ASKED_A_MINUTE)


def accepted(kept: Connected, webhooks: Webhooks) -> tuple[str, ...]:
    """The secrets that may sign now, the current one first; none where none is known. Raises SecretUnreadable."""
    held = {**kept.public_fields, **keys.open(kept.id)}
    known = secrets.facts(kept.id)
    found = [held.get(current_field(webhooks), "")]
    before = known.get(WEBHOOK_SECRET_BEFORE)
    if before is not None and before.expires_at is not None and before.expires_at > utcnow():
        found.append(held.get(WEBHOOK_SECRET_BEFORE, ""))
    return tuple(secret for secret in found if secret)


def current_field(webhooks: Webhooks) -> str:
    """The field that holds the secret in force."""
    return webhooks.secret_field if webhooks.secret is SecretOrigin.GIVEN else WEBHOOK_SECRET


def choose(session: Session, connection_id: str, before: str = "", now: datetime | None = None) -> None:
    """Choose a new secret for a connection; `before`, the one it replaces, is accepted for another day."""
    keys.keep(session, connection_id, {WEBHOOK_SECRET: random.token_urlsafe(SECRET_BYTES)})
    if before:
        overlap(session, connection_id, before, now or utcnow())


def overlap(session: Session, connection_id: str, before: str, now: datetime) -> None:
    """Accept a secret that was replaced for another day."""
    keys.keep(session, connection_id, {WEBHOOK_SECRET_BEFORE: before}, {WEBHOOK_SECRET_BEFORE: now + OVERLAP})


def replaced(kept: Connected, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The given secret that an edit of credentials replaced; empty when it did not."""
    webhooks = CATALOGUE[kept.marketplace].webhooks
    if webhooks is None or webhooks.secret is not SecretOrigin.GIVEN:
        return ""
    old = before.get(webhooks.secret_field, "")
    return old if old != after.get(webhooks.secret_field, "") else ""


def known_key(marketplace: str, key_id: str, *, sandbox: bool = False) -> str | None:
    """A public key that was fetched not long ago. What the sandbox signs with counts there and nowhere else."""
    return endpoints.public_key(_signer(marketplace, sandbox), key_id, utcnow() - KEY_FRESH)


async def fetched_key(kept: Connected, key_id: str) -> str | None:
    """The public key as the marketplace gives it, kept for the next time; None when it knows no such key.

    Raises Unavailable when it cannot be asked. A key it refused is not asked for again for a minute, nor are too many.
    """
    asked = (_signer(kept.marketplace, kept.sandbox), key_id)
    if _refused_keys.get(asked, 0.0) > monotonic():
        return None
    now = monotonic()
    if len(_asked) == MOST_ASKED_A_MINUTE and now - _asked[0] < ASKED_AGAIN_AFTER:
        raise Unavailable("Too many unknown keys were named in the last minute.")
    _asked.append(now)
    try:
        async with opened(kept) as adapter:
            pem = await adapter.webhook_key(key_id) if isinstance(adapter, FetchesKeys) else ""
    except (ActionNeeded, TryLater) as hindrance:
        raise Unavailable("The marketplace's public key cannot be fetched right now.", hindrance.detail) from None
    except NexusError:
        pem = ""
    if not pem:
        _refuse(asked)
        return None
    endpoints.keep_public_key(*asked, pem, utcnow())
    return pem


def _signer(marketplace: str, sandbox: bool) -> str:
    """Under which name a marketplace's keys are kept; ids of keys may be as short as `0`."""
    return f"{marketplace} in the sandbox" if sandbox else marketplace


def _refuse(asked: tuple[str, str]) -> None:
    if len(_refused_keys) >= MOST_REMEMBERED:
        _refused_keys.clear()
    _refused_keys[asked] = monotonic() + ASKED_AGAIN_AFTER
