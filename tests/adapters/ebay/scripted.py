"""An eBay that answers by a script, for what the sandbox does not do by itself."""

from collections.abc import Callable
from typing import Any

import httpx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_TOKEN, Link
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import Budget
from tests.adapters.counterparts import QUICK, Journal, Ring

EBAY = CATALOGUE["ebay"]
API = "https://api.ebay.com"
Answering = Callable[[httpx.Request], httpx.Response]


def http_over(answer: Answering, journal: Journal | None = None) -> Http:
    """A transport to an eBay that answers as told."""
    return Http(
        client=httpx.AsyncClient(transport=httpx.MockTransport(answer)),
        base_url=API,
        watcher=journal or Journal(),
        limiter=Budget({}),
        mask=lambda text: text,
        name="eBay",
        retry=QUICK,
        hosts={"identity": "https://apiz.ebay.com", "consent": "https://auth.ebay.com"},
    )


def adapter_over(answer: Answering, journal: Journal | None = None, **fields: str) -> Any:
    """The adapter of a seller whose token is good for long."""
    held = {**EBAY.sandbox_fields, ACCESS_TOKEN: "v^1.1#token", **fields}
    return EBAY.build(Link(http_over(answer, journal), Ring(held)))


def problem(status: int, number: int, category: str = "REQUEST", message: str = "No") -> httpx.Response:
    """A refusal in the vendor's shape."""
    error = {"errorId": number, "domain": "ACCESS", "category": category, "message": message}
    return httpx.Response(status, json={"errors": [error]})


def item(number: int, quantity: int = 3, **more: Any) -> dict[str, Any]:
    """An inventory item."""
    shipping = {"quantity": quantity, **more.pop("shipping", {})}
    told = {"sku": f"SKU-{number}", "product": {"title": f"Thing {number}"}}
    return {**told, "availability": {"shipToLocationAvailability": shipping}, **more}


def offer(number: int, site: str = "EBAY_DE", **more: Any) -> dict[str, Any]:
    """Its published offer."""
    return {
        "offerId": f"8{number}",
        "sku": f"SKU-{number}",
        "marketplaceId": site,
        "format": "FIXED_PRICE",
        "status": "PUBLISHED",
        "pricingSummary": {"price": {"value": "19.99", "currency": "EUR"}},
        "listing": {"listingId": f"11{number}", "listingStatus": "ACTIVE"},
        **more,
    }
