"""Amazon's own models judge what the adapter asks and what the sandbox answers."""

import asyncio

import pytest

from tests.adapters.amazon.conformance import documents, full_cycle, verdict
from tests.adapters.recording import Traffic
from tests.adapters.vendor import specs_of

pytestmark = pytest.mark.conformance

USED = {
    "getMarketplaceParticipations", "searchListingsItems", "getListingsItem", "patchListingsItem", "searchOrders",
    "getOrder", "getInventorySummaries", "createFeedDocument", "createFeed", "getFeed", "getFeedDocument",
    "getDestinations", "createDestination", "getSubscription", "createSubscription",
}  # fmt: skip


@pytest.fixture(scope="module")
def traffic() -> list[Traffic]:
    """The traffic of a full cycle."""
    return asyncio.run(full_cycle())


def test_every_request_and_answer_fits_the_vendors_models(traffic: list[Traffic]) -> None:
    """No violation on either side, every operation that is used was judged, and a feed with its report too."""
    found = verdict(traffic, specs_of("amazon"))

    assert [] == found.violations
    assert USED == set(found.operations)
    assert found.requests > 90
    assert found.requests == found.answers + sum(found.undescribed.values())
    assert 1 == len(list(documents(traffic)))


def test_no_request_asks_for_the_buyer(traffic: list[Traffic]) -> None:
    """Neither personal parts of an order nor a token for restricted data, and no answer holds a buyer."""
    asked = " ".join(f"{one.path}?{one.query}" for one in traffic)

    assert all(word not in asked for word in ("BUYER", "RECIPIENT", "TAX", "PAYMENT", "restrictedDataToken"))
    assert all(b'"buyer"' not in one.answer and b'"recipient"' not in one.answer for one in traffic)


def test_one_token_serves_all_calls(traffic: list[Traffic]) -> None:
    """Once, once more after one was refused as expired, and those of another session and of the app for its queue."""
    asked = [one.body.decode() for one in traffic if one.path.endswith("/auth/o2/token")]

    assert 3 == sum("grant_type=refresh_token" in form for form in asked)
    assert 1 == sum("grant_type=client_credentials" in form for form in asked)
