"""An order of the shop as the vendor's Orders API 1.1.1 writes it: the order, its items, and each piece of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from nexus_ui.sandbox.sales import Sale, SaleLine
from nexus_ui.sandbox.shop import MICROS
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

FIRST_NUMBER = 10_300_000_000_000
BY_ZALANDO, BY_PARTNER = "ZalandoFulfilled", "PartnerFulfilled"
_PIECE_WORDS = ("reserved", "shipped", "returned", "canceled")


def order_id(index: int) -> str:
    """The id of the order at an index."""
    return uuid_of(f"order {index}")


def order(merchant: Merchant, index: int, sale: Sale) -> dict[str, Any]:
    """An order as a resource."""
    ref, address, shipped_by = order_id(index), _address(sale), kind(sale)
    return {
        "type": "Order",
        "id": ref,
        "attributes": {
            "merchant_id": MERCHANT_ID,
            "logistics_provider_id": uuid_of("zalando") if shipped_by == BY_ZALANDO else MERCHANT_ID,
            "order_id": ref,
            "order_number": number(sale),
            "order_date": _time(sale.placed),
            "merchant_order_id": "",
            "exported": False,
            "sales_channel_id": channel(sale).id,
            "locale": f"de-{channel(sale).code.upper()}",
            "customer_number": f"{31_400_000_000 + index}",
            "customer_email": "anonymous@example.com",
            "order_type": shipped_by,
            "status": status(sale),
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
            "modified_at": _time(changed(merchant, index)),
        },
        "links": {"self": f"https://{HOST}/merchants/{MERCHANT_ID}/orders/{ref}"},
        "relationships": {
            "order_items": {"data": [_pointer("OrderItem", _item_id(index, p)) for p, _ in enumerate(sale.lines)]}
        },
    }


def beside(merchant: Merchant, index: int, sale: Sale, included: set[str]) -> Iterator[dict[str, Any]]:
    """Its items and pieces, as far as they are asked for."""
    for place, line in enumerate(sale.lines):
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
            "modified_at": _time(changed(merchant, index)),
        },
    }


def _piece_status(sale: Sale) -> str:
    if sale.cancelled is not None:
        return "canceled"
    if sale.payment == "refunded":
        return "returned"
    return "shipped" if sale.fulfilment == "fulfilled" else "reserved"


def status(sale: Sale) -> str:
    """The order's own word."""
    if sale.payment == "pending":
        return "initial"
    return "approved" if _piece_status(sale) == "reserved" else "fulfilled"


def kind(sale: Sale) -> str:
    """Who ships it."""
    return BY_ZALANDO if all(held_by_zalando(line.product) for line in sale.lines) else BY_PARTNER


def number(sale: Sale) -> str:
    """The number the buyer sees."""
    return str(FIRST_NUMBER + sale.number)


def channel(sale: Sale) -> Channel:
    """Where it was sold."""
    return next((channel for channel in SELLING if channel.code == sale.country.lower()), SELLING[0])


def changed(merchant: Merchant, index: int) -> int:
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
