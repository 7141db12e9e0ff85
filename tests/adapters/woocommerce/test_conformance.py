"""Every request of a full cycle is held to the vendor's route index, every answer it used to the vendor's schemas."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from nexus_ui.adapters.contract import Link
from nexus_ui.adapters.woocommerce.wire import Item, Sale, Variation, fields
from nexus_ui.records import StockChange
from tests.adapters.counterparts import Counterpart, collect
from tests.adapters.woocommerce.shops import KEYS, WOO, Recorder, http_over

pytestmark = pytest.mark.conformance
PROJECT = Path(__file__).resolve().parents[3]
EVERYWHERE = {"_fields"}
"""Arguments of WordPress itself: https://developer.wordpress.org/rest-api/using-the-rest-api/global-parameters/"""
PYTHON = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}
NULL_IN_REAL_ANSWERS = {"stock_quantity", "parent_name"}
"""Declared as integer and string; the v3 controllers answer null where there is none (source, read 2026-11-23)."""
SCHEMAS = {"products": "products", "orders": "orders", "variations": "products-variations"}


@pytest.fixture(scope="session")
def specs() -> Path:
    """The folder of WooCommerce's own descriptions, or a skip that says where it was looked for."""
    folder = Path(os.environ.get("NEXUS_SPECS") or PROJECT.parent / "shared" / "specs") / "woocommerce"
    if not folder.is_dir():
        pytest.skip(f"no vendor schemas in {folder}; set NEXUS_SPECS")
    return folder


@pytest.fixture(scope="session")
def routes(specs: Path) -> dict[str, Any]:
    """The vendor's routes."""
    found: dict[str, Any] = json.loads((specs / "wc-v3-index.json").read_text())["routes"]
    return found


async def cycle(woo: Counterpart) -> list[tuple[httpx.Request, httpx.Response]]:
    """Test, read everything, read what changed, tell what was sold, write stock: all exchanges."""
    recorder = Recorder()
    http = http_over(recorder, f"{woo.sandbox.url}/woocommerce/{woo.shop.host}")
    adapter: Any = WOO.build(Link(http, KEYS))
    long_ago, lately = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC) - timedelta(hours=1)
    await adapter.verify()
    products, _ = await collect(adapter.products(None, None))
    woo.shop.touch([1, 2])
    await collect(adapter.products(lately, None))
    await collect(adapter.orders(long_ago, None))
    await collect(adapter.inventory(long_ago, None))
    sold = [variant for product in products for variant in product.variants if variant.levels][:40]
    changes = [
        StockChange(one.ref, one.inventory_ref, "shop", 5, one.levels[0].available, one.ref)
        for one in [*sold, *(variant for product in products for variant in product.variants if not variant.tracked)]
        if one.levels
    ]
    assert {"accepted"} == {receipt.answer for receipt in await adapter.set_stock(changes)}
    await recorder.aclose()
    return recorder.exchanges


def route_of(routes: dict[str, Any], path: str) -> str:
    """The vendor's route for a path; fails for an address the vendor does not have."""
    found = [route for route in routes if re.fullmatch(route, path)]
    assert found, f"no route for {path}"
    return max(found, key=len)


def arguments(request: httpx.Request) -> dict[str, Any]:
    """What a request asks for: its query and its body."""
    body = json.loads(request.content) if request.content else {}
    return {**dict(parse_qsl(request.url.query.decode(), keep_blank_values=True)), **body}


def unfit(value: Any, declared: dict[str, Any]) -> str:
    """Why a value is none the vendor declares, or an empty string. A query carries texts, a body carries types."""
    types = declared.get("type", "string")
    kinds = types if isinstance(types, list) else [types]
    if isinstance(value, str) and kinds == ["array"]:
        return next(filter(None, (unfit(part, declared.get("items", {})) for part in value.split(","))), "")
    spelled = {
        "integer": lambda: re.fullmatch(r"-?\d+", str(value)),
        "boolean": lambda: str(value).lower() in ("true", "false", "0", "1"),
        "string": lambda: isinstance(value, str),
        "array": lambda: isinstance(value, list),
        "object": lambda: isinstance(value, dict),
    }
    if not any(spelled[kind]() for kind in kinds if kind in spelled):
        return f"{value!r} is no {types}"
    if "enum" in declared and value not in declared["enum"]:
        return f"{value!r} is none of {declared['enum']}"
    if declared.get("format") == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", str(value)):
        return f"{value!r} is no date"
    if "maximum" in declared and int(value) > declared["maximum"]:
        return f"{value!r} is more than {declared['maximum']}"
    if "minimum" in declared and int(value) < declared["minimum"]:
        return f"{value!r} is less than {declared['minimum']}"
    return ""


