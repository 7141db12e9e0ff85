"""Stock as Amazon writes and reads it: a patch of one listing, and what Amazon holds itself."""

from typing import Any

import msgspec

from nexus_ui.sandbox.amazon import asking
from nexus_ui.sandbox.amazon.account import Account, asin, held_by_amazon
from nexus_ui.sandbox.amazon.listings import check_seller, index_of
from nexus_ui.sandbox.amazon.refusals import invalid
from nexus_ui.sandbox.gate import Call

QUERY = ("marketplaceIds", "includedData", "mode", "issueLocale")
HELD_QUERY = (
    "details", "granularityType", "granularityId", "startDateTime", "sellerSkus", "sellerSku", "nextToken",
    "marketplaceIds",
)  # fmt: skip
HELD_PAGE = 50
TOKEN_LIFE = 30
PATH = "/attributes/fulfillment_availability"
LARGEST = 10**7


class Patch(msgspec.Struct):
    """One operation of a patch."""

    op: str
    path: str
    value: list[dict[str, Any]] = []


class Patches(msgspec.Struct, rename="camel"):
    """The body of a patch."""

    product_type: str
    patches: list[Patch]


def patched(account: Account, call: Call, seller: str, sku: str) -> dict[str, Any]:
    """PATCH one listing."""
    check_seller(account, seller)
    preview = asking.word(call, "mode", "", "VALIDATION_PREVIEW", "") == "VALIDATION_PREVIEW"
    if not asking.store(call, account.region.store):
        raise invalid("The seller does not sell in this marketplace.")
    try:
        body = msgspec.json.decode(call.body, type=Patches)
    except msgspec.MsgspecError as error:
        raise invalid(f"Request has missing or invalid parameters and cannot be parsed. {error}") from None
    if not body.patches:
        raise invalid("At least one patch is needed.")
    index = index_of(account, sku)
    issues = [issue for patch in body.patches for issue in found_wrong(index, patch)]
    if not issues and not preview:
        for patch in body.patches:
            carry_out(account, index, patch)
    good = "VALID" if preview else "ACCEPTED"
    return {
        "sku": sku,
        "status": "INVALID" if issues else good,
        "submissionId": asking.sealed(sku, call.shop.now())[:32],
        "issues": issues,
    }


def found_wrong(index: int, patch: Patch) -> list[dict[str, Any]]:
    """The issues of one operation; raises Refusal for what is no operation at all."""
    if patch.op not in ("add", "replace", "merge", "delete"):
        raise invalid(f"The operation {patch.op} is not supported.")
    name = patch.path.removeprefix("/attributes/")
    if patch.path != PATH:
        return [_issue("90000900", "The attributes are invalid.", name)]
    if not patch.value:
        raise invalid("Value is missing for patch at index of 0.")
    return [issue for value in patch.value if (issue := _wrong_value(index, value))]


def carry_out(account: Account, index: int, patch: Patch) -> None:
    """Do what a good operation says; all but a merge drop what they do not name, such as the lead time."""
    for value in patch.value:
        account.shop.set_stock(index, 0, value["quantity"])
        if patch.op != "merge":
            account.lead_days.pop(index, None)


def held(account: Account, call: Call) -> dict[str, Any]:
    """GET what Amazon holds."""
    region, now = account.region, int(account.shop.clock())
    if call.query.get("granularityType") != "Marketplace" or not call.query.get("granularityId"):
        raise invalid("granularityType must be Marketplace, and granularityId its id.")
    here = asking.store(call, region.store) and call.query["granularityId"] == region.store
    detailed = asking.word(call, "details", "false", "true", "false") == "true"
    since = asking.moment(call, "startDateTime") or 0
    terms = asking.terms(call, "nextToken")
    behind = _behind(call.query.get("nextToken"), terms, now)
    timeline = account.shop.products
    named = _named(account, call)
    found = [
        index
        for index in (range(behind + 1, timeline.size) if named is None else named)
        if held_by_amazon(index) and index in timeline and timeline.stamp(index) >= since
    ]
    page = found[:HELD_PAGE] if here else []
    told: dict[str, Any] = {
        "payload": {
            "granularity": {"granularityType": "Marketplace", "granularityId": region.store},
            "inventorySummaries": [_summary(account, index, detailed) for index in page],
        }
    }
    if len(found) > len(page) > 0:
        told["pagination"] = {"nextToken": asking.sealed(terms, page[-1], now)}
    return told


def _named(account: Account, call: Call) -> list[int] | None:
    """The listings a list of SKUs names; None without one. A beginning counts more than a list."""
    if "startDateTime" in call.query or not {"sellerSkus", "sellerSku"} & set(call.query):
        return None
    skus = call.query.get("sellerSkus", call.query.get("sellerSku", "")).split(",")
    if len(skus) > HELD_PAGE:
        raise invalid("sellerSkus must name 50 of them at most.")
    found = [account.shop.find_sku(sku) for sku in skus]
    return sorted({place[0] for place in found if place})


def _behind(token: str | None, terms: str, now: int) -> int:
    if token is None:
        return -1
    bound, last, made = asking.opened(token, 3, "The nextToken is not valid.")
    if bound != terms or not last.isdecimal() or not made.isdecimal() or now - int(made) > TOKEN_LIFE:
        raise invalid("The nextToken has expired or does not belong to this request.")
    return int(last)


def _summary(account: Account, index: int, detailed: bool) -> dict[str, Any]:
    product = account.shop.product(index)
    left = account.shop.stock(index, 0) or 0
    record: dict[str, Any] = {
        "asin": asin(index),
        "fnSku": f"X00{index:07d}",
        "sellerSku": product.variants[0].sku or "",
        "condition": "NewItem",
        "lastUpdatedTime": asking.written(account.shop.products.stamp(index)),
        "productName": product.title,
        "totalQuantity": left + 2,
    }
    if detailed:
        record["inventoryDetails"] = {
            "fulfillableQuantity": left,
            "inboundWorkingQuantity": 0,
            "inboundShippedQuantity": 2,
            "inboundReceivingQuantity": 0,
            "reservedQuantity": {"totalReservedQuantity": 0},
        }
    return record


def _wrong_value(index: int, value: dict[str, Any]) -> dict[str, Any] | None:
    name = "fulfillment_availability"
    if not value.get("fulfillment_channel_code"):
        words = f"The field 'fulfillment_channel_code' for the attribute '{name}' does not have enough values."
        return _issue("99022", words, name)
    if value["fulfillment_channel_code"] != "DEFAULT" or held_by_amazon(index):
        return _issue("90000900", "The quantity of this fulfillment channel cannot be set.", name)
    quantity = value.get("quantity")
    if not isinstance(quantity, int) or not 0 <= quantity <= LARGEST:
        return _issue("99024", f"The value '{quantity}' for the attribute '{name}.quantity' is not valid.", name)
    return None


def _issue(code: str, message: str, attribute: str) -> dict[str, Any]:
    return {
        "code": code,
        "message": message,
        "severity": "ERROR",
        "attributeNames": [attribute],
        "categories": ["INVALID_ATTRIBUTE"],
    }
