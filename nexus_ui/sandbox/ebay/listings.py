"""Inventory items and their offers as the Inventory API writes them."""

import re
from typing import Any

import msgspec

from nexus_ui.sandbox.ebay.account import Seller, Site
from nexus_ui.sandbox.ebay.refusals import Refusal, invalid
from nexus_ui.sandbox.gate import Call, Reply, json_reply

API = "/sell/inventory/v1"
BATCH = 25
SKU = re.compile(r"\S{1,50}")
Record = dict[str, Any]


def items(call: Call, seller: Seller) -> Reply:
    """GET /inventory_item: `offset` counts pages."""
    limit, page = _whole(call, "limit", 25, 1, 200), _whole(call, "offset", 0, 0, 10**6)
    there = seller.articles()
    shown = there[page * limit : (page + 1) * limit]
    path = f"{API}/inventory_item?limit={limit}&offset="
    told: Record = {
        "href": f"{path}{page}",
        "total": len(there),
        "size": -(-len(there) // limit),
        "limit": limit,
        "inventoryItems": [item(site, index) for site, index in shown],
    }
    if (page + 1) * limit < len(there):
        told["next"] = f"{path}{page + 1}"
    if page:
        told["prev"] = f"{path}{page - 1}"
    return json_reply(told)


def some(call: Call, seller: Seller) -> Reply:
    """POST /bulk_get_inventory_item."""
    skus = [one.get("sku") for one in requests(call, {"sku"})]
    if len(skus) > BATCH:
        raise invalid(25_727, f"The number of InventoryItems in the request cannot exceed {BATCH}.")
    if len(set(skus)) < len(skus):
        raise invalid(25_734, "SKU should be unique in the request.")
    told = [_some(seller, str(sku)) for sku in skus]
    mixed = any(one["statusCode"] != 200 for one in told)
    return json_reply({"responses": told}, 207 if mixed else 200)


def offers(call: Call, seller: Seller) -> Reply:
    """GET /offer: those of one SKU."""
    sku = call.query.get("sku", "")
    if not SKU.fullmatch(sku):
        words = "This is an invalid value for a SKU. Only alphanumeric characters can be used for SKUs, and their "
        raise invalid(25_707, f"{words}length must not exceed 50 characters.")
    limit, page = _whole(call, "limit", 100, 1, 100), _whole(call, "offset", 0, 0, 10**6)
    place = seller.find(sku)
    if place is None:
        raise Refusal(404, 25_713, "This Offer is not available.", "API_INVENTORY")
    wanted, kind = call.query.get("marketplace_id"), call.query.get("format")
    found = [one for one in [offer(*place)] if wanted in (None, one["marketplaceId"]) and kind in (None, one["format"])]
    shown = found[page * limit : (page + 1) * limit]
    href = f"{API}/offer?sku={sku}&limit={limit}&offset={page}"
    return json_reply({"href": href, "total": len(found), "size": len(shown), "limit": limit, "offers": shown})


def one_offer(call: Call, seller: Seller, number: str) -> Reply:
    """GET /offer/{offerId}."""
    place = seller.find_offer(number)
    if place is None:
        raise Refusal(404, 25_713, f"This Offer is not available : {number}.", "API_INVENTORY")
    return json_reply(offer(*place))


def item(site: Site, index: int) -> Record:
    """The article at an index as an inventory item. Raises KeyError when it is gone."""
    found = site.shop.product(index)
    sold = found.variants[0]
    held = site.shop.stock(index, 0)
    told: Record = {
        "locale": "de_DE" if site.code == "EBAY_DE" else "en_GB",
        "product": {"title": found.title, "brand": found.vendor, "imageUrls": list(found.images)},
        "condition": "NEW",
        "availability": {"shipToLocationAvailability": {} if held is None else {"quantity": held}},
    }
    if sold.barcode:
        told["product"]["ean"] = [sold.barcode]
    return told if sold.sku is None else {"sku": sold.sku, **told}


def offer(site: Site, index: int) -> Record:
    """Its offer on its site."""
    found = site.shop.product(index)
    sold = found.variants[0]
    held = site.shop.stock(index, 0)
    told: Record = {
        "offerId": site.offer(index),
        "marketplaceId": site.code,
        "format": "FIXED_PRICE",
        "categoryId": "11450",
        "merchantLocationKey": "main-warehouse",
        "listingDuration": "GTC",
        "hideBuyerDetails": False,
        "includeCatalogProductDetails": True,
        "status": "UNPUBLISHED" if found.status == "draft" else "PUBLISHED",
    }
    if sold.sku is not None:
        told["sku"] = sold.sku
    if sold.price is not None:
        told["pricingSummary"] = {"price": {"value": f"{sold.price}", "currency": site.shop.currency}}
    if held is not None:
        told["availableQuantity"] = held
    if told["status"] == "PUBLISHED":
        over = "ENDED" if found.status == "archived" else "ACTIVE" if held else "OUT_OF_STOCK"
        told["listing"] = {"listingId": site.listing(index), "listingStatus": over, "soldQuantity": 0}
    return told


def requests(call: Call, fields: set[str]) -> list[Record]:
    """The entries of a bulk call's body; raises Refusal for another shape."""
    if call.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise invalid(25_709, "Invalid value for header Content-Type.")
    try:
        told = msgspec.json.decode(call.body)
    except msgspec.DecodeError:
        raise invalid(25_709, "Invalid value for the request body.") from None
    entries = told.get("requests") if isinstance(told, dict) else None
    if not isinstance(entries, list) or not entries:
        raise invalid(25_709, "Invalid value for requests. It must not be empty.")
    if not all(isinstance(entry, dict) and set(entry) <= fields for entry in entries):
        raise invalid(25_709, "Invalid value for requests.")
    return entries


def _some(seller: Seller, sku: str) -> Record:
    place = seller.find(sku)
    if place is None:
        refusal = Refusal(404, 25_702, f"SKU {sku} is not available in the system", "API_INVENTORY")
        return {"sku": sku, "statusCode": 404, "errors": [refusal.error()]}
    return {"sku": sku, "statusCode": 200, "inventoryItem": item(*place)}


def _whole(call: Call, name: str, default: int, least: int, most: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise invalid(25_706, f"You have provided invalid pagination values. {name} must be from {least} to {most}.")
    return int(text)
