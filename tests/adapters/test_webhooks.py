"""What is asked of every marketplace that declares webhooks, with the examples of its own test folder."""

import random

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Delivery, KeepsWebhooks, Marketplace, Notice, SecretOrigin, Webhooks
from nexus_ui.errors import SkipRecord
from tests.adapters.examples import Example, delivery, examples_of, stranger_of, with_body, with_headers
from tests.adapters.test_contract import offers

DECLARED = {slug: marketplace.webhooks for slug, marketplace in CATALOGUE.items() if marketplace.webhooks}
EXAMPLES = [pytest.param(slug, example, id=str(example)) for slug in DECLARED for example in examples_of(slug)]
SIGNED = [parameters for parameters in EXAMPLES if parameters.values[1].signed]  # type: ignore[union-attr]  # an Example


def webhooks(slug: str) -> Webhooks:
    """What a marketplace declares."""
    return DECLARED[slug]


@pytest.mark.parametrize("slug", DECLARED)
def test_webhooks_explain_themselves(slug: str) -> None:
    """Each topic says why; the secret is a declared secret field; what we cannot do, a person is told how to do."""
    declared = webhooks(slug)

    assert declared.topics
    assert offers(CATALOGUE[slug], KeepsWebhooks) == (not declared.register_by_hand)
    assert all(topic.why.endswith(".") for topic in declared.topics)
    assert len({topic.name for topic in declared.topics}) == len(declared.topics)
    assert (declared.secret is SecretOrigin.GIVEN) == bool(declared.secret_field)
    assert (declared.secret is SecretOrigin.GIVEN) == bool(declared.rotation)
    assert (declared.secret is SecretOrigin.PUBLIC_KEY) == (declared.key_id is not None)
    if declared.secret_field:
        assert declared.secret_field in _secret_fields(CATALOGUE[slug])


def _secret_fields(marketplace: Marketplace) -> set[str]:
    return {field.name for way in marketplace.sign_ins for field in way.fields if field.secret}


@pytest.mark.parametrize("slug", DECLARED)
def test_every_topic_has_an_example(slug: str) -> None:
    """What is registered is also read."""
    told = {example.notice.topic for example in examples_of(slug) if example.notice}

    assert {topic.name for topic in webhooks(slug).topics} == told


@pytest.mark.parametrize(("slug", "example"), EXAMPLES)
def test_a_good_webhook_is_read(slug: str, example: Example) -> None:
    """It verifies, also after a secret that did not sign it, and says what it points at."""
    declared = webhooks(slug)

    assert declared.verify(example.delivery, example.secrets)
    assert declared.verify(example.delivery, (stranger_of(slug), *example.secrets))
    assert example.notice == declared.read(example.delivery)


@pytest.mark.parametrize(("slug", "example"), SIGNED)
def test_a_webhook_with_one_flipped_byte_is_refused(slug: str, example: Example) -> None:
    """Wherever the byte is."""
    body, verify = example.delivery.body, webhooks(slug).verify

    for place in range(len(body)):
        flipped = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert not verify(with_body(example, flipped), example.secrets)


@pytest.mark.parametrize(("slug", "example"), SIGNED)
def test_a_webhook_nobody_here_signed_is_refused(slug: str, example: Example) -> None:
    """Another secret, none, an empty one; a body cut, padded or gone; headers missing, empty or torn."""
    verify, delivery = webhooks(slug).verify, example.delivery

    assert not verify(delivery, (stranger_of(slug),))
    assert not verify(delivery, ())
    assert not verify(delivery, ("",))
    for body in (delivery.body[:-1], delivery.body + b" ", b""):
        assert not verify(with_body(example, body), example.secrets)
    assert not verify(with_headers(example, {}), example.secrets)
    for cut in (0, 1, 2):
        torn = {name: value[: len(value) * cut // 3] for name, value in delivery.headers.items()}
        assert not verify(with_headers(example, torn), example.secrets)


@pytest.mark.parametrize(("slug", "example"), SIGNED)
def test_a_key_is_made_of_what_is_signed(slug: str, example: Example) -> None:
    """A copy under other unsigned headers has the same key, or is refused: it cannot pass for something new."""
    declared = webhooks(slug)

    for name in example.delivery.headers:
        copied = with_headers(example, {**example.delivery.headers, name: "another"})
        again = _read(declared, copied) if declared.verify(copied, example.secrets) else None
        assert again is None or (example.notice is not None and example.notice.key == again.key)


def _read(declared: Webhooks, copied: Delivery) -> Notice | None:
    """What a delivery says; None also for one that is set aside."""
    try:
        return declared.read(copied)
    except SkipRecord:
        return None


@pytest.mark.parametrize("slug", DECLARED)
def test_bytes_from_strangers_never_raise(slug: str) -> None:
    """Noise in body and headers is refused; noise that were signed would be set aside, not crash."""
    declared, noise = webhooks(slug), random.Random(28)
    names = sorted({name for example in examples_of(slug) for name in example.delivery.headers})
    topics = [example.delivery.headers for example in examples_of(slug)]
    oddities = [b"", b"null", b"[]", b'"text"', b"{", b'{"id":' + b"9" * 400 + b"}", b"[" * 20_000, b'{"id":"\xff"}']

    for body in [*oddities, *(noise.randbytes(noise.randint(1, 200)) for _ in range(200))]:
        headers = {name: noise.randbytes(noise.randint(0, 60)).decode("latin-1") for name in names}
        assert not declared.verify(delivery(slug, headers, body), ("secret", ""))
        _read(declared, delivery(slug, {**headers, **noise.choice(topics)}, body))
