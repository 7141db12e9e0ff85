"""Setting stock at the simulated Shopify: the rules that hold at run time, and replays."""

from typing import Any

import pytest

from tests.sandbox.admin_api import PRODUCTS, App

SET = """
mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id reason changes { name delta quantityAfterChange } }
    userErrors { code field message }
  }
}
"""
WITHOUT_KEY = SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", "")
LEVEL = """
query Level($id: ID!) { inventoryItem(id: $id) { inventoryLevels(first: 1) { nodes {
  location { id } quantities(names: ["available", "on_hand", "committed"]) { name quantity } } } } }
"""
LOCATION = "gid://shopify/Location/90000000001"


def item(app: App) -> str:
    """An inventory item of the shop."""
    found: str = app.ask(PRODUCTS, first=1)["products"]["nodes"][0]["variants"]["nodes"][0]["inventoryItem"]["id"]
    return found


def held(app: App, item_id: str) -> dict[str, int]:
    """Its quantities by name."""
    level = app.ask(LEVEL, id=item_id)["inventoryItem"]["inventoryLevels"]["nodes"][0]
    return {entry["name"]: entry["quantity"] for entry in level["quantities"]}


def wanted(item_id: str, quantity: int, **more: Any) -> dict[str, Any]:
    """The input that sets one quantity, without comparison unless told."""
    entry = {"inventoryItemId": item_id, "locationId": LOCATION, "quantity": quantity, "changeFromQuantity": None}
    head = {name: more.pop(name) for name in ("name", "reason", "referenceDocumentUri") if name in more}
    return {"name": "available", "reason": "correction", **head, "quantities": [{**entry, **more}]}


def test_available_stock_is_set_and_on_hand_follows(own_app: App) -> None:
    """The answer tells the difference; what is committed stays."""
    item_id = item(own_app)
    before = held(own_app, item_id)
    answer = own_app.ask(SET, input=wanted(item_id, 77, changeFromQuantity=before["available"]), key="one")
    after = held(own_app, item_id)

    assert [] == answer["inventorySetQuantities"]["userErrors"]
    assert [{"name": "available", "delta": 77 - before["available"], "quantityAfterChange": 77}] == answer[
        "inventorySetQuantities"
    ]["inventoryAdjustmentGroup"]["changes"]
    assert (77, 77 + before["committed"]) == (after["available"], after["on_hand"])


def test_on_hand_stock_is_set_and_available_follows(own_app: App) -> None:
    """What is committed is not available."""
    item_id = item(own_app)
    own_app.ask(SET, input=wanted(item_id, 50, name="on_hand"), key="on-hand")
    after = held(own_app, item_id)

    assert (50, 50 - after["committed"]) == (after["on_hand"], after["available"])


def test_the_same_key_repeats_the_answer_without_a_second_effect(own_app: App) -> None:
    """A retry after a lost answer is safe; the key with another input is not."""
    item_id = item(own_app)
    first = own_app.ask(SET, input=wanted(item_id, 5), key="again")
    own_app.control("touch", count=60)
    revision = own_app.shop.revision()
    repeated = own_app.ask(SET, input=wanted(item_id, 5), key="again")
    other = own_app.ask(SET, input=wanted(item_id, 6), key="again")["inventorySetQuantities"]

    assert first == repeated
    assert revision == own_app.shop.revision()
    assert ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"] == [error["code"] for error in other["userErrors"]]


