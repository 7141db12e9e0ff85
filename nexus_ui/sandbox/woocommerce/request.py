"""A call as WordPress reads it: PHP's query lists, JSON or form body, method override, addresses for links."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.woocommerce.refusals import Refusal

BRACKETS = re.compile(r"([^\[\]]+)\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Request:
    """The parts a route looks at."""

    method: str
    route: str
    query: dict[str, Any]
    body: dict[str, Any]
    root: str

    @property
    def base(self) -> str:
        """The address of the plugin's API."""
        return f"{self.root}/wc/v3"


def read(call: Call) -> Request:
    """The call, taken apart; raises Refusal for a body that is not JSON."""
    route = f"/{call.path_params.get('route', '')}".rstrip("/")
    root = call.path[: len(call.path) - len(call.path_params.get("route", ""))].rstrip("/")
    return Request(
        method=call.headers.get("x-http-method-override", call.method).upper(),
        route=route,
        query=php_pairs(call.query.multi_items()),
        body=_body(call),
        root=f"http://{call.headers.get('host', '')}{root}",
    )


def php_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Name and value pairs as PHP keeps them: the last one wins, `a[]` and `a[0]` make a list with numbers."""
    kept: dict[str, Any] = {}
    for name, value in pairs:
        found = BRACKETS.fullmatch(name)
        if not found:
            kept[name] = value
            continue
        items = kept.setdefault(found[1], {})
        if isinstance(items, dict):
            items[found[2] or str(len(items))] = value
    return kept


def _body(call: Call) -> dict[str, Any]:
    if not call.body:
        return {}
    if not call.headers.get("content-type", "").startswith("application/json"):
        return php_pairs(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        told = msgspec.json.decode(call.body)
    except msgspec.DecodeError:
        raise Refusal(
            400, "rest_invalid_json", "Invalid JSON body passed.", json_error_code=4, json_error_message="Syntax error"
        ) from None
    return told if isinstance(told, dict) else {}
