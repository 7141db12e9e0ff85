"""A Kaufland that answers by a script, for what the sandbox does not do by itself."""

from collections.abc import Callable
from typing import Any

import httpx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Link
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import Budget
from tests.adapters.counterparts import QUICK, Journal, Ring

KAUFLAND = CATALOGUE["kaufland"]
Answering = Callable[[httpx.Request], httpx.Response]


def adapter_over(answer: Answering, journal: Journal | None = None, **fields: str) -> Any:
    """The adapter of a storefront that answers as told."""
    http = Http(
        client=httpx.AsyncClient(transport=httpx.MockTransport(answer)),
        base_url="https://sellerapi.kaufland.com/v2",
        watcher=journal or Journal(),
        limiter=Budget({}),
        mask=lambda text: text,
        name="Kaufland",
        retry=QUICK,
    )
    return KAUFLAND.build(Link(http, Ring({**KAUFLAND.sandbox_fields, **fields})))


def problem(status: int, kind: str = "", date: str = "", message: str = "No.") -> httpx.Response:
    """A refusal in the vendor's shape."""
    told: dict[str, Any] = {"message": message, "errors": []}
    if kind:
        told["type"] = f"/problems/{kind}"
    return httpx.Response(status, json=told, headers={"Date": date} if date else {})
