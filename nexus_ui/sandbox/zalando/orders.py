"""Orders as the vendor's Orders API 1.1.1 lists them: JSON:API, with items and pieces beside them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.sales import Sale
from nexus_ui.sandbox.shop import DAY, MICROS
from nexus_ui.sandbox.zalando.merchant import Merchant
from nexus_ui.sandbox.zalando.receipts import beside, changed, channel, kind, number, order, status
from nexus_ui.sandbox.zalando.refusals import JSON_API, Refusal

QUERY = frozenset(
    {
        "include", "page[number]", "page[size]", "sort", "sales_channel_id", "created_after", "created_before",
        "last_updated_after", "last_updated_before", "order_status", "order_number", "locale", "exported", "order_type",
    }
)  # fmt: skip
UNFILTERED = ("locale", "exported", "created_after", "created_before")
INCLUDED = {"order_items", "order_lines"}
UNINCLUDED = {"order_transitions", "order_lines.order_line_transitions", "shipments"}
MOST, USUAL = 1000, 50
RETENTION = 365 * DAY


def listed(merchant: Merchant, call: Call) -> dict[str, Any]:
    """GET /merchants/{merchant}/orders."""
    _media(call)
    included = set(call.query.get("include", "").split(",")) - {""}
    if other := included - INCLUDED:
        raise Refusal(501 if other <= UNINCLUDED else 400, f"{min(other)} cannot be included here.")
    nth, size = _whole(call, "page[number]", 0, 0), _whole(call, "page[size]", USUAL, 1, MOST)
    found = list(_found(merchant, call))
    page = [(index, merchant.shop.order(index)) for index in found[nth * size : (nth + 1) * size]]
    orders = [order(merchant, index, sale) for index, sale in page]
    others = [resource for index, sale in page for resource in beside(merchant, index, sale, included)]
    links = {"self": str(call.path)} | ({"next": _next(call, nth)} if (nth + 1) * size < len(found) else {})
    return {
        "links": links,
        "data": orders,
        "meta": {"copyright": "Simulated", "number_of_results": len(orders)},
        **({"included": others} if included else {}),
    }


def _media(call: Call) -> None:
    wanted = {kind.split(";")[0].strip() for kind in call.headers.get("accept", "*/*").split(",")}
    if not wanted & {JSON_API, "*/*", "application/*"}:
        raise Refusal(406, f"This resource answers {JSON_API}.")


def _found(merchant: Merchant, call: Call) -> Iterator[int]:
    """Orders that pass every filter of the query, in the order asked for; raises Refusal."""
    for name in UNFILTERED:
        if name in call.query:
            raise Refusal(501, f"This simulated Zalando does not filter by {name}.")
    sort = call.query.get("sort", "-modified_at")
    if sort not in ("modified_at", "-modified_at"):
        raise Refusal(400, f"Orders cannot be sorted by {sort} here.")
    after, before = _moment(call, "last_updated_after"), _moment(call, "last_updated_before")
    oldest = merchant.shop.now() - RETENTION
    indices = [
        index
        for index in merchant.shop.orders.after(max(oldest, after - 1000 if after else 0))
        if (after is None or changed(merchant, index) > after) and (before is None or changed(merchant, index) < before)
    ]
    told = {name: call.query[name].lower() for name in _SAID if name in call.query}
    chosen = (index for index in (indices if sort == "modified_at" else reversed(indices)))
    return (index for index in chosen if not told or _fits(merchant.shop.order(index), told))


def _fits(sale: Sale, told: Mapping[str, str]) -> bool:
    return all(_SAID[name](sale).lower() == wanted for name, wanted in told.items())


_SAID: Mapping[str, Callable[[Sale], str]] = {
    "order_status": status,
    "order_number": number,
    "order_type": kind,
    "sales_channel_id": lambda sale: channel(sale).id,
}


def _next(call: Call, number: int) -> str:
    query = "&".join(f"{name}={value}" for name, value in call.query.items() if name != "page[number]")
    return f"{call.path}?{query}&page[number]={number + 1}"


def _whole(call: Call, name: str, default: int, least: int, most: int = 2**31 - 1) -> int:
    text = call.query.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise Refusal(400, f"{name} must be a number from {least} to {most}.")
    return int(text)


def _moment(call: Call, name: str) -> int | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, f"{name} must be a time in ISO 8601.") from None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * MICROS)
