"""bol's own specs judge what the adapter asks and what the sandbox answers."""

import pytest

from tests.adapters.bol.conformance import judged
from tests.adapters.vendor import specs_of

pytestmark = pytest.mark.conformance

USED = {
    "get-retailer-information", "get-offers", "get-orders", "get-order", "get-inventory", "update-offer",
    "get-push-notification-subscriptions", "post-push-notification-subscription", "put-push-notification-subscription",
    "delete-push-notification-subscription", "get-subscription-keys", "get-process-status",
}  # fmt: skip


async def test_every_request_and_answer_fits_the_vendors_specs() -> None:
    """No violation on either side, and every operation that is used was judged."""
    found = await judged(specs_of("bol"))

    assert [] == found.violations
    assert USED == set(found.operations)
    assert found.requests > 200
    assert found.requests == found.answers + sum(found.undescribed.values())
