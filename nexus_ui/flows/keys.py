"""Credentials between the vault and an adapter: kept sealed, opened in memory, renewed by one process at a time.

A renewed token is stored before it is used, so that a crash never leaves a used-up token as the only one we know.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlmodel import Session

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import (
    ACCESS_EXPIRES_AT,
    ACCESS_TOKEN,
    GRANTED_SCOPES,
    WEBHOOK_FIELDS,
    Credentials,
    Marketplace,
)
from nexus_ui.adapters.kit.auth import expiry
from nexus_ui.clock import monotonic, utcnow
from nexus_ui.errors import CredentialsRejected, SecretUnreadable, TokenExpired, Unavailable
from nexus_ui.flows.preflight import expiries, secret_values
from nexus_ui.ids import new_id
from nexus_ui.security.redact import mask
from nexus_ui.security.vault import current_vault
from nexus_ui.storage import connections, locks, secrets
from nexus_ui.storage.database import writing

Renewal = Callable[[Credentials], Awaitable[Credentials]]
HELD_FOR = timedelta(seconds=90)
EXTENDED_EVERY = 20.0
ASKED_EVERY = 0.1
PATIENCE = 180.0
NOT_KEPT = "The credentials of this connection were deleted. Enter them again."


def keep(
    session: Session, owner_id: str, plain: Mapping[str, str], expires: Mapping[str, datetime | None] | None = None
) -> None:
    """Seal and store fields of a connection or a draft; fields not named stay as they are."""
    secrets.store(session, current_vault(), owner_id, plain, expires)


def open(owner_id: str) -> dict[str, str]:
    """Every sealed field in plain text, for memory only; raises SecretUnreadable."""
    return secrets.reveal(current_vault(), owner_id)


def granted(connection_id: str) -> tuple[str, ...] | None:
    """The permissions that the marketplace said it granted; None when it did not say, or nobody can read it."""
    try:
        told = open(connection_id).get(GRANTED_SCOPES)
    except SecretUnreadable:
        return None
    return None if told is None else tuple(sorted(filter(None, map(str.strip, told.split(",")))))


def ring(connection_id: str) -> "Ring":
    """The keyring of a connection; raises NotFound, SecretUnreadable, CredentialsRejected when there are none."""
    kept = connections.get(connection_id)
    sealed = open(connection_id)
    if not sealed.keys() - WEBHOOK_FIELDS:
        raise CredentialsRejected(NOT_KEPT)
    held = {**kept.public_fields, **sealed}
    return Ring(kept.id, CATALOGUE[kept.marketplace], frozenset(kept.public_fields), kept.settings.auto_reconnect, held)


class Ring:
    """A `contract.Keyring` over the vault. Its secrets show neither in its repr nor in what `hide` lets through."""

    def __init__(
        self, connection_id: str, marketplace: Marketplace, public: frozenset[str], renews: bool, held: Credentials
    ) -> None:
        """Start from what is stored; `renews`: tokens are renewed without asking a person."""
        self._connection_id = connection_id
        self._marketplace = marketplace
        self._public = public
        self._renews = renews
        self._held = dict(held)
        self._seen = set(secret_values(marketplace, held))
        self._one_at_a_time = asyncio.Lock()

    async def current(self) -> Credentials:
        """The credentials as this process knows them."""
        return dict(self._held)

    async def renew(self, stale: str, renewal: Renewal) -> Credentials:
        """Credentials whose access token is not `stale`, if they can be had; raises what the renewal raises.

        Raises TokenExpired when tokens are not to be renewed without a person.
        """
        async with self._one_at_a_time:
            if self._token() != stale:
                return dict(self._held)
            if not self._renews:
                return self._as_it_is()
            async with self._alone():
                await self._look()
                if self._token() == stale:
                    await self._replace(stale, renewal)
            return dict(self._held)

    def hide(self, text: str) -> str:
        """`text` without any secret this ring has held."""
        return mask(text, self._seen)

    def _token(self) -> str:
        return self._held.get(ACCESS_TOKEN, "")

    def _as_it_is(self) -> Credentials:
        ends = expiry(self._held.get(ACCESS_EXPIRES_AT, ""))
        if self._token() and (ends is None or ends > utcnow()):
            return dict(self._held)
        raise TokenExpired("The access has expired, and this connection does not renew it by itself. Reconnect it.")

    async def _look(self) -> None:
        """Take over what another process may have stored meanwhile."""
        self._hold(await asyncio.to_thread(open, self._connection_id))

    def _hold(self, values: Mapping[str, str]) -> None:
        self._held.update(values)
        self._seen.update(secret_values(self._marketplace, values))

    async def _replace(self, stale: str, renewal: Renewal) -> None:
        fresh = await renewal(dict(self._held))
        self._seen.update(secret_values(self._marketplace, fresh))
        sealed = {name: value for name, value in fresh.items() if name not in self._public and value}
        stored = asyncio.ensure_future(asyncio.to_thread(self._store, stale, sealed))
        self._hold(await asyncio.shield(stored))

    def _store(self, stale: str, sealed: Mapping[str, str]) -> dict[str, str]:
        """Keep renewed fields, unless others have been stored meanwhile; returns what counts from now on."""
        with writing() as session:
            locks.stand_still(session, self._lock)
            there = secrets.reveal_in(session, current_vault(), self._connection_id)
            if there.get(ACCESS_TOKEN, "") != stale:
                return there
            keep(session, self._connection_id, sealed, expiries(sealed))
        return {**there, **sealed}

    @property
    def _lock(self) -> str:
        return f"renew {self._connection_id}"

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Inside the block no other process renews this connection; raises Unavailable when that takes too long."""
        holder, until = new_id("lock"), monotonic() + PATIENCE
        while not await self._taken(holder):
            if monotonic() > until:
                raise Unavailable("Another worker is renewing the access of this connection and does not finish.")
            await asyncio.sleep(ASKED_EVERY)
        extending = asyncio.create_task(self._extend(holder))
        try:
            yield
        finally:
            extending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await extending
            await asyncio.shield(asyncio.to_thread(locks.give_back, self._lock, holder))

    async def _taken(self, holder: str) -> bool:
        now = utcnow()
        return await asyncio.to_thread(locks.take, self._lock, holder, now, now + HELD_FOR)

    async def _extend(self, holder: str) -> None:
        while True:
            await asyncio.sleep(EXTENDED_EVERY)
            await self._taken(holder)
