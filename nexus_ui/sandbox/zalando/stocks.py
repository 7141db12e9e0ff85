"""Stock updates as the vendor's Stocks API 1.1.0 takes them: up to 1000 a call, each answered for itself."""

from typing import Any

import msgspec

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.zalando.holdings import known
from nexus_ui.sandbox.zalando.merchant import CHANNELS, SELLING, Merchant, held_by_zalando, is_ean, place_of
from nexus_ui.sandbox.zalando.refusals import JSON, Refusal

MOST = 1000
DONE, INVALID, PENDING = 0, 101, 104
LARGEST = 2**31 - 1


class Update(msgspec.Struct, forbid_unknown_fields=True):
    """What is to stand for one article in one channel."""

    sales_channel_id: str
    ean: str
    quantity: int


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """The body."""

    items: list[Update]


def update(merchant: Merchant, call: Call) -> dict[str, Any]:
    """POST /merchants/{merchant}/stocks."""
    if call.headers.get("content-type", "").split(";")[0].strip() != JSON:
        raise Refusal(415, f"This resource takes {JSON}.")
    try:
        items = msgspec.json.decode(call.body, type=Request).items
    except msgspec.MsgspecError as error:
        raise Refusal(400, f"The body does not fit: {error}") from None
    if len(items) > MOST:
        raise Refusal(400, f"A batch holds {MOST} stock updates at the most.")
    if len({(item.sales_channel_id, item.ean) for item in items}) < len(items):
        raise Refusal(400, "All stock updates of a batch must have a unique combination of sales_channel_id and ean.")
    if any(item.quantity > LARGEST for item in items):
        raise Refusal(400, "quantity must be a number of 32 bits.")
    if headers := merchant.budgets.spend("stock updates", len(items)):
        raise Refusal(429, "You have exceeded the limit of stock updates.", headers)
    return {"results": [{"item": msgspec.to_builtins(item), "result": _result(merchant, item)} for item in items]}


def _result(merchant: Merchant, item: Update) -> dict[str, Any]:
    if problem := _problem(item):
        return {"status": "REJECTED", "code": INVALID, "description": problem}
    place = place_of(item.ean)
    if place is None or not known(merchant, *place):
        return {"status": "ACCEPTED", "code": PENDING, "description": "Waiting for the article to be onboarded"}
    channel = next((one for one in SELLING if one.id == item.sales_channel_id), None)
    if channel is not None and not held_by_zalando(place[0]):
        merchant.shop.set_stock(*place, item.quantity, channel.location)
    return {"status": "ACCEPTED", "code": DONE}


def _problem(item: Update) -> str:
    if not is_ean(item.ean):
        return f"{item.ean} is not a valid EAN"
    if item.sales_channel_id not in {channel.id for channel in CHANNELS}:
        return f"{item.sales_channel_id} is not a sales channel of this merchant"
    return "quantity must not be negative" if item.quantity < 0 else ""
