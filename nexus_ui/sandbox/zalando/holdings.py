"""What Zalando's own warehouses hold (ZFS): a snapshot of all of it, and chosen articles.

The shape of a snapshot is known from programs that read it; that of chosen articles is made alike.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.zalando.merchant import Merchant, ean, held_by_zalando, place_of
from nexus_ui.sandbox.zalando.refusals import Refusal


def snapshot(merchant: Merchant, call: Call) -> dict[str, Any]:
    """GET /zfs/item-quantity-snapshots/{merchant}: everything of which there is something."""
    created = datetime.fromtimestamp(merchant.shop.clock(), UTC).isoformat(timespec="seconds")
    there = [_quantity(number, amount) for number, amount in _held(merchant) if amount]
    return {"created": created, "item_quantity_snapshot": {"item_quantities": there}}


def quantities(merchant: Merchant, call: Call) -> dict[str, Any]:
    """GET /zfs/item-quantities/{merchant}?eans=: chosen articles, also where nothing is left."""
    numbers = [number for number in call.query.get("eans", "").split(",") if number]
    if not numbers:
        raise Refusal(400, "eans is missing.")
    there = [(number, place) for number in numbers if (place := place_of(number)) and known(merchant, *place)]
    return {
        "item_quantities": [
            _quantity(number, merchant.shop.stock(index, place) or 0)
            for number, (index, place) in there
            if held_by_zalando(index)
        ]
    }


def known(merchant: Merchant, index: int, place: int) -> bool:
    """True when there is such an article."""
    return index in merchant.shop.products and place < len(merchant.shop.product(index).variants)


def _held(merchant: Merchant) -> Iterator[tuple[str, int]]:
    shop = merchant.shop
    for index in range(shop.products.size):
        if held_by_zalando(index) and index in shop.products:
            for place in range(len(shop.product(index).variants)):
                yield ean(index, place), shop.stock(index, place) or 0


def _quantity(number: str, amount: int) -> dict[str, Any]:
    return {"ean": number, "total_quantity": amount}
