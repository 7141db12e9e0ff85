"""WooCommerce's own habits: the unsigned ping, the signed refusal in place of a body, letters escaped by PHP."""

import json
from dataclasses import replace

import pytest

from nexus_ui.adapters.woocommerce.webhooks import is_ping, read, verify
from nexus_ui.errors import SkipRecord
from tests.adapters.examples import Example, with_headers
from tests.adapters.woocommerce.deliveries import ERROR, EXAMPLES, ORDER, PING, PRODUCT, SECRET, sent


def test_a_ping_is_answered_and_means_nothing() -> None:
    """It is unsigned and passes, for nothing follows from it."""
    assert verify(PING.delivery, ())
    assert read(PING.delivery) is None


@pytest.mark.parametrize("body", [b"webhook_id=1&x=2", b"webhook_id=", b"webhook_id=1\n", b"webhook_id=" + b"1" * 21])
def test_only_the_exact_ping_passes_unsigned(body: bytes) -> None:
    """Anything beside it needs a signature."""
    assert not verify(replace(PING.delivery, body=body), (SECRET,))


@pytest.mark.parametrize("header", ["x-wc-webhook-signature", "x-wc-webhook-topic"])
def test_a_ping_with_marks_of_a_webhook_is_none(header: str) -> None:
    """A topic or a signature makes it a webhook, which must be signed."""
    marked = with_headers(PING, {**PING.delivery.headers, header: "order.created"})

    assert not is_ping(marked)
    assert not verify(marked, (SECRET,))


def test_a_signed_refusal_is_no_news() -> None:
    """What was deleted meanwhile is told by a webhook of its own, so the refusal is taken and nothing is done."""
    refusal = sent("order.updated", ERROR, None)

    assert verify(refusal.delivery, refusal.secrets)
    assert read(refusal.delivery) is None


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("order.created", PRODUCT),
        ("order.created", {"id": 1042}),
        ("order.deleted", ORDER),
        ("product.updated", ORDER),
        ("product.updated", {"id": 77}),
        ("product.deleted", PRODUCT),
        ("product.updated", {**PRODUCT, "id": 0}),
        ("product.updated", {**PRODUCT, "id": "77"}),
        ("product.updated", [PRODUCT]),
    ],
)
def test_a_body_that_contradicts_its_topic_is_set_aside(topic: str, payload: object) -> None:
    """Orders have lines, products have a type, what is deleted has its id alone."""
    with pytest.raises(SkipRecord):
        read(sent(topic, payload, None).delivery)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.notice], ids=str)
def test_the_body_counts_as_it_was_sent(example: Example) -> None:
    """PHP escapes slashes and letters; the same values written otherwise are other bytes."""
    again = json.dumps(json.loads(example.delivery.body), ensure_ascii=False).encode()

    assert not verify(replace(example.delivery, body=again), (SECRET,))
