"""Shops that answer by a script, and a way to read a collection without its variations."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Link
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import Budget
from nexus_ui.adapters.woocommerce.collection import Collections
from nexus_ui.adapters.woocommerce.refusals import judge
from nexus_ui.adapters.woocommerce.signing import KeyPair
from tests.adapters.counterparts import QUICK, Counterpart, Journal, Ring

WOO = CATALOGUE["woocommerce"]
KEYS = Ring(WOO.sandbox_fields)
Answering = Callable[[httpx.Request], httpx.Response]


def http_over(transport: httpx.AsyncBaseTransport, base: str, journal: Journal | None = None) -> Http:
    """The kit's client over a transport."""
    return Http(
        client=httpx.AsyncClient(transport=transport),
        base_url=base,
        watcher=journal or Journal(),
        limiter=Budget({}),
        mask=lambda text: text,
        name="WooCommerce",
        retry=QUICK,
    )


def adapter_over(answer: Answering, base: str = "https://shop.example") -> Any:
    """The adapter of a shop that answers as told."""
    return WOO.build(Link(http_over(httpx.MockTransport(answer), base), KEYS))


@asynccontextmanager
async def collections_of(woo: Counterpart, journal: Journal | None = None) -> AsyncIterator[Collections]:
    """The collections of the sandbox's shop."""
    transport = httpx.AsyncHTTPTransport()
    base = f"{woo.sandbox.url}/woocommerce/{woo.shop.host}"
    async with transport:
        http = http_over(transport, base, journal)
        yield Collections(http.using(judge=judge, auth=KeyPair(KEYS)))


async def merchant(woo: Counterpart, method: str, path: str, **parts: Any) -> Any:
    """What the shop answers its merchant, who changes things there."""
    keys = woo.marketplace.sandbox_fields
    base = f"{woo.sandbox.url}/woocommerce/{woo.shop.host}/wp-json/wc/v3"
    async with httpx.AsyncClient(base_url=base, auth=(keys["consumer_key"], keys["consumer_secret"])) as client:
        answer = await client.request(method, path, **parts)
    assert answer.is_success
    return answer.json()
