"""bol signs the body with a key of its own, named in a header that strangers can write as they like."""

import base64
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_elliptic
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.bol.webhooks import key_id, read, verify
from nexus_ui.adapters.contract import About, Named
from nexus_ui.errors import SkipRecord, Surprise
from nexus_ui.sandbox.bol.account import account_of, offer_id
from nexus_ui.sandbox.server import run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.bol.deliveries import EXAMPLES, PRIVATE, PUBLIC, STRANGER, sent, signed, told
from tests.adapters.counterparts import Journal, counterpart_of
from tests.adapters.examples import Example, with_headers

GOOD = EXAMPLES[0]
SIGNATURE = signed(GOOD.delivery.body)


def under(header: str) -> Example:
    """The good webhook under another Signature header."""
    return replace(GOOD, delivery=with_headers(GOOD, {"signature": header}))


@pytest.mark.parametrize(
    "header",
    [
        f'keyId=0, algorithm="rsa-sha256", signature={SIGNATURE}',
        f'keyId="0",algorithm="rsa-sha256",signature="{SIGNATURE}"',
        f"signature={SIGNATURE}, algorithm=RSA-SHA256, keyId=0",
    ],
)
def test_the_header_is_read_however_it_is_written(header: str) -> None:
    """Quoted or not, in any order."""
    assert "0" == key_id(under(header).delivery)
    assert verify(under(header).delivery, (PUBLIC,))


@pytest.mark.parametrize(
    "header",
    [
        "",
        SIGNATURE,
        f'algorithm="rsa-sha256", signature={SIGNATURE}',
        f"keyId=0, signature={SIGNATURE}",
        f'keyId=0, algorithm="hmac-sha256", signature={SIGNATURE}',
        f'keyId=0, algorithm="none", signature={SIGNATURE}',
        'keyId=0, algorithm="rsa-sha256", signature=',
        'keyId=0, algorithm="rsa-sha256"',
        f'keyId=../0, algorithm="rsa-sha256", signature={SIGNATURE}',
        f'keyId={"9" * 65}, algorithm="rsa-sha256", signature={SIGNATURE}',
    ],
)
def test_no_key_is_fetched_for_a_header_that_makes_no_sense(header: str) -> None:
    """bol allows ten looks at its keys an hour; a stranger's header must not spend them."""
    assert "" == key_id(under(header).delivery)
    assert not verify(under(header).delivery, (PUBLIC,))


def test_another_kind_of_signature_or_key_is_refused() -> None:
    """A padding bol does not use, a key of another kind, a certificate that is none."""
    padded = base64.b64encode(PRIVATE.sign(GOOD.delivery.body, PSS(MGF1(SHA256()), PSS.MAX_LENGTH), SHA256())).decode()
    elliptic = generate_elliptic(SECP256R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    assert not verify(under(f'keyId=0, algorithm="rsa-sha256", signature={padded}').delivery, (PUBLIC,))
    assert not verify(GOOD.delivery, (elliptic.decode(), STRANGER, PUBLIC[:40]))


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_signature_belongs_to_its_body(example: Example) -> None:
    """What one webhook was signed with does not sign another, nor the same values written anew."""
    others = [one.delivery.body for one in EXAMPLES if one is not example]
    again = json.dumps(json.loads(example.delivery.body)).encode()

    for body in (*others, again):
        assert not verify(replace(example.delivery, body=body), (PUBLIC,))


@pytest.mark.parametrize("named", ["", "../offers", "a/b", "x" * 65, "A1\n"])
def test_a_name_that_could_lead_elsewhere_is_set_aside(named: str) -> None:
    """Ids become part of an address."""
    with pytest.raises(SkipRecord):
        read(sent(told("ORDER", "CREATE", named)).delivery)


def test_what_differs_in_any_part_is_another_event() -> None:
    """bol numbers no delivery: resource, type, id and time together do."""
    bodies = [
        told("ORDER", "CREATE", "A1"),
        told("ORDER", "UPDATE", "A1"),
        told("ORDER", "CREATE", "A2"),
        told("ORDER", "CREATE", "A1", "2026-11-23T11:00:01+01:00"),
        told("OFFER_FOR_SALE", "CREATE", "A1"),
        told("ORDER", "CREATEA", "1"),
    ]
    notices = [read(sent(body).delivery) for body in bodies]

    assert len(bodies) == len({notice.key for notice in notices if notice})


async def test_a_key_bol_does_not_list_is_told() -> None:
    """And one it lists is handed on as PEM."""
    with run_in_thread(World(Options(products=5, orders=2, limits=False))) as running:
        bol = counterpart_of(CATALOGUE["bol"], running)
        async with bol.open() as adapter:
            known = await adapter.webhook_key(account_of(bol.shop).keys.id)
            with pytest.raises(Surprise, match="no signature key"):
                await adapter.webhook_key("no such key")

    assert known.startswith("-----BEGIN PUBLIC KEY-----")


async def test_looking_at_a_sale_brings_its_stock_in_two_calls() -> None:
    """The order, and all offers it sold; what is no offer's id is gone without being asked for."""
    journal = Journal()
    with run_in_thread(World(Options(products=30, orders=5, limits=False))) as running:
        bol = counterpart_of(CATALOGUE["bol"], running)
        index = bol.shop.place_order([(0, 0, 2), (1, 0, 1)])
        async with bol.open(journal=journal) as adapter:
            looked = await adapter.look(
                [Named(About.ORDER, f"A{1001 + index:09d}"), Named(About.PRODUCT, "no offer"), Named(About.ORDER, "A0")]
            )

    left = {offer_id(place): bol.shop.stock(place, 0) for place in (0, 1)}
    assert left == {level.variant_ref: level.available for level in looked.levels}
    assert {Named(About.PRODUCT, "no offer"), Named(About.ORDER, "A0")} == set(looked.gone)
    assert ["order", "order", "offers"] == sorted(
        (call.operation for call in journal.calls if call.operation != "token"), key=["order", "offers"].index
    )
