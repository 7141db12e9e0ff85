"""Walmart's own API files judge what the adapter asks and what the sandbox answers."""

import asyncio
import json
from typing import Any

import pytest

from tests.adapters.openapi_judge import judge
from tests.adapters.recording import Traffic
from tests.adapters.vendor import specs_of
from tests.adapters.walmart.conformance import PREFIX, document, full_cycle, judges

pytestmark = pytest.mark.conformance

USED = {
    "tokenAPI", "getTokenDetail", "getAllItems", "getAllOrders", "getMultiNodeInventoryForAllSkuAndAllShipNodes",
    "getMultiNodeInventoryForSkuAndAllShipnodes", "getWFSInventory", "updateInventoryForAnItem", "updateBulkInventory",
    "getFeedItemStatus", "getAnOrder", "getAllSubscriptions", "createSubscription", "updateSubscription",
    "deleteSubscription", "getEventTypes",
}  # fmt: skip
RETYPED = {"getPartnerConfigurations", "getWFSInventoryDetails"}


@pytest.fixture(scope="module")
def traffic() -> list[Traffic]:
    """The traffic of a full cycle."""
    return asyncio.run(full_cycle())


def test_every_request_and_answer_fits_the_vendors_files(traffic: list[Traffic]) -> None:
    """No violation on either side, and every operation that is used was judged."""
    found = judge(traffic, judges(specs_of("walmart")), PREFIX)

    assert [] == found.violations
    assert USED | RETYPED == set(found.operations)
    assert len(traffic) == found.requests > 90
    assert found.answers == found.requests - sum(found.undescribed.values())


def test_every_request_names_itself_anew(traffic: list[Traffic]) -> None:
    """The correlation id of each call is its own, and the other headers are always there."""
    named = [one.headers["wm_qos.correlation_id"] for one in traffic]
    needed = {"wm_svc.name", "wm_consumer.channel.type", "accept"}

    assert len(named) == len(set(named))
    assert [] == [one.path for one in traffic if not needed <= set(one.headers)]
    assert [] == [one.path for one in traffic if not {"authorization", "wm_sec.access_token"} & set(one.headers)]


def test_a_feed_is_of_the_shape_of_the_vendors_example(traffic: list[Traffic]) -> None:
    """The file describes the form only; its example shows what is in it."""
    asked = document(specs_of("walmart"), "inventory")["paths"]["/v3/feeds"]["post"]["requestBody"]["content"]
    example = asked["multipart/form-data"]["examples"]["MultiNode_Bulk_Inventory_Update_Request"]["value"]
    sent = [one.body for one in traffic if one.path.endswith("/v3/feeds")]
    files = [json.loads(body[body.index(b"\r\n\r\n") + 4 : body.rindex(b"\r\n--")]) for body in sent]

    assert files
    assert all(shape(file) == shape(example) for file in files)
    assert {example["inventoryHeader"]["version"]} == {file["inventoryHeader"]["version"] for file in files}


def shape(value: Any) -> Any:
    """The names in a value and the types of what they name; of a list, that of its first element."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) else type(value).__name__
