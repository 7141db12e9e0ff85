"""Judges recorded traffic by WooCommerce's route index (what may be asked) and by its schemas (what is answered)."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.adapters.openapi_judge import Findings
from tests.adapters.recording import Traffic

EVERYWHERE = {"_fields"}
"""Arguments of WordPress itself: https://developer.wordpress.org/rest-api/using-the-rest-api/global-parameters/"""
PYTHON = {
    "null": type(None),
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
NULL_IN_REAL_ANSWERS = {"stock_quantity", "parent_name", "image"}
"""Declared as integer, string and object; the v3 controllers answer null where there is none (source, 2026-11-23)."""
NUMBER_IN_REAL_ANSWERS = {"shipping_class_id"}
"""Declared as string; the v3 controllers answer the class's number, 0 for none (source, 2026-11-23)."""
SCHEMAS = {"products": "products", "orders": "orders", "variations": "products-variations", "webhooks": "webhooks"}
MOST_WRITTEN = 100
"""Items in one batch: https://woocommerce.github.io/woocommerce-rest-api-docs/#batch-operations (read 2026-11-23)."""


def judge_routes(traffic: Sequence[Traffic], specs: Path) -> Findings:
    """Judge every exchange with the REST API; answers the schemas do not describe are counted as undescribed."""
    routes = json.loads((specs / "wc-v3-index.json").read_text())["routes"]
    findings = Findings()
    for one in traffic:
        path = "/" + one.path.partition("/wp-json/")[2].strip("/")
        if path == "/":
            continue
        findings.requests += 1
        route = _route(routes, path)
        told = [*_request(one, routes.get(route, {}).get("endpoints", []))]
        operation = f"{one.method} {re.sub(r'[(].*?[)]', '*', route)}"
        findings.operations[operation] += 1
        schema = SCHEMAS.get(re.sub(r"/(batch|\d+)$", "", path).rpartition("/")[2])
        if one.status in (200, 201) and schema:
            findings.answers += 1
            findings.judged.add(operation)
            told += _answer(one, json.loads((specs / f"schema-{schema}.json").read_text())["schema"])
        else:
            findings.undescribed[f"{one.method} {path.rpartition('/')[2]} {one.status}"] += 1
        findings.violations += [f"{one.method} {path} ({one.status}): {sentence}" for sentence in told]
    return findings


def _route(routes: dict[str, Any], path: str) -> str:
    """The vendor's route for a path; the path itself where there is none."""
    return max((route for route in routes if re.fullmatch(route, path)), key=len, default=path)


def _request(one: Traffic, endpoints: Sequence[dict[str, Any]]) -> Iterator[str]:
    fitting = [endpoint for endpoint in endpoints if one.method in endpoint["methods"]]
    if not fitting:
        yield "no such route"
        return
    declared = fitting[0]["args"]
    given = {**dict(parse_qsl(one.query, keep_blank_values=True)), **(json.loads(one.body) if one.body else {})}
    written = given.pop("update", [])
    for name, value in given.items():
        if name in declared and (why := unfit(value, declared[name])):
            yield f"{name}: {why}"
        if name not in declared and name not in EVERYWHERE:
            yield f"nobody declared {name}"
    if len(written) > MOST_WRITTEN:
        yield f"{len(written)} items in one batch"
    for item in written:
        yield from (f"nobody declared {name}" for name in item if name not in declared and name != "id")
        yield from (
            f"{name}: {why}" for name in item if name in declared and (why := unfit(item[name], declared[name]))
        )


def _answer(one: Traffic, schema: dict[str, Any]) -> Iterator[str]:
    answered = json.loads(one.answer)
    records = answered if isinstance(answered, list) else answered.get("update", [answered])
    asked = dict(parse_qsl(one.query)).get("_fields", "")
    for record in records:
        if "error" in record:
            continue
        yield from misfits(record, schema, schema["title"])
        if asked:
            yield from (f"answered {name}, which nobody asked for" for name in record if name not in asked.split(","))


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


def misfits(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    """Where an answer is none the vendor's schema describes."""
    types = schema.get("type", "mixed")
    name = where.rpartition(".")[2]
    if isinstance(types, list):
        tries = [misfits(value, {**schema, "type": one}, where) for one in types]
        return min(tries, key=len)
    if types == "mixed" or (value is None and (name in NULL_IN_REAL_ANSWERS or types == "date-time")):
        return []
    if name == "manage_stock" and value == "parent":
        return []
    if name in NUMBER_IN_REAL_ANSWERS:
        types = "integer"
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
