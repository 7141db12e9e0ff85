"""The simulated WooCommerce is held to what a real one told about itself: its route index and its schemas."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from nexus_ui.sandbox.woocommerce.arguments import TABLE
from nexus_ui.sandbox.woocommerce.checking import Arg

pytestmark = pytest.mark.conformance

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")
NULL_IN_REAL_ANSWERS = {"stock_quantity", "image", "parent_name"}
"""Declared as integer, object and string; the v3 controllers return null where there is none (source, 2026-11-23)."""
OTHER_TYPE_IN_REAL_ANSWERS = {"shipping_class_id": int}
"""Declared as string; `get_shipping_class_id` returns a number."""
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def told(arg: Arg) -> dict[str, Any]:
    """An entry of our table in the words of the vendor's index."""
    words: dict[str, Any] = {"type": sorted(arg.types), "enum": list(arg.enum), "default": arg.default}
    words |= {"minimum": arg.minimum, "maximum": arg.maximum, "date": arg.date}
    if arg.items:
        words["items"] = {"type": sorted(arg.items.types), "enum": list(arg.items.enum)}
    return words


def vendor(entry: dict[str, Any], *, reading: bool) -> dict[str, Any]:
    """An entry of the vendor's index in the same words; what a list of objects holds is not compared."""
    types = entry["type"] if isinstance(entry["type"], list) else [entry["type"]]
    words: dict[str, Any] = {"type": sorted(types), "enum": entry.get("enum", []), "default": entry.get("default")}
    words |= {"minimum": entry.get("minimum"), "maximum": entry.get("maximum")}
    words["date"] = entry.get("format") == "date-time"
    items = entry.get("items", {})
    if reading and items:
        words["items"] = {"type": [items["type"]], "enum": items.get("enum", [])}
    return words


def vendor_args(index: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """The arguments of one route and method in the vendor's index."""
    endpoints = index["routes"][f"/wc/v3{path}"]["endpoints"]
    (args,) = [endpoint["args"] for endpoint in endpoints if method in endpoint["methods"]]
    return dict(args)


@pytest.mark.parametrize(("method", "path"), TABLE)
def test_the_table_of_arguments_says_what_the_vendors_index_says(woo_specs: Path, method: str, path: str) -> None:
    """Names, types, words, bounds and defaults of every served route."""
    index = json.loads((woo_specs / "wc-v3-index.json").read_text())
    expected = {
        name: vendor(entry, reading=method == "GET") for name, entry in vendor_args(index, method, path).items()
    }
    assert expected == {name: told(arg) for name, arg in TABLE[method, path].items()}


def faults(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    """Where a value does not fit WordPress's dialect of JSON Schema."""
    name = re.sub(r"\[\d+\]", "", where.rsplit(".", 1)[-1])
    if value is None and (name in NULL_IN_REAL_ANSWERS or schema.get("type") == "date-time"):
        return []
    types = schema.get("type", "mixed")
    if types == "mixed":
        return []
    if name in OTHER_TYPE_IN_REAL_ANSWERS:
        return [] if isinstance(value, OTHER_TYPE_IN_REAL_ANSWERS[name]) else [f"{where}: {value!r}"]
    if name == "manage_stock" and value == "parent":
        return []
    if types == "date-time":
        return [] if isinstance(value, str) and MOMENT.fullmatch(value) else [f"{where}: {value!r} is no moment"]
    allowed = tuple(kind for each in ([types] if isinstance(types, str) else types) for kind in PYTHON_TYPES[each])
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        return [f"{where}: {value!r} is no {types}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    return inner_faults(value, schema, where)


def inner_faults(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    """The same for what is inside a list or an object."""
    if isinstance(value, list):
        items = schema.get("items", {})
        return [fault for n, item in enumerate(value) for fault in faults(item, items, f"{where}[{n}]")]
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        return [
            fault
            for name, item in value.items()
            if name in properties
            for fault in faults(item, properties[name], f"{where}.{name}")
        ]
    return []


def everything(woo: httpx.Client, path: str, **query: Any) -> list[dict[str, Any]]:
    """All records of a collection."""
    records: list[dict[str, Any]] = []
    while True:
        page = woo.get(path, params={"per_page": 100, "page": len(records) // 100 + 1, **query})
        records += page.json()
        if len(records) >= int(page.headers["X-WP-Total"]):
            return records


def schema_of(folder: Path, name: str) -> dict[str, Any]:
    """A resource's schema as the real shop answered OPTIONS with."""
    schema = json.loads((folder / f"schema-{name}.json").read_text())["schema"]
    return dict(schema)


def view_fields(schema: dict[str, Any]) -> set[str]:
    """Properties a real answer carries when it is looked at, not edited."""
    return {name for name, entry in schema["properties"].items() if "view" in entry.get("context", ["view"])}


def test_every_product_fits_the_vendors_schema(woo: httpx.Client, woo_specs: Path) -> None:
    """Types, words and moments of every field of every product, and no field missing."""
    schema, found = schema_of(woo_specs, "products"), everything(woo, "/products")
    assert {"simple", "variable", "grouped", "external"} == {record["type"] for record in found}
    assert [] == [fault for record in found for fault in faults(record, schema, f"product {record['id']}")]
    assert set() == view_fields(schema) - found[0].keys()


def test_every_variation_fits_the_vendors_schema(woo: httpx.Client, woo_specs: Path) -> None:
    """The same for the variations of many products."""
    schema, checked = schema_of(woo_specs, "products-variations"), 0
    for product in woo.get("/products", params={"type": "variable", "per_page": 40}).json():
        found = woo.get(f"/products/{product['id']}/variations").json()
        assert product["variations"] == [record["id"] for record in reversed(found)]
        assert [] == [fault for record in found for fault in faults(record, schema, f"variation {record['id']}")]
        assert set() == view_fields(schema) - found[0].keys()
        checked += len(found)
    assert checked > 80


def test_every_order_fits_the_vendors_schema(woo: httpx.Client, woo_specs: Path) -> None:
    """The same for the orders."""
    schema, found = schema_of(woo_specs, "orders"), everything(woo, "/orders")
    assert {"pending", "processing", "completed", "refunded"} == {record["status"] for record in found}
    assert [] == [fault for record in found for fault in faults(record, schema, f"order {record['id']}")]
    assert set() == view_fields(schema) - found[0].keys()
