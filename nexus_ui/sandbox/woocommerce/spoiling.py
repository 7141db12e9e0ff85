"""Records no shop should give and some do, while the switch `bad_records` is on."""

from typing import Any

from nexus_ui.sandbox.woocommerce.site import Site

NO_DATES = dict.fromkeys(("date_created", "date_created_gmt", "date_modified", "date_modified_gmt"))
ABSURD: tuple[dict[str, Any], ...] = (
    {"price": "abc", "regular_price": "abc"},
    {"id": 0},
    NO_DATES,
    {"manage_stock": True, "stock_quantity": 10**15},
    {"stock_quantity": "many", "manage_stock": True},
    {"name": None, "sku": None},
)


def spoiled(site: Site, index: int, record: dict[str, Any]) -> dict[str, Any]:
    """The record, or one absurdity in it when the switch is on and this index has its turn."""
    fault = site.shop.faults.look("bad_records")
    every = max(1, fault.every) if fault else 0
    if not every or index % every:
        return record
    return record | ABSURD[index // every % len(ABSURD)]
