"""Shopify's global ids for the sandbox's indices, and back."""

import re

_GID = re.compile(r"gid://shopify/(\w+)/(\d{1,18})(?:\?inventory_item_id=(\d{1,18}))?")
PRODUCT, VARIANT, ITEM = 8_000_000_000_000, 44_000_000_000_000, 46_000_000_000_000
LOCATION, ORDER, LINE, IMAGE = 90_000_000_001, 5_500_000_000_000, 14_000_000_000_000, 32_000_000_000_000
PLACES = 2_048
LINES = 64


def gid(kind: str, number: int) -> str:
    """The global id of a thing."""
    return f"gid://shopify/{kind}/{number}"


def level_gid(location: int, item: int) -> str:
    """The global id of an inventory level: a location's number and an item's."""
    return f"gid://shopify/InventoryLevel/{location}?inventory_item_id={item}"


def parse(text: str) -> tuple[str, int, int | None] | None:
    """Kind, number and (for levels) the item's number of a global id, or None when it is not one."""
    found = _GID.fullmatch(text)
    return (found[1], int(found[2]), int(found[3]) if found[3] else None) if found else None


def number(text: str, kind: str) -> int | None:
    """The number of a global id of this kind; None when it is anything else."""
    found = parse(text)
    return found[1] if found is not None and found[0] == kind else None
