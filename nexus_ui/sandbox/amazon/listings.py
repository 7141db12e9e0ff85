"""Listings as version 2021-08-01 of Amazon's Listings Items API writes them: one for each SKU of the shop."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from nexus_ui.sandbox.amazon import asking
from nexus_ui.sandbox.amazon.account import Account, asin, held_by_amazon
from nexus_ui.sandbox.amazon.refusals import denied, invalid, not_simulated, unknown
from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.shop import MICROS

PARTS = (
    "summaries", "attributes", "issues", "offers", "fulfillmentAvailability", "procurement", "relationships",
    "productTypes",
)  # fmt: skip
ONE_QUERY = ("marketplaceIds", "issueLocale", "includedData")
FILTERS = (
    "identifiers", "identifiersType", "variationParentSku", "packageHierarchySku", "createdAfter", "createdBefore",
    "lastUpdatedAfter", "lastUpdatedBefore", "withIssueSeverity", "withStatus", "withoutStatus",
)  # fmt: skip
TIMES = ("createdAfter", "createdBefore", "lastUpdatedAfter", "lastUpdatedBefore")
QUERY = (*ONE_QUERY, *FILTERS, "sortBy", "sortOrder", "pageSize", "pageToken")
KINDS = ("ASIN", "EAN", "FNSKU", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC")
PAGED_THROUGH = 1_000
MISMATCH = "Search parameters do not match the provided 'pageToken'."


def listed(account: Account, call: Call, seller: str) -> dict[str, Any]:
    """GET a page of listings."""
    check_seller(account, seller)
    parts = asking.words(call, "includedData", PARTS, ("summaries",))
    size = asking.number(call, "pageSize", 10, 0, 20)
    if not asking.store(call, account.region.store):
        return {"numberOfResults": 0, "items": []}
    if "identifiers" in call.query:
        found = _named(account, call)
        return {"numberOfResults": len(found), "items": [item(account, index, parts) for index in found[:size]]}
    return _page(account, call, parts, size)


def one(account: Account, call: Call, seller: str, sku: str) -> dict[str, Any]:
    """GET one listing."""
    check_seller(account, seller)
    parts = asking.words(call, "includedData", PARTS, ("summaries",))
    here = asking.store(call, account.region.store)
    return item(account, index_of(account, sku), parts if here else ())


def check_seller(account: Account, seller: str) -> None:
    """Raise Refusal for another seller's name."""
    if seller != account.region.seller:
        raise denied()


def index_of(account: Account, sku: str) -> int:
    """The index of a SKU; raises Refusal."""
    found = account.shop.find_sku(sku)
    if found is None or found[0] not in account.shop.products:
        raise unknown(f"SKU '{sku}'")
    return found[0]


def item(account: Account, index: int, parts: tuple[str, ...]) -> dict[str, Any]:
    """The listing at an index. Raises KeyError when it is gone."""
    shop, store = account.shop, account.region.store
    product = shop.product(index)
    only = product.variants[0]
    record: dict[str, Any] = {"sku": only.sku} if only.sku else {}
    left = shop.stock(index, 0)
    if "summaries" in parts:
        status = ["BUYABLE", "DISCOVERABLE"] if product.status == "active" and left else ["DISCOVERABLE"]
        summary = {
            "marketplaceId": store,
            "asin": asin(index),
            "productType": product.type.upper() or "PRODUCT",
            "conditionType": "new_new",
            "status": status if product.status == "active" else [],
            "itemName": product.title,
            "createdDate": asking.written(shop.products.first_stamp(index)),
            "lastUpdatedDate": asking.written(shop.products.stamp(index)),
        }
        record["summaries"] = [summary | ({"fnSku": f"X00{index:07d}"} if held_by_amazon(index) else {})]
    if "offers" in parts:
        price = {"currencyCode": account.region.currency, "amount": str(only.price)}
        record["offers"] = [{"marketplaceId": store, "offerType": "B2C", "price": price}] if only.price else []
    if "fulfillmentAvailability" in parts:
        record["fulfillmentAvailability"] = [_availability(account, index, left)]
    if "productTypes" in parts:
        record["productTypes"] = [{"marketplaceId": store, "productType": product.type.upper() or "PRODUCT"}]
    if "issues" in parts:
        record["issues"] = []
    if "attributes" in parts:
        record["attributes"] = {"lead_time_to_ship_max_days": account.lead_days.get(index, 2)}
    return record


