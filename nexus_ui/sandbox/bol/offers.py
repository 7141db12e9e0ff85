"""Offers as version 11 of bol's Offer API writes them: one for each product of the shop."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from nexus_ui.sandbox.bol import reading
from nexus_ui.sandbox.bol.account import Account, held_by_bol, index_of, offer_id
from nexus_ui.sandbox.bol.orders import open_units
from nexus_ui.sandbox.bol.problems import Refusal, invalid
from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.shop import MICROS

QUERY = ("offer-ids", "eans", "reference", "for-sale", "last-modified-date-time", "page-size", "cursor")
FIELDS = {
    "unknownProductTitle", "economicOperatorId", "onHoldByRetailer", "reference", "countryAvailabilities", "pricing",
    "fulfilment", "stock",
}  # fmt: skip
COUNTRIES = ("NL", "BE")


def listed(account: Account, call: Call) -> dict[str, Any]:
    """GET /retailer/offers."""
    size = reading.number(call, "page-size", 50, 1, 100)
    after = _position(call.query.get("cursor"))
    page: list[dict[str, Any]] = []
    last, more = after, False
    for index in _chosen(account, call, after):
        if len(page) == size:
            more = True
            break
        page.append(offer(account, index))
        last = index
    return {"offers": page, "page": {"pageSize": max(25, size), "nextCursor": _cursor(last) if more else None}}


def one(account: Account, call: Call) -> dict[str, Any]:
    """GET /retailer/offers/{offer-id}."""
    return offer(account, _index(account, call))


def update(account: Account, call: Call) -> None:
    """PATCH /retailer/offers/{offer-id}: only the stock of one's own offers can be changed here."""
    index = _index(account, call)
    try:
        sent = msgspec.json.decode(call.body, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise invalid("body", str(error)) from None
    for name in sent.keys() - FIELDS:
        raise invalid(name, "This field is not known.")
    if sent.keys() - {"stock"}:
        raise Refusal(501, "This simulated bol changes nothing but stock.")
    told = sent.get("stock") or {}
    amount, managed = told.get("amount"), told.get("managedByRetailer")
    if amount is not None and (type(amount) is not int or not 0 <= amount <= 999_999):
        raise invalid("stock.amount", "Must be a whole number that is not negative.")
    if managed is not None and not isinstance(managed, bool):
        raise invalid("stock.managedByRetailer", "Must be true or false.")
    if held_by_bol(index):
        raise invalid("stock", "Stock of an offer with fulfilment method FBB cannot be set.")
    if managed is not None:
        account.managed[index] = managed
    if amount is not None:
        account.amounts[index] = amount
        taken = 0 if account.managed.get(index, True) else open_units(account, index)
        account.shop.set_stock(index, 0, amount - taken)


def offer(account: Account, index: int) -> dict[str, Any]:
    """The offer at an index. Raises KeyError when it is gone."""
    shop = account.shop
    product = shop.product(index)
    only = product.variants[0]
    by_bol = held_by_bol(index)
    left = shop.stock(index, 0)
    record: dict[str, Any] = {
        "offerId": offer_id(index),
        "ean": only.barcode,
        "lastModifiedDateTime": datetime.fromtimestamp(shop.products.stamp(index) / MICROS, UTC).isoformat(),
        "onHoldByRetailer": product.status == "draft",
        "condition": {"category": "NEW"},
        "product": {"bolProductId": f"92{index:014d}"},
        "pricing": {"bundlePrices": [{"quantity": 1, "unitPrice": float(only.price or Decimal(1))}]},
        "fulfilment": {"method": "FBB"} if by_bol else {"method": "FBR", "schedule": "BOL_DELIVERY_PROMISE"},
        "countryAvailabilities": [
            {"countryCode": country, "forSale": product.status == "active" and bool(left)} for country in COUNTRIES
        ],
    }
    if only.sku:
        record["reference"] = only.sku
    if not by_bol and left is not None:
        amount = account.amounts.get(index, max(0, left))
        record["stock"] = {
            "amount": amount, "correctedStock": left, "managedByRetailer": account.managed.get(index, True),
        }  # fmt: skip
    return record


def is_for_sale(account: Account, index: int) -> bool:
    """True for an offer that is there and can be bought."""
    if index not in account.shop.products:
        return False
    return any(country["forSale"] for country in offer(account, index)["countryAvailabilities"])


def _chosen(account: Account, call: Call, after: int) -> Iterator[int]:
    """Indices behind `after` that pass every filter of the query; raises Refusal."""
    shop = account.shop
    ids = {reading.uuid("offer-ids", text) for text in call.query.getlist("offer-ids")}
    eans, reference = set(call.query.getlist("eans")), call.query.get("reference")
    since, on_sale = reading.moment(call, "last-modified-date-time"), reading.flag(call, "for-sale")
    earliest = since.timestamp() * MICROS if since else None
    few = sorted(found for found in (index_of(shop, text) for text in ids) if found is not None) if ids else None
    for index in few if few is not None else range(after + 1, shop.products.size):
        if index <= after or index not in shop.products:
            continue
        if earliest is not None and shop.products.stamp(index) < earliest:
            continue
        only = shop.product(index).variants[0]
        if (eans and only.barcode not in eans) or (reference is not None and only.sku != reference):
            continue
        if on_sale is not None and on_sale != offer(account, index)["countryAvailabilities"][0]["forSale"]:
            continue
        yield index


def _index(account: Account, call: Call) -> int:
    text = reading.uuid("offer-id", call.path_params["route"].rpartition("/")[2])
    index = index_of(account.shop, text)
    if index is None:
        raise Refusal(404, f"Offer with id {text} was not found.")
    return index


def _cursor(index: int) -> str:
    return base64.urlsafe_b64encode(f"after:{index}".encode()).decode()


def _position(cursor: str | None) -> int:
    if cursor is None:
        return -1
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("after:"))
    except ValueError:
        raise invalid("cursor", "This cursor is not known.") from None
