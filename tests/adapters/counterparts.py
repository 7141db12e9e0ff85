"""Every marketplace with its simulated counterpart: real HTTP on loopback, a keyring and a journal in memory."""

import importlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nexus_ui.adapters.contract import Call, Credentials, Marketplace
from nexus_ui.adapters.kit.limits import forget_all
from nexus_ui.adapters.kit.opening import open_adapter
from nexus_ui.adapters.kit.retry import RetryPolicy
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running
from nexus_ui.sandbox.shop import Shop

QUICK = RetryPolicy(attempts=2, first_backoff_seconds=0.01, longest_wait_seconds=5.0)


@dataclass
class Journal:
    """Keeps what the transport tells."""

    calls: list[Call] = field(default_factory=list)
    waits: list[tuple[datetime, str]] = field(default_factory=list)
    resumes: int = 0

    def called(self, call: Call) -> None:
        self.calls.append(call)

    async def waiting(self, until: datetime, reason: str) -> None:
        self.waits.append((until, reason))

    async def resumed(self) -> None:
        self.resumes += 1


@dataclass
class Ring:
    """Credentials in memory, renewed as the product's keyring renews them."""

    held: Credentials = field(repr=False)
    renewals: int = 0

    async def current(self) -> Credentials:
        return self.held

    async def renew(self, stale: str, renewal: Callable[[Credentials], Awaitable[Credentials]]) -> Credentials:
        if self.held.get("access_token", "") == stale:
            self.held = await renewal(self.held)
            self.renewals += 1
        return self.held


def masked(secrets: list[str]) -> Callable[[str], str]:
    """A mask that knows these secrets."""

    def mask(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "•••")
        return text

    return mask


@dataclass
class Counterpart:
    """A marketplace, the sandbox that plays it, and its demo shop there."""

    marketplace: Marketplace
    sandbox: Running
    shop: Shop

    @property
    def endpoint(self) -> str:
        return f"{self.sandbox.url}/{self.marketplace.slug}/{{host}}"

    def unless_exempt(self, rule: str) -> None:
        """Skip a test whose rule this marketplace is exempt from, with the reason its own test folder gives."""
        reason = exemptions(self.marketplace.slug).get(rule)
        if reason:
            pytest.skip(f"{self.marketplace.slug} is exempt from {rule}: {reason}")

    def fault(self, name: str, **how: Any) -> None:
        """Turn a fault switch on."""
        self.shop.faults.switch_on(Fault(fault=name, **how))

    @asynccontextmanager
    async def open(
        self,
        fields: Credentials | None = None,
        *,
        journal: Journal | None = None,
        ring: Ring | None = None,
        retry: RetryPolicy = QUICK,
        patience: float = 10.0,
    ) -> AsyncIterator[Any]:
        """The adapter, signed in to the demo shop with its sandbox credentials."""
        keys = ring or Ring({**self.marketplace.sandbox_fields, **(fields or {})})
        secrets = [value for name, value in keys.held.items() if name in self.marketplace.secret_fields]
        opened = open_adapter(
            self.marketplace,
            keys,
            watcher=journal or Journal(),
            mask=masked(secrets),
            endpoint=self.endpoint,
            retry=retry,
            patience=patience,
        )
        async with opened as adapter:
            yield adapter


def exemptions(slug: str) -> dict[str, str]:
    """Rule → reason, from `tests/adapters/<slug>/exempt.py` where there is one."""
    if not (Path(__file__).parent / slug / "exempt.py").is_file():
        return {}
    found: dict[str, str] = importlib.import_module(f"tests.adapters.{slug}.exempt").EXEMPT
    return found


def counterpart_of(marketplace: Marketplace, sandbox: Running) -> Counterpart:
    """The counterpart of a marketplace, its demo shop in order and every budget full."""
    typed = marketplace.base_url(marketplace.sandbox_fields)
    host = typed.split("://", 1)[-1].split("/", 1)[0]
    shop = sandbox.world.shop(marketplace.slug, host)
    assert shop is not None, f"the sandbox has no shop {host} for {marketplace.slug}"
    forget_all()
    shop.faults.switch_off()
    return Counterpart(marketplace, sandbox, shop)


async def collect(pages: AsyncIterator[Any]) -> tuple[list[Any], list[Any]]:
    """All records and all bad records of a stream."""
    records, bad = [], []
    async for page in pages:
        records += page.records
        bad += page.bad
    return records, bad
