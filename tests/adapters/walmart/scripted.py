"""A Walmart that answers by a script, for what the sandbox does not do by itself."""

from collections.abc import Callable
from typing import Any

import httpx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_TOKEN, Link
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import Budget
from tests.adapters.counterparts import QUICK, Journal, Ring

WALMART = CATALOGUE["walmart"]
Answering = Callable[[httpx.Request], httpx.Response]


def adapter_over(answer: Answering, journal: Journal | None = None) -> Any:
    """The adapter of an account that answers as told, signed in already."""
    http = Http(
        client=httpx.AsyncClient(transport=httpx.MockTransport(answer)),
        base_url="https://marketplace.walmartapis.com",
        watcher=journal or Journal(),
        limiter=Budget({}),
        mask=lambda text: text,
        name="Walmart",
        retry=QUICK,
    )
    return WALMART.build(Link(http, Ring({**WALMART.sandbox_fields, ACCESS_TOKEN: "good"})))


def problem(status: int, code: str, words: str = "No.", name: str = "errors", **headers: str) -> httpx.Response:
    """A refusal in the vendor's shape."""
    error = {"code": code, "description": words, "severity": "ERROR", "category": "DATA"}
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={name: [error]}, headers=told)
