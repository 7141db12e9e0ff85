"""One function for each served route: checked arguments in, records out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nexus_ui.sandbox.woocommerce import about, listing, receipts, subscriptions, wares, writes
from nexus_ui.sandbox.woocommerce.arguments import (
    HOOK_PATH,
    PRODUCT_PATH,
    VARIATION_FIELDS,
    VARIATIONS_PATH,
    WRITE_FIELDS,
)
from nexus_ui.sandbox.woocommerce.checking import check
from nexus_ui.sandbox.woocommerce.refusals import Refusal, invalid_id, not_simulated
from nexus_ui.sandbox.woocommerce.request import Request
from nexus_ui.sandbox.woocommerce.site import Site

BATCH_LIMIT = 100
VARIATION = "product_variation"
MAKE_HOOK = ("POST", "/webhooks")
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked question: the arguments as values, and the ids from the path as they were written."""

    site: Site
    request: Request
    values: Mapping[str, Any]
    ids: Mapping[str, str]

    @property
    def base(self) -> str:
        """The address links start with."""
        return self.request.base


def without_key(route: tuple[str, str]) -> Refusal:
    """What somebody without a known key hears."""
    method, path = route
    if path.endswith("/batch"):
        return Refusal(
            401, "woocommerce_rest_cannot_batch", "Sorry, you are not allowed to batch manipulate this resource."
        )
    if route == MAKE_HOOK:
        return Refusal(401, "woocommerce_rest_cannot_create", "Sorry, you are not allowed to create resources.")
    if method == "DELETE":
        return Refusal(401, "woocommerce_rest_cannot_delete", "Sorry, you are not allowed to delete this resource.")
    if method == "PUT":
        return Refusal(401, "woocommerce_rest_cannot_edit", "Sorry, you are not allowed to edit this resource.")
    if "<id>" in path:
        return Refusal(401, "woocommerce_rest_cannot_view", "Sorry, you cannot view this resource.")
    return Refusal(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")


def list_products(asked: Asked) -> listing.Found:
    """GET /products; `sku` finds variations too."""
    if asked.values.get("sku"):
        return listing.by_sku(asked.site, asked.values["sku"], asked.base)
    return listing.find(asked.site, listing.products(asked.site, asked.base), asked.values)


def one_product(asked: Asked) -> Record:
    """GET /products/<id>; the id of a variation gives that variation."""
    index, place = _spot(asked.site, asked.values["id"], "product", 404)
    if place is not None:
        return wares.as_product(asked.site, index, place, asked.base)
    return wares.product(asked.site, index, asked.base)


def put_product(asked: Asked) -> Record:
    """PUT /products/<id>."""
    return _change_product(asked, asked.values)


def batch_products(asked: Asked) -> Record | list[Any]:
    """POST /products/batch."""
    return _batch(asked, lambda item: _change_product(asked, check(WRITE_FIELDS, item) | _id(item)))


def list_variations(asked: Asked) -> listing.Found:
    """GET /products/<id>/variations; a product that is not there has none."""
    spot = _find(asked.site, int(asked.ids["product_id"]))
    if spot is None or spot[1] is not None:
        return listing.Found([], 0, 0)
    return listing.find(asked.site, listing.variations(asked.site, spot[0], asked.base), asked.values)


def one_variation(asked: Asked) -> Record:
    """GET /products/<id>/variations/<id>."""
    index, place = _variation(asked, asked.values["id"], 404)
    return wares.variation(asked.site, index, place, asked.base)


def put_variation(asked: Asked) -> Record:
    """PUT /products/<id>/variations/<id>."""
    return _change_variation(asked, asked.values)


def batch_variations(asked: Asked) -> Record | list[Any]:
    """POST /products/<id>/variations/batch."""
    return _batch(asked, lambda item: _change_variation(asked, check(VARIATION_FIELDS, item) | _id(item)))


def list_orders(asked: Asked) -> listing.Found:
    """GET /orders."""
    return listing.find(asked.site, listing.orders(asked.site, asked.base), asked.values)


def one_order(asked: Asked) -> Record:
    """GET /orders/<id>."""
    index = receipts.index_of(asked.site, asked.values["id"])
    if index is None:
        raise invalid_id("shop_order", 404)
    return receipts.order(asked.site, index, asked.base)


def flat(query: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A query as pairs again, lists with their numbers."""
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if isinstance(value, dict):
            pairs.extend((f"{name}[{place}]", item) for place, item in value.items())
        else:
            pairs.append((name, value))
    return pairs


def _change_product(asked: Asked, sent: Mapping[str, Any]) -> Record:
    index, place = _spot(asked.site, sent["id"], "product", 400)
    if place is not None:
        raise Refusal(
            404,
            "woocommerce_rest_invalid_product_id",
            "To manipulate product variations you should use the /products/&lt;product_id&gt;/variations/&lt;id&gt; "
            "endpoint.",
        )
    writes.change_product(asked.site, index, sent)
    return wares.product(asked.site, index, asked.base)


def _change_variation(asked: Asked, sent: Mapping[str, Any]) -> Record:
    index, place = _variation(asked, sent["id"], 400)
    writes.change_variation(asked.site, index, place, sent)
    return wares.variation(asked.site, index, place, asked.base)


def _batch(asked: Asked, update: Callable[[Record], Record]) -> Record | list[Any]:
    """Each update with its answer or its own error (PHP's empty array for none); raises Refusal for too many."""
    jobs = {name: _items(asked.request.body.get(name)) for name in ("create", "update", "delete")}
    if sum(len(items) for items in jobs.values()) > BATCH_LIMIT:
        message = f"Unable to accept more than {BATCH_LIMIT} items for this request."
        raise Refusal(413, "woocommerce_rest_request_entity_too_large", message)
    if jobs["create"] or jobs["delete"]:
        raise not_simulated("create or delete products")
    return {"update": [_one_of_batch(item, update) for item in jobs["update"]]} if jobs["update"] else []


def _items(told: Any) -> list[Any]:
    """What can be counted; anything else is no list of items."""
    if isinstance(told, dict):
        return list(told.values())
    return told if isinstance(told, list) else []


def _one_of_batch(told: Any, update: Callable[[Record], Record]) -> Record:
    item: Record = told if isinstance(told, dict) else {}
    try:
        return update(item)
    except Refusal as refusal:
        return {"id": item.get("id", 0), "error": refusal.body()}


def _id(item: Record) -> Record:
    """WordPress reads an id as a number whatever it is."""
    try:
        return {"id": int(item.get("id", 0))}
    except (TypeError, ValueError, OverflowError):
        return {"id": 0}


def _find(site: Site, number: int) -> tuple[int, int | None] | None:
    """Index and place of a product or variation that is there, or None."""
    spot = site.numbers.find(number)
    if spot is None or spot[0] not in site.shop.products:
        return None
    index, place = spot
    if place is None:
        return spot
    item = site.product(index)
    return spot if item.kind == "variable" and place < len(item.variants) else None


def _spot(site: Site, number: int, post_type: str, status: int) -> tuple[int, int | None]:
    spot = _find(site, number)
    if spot is None:
        raise invalid_id(post_type, status)
    return spot


def _variation(asked: Asked, number: int, status: int) -> tuple[int, int]:
    """A variation of the product named in the path; raises Refusal when it is not one of its own."""
    index, place = _spot(asked.site, number, VARIATION, status)
    if place is None or asked.site.numbers.product(index) != int(asked.ids["product_id"]):
        raise invalid_id(VARIATION, status)
    return index, place


ROUTES: dict[tuple[str, str], Callable[[Asked], Any]] = {
    ("GET", "/products"): list_products,
    ("GET", PRODUCT_PATH): one_product,
    ("PUT", PRODUCT_PATH): put_product,
    ("POST", "/products/batch"): batch_products,
    ("GET", VARIATIONS_PATH): list_variations,
    ("GET", VARIATIONS_PATH + r"/(?P<id>[\d]+)"): one_variation,
    ("PUT", VARIATIONS_PATH + r"/(?P<id>[\d]+)"): put_variation,
    ("POST", VARIATIONS_PATH + "/batch"): batch_variations,
    ("GET", "/orders"): list_orders,
    ("GET", r"/orders/(?P<id>[\d]+)"): one_order,
    ("GET", "/system_status"): lambda asked: about.system_status(asked.site),
    ("GET", "/settings"): lambda _: about.settings_groups(),
    ("GET", r"/settings/(?P<group_id>[\w-]+)"): lambda asked: about.settings(asked.site, asked.ids["group_id"]),
    ("GET", "/data/currencies/current"): lambda asked: about.currency(asked.site, asked.base),
    ("GET", "/webhooks"): lambda asked: subscriptions.found(asked.site, asked.values, asked.base),
    MAKE_HOOK: lambda asked: subscriptions.make(asked.site, asked.values, asked.base),
    ("GET", HOOK_PATH): lambda asked: subscriptions.one(asked.site, asked.values["id"], asked.base),
    ("PUT", HOOK_PATH): lambda asked: subscriptions.edit(asked.site, asked.values, asked.base),
    ("DELETE", HOOK_PATH): lambda asked: subscriptions.delete(asked.site, asked.values, asked.base),
}
