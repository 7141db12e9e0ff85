"""Whatever shape an answer has: what makes sense arrives, the rest is set aside, and nothing else is raised."""

import copy
import json
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Link
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import Budget
from nexus_ui.adapters.kit.retry import RetryPolicy
from nexus_ui.errors import NexusError
from tests.adapters.amazon.test_translate import LISTING, ORDER
from tests.adapters.amazon.test_walk import LONG_AGO
from tests.adapters.counterparts import Journal, Ring, collect

AMAZON = CATALOGUE["amazon"]
FINITE = st.floats(allow_nan=False, allow_infinity=False)
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), FINITE, st.text(max_size=5), st.just([]), st.just({}), st.just([None]),
    st.just("2026-13-01"), st.just("9999-12-31T23:59:59-14:00"), st.just("0001-01-01T00:00:00+14:00"), st.just(1e300),
    st.just(-1), st.just("NaN"),
)  # fmt: skip
HELD = {"sellerSku": "MUG-1", "totalQuantity": 9, "inventoryDetails": {"fulfillableQuantity": 4},
        "lastUpdatedTime": "2026-11-21T10:00:00Z"}  # fmt: skip


def spoiled(whole: Any, draw: st.DataObject) -> Any:
    """The same with one value somewhere in it replaced or gone."""
    found = copy.deepcopy(whole)
    at = found
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = draw.draw(st.sampled_from(keys))
        if isinstance(at[key], dict | list) and at[key] and draw.draw(st.integers(0, 9)):
            at = at[key]
            continue
        if isinstance(at, dict) and draw.draw(st.booleans()):
            del at[key]
        else:
            at[key] = draw.draw(ODD)
        return found


async def told(body: Any, stream: str) -> tuple[list[Any], list[Any]]:
    """What a stream makes of one answer, after which Amazon knows no more."""
    answers = iter([body])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "api.amazon.com":
            return httpx.Response(200, json={"access_token": "Atza|x", "expires_in": 3600})
        return httpx.Response(200, content=json.dumps(next(answers, {})))

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        http = Http(
            client=client, base_url="https://sellingpartnerapi-na.amazon.com", watcher=Journal(), limiter=Budget({}),
            hosts={"login": "https://api.amazon.com"}, mask=str, retry=RetryPolicy(attempts=0),
        )  # fmt: skip
        adapter: Any = AMAZON.build(Link(http, Ring(AMAZON.sandbox_fields)))
        return await collect(getattr(adapter, stream)(LONG_AGO, None))


@settings(max_examples=200, deadline=None)
@given(st.data())
async def test_a_listing_of_any_shape_costs_no_other(draw: st.DataObject) -> None:
    """The listing beside it arrives, and the odd one is there, set aside, or not of this store."""
    odd = spoiled(LISTING, draw)
    good, bad = await told({"numberOfResults": 2, "items": [odd, LISTING | {"sku": "MUG-2"}]}, "products")

    assert "MUG-2" in [product.ref for product in good]
    assert len(good) + len(bad) <= 2
    assert all(one.ref and one.reason.endswith(".") for one in bad)


@settings(max_examples=200, deadline=None)
@given(st.data())
async def test_an_order_of_any_shape_costs_no_other(draw: st.DataObject) -> None:
    """The order beside it arrives, and the odd one is there or set aside."""
    odd = spoiled(ORDER, draw)
    good, bad = await told({"orders": [odd, ORDER | {"orderId": "111-2"}]}, "orders")

    assert "111-2" in [order.ref for order in good]
    assert 2 == len(good) + len(bad)


@settings(max_examples=200, deadline=None)
@given(st.data())
async def test_stock_of_any_shape_costs_no_other(draw: st.DataObject) -> None:
    """The SKU beside it arrives, and the odd one is there or set aside."""
    odd = spoiled(HELD, draw)
    page = {"payload": {"inventorySummaries": [odd, HELD | {"sellerSku": "MUG-2"}]}}
    good, bad = await told(page, "inventory")

    assert "MUG-2" in [level.variant_ref for level in good]
    assert 2 == len(good) + len(bad)


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(["products", "orders", "inventory"]))
async def test_a_page_of_any_shape_is_read_or_refused(draw: st.DataObject, stream: str) -> None:
    """An answer that makes no sense ends in one of our own errors."""
    pages: dict[str, Any] = {
        "products": {"numberOfResults": 1, "items": [LISTING], "pagination": {}},
        "orders": {"orders": [ORDER], "pagination": {}, "lastUpdatedBefore": "2026-11-21T10:00:00Z"},
        "inventory": {"payload": {"inventorySummaries": [HELD]}, "pagination": {}},
    }
    try:
        await told(spoiled(pages[stream], draw), stream)
    except NexusError as error:
        assert error.message.endswith(".")