def test_the_judge_of_arguments_can_say_no() -> None:
    """It refuses wrong types, words, dates and bounds."""
    assert unfit("x", {"type": "integer"})
    assert unfit("modfied", {"type": "string", "enum": ["modified"]})
    assert unfit("any,nothing", {"type": "array", "items": {"type": "string", "enum": ["any"]}})
    assert unfit("2026-11-23", {"type": "string", "format": "date-time"})
    assert unfit("101", {"type": "integer", "minimum": 1, "maximum": 100})
    assert unfit("maybe", {"type": "boolean"})
    assert "" == unfit("any", {"type": "array", "items": {"type": "string", "enum": ["any"]}})


async def test_every_request_of_a_cycle_is_one_the_vendor_knows(woo: Counterpart, routes: dict[str, Any]) -> None:
    """Route, method, each argument with its type, words and bounds, and each field of what is written."""
    asked = set()
    for request, answer in await cycle(woo):
        path = "/" + str(request.url.path).partition("/wp-json/")[2]
        assert 200 == answer.status_code
        if path == "/":
            continue
        route = route_of(routes, path)
        endpoints = [one for one in routes[route]["endpoints"] if request.method in one["methods"]]
        assert endpoints, f"{route} takes no {request.method}"
        declared = endpoints[0]["args"]
        given = arguments(request)
        written = given.pop("update", [])
        wrong = {name: unfit(value, declared[name]) for name, value in given.items() if name in declared}
        assert {} == {name: why for name, why in wrong.items() if why}
        assert set() == set(given) - set(declared) - EVERYWHERE
        for item in written:
            assert {"id", "stock_quantity"} == set(item)
            assert "" == unfit(item["stock_quantity"], declared["stock_quantity"])
        assert len(written) <= 100
        asked.add((request.method, re.sub(r"\(.*?\)", "*", route)))

    assert {
        ("GET", "/wc/v3/settings/*"), ("GET", "/wc/v3/products"), ("GET", "/wc/v3/orders"),
        ("GET", "/wc/v3/products/*/variations"), ("POST", "/wc/v3/products/batch"),
        ("POST", "/wc/v3/products/*/variations/batch"),
    } == asked  # fmt: skip


def misfits(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    """Where an answer is none the vendor's schema describes."""
    types = schema.get("type", "mixed")
    name = where.rpartition(".")[2]
    if types == "mixed" or (value is None and (name in NULL_IN_REAL_ANSWERS or types == "date-time")):
        return []
    if name == "manage_stock" and value == "parent":
        return []
    if types == "date-time":
        types = "string"
    if not isinstance(value, PYTHON[types]) or (isinstance(value, bool) and types != "boolean"):
        return [f"{where}: {value!r} is no {types}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    if isinstance(value, list):
        return [fault for item in value for fault in misfits(item, schema.get("items", {}), f"{where}[]")]
    if isinstance(value, dict):
        inner = schema.get("properties", {})
        return [fault for key in value if key in inner for fault in misfits(value[key], inner[key], f"{where}.{key}")]
    return []


async def test_every_answer_used_fits_the_vendors_schema(woo: Counterpart, specs: Path) -> None:
    """What the simulated shop answers, and so what we learned to read, is what the vendor describes."""
    checked = dict.fromkeys(SCHEMAS, 0)
    for request, answer in await cycle(woo):
        name = request.url.path.rpartition("/")[2]
        if request.method != "GET" or name not in SCHEMAS:
            continue
        schema = json.loads((specs / f"schema-{SCHEMAS[name]}.json").read_text())["schema"]
        for record in answer.json():
            asked = set(request.url.params["_fields"].split(","))
            assert [] == misfits(record, schema, name)
            assert set() == set(record) - asked
            checked[name] += 1

    assert all(checked.values()), checked


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_asked_for_is_one_the_vendor_answers(specs: Path, name: str) -> None:
    """`_fields` names nothing that is not in the schema; one field came with a later version."""
    kind = {"products": Item, "orders": Sale, "variations": Variation}[name]
    schema = json.loads((specs / f"schema-{SCHEMAS[name]}.json").read_text())["schema"]

    assert set(fields(kind).split(",")) - set(schema["properties"]) <= {"global_unique_id"}
