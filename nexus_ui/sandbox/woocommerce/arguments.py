"""Which arguments each served route takes.

The table says what WooCommerce's own route index says; a test compares the two.
"""

from nexus_ui.sandbox.woocommerce.checking import Arg

STRING, BOOLEAN, INTEGER = Arg(("string",)), Arg(("boolean",)), Arg(("integer",))
ARRAY, OBJECT = Arg(("array",)), Arg(("object",))
WHEN = Arg(("string",), date=True)
INTEGERS = Arg(("array",), default=[], items=INTEGER)
STRINGS = Arg(("array",), default=[], items=STRING)
TEXT_OR_NULL, INTEGER_OR_NULL = Arg(("null", "string")), Arg(("integer", "null"))


def _choice(*words: str, default: str | None = None) -> Arg:
    return Arg(("string",), default=default, enum=words)


CONTEXT = {"context": _choice("view", "edit", default="view")}
SORTS = ("date", "id", "include", "title", "slug", "modified")
STOCK_STATUS = _choice("instock", "outofstock", "onbackorder")
ORDER_STATUSES = (
    "pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "checkout-draft",
)  # fmt: skip
POST_STATUS = _choice("any", "future", "trash", "draft", "pending", "private", "publish", default="any")

COLLECTION: dict[str, Arg] = {
    **CONTEXT,
    "page": Arg(("integer",), default=1, minimum=1),
    "per_page": Arg(("integer",), default=10, minimum=1, maximum=100),
    "search": STRING,
    "after": WHEN,
    "before": WHEN,
    "modified_after": WHEN,
    "modified_before": WHEN,
    "dates_are_gmt": Arg(("boolean",), default=False),
    "exclude": INTEGERS,
    "include": INTEGERS,
    "offset": INTEGER,
    "order": _choice("asc", "desc", default="desc"),
    "orderby": _choice(*SORTS, default="date"),
    "parent": INTEGERS,
    "parent_exclude": INTEGERS,
    "include_meta": STRINGS,
    "exclude_meta": STRINGS,
}

SHELF: dict[str, Arg] = {
    **COLLECTION,
    "slug": STRING,
    "status": POST_STATUS,
    "sku": STRING,
    "on_sale": BOOLEAN,
    "min_price": STRING,
    "max_price": STRING,
    "stock_status": STOCK_STATUS,
}

PRODUCTS: dict[str, Arg] = {
    **SHELF,
    "orderby": _choice(*SORTS, "popularity", "rating", "menu_order", "price", "popularity", "rating", default="date"),
    "type": _choice("simple", "grouped", "external", "variable"),
    "featured": BOOLEAN,
    "category": STRING,
    "tag": STRING,
    "shipping_class": STRING,
    "attribute": STRING,
    "attribute_term": STRING,
    "search_sku": STRING,
}

VARIATIONS: dict[str, Arg] = {"product_id": INTEGER, **SHELF, "orderby": _choice(*SORTS, "menu_order", default="date")}

ORDERS: dict[str, Arg] = {
    **COLLECTION,
    "status": Arg(("array",), default="any", items=_choice("any", "trash", "auto-draft", *ORDER_STATUSES)),
    "customer": INTEGER,
    "product": INTEGER,
    "dp": Arg(("integer",), default=2),
    "order_item_display_meta": Arg(("boolean",), default=False),
}

WRITE_EITHER: dict[str, Arg] = {
    "description": STRING,
    "sku": STRING,
    "regular_price": STRING,
    "sale_price": STRING,
    "date_on_sale_from": TEXT_OR_NULL,
    "date_on_sale_from_gmt": TEXT_OR_NULL,
    "date_on_sale_to": TEXT_OR_NULL,
    "date_on_sale_to_gmt": TEXT_OR_NULL,
    "virtual": BOOLEAN,
    "downloadable": BOOLEAN,
    "downloads": ARRAY,
    "download_limit": INTEGER,
    "download_expiry": INTEGER,
    "tax_status": _choice("taxable", "shipping", "none"),
    "tax_class": STRING,
    "manage_stock": BOOLEAN,
    "stock_quantity": INTEGER,
    "stock_status": STOCK_STATUS,
    "backorders": _choice("no", "notify", "yes"),
    "low_stock_amount": INTEGER_OR_NULL,
    "weight": STRING,
    "dimensions": OBJECT,
    "shipping_class": STRING,
    "attributes": ARRAY,
    "menu_order": INTEGER,
    "meta_data": ARRAY,
}

