"""Changing a product or a variation, after `prepare_object_for_database` of the v3 controllers (read 2026-11-23).

A quantity sent to something that is not counted is not refused: WooCommerce ignores it and answers 200. Grouped and
external products are never counted. Saving always moves date_modified, of a variation's product too.
"""

import re
from collections.abc import Mapping
from typing import Any

from nexus_ui.sandbox.woocommerce import wares
from nexus_ui.sandbox.woocommerce.refusals import Refusal
from nexus_ui.sandbox.woocommerce.site import Site, Spot

KEPT = frozenset(
    {
        "name", "slug", "status", "featured", "catalog_visibility", "description", "short_description", "sku",
        "virtual", "downloadable", "tax_status", "tax_class", "manage_stock", "stock_status", "backorders",
        "low_stock_amount", "sold_individually", "weight", "reviews_allowed", "purchase_note", "menu_order",
        "external_url", "button_text", "upsell_ids", "cross_sell_ids",
    }
)  # fmt: skip
PRICES = ("regular_price", "sale_price")
NEVER_COUNTED = ("grouped", "external")
WITHOUT_PRICE = ("grouped", "variable")


def change_product(site: Site, index: int, sent: Mapping[str, Any]) -> None:
    """Save checked arguments on a product; raises Refusal for a SKU that is taken."""
    kind = site.product(index).kind
    fields = _fields(site, (index, None), sent)
    if kind in WITHOUT_PRICE:
        fields = {name: value for name, value in fields.items() if name not in PRICES}
    if kind in NEVER_COUNTED:
        fields |= {"manage_stock": False, "backorders": "no"}
    counted = fields.get("manage_stock", wares.product(site, index, "")["manage_stock"])
    _save(site, (index, None), fields)
    if counted is True and "stock_quantity" in sent and kind == "variable":
        site.edits[index, None]["stock_quantity"] = sent["stock_quantity"]
    elif counted is True and "stock_quantity" in sent:
        site.shop.set_stock(index, 0, sent["stock_quantity"])


def change_variation(site: Site, index: int, place: int, sent: Mapping[str, Any]) -> None:
    """Save checked arguments on a variation; raises Refusal for a SKU that is taken."""
    fields = _fields(site, (index, place), sent)
    counted = fields.get("manage_stock", wares.variation(site, index, place, "")["manage_stock"])
    if counted is not True:
        fields["backorders"] = "no"
    _save(site, (index, place), fields)
    if counted is True and "stock_quantity" in sent:
        site.shop.set_stock(index, place, sent["stock_quantity"])


def _fields(site: Site, spot: Spot, sent: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept as it was sent, prices cleaned as WooCommerce does."""
    fields = {name: value for name, value in sent.items() if name in KEPT}
    fields |= {name: _decimal(sent[name]) for name in PRICES if name in sent}
    if fields.get("sku"):
        _refuse_taken_sku(site, spot, fields["sku"])
    return fields


def _save(site: Site, spot: Spot, fields: Mapping[str, Any]) -> None:
    site.edits.setdefault(spot, {}).update(fields)
    site.shop.products.touch(spot[0], site.shop.now())


def _refuse_taken_sku(site: Site, spot: Spot, sku: str) -> None:
    holder = site.find_sku(sku)
    if holder is None or holder == spot:
        return
    index, place = holder
    number = site.numbers.product(index) if place is None else site.numbers.variation(index, place)
    raise Refusal(400, "product_invalid_sku", "Invalid or duplicated SKU.", resource_id=number, unique_sku=f"{sku}-1")


def _decimal(text: str) -> str:
    """Only digits, sign and point survive; a text without them becomes no price."""
    clean = re.sub(r"[^0-9.\-]", "", text)
    return clean if re.fullmatch(r"-?\d*\.?\d+|-?\d+\.", clean) else ""
