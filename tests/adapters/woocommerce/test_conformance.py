"""WooCommerce's own files judge what the adapter asks and what the sandbox answers."""

import json

import pytest

from nexus_ui.adapters.woocommerce.registry import Hook
from nexus_ui.adapters.woocommerce.wire import Item, Sale, Variation, fields
from tests.adapters.recording import Traffic
from tests.adapters.vendor import specs_of
from tests.adapters.woocommerce.conformance import judged
from tests.adapters.woocommerce.route_judge import SCHEMAS, judge_routes, unfit

pytestmark = pytest.mark.conformance

USED = {
    "GET /wc/v3/settings/*",
    "GET /wc/v3/products",
    "GET /wc/v3/orders",
    "GET /wc/v3/products/*/variations",
    "POST /wc/v3/products/batch",
    "POST /wc/v3/products/*/variations/batch",
    "GET /wc/v3/webhooks",
    "POST /wc/v3/webhooks",
    "PUT /wc/v3/webhooks/*",
    "DELETE /wc/v3/webhooks/*",
}


async def test_every_request_and_answer_fits_the_vendors_files() -> None:
    """Route, method, each argument with its type, words and bounds; each field of what is written and answered."""
    found = await judged(specs_of("woocommerce"))

    assert [] == found.violations
    assert USED == set(found.operations)
    assert found.requests == found.answers + sum(found.undescribed.values())
    assert found.answers > 50


def test_the_judge_of_arguments_can_say_no() -> None:
    """It refuses wrong types, words, dates and bounds."""
    assert unfit("x", {"type": "integer"})
    assert unfit("modfied", {"type": "string", "enum": ["modified"]})
    assert unfit("any,nothing", {"type": "array", "items": {"type": "string", "enum": ["any"]}})
    assert unfit("2026-11-23", {"type": "string", "format": "date-time"})
    assert unfit("101", {"type": "integer", "minimum": 1, "maximum": 100})
    assert unfit("maybe", {"type": "boolean"})
    assert "" == unfit("any", {"type": "array", "items": {"type": "string", "enum": ["any"]}})


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "answer"),
    [
        ("GET", "wc/v3/produkts", "", b"", b"[]"),
        ("DELETE", "wc/v3/products", "", b"", b"[]"),
        ("GET", "wc/v3/products", "per_pages=10&_fields=id", b"", b"[]"),
        ("GET", "wc/v3/products", "per_page=500&_fields=id", b"", b"[]"),
        ("GET", "wc/v3/products", "_fields=id", b"", b'[{"id":"1"}]'),
        ("GET", "wc/v3/products", "_fields=id", b"", b'[{"id":1,"name":"x"}]'),
        ("POST", "wc/v3/products/batch", "", b'{"update":[{"id":1,"stock_quantity":"five"}]}', b"{}"),
        ("POST", "wc/v3/products/batch", "", b'{"update":[{"id":1,"stok":5}]}', b"{}"),
    ],
)
def test_the_judge_can_say_no(method: str, path: str, query: str, body: bytes, answer: bytes) -> None:
    """Routes, methods, arguments, items and answers that the vendor does not know are violations."""
    one = Traffic(method, f"/woocommerce/shop/wp-json/{path}", query, {}, body, 200, {}, answer)

    assert judge_routes([one], specs_of("woocommerce")).violations


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_asked_for_is_one_the_vendor_answers(name: str) -> None:
    """`_fields` names nothing that is not in the schema; one field came with a later version."""
    kind = {"products": Item, "orders": Sale, "variations": Variation, "webhooks": Hook}[name]
    schema = json.loads((specs_of("woocommerce") / f"schema-{SCHEMAS[name]}.json").read_text())["schema"]

    assert set(fields(kind).split(",")) - set(schema["properties"]) <= {"global_unique_id"}