WRITE_FIELDS: dict[str, Arg] = {
    **WRITE_EITHER,
    "name": STRING,
    "slug": STRING,
    "date_created": TEXT_OR_NULL,
    "date_created_gmt": TEXT_OR_NULL,
    "type": _choice("simple", "grouped", "external", "variable"),
    "status": _choice("draft", "pending", "private", "publish", "future", "auto-draft", "trash"),
    "featured": BOOLEAN,
    "catalog_visibility": _choice("visible", "catalog", "search", "hidden"),
    "short_description": STRING,
    "external_url": STRING,
    "button_text": STRING,
    "sold_individually": BOOLEAN,
    "reviews_allowed": BOOLEAN,
    "upsell_ids": ARRAY,
    "cross_sell_ids": ARRAY,
    "parent_id": INTEGER,
    "purchase_note": STRING,
    "categories": ARRAY,
    "tags": ARRAY,
    "images": ARRAY,
    "default_attributes": ARRAY,
}

VARIATION_FIELDS: dict[str, Arg] = {
    **WRITE_EITHER,
    "product_id": INTEGER,
    "status": _choice("draft", "pending", "private", "publish"),
    "image": OBJECT,
}

WRITE, VARIATION_WRITE = {"id": INTEGER, **WRITE_FIELDS}, {"id": INTEGER, **VARIATION_FIELDS}
ONE = {"id": INTEGER, **CONTEXT}

HOOK_STATUS = ("active", "paused", "disabled")
HOOKS: dict[str, Arg] = {
    **CONTEXT,
    "page": Arg(("integer",), default=1, minimum=1),
    "per_page": Arg(("integer",), default=10, minimum=1, maximum=100),
    "search": STRING,
    "after": WHEN,
    "before": WHEN,
    "exclude": INTEGERS,
    "include": INTEGERS,
    "offset": INTEGER,
    "order": _choice("asc", "desc", default="desc"),
    "orderby": _choice("date", "id", "title", default="date"),
    "status": _choice("all", *HOOK_STATUS, default="all"),
}
NEW_HOOK: dict[str, Arg] = {
    "name": STRING,
    "status": _choice(*HOOK_STATUS, default="active"),
    "topic": STRING,
    "secret": STRING,
    "delivery_url": STRING,
}
EDIT_HOOK: dict[str, Arg] = {
    "id": INTEGER, "name": STRING, "status": _choice(*HOOK_STATUS), "topic": STRING, "secret": STRING,
}  # fmt: skip

HOOK_PATH = r"/webhooks/(?P<id>[\d]+)"
PRODUCT_PATH, VARIATIONS_PATH = r"/products/(?P<id>[\d]+)", r"/products/(?P<product_id>[\d]+)/variations"

TABLE: dict[tuple[str, str], dict[str, Arg]] = {
    ("GET", "/products"): PRODUCTS,
    ("GET", PRODUCT_PATH): ONE,
    ("PUT", PRODUCT_PATH): WRITE,
    ("POST", "/products/batch"): WRITE_FIELDS,
    ("GET", VARIATIONS_PATH): VARIATIONS,
    ("GET", VARIATIONS_PATH + r"/(?P<id>[\d]+)"): {"product_id": INTEGER, **ONE},
    ("PUT", VARIATIONS_PATH + r"/(?P<id>[\d]+)"): VARIATION_WRITE,
    ("POST", VARIATIONS_PATH + "/batch"): VARIATION_FIELDS,
    ("GET", "/orders"): ORDERS,
    ("GET", r"/orders/(?P<id>[\d]+)"): ONE,
    ("GET", "/system_status"): {"context": _choice("view", default="view")},
    ("GET", "/settings"): {},
    ("GET", r"/settings/(?P<group_id>[\w-]+)"): {"group": STRING},
    ("GET", "/data/currencies/current"): {},
    ("GET", "/webhooks"): HOOKS,
    ("POST", "/webhooks"): NEW_HOOK,
    ("GET", HOOK_PATH): ONE,
    ("PUT", HOOK_PATH): EDIT_HOOK,
    ("DELETE", HOOK_PATH): {"id": INTEGER, "force": Arg(("boolean",), default=False)},
}
