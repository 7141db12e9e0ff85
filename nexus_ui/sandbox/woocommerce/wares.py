"""Products and variations as WooCommerce 7.9 writes them.

Field by field after `prepare_object_for_response` of the v3 controllers (github.com/woocommerce/woocommerce, read
2026-11-23): prices are texts, '' where there is none; stock_quantity is null where nothing is counted; a variation
that leaves the counting to its product says manage_stock "parent".
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zlib import crc32

from nexus_ui.sandbox.catalog_records import Product, Variant
from nexus_ui.sandbox.woocommerce import counting, dates
from nexus_ui.sandbox.woocommerce.site import Site, symbol
from nexus_ui.sandbox.woocommerce.spoiling import spoiled

STATUSES = {"active": "publish", "draft": "draft", "archived": "private", "private": "private"}
NO_SALE = {
    "date_on_sale_from": None,
    "date_on_sale_from_gmt": None,
    "date_on_sale_to": None,
    "date_on_sale_to_gmt": None,
}
SHARED: dict[str, Any] = {
    "downloads": [], "download_limit": -1, "download_expiry": -1, "tax_status": "taxable", "tax_class": "",
    "low_stock_amount": None, "shipping_class": "", "shipping_class_id": 0, "menu_order": 0, "meta_data": [],
}  # fmt: skip
PRODUCT_ONLY: dict[str, Any] = {
    "sold_individually": False, "shipping_taxable": True, "reviews_allowed": True, "average_rating": "0.00",
    "rating_count": 0, "total_sales": 0, "upsell_ids": [], "cross_sell_ids": [], "related_ids": [],
    "purchase_note": "", "default_attributes": [], "parent_id": 0,
}  # fmt: skip
SELLS_ITSELF = ("simple", "external")


def product(site: Site, index: int, base: str) -> dict[str, Any]:
    """The product at an index; `base` is the address of the API. Raises KeyError when it is gone."""
    item = site.product(index)
    number = site.numbers.product(index)
    only = item.variants[0] if item.kind in SELLS_ITSELF else None
    stamp = site.shop.products.stamp(index)
    record: dict[str, Any] = {
        "id": number,
        "name": item.title,
        "slug": item.handle,
        "permalink": f"https://{site.shop.host}/product/{item.handle}/",
        **dates.pair("date_created", min(site.created(index), stamp), site.zone),
        **dates.pair("date_modified", stamp, site.zone),
        "type": item.kind,
        "status": STATUSES[item.status],
        "featured": item.featured,
        "catalog_visibility": item.visibility,
        "description": item.body_html,
        "short_description": item.short_html,
        "sku": (only.sku if only else item.sku) or "",
        **_prices(only),
        **NO_SALE,
        **_kind(item),
        **SHARED,
        **PRODUCT_ONLY,
        **counting.of_product(site, index, item, only),
        **_measures(only),
        "shipping_required": not item.virtual,
        "categories": _terms((item.type,)),
        "tags": _terms(item.tags),
        "images": [_image(site, number, place, src) for place, src in enumerate(item.images)],
        "attributes": _attributes(item),
        "has_options": item.kind == "variable",
        "variations": _variations(site, index, item),
        "grouped_products": list(item.grouped),
        "_links": _links(base, f"products/{number}", "products"),
    }
    record.update(site.edits.get((index, None), {}))
    counting.settle(record)
    if item.kind == "variable":
        record["price"] = _cheapest(site, index, item)
    record["price_html"] = _price_html(record["price"], symbol(site.shop.currency))
    return spoiled(site, index, record)


def variation(site: Site, index: int, place: int, base: str) -> dict[str, Any]:
    """One variation of the product at an index. Raises KeyError or IndexError when it is not there."""
    item = site.product(index)
    sold = item.variants[place]
    number, parent = site.numbers.variation(index, place), site.numbers.product(index)
    stamp = site.shop.products.stamp(index)
    record: dict[str, Any] = {
        "id": number,
        **dates.pair("date_created", min(site.created(index), stamp), site.zone),
        **dates.pair("date_modified", stamp, site.zone),
        "description": sold.body_html,
        "permalink": f"https://{site.shop.host}/product/{item.handle}/?variation_id={number}",
        "sku": sold.sku or "",
        **_prices(sold),
        **NO_SALE,
        "status": "publish",
        "purchasable": sold.price is not None,
        "virtual": item.virtual,
        "downloadable": item.downloadable,
        **SHARED,
        **counting.of_variant(site, index, place, sold),
        **_measures(sold),
        "image": _image(site, number, 0, sold.image) if sold.image else None,
        "attributes": [
            {"id": 0, "name": name, "option": value}
            for name, value in zip(item.option_names, sold.options, strict=False)
            if value
        ],
        "menu_order": place + 1,
        "_links": _links(base, f"products/{parent}/variations/{number}", f"products/{parent}/variations")
        | {"up": [{"href": f"{base}/products/{parent}"}]},
    }
    record.update(site.edits.get((index, place), {}))
    if record["manage_stock"] is False:
        counting.at_parent(site, index, item, record)
    counting.settle(record)
    return record


def as_product(site: Site, index: int, place: int, base: str) -> dict[str, Any]:
    """A variation in the shape of a product, as /products/<id> and ?sku= give it."""
    parent, own = product(site, index, base), variation(site, index, place, base)
    name = f"{parent['name']} - {', '.join(each['option'] for each in own['attributes'])}"
    nothing: dict[str, Any] = {"variations": [], "images": [own["image"]] if own["image"] else [], "has_options": False}
    shared = {key: value for key, value in own.items() if key in parent}
    return parent | shared | nothing | {"name": name, "type": "variation", "parent_id": parent["id"]}


def money(amount: Decimal | None) -> str:
    """A price as WooCommerce keeps it: a plain text, empty where there is none."""
    return "" if amount is None else f"{amount:f}"


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """A name as part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _prices(sold: Variant | None) -> dict[str, Any]:
    if sold is None:
        return {"price": "", "regular_price": "", "sale_price": ""}
    if sold.price is not None and sold.compare_at is not None and sold.price < sold.compare_at:
        return {"price": "", "regular_price": money(sold.compare_at), "sale_price": money(sold.price)}
    return {"price": "", "regular_price": money(sold.price), "sale_price": ""}


