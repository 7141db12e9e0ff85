"""The simulated WooCommerce opens to the same keys, shown in the same ways, as the real one."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running
from nexus_ui.sandbox.shop import Shop

PATH = "/woocommerce/demo-shop.example/wp-json/wc/v3"


@pytest.fixture
def shop(sandbox: Running) -> Iterator[Shop]:
    """The demo shop with all switches off before and after."""
    found = sandbox.world.shop("woocommerce", "demo-shop.example")
    assert found is not None
    found.faults.switch_off()
    yield found
    found.faults.switch_off()


def signed(method: str, url: str, query: dict[str, str], key: str, secret: str, **oauth: str) -> dict[str, str]:
    """The query with an OAuth 1.0a signature, as RFC 5849 section 3.4 says, without a token."""
    shown = query | {
        "oauth_consumer_key": key,
        "oauth_timestamp": "",
        "oauth_nonce": "once",
        "oauth_signature_method": "HMAC-SHA256",
    }
    shown |= oauth
    pairs = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in shown.items())
    text = "&".join((method, quote(url, safe="~"), quote("&".join(f"{n}={v}" for n, v in pairs), safe="~")))
    kind = "sha1" if shown["oauth_signature_method"] == "HMAC-SHA1" else "sha256"
    digest = hmac.new(f"{secret}&".encode(), text.encode(), kind).digest()
    return shown | {"oauth_signature": base64.b64encode(digest).decode()}


def told(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    body = answer.json()
    return answer.status_code, body["code"], body["message"]


def test_basic_and_the_query_open_the_shop(sandbox: Running, shop: Shop) -> None:
    """Over what counts as HTTPS."""
    key, secret = shop.credentials["consumer_key"], shop.credentials["consumer_secret"]
    assert key.startswith("ck_") and secret.startswith("cs_") and 43 == len(key) == len(secret)
    url = f"{sandbox.url}{PATH}/products"
    assert 200 == httpx.get(url, auth=(key, secret)).status_code
    assert 200 == httpx.get(url, params={"consumer_key": key, "consumer_secret": secret}).status_code


def test_the_demo_shops_keys_never_change(shop: Shop) -> None:
    """The product offers them for its one-click sandbox."""
    expected = "ck_5b6f1aa8f6c37aac8f9fb51091c28b55f45f386c", "cs_0499336fa5cb905520d463137ce8e18853a3c729"
    assert expected == (shop.credentials["consumer_key"], shop.credentials["consumer_secret"])


def test_no_key_and_an_unknown_key_hear_the_same(sandbox: Running, shop: Shop) -> None:
    """`woocommerce_rest_cannot_view`, by what was asked."""
    base = f"{sandbox.url}{PATH}"
    expected = (401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
    assert expected == told(httpx.get(f"{base}/products"))
    assert expected == told(httpx.get(f"{base}/products", auth=("ck_" + "0" * 40, "cs_" + "0" * 40)))
    assert "woocommerce_rest_cannot_view" == told(httpx.get(f"{base}/products/100"))[1]
    assert "woocommerce_rest_cannot_edit" == told(httpx.put(f"{base}/products/100", json={}))[1]
    assert "woocommerce_rest_cannot_batch" == told(httpx.post(f"{base}/products/batch", json={}))[1]


def test_a_wrong_secret_is_named(sandbox: Running, shop: Shop) -> None:
    """The key is known, so the shop says what is wrong."""
    answer = httpx.get(f"{sandbox.url}{PATH}/products", auth=(shop.credentials["consumer_key"], "cs_wrong"))
    assert (401, "woocommerce_rest_authentication_error", "Consumer secret is invalid.") == told(answer)


def test_the_key_of_another_shop_does_not_open_this_one(sandbox: Running, shop: Shop) -> None:
    """Two shops, two pairs."""
    second = sandbox.world.shop("woocommerce", "second-shop.example")
    assert second is not None
    keys = second.credentials["consumer_key"], second.credentials["consumer_secret"]
    assert 401 == httpx.get(f"{sandbox.url}{PATH}/products", auth=keys).status_code
    assert 200 == httpx.get(f"{sandbox.url}{PATH.replace('demo', 'second')}/products", auth=keys).status_code


def test_a_read_only_key_reads_and_may_not_write(sandbox: Running, shop: Shop) -> None:
    """The product is untouched."""
    keys = shop.credentials["read_only_consumer_key"], shop.credentials["read_only_consumer_secret"]
    url = f"{sandbox.url}{PATH}/products/100"
    before = httpx.get(url, auth=keys)
    assert 200 == before.status_code
    refused = told(httpx.put(url, auth=keys, json={"stock_quantity": 77}))
    message = "The API key provided does not have write permissions."
    assert (401, "woocommerce_rest_authentication_error", message) == refused
    assert before.json() == httpx.get(url, auth=keys).json()


@pytest.mark.parametrize("method", ["HMAC-SHA256", "HMAC-SHA1"])
def test_a_signature_opens_a_shop_on_plain_http(sandbox: Running, shop: Shop, method: str) -> None:
    """With lists, spaces and signs in the query; Basic is not looked at there."""
    shop.faults.switch_on(Fault(fault="require_oauth1"))
    key, secret = shop.credentials["consumer_key"], shop.credentials["consumer_secret"]
    url = f"{sandbox.url}{PATH}/products"
    assert "woocommerce_rest_cannot_view" == told(httpx.get(url, auth=(key, secret)))[1]
    query = {"include[0]": "100", "include[1]": "110", "search": "a b+c&d=é~"}
    stamp = str(int(sandbox.world.clock()))
    oauth = {"oauth_timestamp": stamp, "oauth_nonce": f"{method}-1", "oauth_signature_method": method}
    assert 200 == httpx.get(url, params=signed("GET", url, query, key, secret, **oauth)).status_code


def test_a_signature_in_the_header_counts_too(sandbox: Running, shop: Shop) -> None:
    """A write, its JSON body outside the signature."""
    shop.faults.switch_on(Fault(fault="require_oauth1"))
    key, secret = shop.credentials["consumer_key"], shop.credentials["consumer_secret"]
    url = f"{sandbox.url}{PATH}/products/100"
    stamp = str(int(sandbox.world.clock()))
    shown = signed("PUT", url, {}, key, secret, oauth_timestamp=stamp, oauth_nonce="in-header")
    header = "OAuth " + ", ".join(f'{name}="{quote(value, safe="~")}"' for name, value in shown.items())
    assert 200 == httpx.put(url, json={"name": "Signed"}, headers={"authorization": header}).status_code


def test_signatures_that_are_wrong_stale_or_used_are_refused(sandbox: Running, shop: Shop) -> None:
    """Each in WooCommerce's own words."""
    key, secret = shop.credentials["consumer_key"], shop.credentials["consumer_secret"]
    url, now = f"{sandbox.url}{PATH}/orders", int(sandbox.world.clock())

    def refusal(secret: str, *, key: str = key, **oauth: str) -> str:
        answer = httpx.get(url, params=signed("GET", url, {}, key, secret, **oauth))
        return "" if answer.status_code == 200 else told(answer)[2]

    mismatch = "Invalid signature - provided signature does not match."
    assert mismatch == refusal("cs_wrong", oauth_timestamp=str(now), oauth_nonce="a")
    assert "Consumer key is invalid." == refusal(secret, key="ck_no", oauth_timestamp=str(now), oauth_nonce="b")
    assert "Invalid timestamp." == refusal(secret, oauth_timestamp=str(now - 901), oauth_nonce="c")
    method = {"oauth_signature_method": "PLAINTEXT", "oauth_timestamp": str(now), "oauth_nonce": "d"}
    assert "Invalid signature - signature method is invalid." == refusal(secret, **method)
    assert "" == refusal(secret, oauth_timestamp=str(now), oauth_nonce="e")
    assert "Invalid nonce - nonce has already been used." == refusal(secret, oauth_timestamp=str(now), oauth_nonce="e")
    alone = told(httpx.get(url, params={"oauth_consumer_key": key, "oauth_nonce": "f"}))
    assert "woocommerce_rest_authentication_missing_parameter" == alone[1]
    assert "Missing OAuth parameters oauth_timestamp, oauth_signature, oauth_signature_method" == alone[2]


def test_the_signature_is_the_one_of_the_standards_example() -> None:
    """RFC 5849's base string rules, checked on a signature made by hand."""
    shown = signed("GET", "http://x/y", {"a": "b c"}, "k", "s", oauth_timestamp="1", oauth_nonce="n")
    text = (
        "GET&http%3A%2F%2Fx%2Fy&a%3Db%2520c%26oauth_consumer_key%3Dk%26oauth_nonce%3Dn"
        "%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1"
    )
    expected = base64.b64encode(hmac.new(b"s&", text.encode(), hashlib.sha256).digest()).decode()
    assert expected == shown["oauth_signature"]


def test_the_root_and_the_plugins_index_need_no_key(sandbox: Running, shop: Shop) -> None:
    """WordPress shows both to everybody."""
    root = f"{sandbox.url}/woocommerce/demo-shop.example/wp-json"
    assert 200 == httpx.get(f"{root}/").status_code == httpx.get(root).status_code
    assert "/wc/v3/products" in httpx.get(f"{root}/wc/v3").json()["routes"]
