"""Writing price and quantity: up to 25 entries a call, each answered for itself."""

from decimal import Decimal, InvalidOperation
from typing import Any

from nexus_ui.sandbox.ebay.account import Seller, Site
from nexus_ui.sandbox.ebay.listings import BATCH, requests
from nexus_ui.sandbox.ebay.refusals import Refusal, invalid
from nexus_ui.sandbox.gate import Call, Reply, json_reply

LARGEST = 2**31 - 1
Record = dict[str, Any]


def update(call: Call, seller: Seller) -> Reply:
    """POST /bulk_update_price_quantity."""
    entries = requests(call, {"sku", "shipToLocationAvailability", "offers"})
    if len(entries) > BATCH:
        raise invalid(25_727, f"The number of InventoryItems in the request cannot exceed {BATCH}.")
    skus = [entry["sku"] for entry in entries if "sku" in entry]
    if len(set(skus)) < len(skus):
        raise invalid(25_734, "SKU should be unique in the request.")
    told = [answer for entry in entries for answer in _entry(seller, entry)]
    mixed = any(one["statusCode"] != 200 for one in told)
    return json_reply({"responses": told}, 207 if mixed else 200)


def _entry(seller: Seller, entry: Record) -> list[Record]:
    """The answers to one entry: one for each offer, or one for the item alone."""
    sku, offers = str(entry.get("sku", "")), entry.get("offers") or []
    try:
        place = _item(seller, sku, entry.get("shipToLocationAvailability"))
    except Refusal as refusal:
        return [{"sku": sku, "statusCode": refusal.status, "errors": [refusal.error()]}]
    if not offers:
        return [{"sku": sku, "statusCode": 200}]
    return [_offered(seller, sku, place, one) for one in offers]


def _item(seller: Seller, sku: str, told: Any) -> tuple[Site, int] | None:
    """Write the item's quantity where one is given; raises Refusal."""
    if told is None:
        return None
    place = seller.find(sku)
    if place is None:
        raise Refusal(400, 25_702, f"{sku} could not be found or is not available in the system.", "API_INVENTORY")
    quantity = _quantity(told.get("quantity") if isinstance(told, dict) else None)
    site, index = place
    if site.shop.product(index).status == "draft":
        site.shop.set_stock(index, 0, quantity)
    return place


def _offered(seller: Seller, sku: str, place: tuple[Site, int] | None, told: Any) -> Record:
    number = str(told.get("offerId", "")) if isinstance(told, dict) else ""
    answer: Record = {"offerId": number, **({"sku": sku} if sku else {})}
    try:
        _write(seller, number, place, told)
    except Refusal as refusal:
        return {**answer, "statusCode": refusal.status, "errors": [refusal.error()]}
    return {**answer, "statusCode": 200}


def _write(seller: Seller, number: str, item: tuple[Site, int] | None, told: Record) -> None:
    """Write one published offer; raises Refusal."""
    place = seller.find_offer(number)
    if place is None:
        raise invalid(25_713, f"This Offer is not available : {number}.")
    if item is not None and item != place:
        raise invalid(25_709, f"Invalid value for offerId. The offer {number} is not of this SKU.")
    site, index = place
    if site.shop.product(index).status == "draft":
        raise invalid(25_002, "Any User error. The offer is not published.")
    if "availableQuantity" not in told and "price" not in told:
        raise invalid(25_709, "Invalid value for offers. availableQuantity or price is required.")
    quantity = _quantity(told["availableQuantity"]) if "availableQuantity" in told else None
    if "price" in told:
        _price(told["price"], site)
    if not seller.revisions.take(site.listing(index)):
        raise invalid(25_002, "Any User error. The listing has reached the daily limit of revisions.")
    if quantity is not None:
        site.shop.set_stock(index, 0, quantity)


def _quantity(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise invalid(25_004, "Invalid quantity. It must be a whole number of zero or more.")
    return value


def _price(told: Any, site: Site) -> None:
    try:
        good = Decimal(told["value"]) > 0 and told["currency"] == site.shop.currency
    except (TypeError, KeyError, InvalidOperation):
        good = False
    if not good:
        raise invalid(25_003, "Invalid price.")
