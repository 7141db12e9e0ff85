"""What Amazon's notifications say: the vendor's own examples, and messages that are none."""

import json
from typing import Any

import pytest

from nexus_ui.adapters.amazon import notices
from nexus_ui.adapters.contract import About, Letter, Named
from tests.adapters.vendor import SPECS

ORDER = {
    "NotificationType": "ORDER_CHANGE",
    "Payload": {
        "OrderChangeNotification": {
            "SellerId": "A1SELLER",
            "AmazonOrderId": "111-1",
            "Summary": {"MarketplaceId": "ATVPDKIKX0DER", "DestinationPostalCode": "48110"},
        }
    },
    "NotificationMetadata": {"NotificationId": "n1"},
}
EXAMPLES = {
    "OrderChangeNotification": (About.ORDER, "903-8868176-2219830", "A3TH9S8BH6GOGM@ATVPDKIKX0DER"),
    "ListingsItemMfnQuantityChange": (About.STOCK, "NLS-SHOES-03", "AXXXXXXXXXXXXX@"),
    "ListingsItemStatusChangeNotification": (About.PRODUCT, "NLS-SHOES-03", "A3AYAZLIQ7AX77@ATVPDKIKX0DER"),
}
USELESS = ("ItemInventoryEventChangeNotification", "ReportProcessingFinishedNotification",
           "FeedProcessingFinishedNotification", "ListingsItemIssuesChangeNotification")  # fmt: skip


def example(name: str) -> str:
    """The example of a notification's schema, as it lies in a queue."""
    file = SPECS / "amazon" / f"{name}.json"
    if not file.is_file():
        pytest.skip(f"no {file}; set NEXUS_SPECS")
    return json.dumps(json.loads(file.read_text())["examples"][0])


def changed(path: str, value: Any) -> str:
    """The order's notification with one value replaced."""
    told = json.loads(json.dumps(ORDER))
    at = told
    *deep, last = path.split(".")
    for name in deep:
        at = at[name]
    at[last] = value
    return json.dumps(told)


@pytest.mark.parametrize("name", EXAMPLES)
def test_amazons_own_examples_name_one_thing_and_whose_it_is(name: str) -> None:
    """By the notification's own id, so that a copy is known again."""
    about, ref, account = EXAMPLES[name]
    letter = notices.read("r", example(name))

    assert letter.notice is not None
    assert ((Named(about, ref),), account) == (letter.notice.named, letter.account)
    assert letter.notice.key == json.loads(example(name))["NotificationMetadata"]["NotificationId"]


@pytest.mark.parametrize("name", USELESS)
def test_what_is_of_no_use_has_no_notice(name: str) -> None:
    """It is thrown away."""
    assert Letter("r") == notices.read("r", example(name))


def test_fba_stock_names_its_sku() -> None:
    """As the vendor's schema spells it."""
    body = {
        "NotificationType": "FBA_INVENTORY_AVAILABILITY_CHANGES",
        "Payload": {"SellerId": "A1SELLER", "SKU": "MUG-1"},
        "NotificationMetadata": {"NotificationId": "n1"},
    }
    letter = notices.read("r", json.dumps(body))

    assert letter.notice is not None
    assert (Named(About.STOCK, "MUG-1"),) == letter.notice.named


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        "[" * 100_000,
        '{"NotificationType": ["ORDER_CHANGE"]}',
        changed("NotificationMetadata", {}),
        changed("Payload", None),
        changed("Payload.OrderChangeNotification.AmazonOrderId", 7),
        changed("Payload.OrderChangeNotification.SellerId", ""),
        changed("NotificationType", "SOMETHING_NEW"),
    ],
)
def test_whatever_else_lies_in_the_queue_is_no_notice(body: str) -> None:
    """And breaks nothing."""
    assert Letter("r") == notices.read("r", body)


def test_nothing_of_the_buyer_is_in_a_letter() -> None:
    """A postal code stands in Amazon's message, and stays there."""
    assert "48110" not in repr(notices.read("r", json.dumps(ORDER)))
