"""Which arguments each served route takes, and WordPress's way of checking them.

The table says what WooCommerce's own route index says; a test compares the two. Unknown arguments pass unseen, as they
do in WordPress. Rules of the checks: `rest_validate_value_from_schema` in WordPress's wp-includes/rest-api.php
(read 2026-11-23).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from nexus_ui.sandbox.woocommerce import dates
from nexus_ui.sandbox.woocommerce.refusals import Refusal

MOST_DIGITS = 25
BOOLEANS = {"true": True, "1": True, "false": False, "0": False, "": False}


@dataclass(frozen=True, slots=True)
class Arg:
    """One argument: its types, what it may be, and what it is when it is not sent."""

    types: tuple[str, ...]
    default: Any = None
    enum: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    date: bool = False
    items: "Arg | None" = None


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
}


def check(args: Mapping[str, Arg], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as values, defaults filled in; raises Refusal `rest_invalid_param` that names each wrong one."""
    values: dict[str, Any] = {name: arg.default for name, arg in args.items() if arg.default is not None}
    wrong: dict[str, tuple[str, str]] = {}
    for name, value in sent.items():
        if name in args:
            try:
                values[name] = _checked(args[name], name, value)
            except _Wrong as fault:
                wrong[name] = (fault.code, fault.message)
    if wrong:
        raise Refusal(
            400,
            "rest_invalid_param",
            f"Invalid parameter(s): {', '.join(wrong)}",
            params={name: message for name, (_, message) in wrong.items()},
            details={name: {"code": code, "message": text, "data": None} for name, (code, text) in wrong.items()},
        )
    return values


class _Wrong(Exception):
    """One value that does not fit, in WordPress's words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def _checked(arg: Arg, name: str, value: Any) -> Any:
    """The value in its type; raises _Wrong."""
    if value is None:
        if "null" in arg.types:
            return None
        raise _wrong_type(arg, name)
    kind = next(each for each in arg.types if each != "null")
    if kind == "array":
        return _array(arg, name, value)
    clean = _CASTS[kind](arg, name, value)
    if arg.enum and clean not in arg.enum:
        raise _Wrong("rest_not_in_enum", f"{name} is not one of {_listed(arg.enum)}.")
    if arg.date:
        _check_date(clean)
    _within(arg, name, clean)
    return clean


def _array(arg: Arg, name: str, value: Any) -> list[Any]:
    """A list, or the parts of a text between commas and spaces."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[\s,]+", value) if part]
    elif isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        raise _wrong_type(arg, name)
    return [_checked(arg.items, f"{name}[{n}]", item) for n, item in enumerate(value)] if arg.items else value


def _integer(arg: Arg, name: str, value: Any) -> int:
    """A whole number in any spelling PHP takes for one, held within PHP's 64 bits."""
    if isinstance(value, bool):
        raise _wrong_type(arg, name)
    try:
        number = Decimal(value if isinstance(value, int) else str(value).strip())
    except InvalidOperation:
        raise _wrong_type(arg, name) from None
    if not number.is_finite() or number.adjusted() > MOST_DIGITS or number != number.to_integral_value():
        raise _wrong_type(arg, name)
    return max(-(2**63), min(2**63 - 1, int(number)))


def _boolean(arg: Arg, name: str, value: Any) -> bool:
    word = str(int(value)) if isinstance(value, bool) else str(value).lower()
    if word not in BOOLEANS:
        raise _wrong_type(arg, name)
    return BOOLEANS[word]


def _string(arg: Arg, name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type(arg, name)
    return value


def _object(arg: Arg, name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong_type(arg, name)
    return value


_CASTS: dict[str, Callable[[Arg, str, Any], Any]] = {
    "integer": _integer,
    "boolean": _boolean,
    "string": _string,
    "object": _object,
}


def _check_date(text: str) -> None:
    try:
        dates.parse(text)
    except ValueError:
        raise _Wrong("rest_invalid_date", "Invalid date.") from None


def _within(arg: Arg, name: str, value: Any) -> None:
    if arg.minimum is not None and arg.maximum is not None:
        if not arg.minimum <= value <= arg.maximum:
            bounds = f"between {arg.minimum} (inclusive) and {arg.maximum} (inclusive)"
            raise _Wrong("rest_out_of_bounds", f"{name} must be {bounds}")
    elif arg.minimum is not None and value < arg.minimum:
        raise _Wrong("rest_out_of_bounds", f"{name} must be greater than or equal to {arg.minimum}")


def _wrong_type(arg: Arg, name: str) -> _Wrong:
    return _Wrong("rest_invalid_type", f"{name} is not of type {','.join(arg.types)}.")


def _listed(words: tuple[str, ...]) -> str:
    """Words as WordPress lists them in a sentence."""
    return f"{', '.join(words[:-1])}, and {words[-1]}" if len(words) > 2 else " and ".join(words)