def _kind(item: Product) -> dict[str, Any]:
    return {
        "purchasable": item.kind in ("simple", "variable"),
        "virtual": item.virtual,
        "downloadable": item.downloadable,
        "external_url": item.external_url,
        "button_text": item.button_text,
    }


def _cheapest(site: Site, index: int, item: Product) -> str:
    """The lowest price among the variations, which is what a variable product shows."""
    prices = []
    for place, sold in enumerate(item.variants):
        fields: Mapping[str, Any] = _prices(sold) | site.edits.get((index, place), {})
        if fields["sale_price"] or fields["regular_price"]:
            prices.append(Decimal(fields["sale_price"] or fields["regular_price"]))
    return money(min(prices, default=None))


def _price_html(price: str, sign: str) -> str:
    if not price:
        return ""
    amount = f'<span class="woocommerce-Price-currencySymbol">{sign}</span>{price}'
    return f'<span class="woocommerce-Price-amount amount"><bdi>{amount}</bdi></span>'


def _measures(sold: Variant | None) -> dict[str, Any]:
    weight = "" if sold is None or sold.grams is None else f"{Decimal(sold.grams).scaleb(-3).normalize():f}"
    return {"weight": weight, "dimensions": {"length": "", "width": "", "height": ""}}


def _terms(names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"id": crc32(name.encode()) % 10**6 + 1, "name": name, "slug": slug(name)} for name in names if name]


def _image(site: Site, number: int, place: int, src: str) -> dict[str, Any]:
    name = src.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return {"id": 10**9 + number * 100 + place, **site.image_dates, "src": src, "name": name, "alt": ""}


def _attributes(item: Product) -> list[dict[str, Any]]:
    return [
        {
            "id": 0,
            "name": attribute.name,
            "position": place,
            "visible": attribute.visible,
            "variation": attribute.name in item.option_names,
            "options": list(attribute.values),
        }
        for place, attribute in enumerate(item.attributes)
    ]


def _variations(site: Site, index: int, item: Product) -> list[int]:
    if item.kind != "variable":
        return []
    return [site.numbers.variation(index, place) for place in range(len(item.variants))]


def _links(base: str, own: str, collection: str) -> dict[str, Any]:
    return {"self": [{"href": f"{base}/{own}"}], "collection": [{"href": f"{base}/{collection}"}]}
