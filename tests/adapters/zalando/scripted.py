"""A Zalando that answers by a script, for what the sandbox does not do by itself, and records in its shapes."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Link
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import Budget
from nexus_ui.records import StockChange
from tests.adapters.counterparts import QUICK, Journal, Ring

ZALANDO = CATALOGUE["zalando"]
MERCHANT = ZALANDO.sandbox_fields["merchant_id"]
GERMANY, AUSTRIA = "01924c48-49bb-40c2-9c32-ab582e6db6f4", "53075bd4-0205-4b5d-8145-e7a7745ab137"
TOKEN = {"access_token": "a-token-of-the-script", "token_type": "Bearer", "expires_in": 7200}
Answering = Callable[[httpx.Request], httpx.Response]


def adapter_over(answer: Answering, journal: Journal | None = None, budget: Budget | None = None, **fields: str) -> Any:
    """The adapter of a merchant whose Zalando answers as told, tokens apart."""

    def answered(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/auth/token":
            return httpx.Response(200, json=TOKEN)
        return answer(request)

    http = Http(
        client=httpx.AsyncClient(transport=httpx.MockTransport(answered)),
        base_url="https://api.merchants.zalando.com",
        watcher=journal or Journal(),
        limiter=budget or Budget({}),
        mask=lambda text: text,
        name="Zalando",
        retry=QUICK,
    )
    return ZALANDO.build(Link(http, Ring({**ZALANDO.sandbox_fields, "shipping": "partner", **fields})))


def problem(status: int, detail: str = "No.", **headers: str) -> httpx.Response:
    """A refusal as a problem document."""
    told = {"type": "about:blank", "title": "Sorry", "status": status, "detail": detail}
    return httpx.Response(
        status, content=json.dumps(told), headers={"Content-Type": "application/problem+json", **headers}
    )


def change(ean: str, quantity: int = 5, channel: str = GERMANY, key: str = "") -> StockChange:
    """A change of one offer."""
    return StockChange(f"{ean}@de", ean, channel, quantity, None, key or f"k{ean}")


def result(item: dict[str, Any], status: str = "ACCEPTED", code: int = 0, **more: Any) -> dict[str, Any]:
    """The answer to one stock update."""
    return {"item": item, "result": {"status": status, "code": code, **more}}


def order(ref: str, changed: str = "2026-11-20T10:00:00.000+00:00", **attributes: Any) -> dict[str, Any]:
    """An order with one item."""
    told = {
        "order_number": "10400001",
        "order_date": "2026-11-19T08:00:00.000+00:00",
        "status": "approved",
        "order_type": "PartnerFulfilled",
        "modified_at": changed,
        "order_lines_price_amount": 39.9,
        "order_lines_price_currency": "EUR",
        "shipping_address": {"first_name": "Joe"},
    }
    items = {"order_items": {"data": [{"type": "OrderItem", "id": f"{ref}-i"}]}}
    return {"type": "Order", "id": ref, "attributes": {**told, **attributes}, "relationships": items}


def item(ref: str, quantity: int = 2, **attributes: Any) -> dict[str, Any]:
    """The item of that order."""
    told = {
        "article_id": "DF1A1-A110001S000",
        "external_id": "SKU-1",
        "description": "Shirt",
        "quantity_initial": quantity,
    }
    return {"type": "OrderItem", "id": f"{ref}-i", "attributes": {**told, "order_id": ref, **attributes}}


def piece(ref: str, number: int, status: str = "reserved", amount: Any = 19.95) -> dict[str, Any]:
    """A piece of that item."""
    told = {"status": status, "price": {"amount": amount, "currency": "EUR"}, "order_item_id": f"{ref}-i"}
    return {"type": "OrderLine", "id": f"{ref}-l{number}", "attributes": told}


def orders(data: list[Any], included: list[Any]) -> httpx.Response:
    """A page of orders."""
    body = {"links": {}, "data": data, "included": included, "meta": {"copyright": "Z"}}
    return httpx.Response(200, content=json.dumps(body), headers={"Content-Type": "application/vnd.api+json"})


def report(*models: dict[str, Any], cursor: str | None = None) -> httpx.Response:
    """A page of product reports."""
    return httpx.Response(200, json={"data": {"psr": {"product_models": {"cursor": cursor, "items": list(models)}}}})


def model(ref: str, *simples: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A reported product."""
    told = {"zalando_product_model_id": ref, "merchant_product_model_id": "M-1", "name": "Shirt", "brand_name": "Fjell"}
    return {**told, "product_configs": [{"product_simples": list(simples)}], **more}


def simple(ean: str, *offers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An article."""
    told = {"ean": ean, "merchant_product_simple_id": "SKU-1", "size_codes": {"size": "M", "length": None}}
    return {**told, "offers": list(offers), **more}


def offer(code: str = "DE", amount: Any = 7, price: Any = 19.95, **more: Any) -> dict[str, Any]:
    """An article's offer in a country."""
    return {
        "country": {"code": code},
        "offer_status": {"status_cluster": "LIVE", "status_detail_code": "ZAPRO_01"},
        "stock": {"amount": amount},
        "price": {"regular_price": {"amount": price, "currency": "EUR"}, "discounted_price": None},
        **more,
    }


def channels() -> httpx.Response:
    """Germany and Austria, and a German channel that is not live."""
    told = [("de", "Germany", GERMANY, True), ("at", "Austria", AUSTRIA, True), ("de", "Germany", "dead", False)]
    items = [
        {"sales_channel_id": ref, "country_code": code, "country_name": name, "live": live}
        for code, name, ref, live in told
    ]
    return httpx.Response(200, json={"items": items})
