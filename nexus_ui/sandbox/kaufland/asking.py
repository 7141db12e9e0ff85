"""Reading a request as the vendor's file declares it; what it does not allow is refused field by field."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.kaufland.refusals import Refusal, invalid, no_storefront
from nexus_ui.sandbox.kaufland.seller import Seller, Storefront
from nexus_ui.sandbox.shop import MICROS

CODES = ("de", "cz", "sk", "pl", "at", "fr", "it")
UNIT_FIELDS: dict[str, type] = {
    "status": str, "amount": int, "handling_time": int, "listing_price": int, "minimum_price": int, "note": str,
    "id_shipping_group": int, "id_warehouse": int, "vat_indicator": str, "eco_participation": int,
    "battery_participation": int,
}  # fmt: skip
LEAST = {"amount": 0, "handling_time": 0, "listing_price": 1, "minimum_price": 1}
MOST = {"handling_time": 100}
LARGEST_INT32 = 2**31 - 1
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def storefront(call: Call, seller: Seller, *, required: bool) -> list[Storefront]:
    """The storefronts asked about: one, or all where it may be left out; raises Refusal."""
    code = call.query.get("storefront")
    if code is None and not required:
        return list(seller.storefronts.values())
    if code not in CODES:
        raise invalid(storefront=f"storefront must be one of {', '.join(CODES)}")
    found = seller.storefronts.get(code)
    if found is None:
        raise no_storefront(code)
    return [found]


def page(call: Call, *, least: int, most: int) -> tuple[int, int]:
    """Limit and offset; raises Refusal."""
    return _whole(call, "limit", 30, least, most), _whole(call, "offset", 0, 0, LARGEST_INT32)


def embedded(call: Call, allowed: tuple[str, ...]) -> set[str]:
    """What else is asked for; raises Refusal."""
    names = set(call.query.getlist("embedded")) - {""}
    if not names <= set(allowed):
        raise invalid(embedded=f"embedded must be one of {', '.join(allowed)}")
    return names


def moment(call: Call, name: str) -> int | None:
    """A time in microseconds, None when it is not asked for; raises Refusal."""
    text = call.query.get(name)
    if text is None:
        return None
    if not DATE.fullmatch(text):
        raise invalid(**{name: f"{name} must be a date like 2021-07-24T19:26:05Z"})
    try:
        return int(datetime.fromisoformat(text).timestamp() * MICROS)
    except (ValueError, OverflowError):
        raise invalid(**{name: f"{name} is not a date"}) from None


def number(text: str, name: str) -> int:
    """A number of the path; raises Refusal."""
    if not text.isdecimal() or not 0 < int(text) < 2**63:
        raise invalid(**{name: f"{name} must be a positive number"})
    return int(text)


def body(call: Call) -> Any:
    """The JSON body; raises Refusal."""
    try:
        return msgspec.json.decode(call.body)
    except msgspec.DecodeError:
        raise Refusal(400, "bad-request", "The body is not valid JSON.") from None


def changes(told: Any) -> Mapping[str, Any]:
    """The fields of a unit that are to change; raises Refusal."""
    if not isinstance(told, dict):
        raise invalid(unit_data="unit_data must be an object")
    wrong = {name: why for name, value in told.items() if (why := _unfit(name, value))}
    if wrong:
        raise invalid(**wrong)
    return told


def _unfit(name: str, value: Any) -> str:
    kind = UNIT_FIELDS.get(name)
    if kind is None:
        return f"{name} is not a field of a unit"
    if not isinstance(value, kind) or isinstance(value, bool):
        return f"{name} must be {'a number' if kind is int else 'a text'}"
    if isinstance(value, int) and not LEAST.get(name, 1) <= value <= MOST.get(name, LARGEST_INT32):
        return f"{name} must be greater than {LEAST.get(name, 1) - 1}"
    return ""


def _whole(call: Call, name: str, default: int, least: int, most: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise invalid(**{name: f"{name} must be a number from {least} to {most}"})
    return int(text)
