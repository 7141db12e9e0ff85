"""Orders as the vendor's Orders API 1.1.1 lists them: JSON:API, with items and pieces beside them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.sales import Sale, SaleLine
from nexus_ui.sandbox.shop import DAY, MICROS
from nexus_ui.sandbox.zalando.merchant import (
    HOST,
    MERCHANT_ID,
    SELLING,
    Channel,
    Merchant,
    held_by_zalando,
    simple_id,
    uuid_of,
)
from nexus_ui.sandbox.zalando.refusals import JSON_API, Refusal

QUERY = frozenset(
    {
        "include", "page[number]", "page[size]", "sort", "sales_channel_id", "created_after", "created_before",
        "last_updated_after", "last_updated_before", "order_status", "order_number", "locale", "exported", "order_type",
    }
)  # fmt: skip
UNFILTERED = ("locale", "exported", "created_after", "created_before")
INCLUDED = {"order_items", "order_lines", "order_transitions", "order_lines.order_line_transitions", "shipments"}
MOST, USUAL = 1000, 50
RETENTION = 365 * DAY
FIRST_NUMBER = 10_300_000_000_000
BY_ZALANDO, BY_PARTNER = "ZalandoFulfilled", "PartnerFulfilled"


def listed(merchant: Merchant, call: Call) -> dict[str, Any]:
    """GET /merchants/{merchant}/orders."""
    _media(call)
    included = set(call.query.get("include", "").split(",")) - {""}
    if not included <= INCLUDED:
        raise Refusal(400, f"{min(included - INCLUDED)} cannot be included.")
    number, size = _whole(call, "page[number]", 0, 0), _whole(call, "page[size]", USUAL, 1, MOST)
    found = list(_found(merchant, call))
    page = [(index, merchant.shop.order(index)) for index in found[number * size : (number + 1) * size]]
    orders = [_order(merchant, index, sale) for index, sale in page]
    beside = [resource for index, sale in page for resource in _beside(merchant, index, sale, included)]
    links = {"self": str(call.path)} | ({"next": _next(call, number)} if (number + 1) * size < len(found) else {})
    return {
        "links": links,
        "data": orders,
        "meta": {"copyright": "Simulated", "number_of_results": len(orders)},
        **({"included": beside} if included else {}),
    }


def order_id(index: int) -> str:
    """The id of the order at an index."""
    return uuid_of(f"order {index}")


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
        if (after is None or _changed(merchant, index) > after)
        and (before is None or _changed(merchant, index) < before)
    ]
    told = {name: call.query[name].lower() for name in _SAID if name in call.query}
    chosen = (index for index in (indices if sort == "modified_at" else reversed(indices)))
    return (index for index in chosen if not told or _fits(merchant.shop.order(index), told))


def _fits(sale: Sale, told: Mapping[str, str]) -> bool:
    return all(_SAID[name](sale).lower() == wanted for name, wanted in told.items())


def _order(merchant: Merchant, index: int, sale: Sale) -> dict[str, Any]:
    ref, address, kind = order_id(index), _address(sale), _type(sale)
    return {
        "type": "Order",
        "id": ref,
        "attributes": {
            "merchant_id": MERCHANT_ID,
            "logistics_provider_id": uuid_of("zalando") if kind == BY_ZALANDO else MERCHANT_ID,
            "order_id": ref,
            "order_number": _number(sale),
            "order_date": _time(sale.placed),
            "merchant_order_id": "",
            "exported": False,
            "sales_channel_id": _channel(sale).id,
            "locale": f"de-{_channel(sale).code.upper()}",
            "customer_number": f"{31_400_000_000 + index}",
            "customer_email": "anonymous@example.com",
            "order_type": kind,
            "status": _status(sale),
            "shipping_address": address,
            "billing_address": address,
            "shipment_number": f"{3_403_418_000_000_000 + index:018d}",
            "order_lines_count": sum(line.quantity for line in sale.lines),
            "order_lines_price_amount": float(sale.goods_total),
            "order_lines_price_currency": merchant.shop.currency,
            "shipping_costs": {"amount": float(sale.shipping), "currency": merchant.shop.currency},
            "created_by": "system",
            "created_at": _time(sale.placed),
            "modified_by": "system",
            "modified_at": _time(_changed(merchant, index)),
        },
        "links": {"self": f"https://{HOST}/merchants/{MERCHANT_ID}/orders/{ref}"},
        "relationships": {
            "order_items": {"data": [_pointer("OrderItem", _item_id(index, p)) for p, _ in _lines(sale)]}
        },
    }


def _beside(merchant: Merchant, index: int, sale: Sale, included: set[str]) -> Iterator[dict[str, Any]]:
    for place, line in _lines(sale):
        if "order_items" in included:
            yield _item(index, place, sale, line)
        if "order_lines" in included:
            for piece in range(line.quantity):
                yield _piece(merchant, index, place, piece, sale, line)


def _item(index: int, place: int, sale: Sale, line: SaleLine) -> dict[str, Any]:
    word = _piece_status(sale)
    quantities = {f"quantity_{name}": line.quantity if name == word else 0 for name in _PIECE_WORDS}
    pieces = [_pointer("OrderLine", _piece_id(index, place, piece)) for piece in range(line.quantity)]
    return {
        "type": "OrderItem",
        "id": _item_id(index, place),
        "attributes": {
            "order_item_id": _item_id(index, place),
            "order_id": order_id(index),
            "article_id": simple_id(line.product, line.variant),
            "external_id": line.sku or "",
            "description": line.title,
            "quantity_initial": line.quantity,
            **quantities,
        },
        "relationships": {"order_lines": {"data": pieces}},
    }


def _piece(merchant: Merchant, index: int, place: int, piece: int, sale: Sale, line: SaleLine) -> dict[str, Any]:
    ref = _piece_id(index, place, piece)
    return {
        "type": "OrderLine",
        "id": ref,
        "attributes": {
            "order_line_id": ref,
            "order_item_id": _item_id(index, place),
            "status": _piece_status(sale),
            "price": {"amount": float(line.unit_price), "currency": merchant.shop.currency},
            "created_at": _time(sale.placed),
            "modified_at": _time(_changed(merchant, index)),
        },
    }


_PIECE_WORDS = ("reserved", "shipped", "returned", "canceled")


def _piece_status(sale: Sale) -> str:
    if sale.cancelled is not None:
        return "canceled"
    if sale.payment == "refunded":
        return "returned"
    return "shipped" if sale.fulfilment == "fulfilled" else "reserved"


def _status(sale: Sale) -> str:
    if sale.payment == "pending":
        return "initial"
    return "approved" if _piece_status(sale) == "reserved" else "fulfilled"


def _type(sale: Sale) -> str:
    return BY_ZALANDO if all(held_by_zalando(line.product) for line in sale.lines) else BY_PARTNER


def _number(sale: Sale) -> str:
    return str(FIRST_NUMBER + sale.number)


def _channel(sale: Sale) -> Channel:
    return next((channel for channel in SELLING if channel.code == sale.country.lower()), SELLING[0])


_SAID: Mapping[str, Callable[[Sale], str]] = {
    "order_status": _status,
    "order_number": _number,
    "order_type": _type,
    "sales_channel_id": lambda sale: _channel(sale).id,
}


def _lines(sale: Sale) -> Iterator[tuple[int, SaleLine]]:
    return enumerate(sale.lines)


def _changed(merchant: Merchant, index: int) -> int:
    """When an order last changed, as far as it is told: to the millisecond."""
    stamp = max(merchant.shop.orders.stamp(index), merchant.shop.placed(index))
    return stamp // 1000 * 1000


def _item_id(index: int, place: int) -> str:
    return uuid_of(f"item {index} {place}")


def _piece_id(index: int, place: int, piece: int) -> str:
    return uuid_of(f"piece {index} {place} {piece}")


def _pointer(kind: str, ref: str) -> dict[str, str]:
    return {"type": kind, "id": ref}


def _time(micros: int) -> str:
    return datetime.fromtimestamp(micros / MICROS, UTC).isoformat(timespec="milliseconds")


def _address(sale: Sale) -> dict[str, Any]:
    first, _, last = sale.buyer.partition(" ")
    return {
        "first_name": first,
        "last_name": last or first,
        "address_line_1": "Hauptstrasse 1",
        "zip_code": "10115",
        "city": sale.city or "Berlin",
        "country_code": sale.country or "DE",
        "address_type": "HOME_ADDRESS",
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
