"""How the root fields of a query are answered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.shopify import ids, versions
from nexus_ui.sandbox.shopify.access import Grant
from nexus_ui.sandbox.shopify.lookup import (
    ORDERS_REACH,
    level_of,
    location_of,
    order_of,
    product_of,
    variant_at,
    variant_of,
)
from nexus_ui.sandbox.shopify.paging import (
    MOST,
    Slice,
    Walk,
    checked_first,
    cursor,
    page_of_list,
    page_of_walk,
    position,
)
from nexus_ui.sandbox.shopify.refusals import Refusal, access_denied
from nexus_ui.sandbox.shopify.search import Search, Value, parse
from nexus_ui.sandbox.shopify.sources import LocationSource, OrderSource, ProductSource, Typed, VariantSource
from nexus_ui.sandbox.shopify.subscriptions import SubscriptionDesk

Fields = Mapping[str, Callable[..., Any]]
Args = dict[str, Any]

NODE_SCOPES = {
    "Product": "read_products",
    "ProductVariant": "read_products",
    "InventoryItem": "read_inventory",
    "InventoryLevel": "read_inventory",
    "Location": "read_locations",
    "Order": "read_orders",
}


@dataclass(slots=True)
class Root:
    """What a document is run against: a shop, as one app with its permissions sees it."""

    shop: Shop
    grant: Grant
    scopes: frozenset[str]
    searches: list[tuple[str, Search]]
    webhooks: SubscriptionDesk
    loops: bool = False


def _search(root: Root, field: str, args: Args, known: Mapping[str, Callable[[int], Value]]) -> Search:
    search = parse(args.get("query"), known)
    if search.unknown:
        root.searches.append((field, search))
    return search


def _product_terms(shop: Shop) -> Mapping[str, Callable[[int], Value]]:
    return {
        "id": lambda index: ids.PRODUCT + index,
        "created_at": lambda index: ProductSource(shop, index).created,
        "status": lambda index: shop.product(index).status,
        "handle": lambda index: shop.product(index).handle,
        "title": lambda index: shop.product(index).title,
        "vendor": lambda index: shop.product(index).vendor,
        "product_type": lambda index: shop.product(index).type,
    }


def _order_terms(shop: Shop) -> Mapping[str, Callable[[int], Value]]:
    def status(index: int) -> str:
        sale = shop.order(index)
        return "cancelled" if sale.cancelled else "open"

    return {
        "id": lambda index: ids.ORDER + index,
        "name": lambda index: f"#{shop.order(index).number}",
        "status": status,
        "created_at": shop.placed,
        "processed_at": shop.placed,
        "financial_status": lambda index: shop.order(index).payment,
        "fulfillment_status": lambda index: shop.order(index).fulfilment,
        "email": lambda index: shop.order(index).email,
    }


def _products(root: Root, args: Args) -> Walk:
    terms = _product_terms(root.shop)
    search = _search(root, "products", args, terms)
    return Walk(root.shop.products, args.get("sortKey") == "UPDATED_AT", search, search.test(terms))


def _orders(root: Root, args: Args) -> Walk:
    shop, terms = root.shop, _order_terms(root.shop)
    search = _search(root, "orders", args, terms)
    search.terms = [term for term in search.terms if (term.name, term.wanted) != ("status", "any")]
    test = search.test(terms)
    if "read_all_orders" not in root.scopes:
        oldest = shop.now() - ORDERS_REACH
        asked = test or (lambda _: True)
        test = lambda index: shop.placed(index) >= oldest and asked(index)  # noqa: E731 - closes over the older test
    return Walk(shop.orders, args.get("sortKey") == "UPDATED_AT", search, test)


def _orders_page(root: Root, args: Args) -> Slice:
    part = page_of_walk(_orders(root, args), args, "orders", lambda index: OrderSource(root.shop, index))
    return _looped(part, args) if root.loops else part


def _products_page(root: Root, args: Args) -> Slice:
    part = page_of_walk(_products(root, args), args, "products", lambda index: ProductSource(root.shop, index))
    return _looped(part, args) if root.loops else part


def _looped(part: Slice, args: Args) -> Slice:
    """A page that never leads on: its cursor is the one it was asked with."""
    here = args.get("after") or cursor(0)
    return Slice(part.nodes, lambda _: here, True, part.earlier)


def _variants_page(root: Root, args: Args) -> Slice:
    """All variants of the shop by id, or those of the SKUs searched for."""
    shop, first, after = root.shop, checked_first(args, "productVariants"), position(args.get("after"))
    search = _search(root, "productVariants", args, {"sku": lambda _: None})
    skus = [term.wanted for term in search.terms if term.name == "sku"]
    if skus:
        places = [shop.find_sku(sku) for sku in skus]
        return page_of_list([variant_at(shop, *place) for place in places if place], args, "productVariants")
    found = list(islice(_variants(shop, -1 if after is None else after), first + 1))
    return Slice(found[:first], lambda node: cursor(node.number), len(found) > first, after is not None)


def _variants(shop: Shop, after: int) -> Iterator[VariantSource]:
    for index in range(max(0, after) // ids.PLACES, shop.products.size):
        if index in shop.products:
            yield from (variant for variant in ProductSource(shop, index).variants() if variant.number > after)


def _count(walk: Walk, args: Args) -> dict[str, Any]:
    limit = args.get("limit")
    if limit is not None and limit < 1:
        raise Refusal(f"limit must be positive, but is {limit}", "INVALID_FIELD_ARGUMENTS")
    most = limit if limit is not None else len(walk.timeline)
    if walk.test is None and not walk.search.terms:
        found = len(walk.timeline)
    else:
        found = sum(1 for _ in islice(walk.indices(None, False), most + 1))
    return {"count": min(found, most), "precision": "AT_LEAST" if found > most else "EXACT"}


def _nodes(root: Root, args: Args) -> list[Typed | None]:
    if len(args["ids"]) > MOST:
        said = f"The input array size of {len(args['ids'])} is greater than the maximum allowed of {MOST}."
        raise Refusal(said, "MAX_INPUT_SIZE_EXCEEDED", ["nodes", "ids"])
    return [_node(root, text) for text in args["ids"]]


def _node(root: Root, text: str) -> Typed | None:
    kind = (ids.parse(text) or ("", 0, None))[0]
    scope = NODE_SCOPES.get(kind)
    if scope is not None and scope not in root.scopes:
        raise access_denied("node", scope)
    find: Mapping[str, Callable[[], Any]] = {
        "Product": lambda: product_of(root.shop, text),
        "Order": lambda: _order(root, {"id": text}),
        "InventoryLevel": lambda: level_of(root.shop, text),
        "ProductVariant": lambda: variant_of(root.shop, text, "ProductVariant"),
        "InventoryItem": lambda: variant_of(root.shop, text, "InventoryItem"),
        "Location": lambda: location_of(root.shop, text),
        "WebhookSubscription": lambda: root.webhooks.one(text),
    }
    found = find[kind]() if kind in find else None
    return None if found is None else Typed(kind, found)


def _order(root: Root, args: Args) -> OrderSource | None:
    return order_of(root.shop, args["id"], "read_all_orders" in root.scopes)


def _locations(root: Root, args: Args) -> Slice:
    found = [LocationSource(root.shop, place) for place in range(len(root.shop.locations))]
    return page_of_list(found, args, "locations")


QUERY: Fields = {
    "shop": lambda root: root,
    "appInstallation": lambda root, _: root,
    "currentAppInstallation": lambda root: root,
    "inventoryItem": lambda root, args: variant_of(root.shop, args["id"], "InventoryItem"),
    "inventoryLevel": lambda root, args: level_of(root.shop, args["id"]),
    "location": lambda root, args: (
        location_of(root.shop, args["id"]) if args.get("id") else LocationSource(root.shop, 0)
    ),
    "locations": _locations,
    "node": lambda root, args: _node(root, args["id"]),
    "nodes": _nodes,
    "order": _order,
    "orders": _orders_page,
    "ordersCount": lambda root, args: _count(_orders(root, args), args),
    "product": lambda root, args: product_of(root.shop, args["id"]),
    "products": _products_page,
    "productsCount": lambda root, args: _count(_products(root, args), args),
    "productVariant": lambda root, args: variant_of(root.shop, args["id"], "ProductVariant"),
    "productVariants": _variants_page,
    "publicApiVersions": lambda _: versions.SUPPORTED,
    "webhookSubscription": lambda root, args: root.webhooks.one(args["id"]),
    "webhookSubscriptions": lambda root, args: root.webhooks.page(args),
}