def test_an_answer_lost_after_the_write_is_found_by_the_same_key(own_app: App) -> None:
    """The write took effect although nobody heard of it."""
    item_id = item(own_app)
    own_app.control("faults", fault="answer_lost", times=1, match="inventorySetQuantities")
    with pytest.raises(Exception, match="peer closed connection"):
        own_app.post(SET, {"input": wanted(item_id, 31), "key": "lost"})
    revision = own_app.shop.revision()
    answer = own_app.ask(SET, input=wanted(item_id, 31), key="lost")["inventorySetQuantities"]

    assert 31 == held(own_app, item_id)["available"]
    assert [] == answer["userErrors"]
    assert revision == own_app.shop.revision()


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ({"changeFromQuantity": -4}, "CHANGE_FROM_QUANTITY_STALE", "changeFromQuantity"),
        ({"inventoryItemId": "gid://shopify/InventoryItem/1"}, "INVALID_INVENTORY_ITEM", "inventoryItemId"),
        ({"locationId": "gid://shopify/Location/1"}, "INVALID_LOCATION", "locationId"),
        ({"quantity": 1_000_000_001}, "INVALID_QUANTITY_TOO_HIGH", "quantity"),
        ({"quantity": -1}, "INVALID_QUANTITY_NEGATIVE", "quantity"),
        ({"quantity": -1_000_000_001}, "INVALID_QUANTITY_TOO_LOW", "quantity"),
        ({"name": "reserved"}, "INVALID_NAME", "name"),
        ({"reason": "because"}, "INVALID_REASON", "reason"),
        ({"referenceDocumentUri": "just words"}, "INVALID_REFERENCE_DOCUMENT", "referenceDocumentUri"),
    ],
)
def test_a_wrong_entry_is_a_user_error_and_nothing_changes(
    own_app: App, change: dict[str, Any], code: str, place: str
) -> None:
    """Each with its code and the path of the field."""
    revision = own_app.shop.revision()
    answer = own_app.ask(SET, input=wanted(**arguments(own_app, change)), key=code)["inventorySetQuantities"]

    assert [(code, place)] == [(error["code"], error["field"][-1]) for error in answer["userErrors"]]
    assert answer["inventoryAdjustmentGroup"] is None
    assert revision == own_app.shop.revision()


def arguments(app: App, change: dict[str, Any]) -> dict[str, Any]:
    """Arguments of `wanted` with one thing wrong."""
    more = dict(change)
    return {"item_id": more.pop("inventoryItemId", item(app)), "quantity": more.pop("quantity", 4), **more}


def test_one_wrong_entry_stops_the_others(own_app: App) -> None:
    """All or nothing, as in one call of the real thing."""
    item_id = item(own_app)
    both = wanted(item_id, 4)
    both["quantities"].append({**both["quantities"][0], "inventoryItemId": "gid://shopify/InventoryItem/1"})
    before = held(own_app, item_id)
    own_app.ask(SET, input=both, key="both")

    assert before == held(own_app, item_id)


def test_the_same_place_twice_is_refused(own_app: App) -> None:
    """One quantity per item and location."""
    twice = wanted(item(own_app), 4)
    twice["quantities"] *= 2
    answer = own_app.ask(SET, input=twice, key="twice")["inventorySetQuantities"]

    assert ["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"] == [error["code"] for error in answer["userErrors"]]


def test_key_and_comparison_are_required_although_the_schema_says_otherwise(own_app: App) -> None:
    """Since 2026-04 both are checked when the call runs."""
    item_id = item(own_app)
    silent = wanted(item_id, 4)
    del silent["quantities"][0]["changeFromQuantity"]

    assert "BAD_REQUEST" == own_app.refused(WITHOUT_KEY, input=wanted(item_id, 4))["extensions"]["code"]
    assert "BAD_REQUEST" == own_app.refused(SET, input=wanted(item_id, 4), key=" ")["extensions"]["code"]
    assert "INVALID_FIELD_ARGUMENTS" == own_app.refused(SET, input=silent, key="silent")["extensions"]["code"]


def test_more_than_250_quantities_are_refused(own_app: App) -> None:
    """The largest input array of any call."""
    many = wanted(item(own_app), 4)
    many["quantities"] *= 251

    assert "MAX_INPUT_SIZE_EXCEEDED" == own_app.refused(SET, input=many, key="many")["extensions"]["code"]
