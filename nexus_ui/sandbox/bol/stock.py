"""What bol holds for the seller, as version 10 of the Retailer API writes it."""

import re
from typing import Any

from nexus_ui.sandbox.bol import reading
from nexus_ui.sandbox.bol.account import Account, held_by_bol
from nexus_ui.sandbox.bol.problems import Refusal, invalid
from nexus_ui.sandbox.gate import Call

QUERY = ("page", "quantity", "stock", "state", "query")
PAGE = 50
RANGE = re.compile(r"\d+-\d+")


def held(account: Account, call: Call) -> dict[str, Any]:
    """GET /retailer/inventory."""
    page = reading.number(call, "page", 1, 1)
    if any(not RANGE.fullmatch(text) for text in call.query.getlist("quantity")):
        raise invalid("quantity", "Must be (min-range)-(max-range).")
    if any(name in call.query for name in ("quantity", "stock", "state", "query")):
        raise Refusal(501, "This simulated bol does not filter its inventory.")
    shop = account.shop
    there = [index for index in range(shop.products.size) if held_by_bol(index) and index in shop.products]
    return {"inventory": [_line(account, index) for index in there[(page - 1) * PAGE : page * PAGE]]}


def _line(account: Account, index: int) -> dict[str, Any]:
    product = account.shop.product(index)
    return {
        "ean": product.variants[0].barcode,
        "bsku": f"295{index:010d}",
        "gradedStock": 0,
        "regularStock": account.shop.stock(index, 0) or 0,
        "title": product.title,
    }
