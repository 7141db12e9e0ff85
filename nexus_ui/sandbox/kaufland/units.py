"""Units (offers) as Kaufland tells them, and changing them one by one or up to 150 at once."""

from collections.abc import Mapping
from typing import Any

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.kaufland import asking, moments
from nexus_ui.sandbox.kaufland.refusals import Refusal, invalid, not_found
from nexus_ui.sandbox.kaufland.seller import Seller, Storefront

BULK = 150
STATUSES = {"draft": "INCOMPLETE", "archived": "ONHOLD"}
SITE = "https://www.kaufland."
EMBEDDED = ("products", "eco_participation", "battery_participation")
EDITABLE = ("status", "listing_price", "minimum_price", "note", "handling_time", "id_warehouse", "vat_indicator")
FULFILMENTS = ("fulfilled_by_kaufland", "fulfilled_by_merchant")
Record = dict[str, Any]


def listed(call: Call, seller: Seller) -> tuple[list[Record], int]:
    """GET /units: one page and how many there are in all."""
    (front,) = asking.storefront(call, seller, required=True)
    limit, offset = asking.page(call, least=0, most=100)
    wanted = asking.embedded(call, EMBEDDED)
    found = _matching(call, front)
    chosen = found[offset : offset + limit]
    return [unit(front, index, seller, products="products" in wanted) for index in chosen], len(found)


def one(call: Call, seller: Seller, number: str) -> Record:
    """GET /units/{id_unit}."""
    (front,) = asking.storefront(call, seller, required=True)
    wanted = asking.embedded(call, EMBEDDED)
    return unit(front, _index(front, asking.number(number, "id_unit")), seller, products="products" in wanted)


def patched(call: Call, seller: Seller, number: str) -> Record:
    """PATCH /units/{id_unit}."""
    (front,) = asking.storefront(call, seller, required=True)
    index = _index(front, asking.number(number, "id_unit"))
    return _changed(front, index, seller, asking.changes(asking.body(call)))


def bulk(call: Call, seller: Seller) -> list[Record]:
    """POST /units/bulk: each unit with its own answer; too many or one twice are refused as a whole."""
    (front,) = asking.storefront(call, seller, required=True)
    told = asking.body(call)
    if not isinstance(told, list) or not all(_is_item(item) for item in told):
        raise invalid(body="each item needs id_unit and unit_data")
    numbers = [item["id_unit"] for item in told]
    if len(numbers) > BULK:
        raise Refusal(400, "units/bulk-too-many-units", f"No more than {BULK} units can be changed at once.")
    if len(set(numbers)) < len(numbers):
        raise Refusal(400, "units/bulk-duplicate-units", "A unit is in the request more than once.")
    return [_one_of_bulk(front, seller, item) for item in told]


def unit(front: Storefront, index: int, seller: Seller, *, products: bool = False) -> Record:
    """The unit at an index. Raises KeyError when it is gone."""
    item, shop = front.shop.product(index), front.shop
    sold = item.variants[0]
    cents = int((sold.price or 0) * 100)
    stamp = shop.products.stamp(index)
    record: Record = {
        "status": STATUSES.get(item.status, "AVAILABLE"),
        "currency": shop.currency,
        "condition": "NEW",
        "id_unit": front.unit(index),
        "note": None,
        "listing_price": cents,
        "minimum_price": cents,
        "price": cents,
        "id_offer": sold.sku,
        "id_product": front.product(index),
        "id_shipping_group": None,
        "id_warehouse": seller.warehouses[0],
        "amount": shop.stock(index, 0) or 0,
        "date_inserted_iso": moments.written(min(shop.products.first_stamp(index), stamp)),
        "date_lastchange_iso": moments.written(stamp),
        "handling_time": 1,
        "shipping_rate": 0,
        "storefront": front.code,
        "transport_time_min": 1,
        "transport_time_max": 3,
        "fulfillment_type": FULFILMENTS[0] if front.stored_by_kaufland(index) else FULFILMENTS[1],
        "vat_indicator": "standard_rate",
    }
    record |= shop.private.get("edits", {}).get(index, {})
    return record | {"product": product(front, index)} if products else record


def product(front: Storefront, index: int) -> Record | None:
    """The product behind an offer, as Kaufland shows it to buyers; None when it is gone."""
    if index not in front.shop.products:
        return None
    item, number = front.shop.product(index), front.product(index)
    return {
        "id_product": number,
        "storefront": front.code,
        "title": item.title,
        "eans": [item.variants[0].barcode] if item.variants[0].barcode else [],
        "id_category": 34_401,
        "main_picture": item.images[0] if item.images else "",
        "manufacturer": item.vendor,
        "url": f"{SITE}{front.code}/product/{number}/",
        "age_rating": 0,
        "is_valid": True,
        "dangerous_goods_li_shipping": None,
        "danger_label_9A": None,
    }


def _matching(call: Call, front: Storefront) -> list[int]:
    """Indices of the offers asked for, oldest first."""
    ways = call.query.getlist("fulfillment_type")
    if not set(ways) <= set(FULFILMENTS):
        raise invalid(fulfillment_type=f"fulfillment_type must be one of {', '.join(FULFILMENTS)}")
    if (offer := call.query.get("id_offer")) is not None:
        place = front.shop.find_sku(offer)
        found = [place[0]] if place and place[0] in front.shop.products else []
    elif (number := call.query.get("id_product")) is not None:
        index = asking.number(number, "id_product") - front.product(0)
        found = [index] if index in front.shop.products else []
    else:
        found = [index for index in range(front.shop.products.size) if index in front.shop.products]
    if ways and len(set(ways)) == 1:
        found = [index for index in found if front.stored_by_kaufland(index) == (ways[0] == FULFILMENTS[0])]
    return found


def _index(front: Storefront, number: int) -> int:
    index = front.index(number)
    if index is None:
        raise not_found("Unit")
    return index


def _changed(front: Storefront, index: int, seller: Seller, told: Mapping[str, Any]) -> Record:
    """Save checked fields; raises Refusal for the amount of what Kaufland stores itself."""
    if "amount" in told:
        if front.stored_by_kaufland(index):
            raise invalid(amount="amount of a unit fulfilled by Kaufland cannot be changed")
        front.shop.set_stock(index, 0, told["amount"])
    kept = {name: value for name, value in told.items() if name in EDITABLE}
    if kept:
        front.shop.private.setdefault("edits", {}).setdefault(index, {}).update(kept)
        front.shop.products.touch(index, front.shop.now())
    return unit(front, index, seller)


def _is_item(item: Any) -> bool:
    return isinstance(item, dict) and set(item) == {"id_unit", "unit_data"} and type(item["id_unit"]) is int


def _one_of_bulk(front: Storefront, seller: Seller, item: Record) -> Record:
    number = item["id_unit"]
    try:
        if number < 1:
            raise invalid(id_unit="id_unit must be greater than 0")
        changed = _changed(front, _index(front, number), seller, asking.changes(item["unit_data"]))
    except Refusal as refusal:
        told = {"message": refusal.message, "errors": refusal.errors()}
        return {"id_unit": number, "status_code": refusal.status, **told}
    return {"id_unit": number, "status_code": 200, "unit": changed}
