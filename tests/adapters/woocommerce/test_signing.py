"""Showing the key pair: Basic over HTTPS, OAuth 1.0a over plain HTTP, never in the address."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import httpx
import pytest

from nexus_ui import clock
from nexus_ui.adapters.kit.signatures import oauth1_text, sign_oauth1
from nexus_ui.adapters.woocommerce.signing import KeyPair
from nexus_ui.errors import CredentialsRejected
from tests.adapters.counterparts import Counterpart, Ring, collect

KEYS = Ring({"consumer_key": "ck_one", "consumer_secret": "cs_two"})


async def test_https_is_signed_by_basic() -> None:
    """Over HTTPS the pair goes into the Authorization header and nothing into the address."""
    request = httpx.Request("GET", "https://shop.example/wp-json/wc/v3/products?page=2")

    await KeyPair(KEYS).apply(request)

    assert "Basic " + base64.b64encode(b"ck_one:cs_two").decode() == request.headers["Authorization"]
    assert "https://shop.example/wp-json/wc/v3/products?page=2" == str(request.url)


async def test_plain_http_is_signed_by_oauth_and_never_shows_the_secret() -> None:
    """Over plain HTTP a signature goes into the header; the secret travels nowhere."""
    request = httpx.Request("GET", "http://shop.example/wp-json/wc/v3/products?page=2")

    await KeyPair(KEYS).apply(request)

    assert request.headers["Authorization"].startswith('OAuth oauth_consumer_key="ck_one", ')
    assert "cs_two" not in f"{request.url}{request.headers}"
    assert "http://shop.example/wp-json/wc/v3/products?page=2" == str(request.url)


async def test_a_key_pair_is_never_renewed() -> None:
    """A refused pair is refused for good."""
    assert await KeyPair(KEYS).renew("ck_one") is False


def test_the_signed_text_is_that_of_the_rfc() -> None:
    """The example of RFC 5849, section 3.4.1.1, with its form fields among the parameters."""
    params = [
        ("b5", "=%3D"), ("a3", "a"), ("c@", ""), ("a2", "r b"), ("c2", ""), ("a3", "2 q"),
        ("oauth_consumer_key", "9djdj82h48djs9d2"), ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"), ("oauth_timestamp", "137131201"), ("oauth_nonce", "7d8f3e4a"),
    ]  # fmt: skip
    expected = (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26"
        "c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26"
        "oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    )

    url = httpx.URL("http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b")

    assert expected == oauth1_text("POST", url, params)


@pytest.mark.parametrize(
    ("typed", "signed"),
    [
        ("http://EXAMPLE.COM:80/r%20v/X?id=123", "http://example.com/r%20v/X"),
        ("http://www.example.net:8080/?q=1", "http://www.example.net:8080/"),
    ],
)
def test_the_signed_address_is_that_of_the_rfc(typed: str, signed: str) -> None:
    """The examples of RFC 5849, section 3.4.1.2: lower-case host, no usual port, no query."""
    expected = signed.replace("%", "%25").replace(":", "%3A").replace("/", "%2F")

    assert f"GET&{expected}&" == oauth1_text("get", httpx.URL(typed), [])


def test_the_signature_is_what_the_text_and_the_secret_give() -> None:
    """Computed here once more, from the text written out by hand."""
    request = httpx.Request("GET", "http://shop.example/wp-json/wc/v3/orders?after=2026-11-23T10:00:00&page=1")
    with clock.set_to(lambda: datetime(2026, 11, 23, 12, tzinfo=UTC)):
        sign_oauth1(request, "ck_one", "cs_two")
    shown = dict(pair.split("=", 1) for pair in request.headers["Authorization"].removeprefix("OAuth ").split(", "))
    nonce = shown["oauth_nonce"].strip('"')
    text = (
        "GET&http%3A%2F%2Fshop.example%2Fwp-json%2Fwc%2Fv3%2Forders&after%3D2026-11-23T10%253A00%253A00%26"
        f"oauth_consumer_key%3Dck_one%26oauth_nonce%3D{nonce}%26oauth_signature_method%3DHMAC-SHA256%26"
        "oauth_timestamp%3D1795435200%26page%3D1"
    )
    digest = base64.b64encode(hmac.new(b"cs_two&", text.encode(), hashlib.sha256).digest())

    assert digest.decode() == httpx.QueryParams(f"s={shown['oauth_signature'].strip(chr(34))}")["s"]


async def test_the_shop_accepts_the_signature(woo: Counterpart) -> None:
    """A shop on plain HTTP, which verifies signatures by itself, answers everything: reads, lists and writes."""
    woo.fault("require_oauth1")

    async with woo.open() as adapter:
        account = await adapter.verify()
        orders, _ = await collect(adapter.orders(datetime(2020, 1, 1, tzinfo=UTC), None))

    assert account.usable
    assert len(woo.shop.orders) == len(orders)


async def test_a_wrong_secret_makes_a_wrong_signature(woo: Counterpart) -> None:
    """The shop refuses the signature, and so it says that the keys are wrong."""
    woo.fault("require_oauth1")

    async with woo.open({"consumer_secret": "cs_0000000000000000000000000000000000000000"}) as adapter:
        with pytest.raises(CredentialsRejected):
            await adapter.verify()
