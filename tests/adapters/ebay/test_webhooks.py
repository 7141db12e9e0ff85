"""eBay's own habits: the vendor's vector, keys on one line, digests as named, the check of the address, registering."""

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from nexus_ui.adapters.contract import About, Named, Notice
from nexus_ui.adapters.ebay.webhooks import challenge, key_id, pem_of, read, verify
from nexus_ui.errors import SetupWrong, SkipRecord
from tests.adapters.counterparts import Counterpart
from tests.adapters.ebay.deliveries import (
    BOUGHT,
    CONFIRMED,
    EXAMPLES,
    KEY_ID,
    PUBLIC,
    confirmation,
    header,
    sent,
)
from tests.adapters.ebay.scripted import adapter_over, problem
from tests.adapters.examples import delivery, with_headers
from tests.adapters.listening import listening
from tests.adapters.vendor import specs_of

TOKEN = "verification_token-0123456789abcdef"
ADDRESS = "https://panel.example/api/webhooks/ebay/con_1"
TOPIC = "ORDER_CONFIRMATION"


def of_vendor(case: str) -> tuple[bool, str]:
    """Whether a case of the vendor's test file verifies with the key it tells, and the key it names."""
    told = json.loads((specs_of("ebay") / "event-notification-test.json").read_text())[case]
    body = json.dumps(told["message"], separators=(",", ":")).encode()
    arrived = delivery("ebay", {"x-ebay-signature": told["signature"]}, body)
    return verify(arrived, (pem_of(told["response"]["key"]),)), key_id(arrived)


def test_the_vendors_own_message_verifies_and_means_nothing_here() -> None:
    """The digest is the one its signature names, SHA1; closed accounts of buyers concern nobody here."""
    told = json.loads((specs_of("ebay") / "event-notification-test.json").read_text())["VALID"]
    body = json.dumps(told["message"], separators=(",", ":")).encode()

    assert (True, KEY_ID) == of_vendor("VALID")
    assert read(delivery("ebay", {}, body)) is None


@pytest.mark.parametrize("case", ["INVALID", "SIGNATURE_MISMATCH"])
def test_the_vendors_bad_messages_are_refused(case: str) -> None:
    """Another message, another signature."""
    assert not of_vendor(case)[0]


def test_a_key_on_one_line_is_written_as_a_file_holds_it() -> None:
    """Whatever the line breaks; what is no public key is none."""
    line = "".join(PUBLIC.splitlines())

    assert PUBLIC == pem_of(line) == pem_of(PUBLIC)
    assert "" == pem_of("") == pem_of("-----BEGIN PUBLIC KEY-----") == pem_of(line.replace("PUBLIC", "PRIVATE"))


@pytest.mark.parametrize(
    "changes",
    [{"alg": "none"}, {"alg": ""}, {"digest": "MD5"}, {"digest": ""}, {"digest": "SHA256"}, {"signature": ""}],
    ids=str,
)
def test_a_signature_that_names_another_way_is_refused(changes: dict[str, str]) -> None:
    """Only ECDSA, only digests that are known, and the one it was made with."""
    body = EXAMPLES[0].delivery.body
    digest = changes.pop("digest", None)
    shown = json.loads(base64.b64decode(header(body, **changes)))
    shown |= {} if digest is None else {"digest": digest}
    forged = with_headers(EXAMPLES[0], {"x-ebay-signature": base64.b64encode(json.dumps(shown).encode()).decode()})

    assert not verify(forged, (PUBLIC,))


@pytest.mark.parametrize("named", ["", "../config", "a/b", "x" * 101, "kid\n"])
def test_a_key_of_an_odd_name_is_not_asked_for(named: str) -> None:
    """The name becomes part of an address, so it holds letters, digits and dashes."""
    arrived = with_headers(EXAMPLES[0], {"x-ebay-signature": header(b"", kid=named)})

    assert "" == key_id(arrived)


def test_every_try_has_the_same_key() -> None:
    """The count of tries changes the bytes, not what is told."""
    first, third = sent(confirmation(BOUGHT), CONFIRMED), sent(confirmation(BOUGHT, tries=3), CONFIRMED)

    assert CONFIRMED == read(first.delivery) == read(third.delivery)


