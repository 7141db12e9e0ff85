"""eBay's own API files judge what the adapter asks and what the sandbox answers."""

import asyncio

import pytest

from tests.adapters.ebay.conformance import TOKEN_PATH, both_sites, judged_traffic
from tests.adapters.recording import Traffic
from tests.adapters.vendor import specs_of

pytestmark = pytest.mark.conformance

USED = {
    "getInventoryItems", "bulkGetInventoryItem", "getOffers", "getOffer", "bulkUpdatePriceQuantity", "getOrders",
    "getRateLimits", "getUser", "updateConfig", "getDestinations", "createDestination", "updateDestination",
    "deleteDestination", "getSubscriptions", "createSubscription", "enableSubscription", "deleteSubscription",
    "getTopic", "getPublicKey",
}  # fmt: skip


@pytest.fixture(scope="module")
def traffic() -> list[Traffic]:
    """The traffic of a full cycle of both sites."""
    return asyncio.run(both_sites())


def test_every_request_and_answer_fits_the_vendors_files(traffic: list[Traffic]) -> None:
    """No violation on either side, and every operation that is used was judged."""
    found = judged_traffic(traffic, specs_of("ebay"))

    assert [] == found.violations
    assert USED == set(found.operations) == found.judged
    assert found.requests > 500
    assert found.requests == found.answers + sum(found.undescribed.values())
    assert {"401", "403", "429"} == {name.rpartition(" ")[2] for name in found.undescribed}


def test_answers_for_each_item_were_among_them(traffic: list[Traffic]) -> None:
    """Reads and writes of many were answered with 200, 207 and 400."""
    bulk = {(one.path.rpartition("/")[2], one.status) for one in traffic if "/bulk_" in one.path}

    assert {
        ("bulk_get_inventory_item", 200),
        ("bulk_get_inventory_item", 207),
        ("bulk_update_price_quantity", 200),
        ("bulk_update_price_quantity", 207),
        ("bulk_update_price_quantity", 400),
    } == bulk


def test_every_call_for_a_token_is_as_documented(traffic: list[Traffic]) -> None:
    """Basic credentials and a form: the documentation, since no file tells of it."""
    calls = [one for one in traffic if one.path.endswith(TOKEN_PATH)]

    assert calls
    assert {"basic"} == {one.headers["authorization"].partition(" ")[0].lower() for one in calls}
    assert {"application/x-www-form-urlencoded"} == {one.headers["content-type"] for one in calls}
    assert {200} == {one.status for one in calls}
