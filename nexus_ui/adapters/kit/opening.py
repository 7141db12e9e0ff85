"""Putting the parts together: an HTTP client for one connection, and the adapter on top of it."""

import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache

import httpx

from nexus_ui.adapters.contract import Adapter, Credentials, Keyring, Link, Marketplace, Watcher
from nexus_ui.adapters.kit.hosts import PublicOnly, resolve_base
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import budget
from nexus_ui.adapters.kit.retry import RetryPolicy

PATIENCE = 30.0
_CONNECTIONS = httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=20.0)
_AGENT = "Nexus-Connections/1.0"

for _noisy in ("httpx", "httpcore"):
    # httpx logs whole addresses, and some marketplaces sign in the address. Our own journal masks them.
    # https://www.python-httpx.org/logging/ (read 2026-11-23)
    logging.getLogger(_noisy).setLevel(logging.WARNING)


@asynccontextmanager
async def open_http(
    marketplace: Marketplace,
    fields: Credentials,
    *,
    watcher: Watcher,
    mask: Callable[[str], str],
    endpoint: str | None = None,
    allow_private: bool = False,
    retry: RetryPolicy | None = None,
    urgent: bool = False,
    patience: float = PATIENCE,
) -> AsyncIterator[Http]:
    """An `Http` for one account. `endpoint` (set by the operator, or the sandbox) is trusted; typed hosts are checked.

    Raises BadInput for an unusable address. `urgent` work, for which a person waits, goes first in the budget's line.
    `patience` is how many seconds the marketplace may stay silent.
    """
    base_url = resolve_base(marketplace, fields, endpoint)
    plain = httpx.AsyncHTTPTransport(verify=_trusted(), limits=_CONNECTIONS)
    transport = plain if endpoint or allow_private else PublicOnly(plain)
    owners = {**fields, "account": base_url, "app": fields.get("client_id", "")}
    async with httpx.AsyncClient(
        transport=transport, timeout=_timeout(patience), trust_env=False, headers={"User-Agent": _AGENT}
    ) as client:
        yield Http(
            client=client,
            base_url=base_url,
            hosts={name: resolve_base(marketplace, fields, endpoint, name) for name in marketplace.hosts},
            watcher=watcher,
            limiter=budget(marketplace.slug, owners, marketplace.limits),
            mask=mask,
            name=marketplace.name,
            retry=retry or RetryPolicy(),
            urgent=urgent,
        )


@asynccontextmanager
async def open_adapter(
    marketplace: Marketplace,
    keys: Keyring,
    *,
    watcher: Watcher,
    mask: Callable[[str], str],
    endpoint: str | None = None,
    allow_private: bool = False,
    retry: RetryPolicy | None = None,
    urgent: bool = False,
    patience: float = PATIENCE,
) -> AsyncIterator[Adapter]:
    """The adapter of one connection, ready to be asked; see `open_http` for what the parts mean."""
    async with open_http(
        marketplace,
        await keys.current(),
        watcher=watcher,
        mask=mask,
        endpoint=endpoint,
        allow_private=allow_private,
        retry=retry,
        urgent=urgent,
        patience=patience,
    ) as http:
        yield marketplace.build(Link(http, keys))


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates we trust: reading them takes tens of milliseconds, so a process does it once."""
    return httpx.create_ssl_context(trust_env=False)


def _timeout(patience: float) -> httpx.Timeout:
    return httpx.Timeout(patience, connect=min(patience, 10.0), pool=60.0)
