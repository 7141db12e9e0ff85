"""Orders as Kaufland tells them: a list without what was bought, and each order with a unit for every piece."""

from typing import Any

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.kaufland import asking, moments, units
from nexus_ui.sandbox.kaufland.refusals import invalid, not_found
from nexus_ui.sandbox.kaufland.seller import PIECES, Seller, Storefront
from nexus_ui.sandbox.sales import Sale
from nexus_ui.sandbox.shop import DAY, MICROS

VAT = 19.0
ORDER_EXTRAS = ("order_invoices", "delivery", "kss_delivery")
PIECE_EXTRAS = ("order_invoices", "delivery", "kss_delivery", "product_data")
BY_MERCHANT = "fulfilled_by_merchant"
Record = dict[str, Any]
Place = tuple[Storefront, int]


def listed(call: Call, seller: Seller) -> tuple[list[Record], int]:
    """GET /orders: one page, latest first, and how many there are in all."""
    fronts = asking.storefront(call, seller, required=False)
    limit, offset = asking.page(call, least=1, most=100)
    found = _matching(call, fronts)
    return [summary(front, index) for front, index in found[offset : offset + limit]], len(found)


def one(call: Call, seller: Seller, name: str) -> Record:
    """GET /orders/{id_order}."""
    asking.embedded(call, ORDER_EXTRAS)
    front, index = _find(seller, name)
    sale = front.shop.order(index)
    head = summary(front, index)
    return {
        **{key: head[key] for key in ("id_order", "ts_created_iso", "storefront", "fulfillment_type")},
        "is_marketplace_deemed_supplier": False,
        "order_units": pieces(front, index),
        "billing_address": _address(sale),
        "shipping_address": _address(sale),
        "buyer": _buyer(sale),
    }


def piece(call: Call, seller: Seller, number: str) -> Record:
    """GET /order-units/{id_order_unit}."""
    asking.embedded(call, PIECE_EXTRAS)
    wanted = asking.number(number, "id_order_unit")
    for front in seller.storefronts.values():
        index = front.order_of(wanted)
        if index is not None:
            found = next((one for one in pieces(front, index) if one["id_order_unit"] == wanted), None)
            if found is not None:
                sale = front.shop.order(index)
                people = {"buyer": _buyer(sale), "billing_address": _address(sale), "shipping_address": _address(sale)}
                return {**found, "fulfillment_type": BY_MERCHANT, **people}
    raise not_found("Order unit")


def summary(front: Storefront, index: int) -> Record:
    """An order as the list tells it."""
    sale = front.shop.order(index)
    return {
        "id_order": front.order(index),
        "ts_created_iso": moments.written(sale.placed),
        "is_marketplace_deemed_supplier": False,
        "order_units_count": sum(line.quantity for line in sale.lines),
        "ts_units_updated_iso": moments.written(front.shop.orders.stamp(index)),
        "storefront": front.code,
        "fulfillment_type": BY_MERCHANT,
    }


def pieces(front: Storefront, index: int) -> list[Record]:
    """The order units of an order; the shipping is on the first one."""
    sale = front.shop.order(index)
    sold = [line for line in sale.lines for _ in range(line.quantity)][:PIECES]
    changed = moments.written(front.shop.orders.stamp(index))
    told = []
    for place, line in enumerate(sold):
        cents = int(line.unit_price * 100)
        told.append(
            {
                "id_order_unit": front.piece(index, place),
                "id_order": front.order(index),
                "ts_created_iso": moments.written(sale.placed),
                "is_marketplace_deemed_supplier": False,
                "ts_updated_iso": changed,
                "status": _status(sale),
                "price": cents,
                "id_offer": line.sku,
                "revenue_gross": cents * 87 // 100,
                "revenue_net": cents * 73 // 100,
                "note": None,
                "unit_condition": "new",
                "storefront": front.code,
                "currency": front.shop.currency,
                "delivery_time_min": 1,
                "delivery_time_max": 3,
                "delivery_time_expires_iso": moments.written(sale.placed + 7 * DAY),
                "order_received_timestamp_iso": moments.written(sale.placed),
                "shipping_rate": int(sale.shipping * 100) if place == 0 else 0,
                "cancel_reason": "BuyerCancelled" if sale.cancelled is not None else None,
                "tickets": None,
                "product": _as_sold(units.product(front, line.product), line.title),
                "vat": VAT,
            }
        )
    return told


def _matching(call: Call, fronts: list[Storefront]) -> list[Place]:
    """The orders asked for, latest first."""
    _by_merchant(call)
    changed = asking.moment(call, "ts_units_updated_from_iso")
    created = asking.moment(call, "ts_created_from_iso")
    found = [
        (front.shop.placed(index), front, index)
        for front in fronts
        for index in front.shop.orders.after(-1 if changed is None else changed - 1)
        if created is None or front.shop.placed(index) >= created // MICROS * MICROS
    ]
    return [(front, index) for _, front, index in sorted(found, key=lambda one: (-one[0], one[2]))]


def _by_merchant(call: Call) -> None:
    ways = call.query.getlist("fulfillment_type")
    if not set(ways) <= set(units.FULFILMENTS):
        raise invalid(fulfillment_type=f"fulfillment_type must be one of {', '.join(units.FULFILMENTS)}")


def _find(seller: Seller, name: str) -> Place:
    for front in seller.storefronts.values():
        prefix = front.order(0)[: 1 + len(front.code)]
        digits = name.removeprefix(prefix)
        if name.startswith(prefix) and digits.isalnum():
            try:
                index = int(digits, 16)
            except ValueError:
                continue
            if index in front.shop.orders and front.order(index) == name:
                return front, index
    raise not_found("Order")


def _status(sale: Sale) -> str:
    if sale.cancelled is not None:
        return "cancelled"
    if sale.payment == "refunded":
        return "returned_paid"
    if sale.payment == "pending":
        return "open"
    return "sent" if sale.fulfilment == "fulfilled" else "need_to_be_sent"


def _as_sold(product: Record | None, title: str) -> Record | None:
    """The product under the title it was sold by."""
    return product and product | {"title": title}


def _buyer(sale: Sale) -> Record:
    return {"id_buyer": 1 + sum(sale.email.encode()), "email": sale.email}


def _address(sale: Sale) -> Record:
    first, _, last = sale.buyer.partition(" ")
    return {
        "first_name": first,
        "last_name": last,
        "company_name": None,
        "street": "Hauptstrasse",
        "house_number": "1",
        "postcode": "10115",
        "additional_field": None,
        "city": sale.city,
        "phone": None,
        "country": sale.country or "DE",
    }
