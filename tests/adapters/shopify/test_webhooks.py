"""Shopify signs the body alone: what a caught one can be made to say, and what not."""

import json
from dataclasses import replace

import pytest

from nexus_ui.adapters.contract import About, Named
from nexus_ui.adapters.kit.signatures import hmac_sha256
from nexus_ui.adapters.shopify.webhooks import read, verify
from nexus_ui.errors import SkipRecord
from tests.adapters.examples import Example, with_headers
from tests.adapters.shopify.deliveries import EXAMPLES, LEVEL, ORDER, PRODUCT, SECRET, SHOP, sent

KIND = {"orders": "order", "products": "product", "inventory_levels": "stock", "app": "access"}


def test_the_signature_is_the_published_one() -> None:
    """HMAC-SHA256 in base64, by the well-known vector of the algorithm."""
    body = b"The quick brown fox jumps over the lazy dog"

    assert "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=" == hmac_sha256(body, "key")


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
@pytest.mark.parametrize("claimed", [one.delivery.headers["x-shopify-topic"] for one in EXAMPLES[:-1]])
def test_a_body_replayed_under_another_topic_says_nothing_new(example: Example, claimed: str) -> None:
    """It verifies, for the body is good. It is refused, or names the same thing under the same key."""
    topic = example.delivery.headers["x-shopify-topic"]
    caught = with_headers(example, {**example.delivery.headers, "x-shopify-topic": claimed})
    assert verify(caught, example.secrets)

    try:
        notice = read(caught)
    except SkipRecord as refused:
        assert claimed != topic
        assert "something else" in refused.message
        return

    assert example.notice is not None
    assert notice is not None
    assert KIND[topic.split("/")[0]] == KIND[claimed.split("/")[0]]
    assert (example.notice.key, example.notice.named) == (notice.key, notice.named)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("orders/create", PRODUCT),
        ("orders/create", {"id": 5001}),
        ("orders/create", {**ORDER, "id": 5002}),
        ("products/update", {"id": 9001}),
        ("products/delete", PRODUCT),
        ("products/delete", SHOP),
        ("products/delete", {"id": 9001, "admin_graphql_api_id": "gid://shopify/Order/9001"}),
        ("inventory_levels/update", {**LEVEL, "inventory_item_id": 7002}),
        ("inventory_levels/update", {"inventory_item_id": 7001}),
        ("app/uninstalled", ORDER),
        ("app/uninstalled", {"id": 548}),
        ("app/uninstalled", {**SHOP, "id": "548"}),
    ],
)
def test_a_body_that_contradicts_its_topic_is_set_aside(topic: str, payload: dict[str, object]) -> None:
    """Only a body that is itself of the claimed kind is believed."""
    with pytest.raises(SkipRecord):
        read(sent(topic, payload, None).delivery)


def test_the_removal_of_an_app_names_the_shop() -> None:
    """So that the same app's removal from another shop cannot be told to this connection."""
    notice = read(sent("app/uninstalled", SHOP, None).delivery)

    assert notice is not None
    assert (Named(About.ACCESS, "gid://shopify/Shop/548"),) == notice.named


def test_the_body_counts_as_it_was_sent() -> None:
    """The same values written anew are other bytes, and are refused."""
    example = EXAMPLES[2]
    again = json.dumps(json.loads(example.delivery.body)).encode()

    assert not verify(replace(example.delivery, body=again), (SECRET,))