@pytest.mark.parametrize("data", [None, {}, {"order": {}}, {"order": {"orderId": ""}}, {"order": {"orderId": "1&x=2"}}])
def test_a_confirmation_that_names_no_order_is_set_aside(data: Any) -> None:
    """It is kept to be seen, and nothing is looked at."""
    with pytest.raises(SkipRecord):
        read(sent(confirmation(data), None).delivery)


def test_the_check_of_the_address_is_answered_by_who_knows_the_token() -> None:
    """The hash of code, token and address, in this order; without a token or a code there is no answer."""
    expected = hashlib.sha256(f"a1b2{TOKEN}{ADDRESS}".encode()).hexdigest()

    assert {"challengeResponse": expected} == challenge({"challenge_code": "a1b2"}, ADDRESS, TOKEN)
    assert challenge({"challenge_code": "a1b2"}, ADDRESS, "") is None
    assert challenge({}, ADDRESS, TOKEN) is None
    assert challenge({"challenge_code": "x" * 501}, ADDRESS, TOKEN) is None


async def test_an_address_that_cannot_prove_itself_is_not_registered(ebay: Counterpart) -> None:
    """eBay asks at once; another token gives another answer, and nothing is subscribed to."""
    async with ebay.open() as adapter:
        with listening(ebay.marketplace.webhooks, "another_token-0123456789abcdef012345") as listener:
            with pytest.raises(Exception, match="Challenge verification failed"):
                await adapter.register(TOPIC, listener.address, TOKEN)
            found = await adapter.registrations()

    assert 1 == len(listener.proofs)
    assert [] == found


async def test_a_new_token_is_proved_anew(ebay: Counterpart) -> None:
    """Rotation: the same subscription, its address checked with the token that was chosen last."""
    newer = "newer_token-0123456789abcdef01234567"
    async with ebay.open() as adapter:
        with listening(ebay.marketplace.webhooks, TOKEN) as listener:
            made = await adapter.register(TOPIC, listener.address, TOKEN)
        with listening(ebay.marketplace.webhooks, newer) as later:
            again = await adapter.register(TOPIC, later.address, newer)
            await adapter.register(TOPIC, later.address, newer)
        await adapter.unregister(again)

    assert made.ref == again.ref
    assert 1 == len(later.proofs)


async def test_the_other_site_of_a_seller_leaves_the_subscription_where_it_is(ebay: Counterpart) -> None:
    """eBay lets an app have one subscription of a seller: a second connection says so instead of taking it away."""
    with listening(ebay.marketplace.webhooks, TOKEN) as listener:
        async with ebay.open() as german, ebay.open({"site": "EBAY_GB"}) as british:
            made = await german.register(TOPIC, listener.address, TOKEN)
            with pytest.raises(SetupWrong, match="lead to another address"):
                await british.register(TOPIC, listener.address.replace("con_1", "con_2"), TOKEN)
            left = await german.registrations()
            await german.unregister(made)

    assert [made] == left


async def test_without_an_address_for_alerts_it_says_what_to_enter() -> None:
    """eBay refuses destinations before it knows one."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "app", "expires_in": 7200})
        if request.method == "GET":
            return httpx.Response(200, json={"total": 0})
        return problem(409, 195_003)

    with pytest.raises(SetupWrong, match="e-mail address"):
        await adapter_over(answer, alert_email="").register(TOPIC, ADDRESS, TOKEN)


async def test_an_order_of_another_site_is_not_taken_in(ebay: Counterpart) -> None:
    """One consent tells of all sites; the connection keeps to its own."""
    site = next(one for one in ebay.shop.private["seller"].sites if one.code == "EBAY_GB")
    named = Named(About.ORDER, site.order(0))
    async with ebay.open() as german, ebay.open({"site": "EBAY_GB"}) as british:
        here, there = await german.look([named]), await british.look([named])

    assert ([], [named]) == (list(here.orders), list(here.gone))
    assert [named.ref] == [order.ref for order in there.orders]


def test_a_notice_of_later_bytes_is_another_one() -> None:
    """The key is the notification's own id, which is signed."""
    other = confirmation(BOUGHT).replace(b"49feeaeb", b"50feeaeb")
    notice = read(replace(EXAMPLES[0].delivery, body=other))

    assert isinstance(notice, Notice)
    assert CONFIRMED.key != notice.key