def _availability(account: Account, index: int, left: int | None) -> dict[str, Any]:
    """Amazon tells no quantity of what it holds itself."""
    if held_by_amazon(index):
        return {"fulfillmentChannelCode": f"AMAZON_{account.region.code.upper()}"}
    return {"fulfillmentChannelCode": "DEFAULT"} | ({} if left is None else {"quantity": left})


def _named(account: Account, call: Call) -> list[int]:
    """The listings a list of identifiers names, sorted by index."""
    if asking.word(call, "identifiersType", "", *KINDS) != "SKU":
        raise not_simulated("look for other identifiers than SKUs")
    names = call.query["identifiers"].split(",")
    if not 1 <= len(names) <= 20:
        raise invalid("identifiers must name from 1 to 20 of them.")
    found = [account.shop.find_sku(name) for name in names]
    return sorted({place[0] for place in found if place and place[0] in account.shop.products})


def _page(account: Account, call: Call, parts: tuple[str, ...], size: int) -> dict[str, Any]:
    by = asking.word(call, "sortBy", "lastUpdatedDate", "sku", "createdDate", "lastUpdatedDate")
    ascending = asking.word(call, "sortOrder", "DESC", "ASC", "DESC") == "ASC"
    used = [name for name in FILTERS if name in call.query and name not in TIMES]
    if used or by == "sku" or (by == "createdDate" and not ascending):
        raise not_simulated(f"filter or sort by {(used or [by])[0]}")
    times = {name: asking.moment(call, name) for name in TIMES}
    terms = asking.terms(call, "pageToken", "includedData")
    token = call.query.get("pageToken")
    if token is None:
        limited = any(moment is not None for moment in times.values())
        matching = (_within(account, index, times) for index in account.shop.products.after(0))
        total, walked, behind = (sum(matching) if limited else len(account.shop.products)), 0, None
    else:
        total, walked, behind = _place(token, terms)
    if by == "createdDate":
        coming = _by_creation(account, -1 if behind is None else behind)
    else:
        coming = _by_change(account, ascending, times["lastUpdatedAfter"] or 0, behind)
    wanted = (index for index in coming if _within(account, index, times))
    page = list(islice(wanted, min(size, PAGED_THROUGH - walked)))
    told: dict[str, Any] = {"numberOfResults": total, "items": [item(account, index, parts) for index in page]}
    walked += len(page)
    if page and next(wanted, None) is not None and walked < PAGED_THROUGH:
        last = page[-1] if by == "createdDate" else account.shop.products.stamp(page[-1])
        told["pagination"] = {"nextToken": asking.sealed(terms, total, walked, last)}
    return told


def _place(token: str, terms: str) -> tuple[int, int, int]:
    """How many there are, how many were told, and where the last one stands; raises Refusal for another query's."""
    bound, total, walked, behind = asking.opened(token, 4, MISMATCH)
    if bound != terms or not all(part.isdecimal() for part in (total, walked, behind)):
        raise invalid(MISMATCH)
    return int(total), int(walked), int(behind)


def _within(account: Account, index: int, times: Mapping[str, int | None]) -> bool:
    """True for a listing whose times, in whole seconds as they are told, fit every filter."""
    timeline = account.shop.products
    told = {"created": timeline.first_stamp(index), "lastUpdated": timeline.stamp(index)}
    seconds = {name: stamp // MICROS * MICROS for name, stamp in told.items()}
    return all(
        moment is None or (seconds[name[:-5]] >= moment if name.endswith("After") else seconds[name[:-6]] <= moment)
        for name, moment in times.items()
    )


def _by_creation(account: Account, behind: int) -> Iterator[int]:
    return (index for index in range(behind + 1, account.shop.products.size) if index in account.shop.products)


def _by_change(account: Account, ascending: bool, since: int, behind: int | None) -> Iterator[int]:
    timeline = account.shop.products
    if ascending:
        return timeline.after(since - 1 if behind is None else behind)
    return timeline.before(2**62 if behind is None else behind)
