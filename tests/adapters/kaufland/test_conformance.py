"""Kaufland's own API file judges what the adapter asks and what the sandbox answers."""

import asyncio

import pytest

from tests.adapters.kaufland.conformance import PREFIX, both_storefronts
from tests.adapters.openapi_judge import judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic
from tests.adapters.vendor import specs_of

pytestmark = pytest.mark.conformance

USED = {
    "GetAllStorefronts", "getWarehouses", "getUnits", "getUnit", "patchUnit", "bulkUpdateUnits",
    "GetOrders", "GetOrder", "GetOrderUnit", "GetSubscriptions", "AddSubscription", "UpdateSubscription",
    "DeleteSubscription",
}  # fmt: skip


@pytest.fixture(scope="module")
def spec() -> Spec:
    """Kaufland's file, or a skip that says where it was looked for."""
    return Spec.load(specs_of("kaufland") / "swagger.json")


@pytest.fixture(scope="module")
def traffic() -> list[Traffic]:
    """The traffic of a full cycle of both storefronts."""
    return asyncio.run(both_storefronts())


def test_every_request_and_answer_fits_the_vendors_file(spec: Spec, traffic: list[Traffic]) -> None:
    """No violation on either side, and every operation that is used was judged."""
    found = judge(traffic, [spec], PREFIX)

    assert [] == found.violations
    assert USED == set(found.operations)
    assert len(traffic) == found.requests
    assert found.answers == found.requests - sum(found.undescribed.values())
    assert {"GetAllStorefronts 403", "GetAllStorefronts 429"} == set(found.undescribed)


def test_every_request_carries_what_the_vendor_requires(traffic: list[Traffic]) -> None:
    """The file leaves out the headers; the documentation names them."""
    needed = {"shop-client-key", "shop-timestamp", "shop-signature", "user-agent", "accept"}

    assert [] == [one.path for one in traffic if not needed <= set(one.headers)]
    assert [] == [one.path for one in traffic if len(one.headers["shop-signature"]) != 64]
