"""Every switch of the simulated WooCommerce spoils calls the way real shops and their hosts do."""

from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from nexus_ui.sandbox.server import Running

SHOP = {"marketplace": "woocommerce", "shop": "demo-shop.example"}


def switch(sandbox: Running, fault: str, **more: Any) -> None:
    """Turn a switch on through the control API."""
    answer = httpx.post(f"{sandbox.url}/_sandbox/faults", json={**SHOP, "fault": fault, **more})
    assert 200 == answer.status_code, answer.text


def test_a_full_shop_answers_429_with_both_spellings_of_the_wait_and_without(
    woo: httpx.Client, sandbox: Running
) -> None:
    """Seconds, a date, nothing, nonsense."""
    switch(sandbox, "rate_limited", seconds=3, times=1)
    seconds = woo.get("/products")
    assert (429, "3") == (seconds.status_code, seconds.headers["Retry-After"])
    switch(sandbox, "rate_limited", seconds=30, times=1, retry_after="date")
    wait = parsedate_to_datetime(woo.get("/products").headers["Retry-After"]) - sandbox.world.now()
    assert 20 < wait.total_seconds() <= 30
    switch(sandbox, "rate_limited", times=1, retry_after="none")
    assert "Retry-After" not in woo.get("/products").headers
    assert 200 == woo.get("/products").status_code


@pytest.mark.parametrize(
    ("fault", "more", "status", "says"),
    [
        ("outage", {}, 503, "Something went wrong"),
        ("outage", {"status": 502}, 502, "Something went wrong"),
        ("throttled", {}, 508, "Resource Limit Is Reached"),
        ("maintenance", {}, 503, "Briefly unavailable for scheduled maintenance"),
        ("suspended", {}, 403, "Account Suspended"),
        ("shop_not_found", {}, 404, "Site not found"),
        ("html", {}, 200, "<!DOCTYPE html>"),
    ],
)
def test_a_page_comes_where_json_was_due(
    woo: httpx.Client, sandbox: Running, fault: str, more: dict[str, Any], status: int, says: str
) -> None:
    """Hosts answer people, not programs."""
    switch(sandbox, fault, **more)
    answer = woo.get("/products")
    assert (status, True) == (answer.status_code, answer.headers["content-type"].startswith("text/html"))
    assert says in answer.text


def test_with_the_plugin_off_the_address_is_unknown_and_the_root_tells(woo: httpx.Client, sandbox: Running) -> None:
    """WordPress itself still answers."""
    switch(sandbox, "plugin_off")
    answer = woo.get("/products")
    assert (404, "rest_no_route") == (answer.status_code, answer.json()["code"])
    root = httpx.get(f"{sandbox.url}/woocommerce/demo-shop.example/wp-json/").json()
    assert ("Demo Shop", False) == (root["name"], "wc/v3" in root["namespaces"])


@pytest.mark.parametrize("fault", ["wrong_key", "revoked_consent", "expired_token"])
def test_a_key_that_was_taken_away_is_unknown(woo: httpx.Client, sandbox: Running, fault: str) -> None:
    """Keys of WooCommerce have no other end."""
    switch(sandbox, fault)
    answer = woo.get("/orders")
    assert (401, "woocommerce_rest_cannot_view") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(("scope", "reads", "writes"), [("write", 200, 401), ("read", 401, 200)])
def test_a_key_can_lack_one_of_its_two_rights(
    woo: httpx.Client, sandbox: Running, scope: str, reads: int, writes: int
) -> None:
    """Read and write are all there is."""
    switch(sandbox, "missing_scope", scope=scope)
    assert (reads, writes) == (woo.get("/products").status_code, woo.put("/products/100", json={}).status_code)


def test_an_answer_can_be_torn_in_two_ways(woo: httpx.Client, sandbox: Running) -> None:
    """The connection breaks, or half a document comes as if it were whole."""
    switch(sandbox, "torn", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        woo.get("/products")
    switch(sandbox, "torn", times=1, cut="json")
    answer = woo.get("/products")
    assert (200, False) == (answer.status_code, answer.text.endswith("]"))


def test_a_write_whose_answer_is_lost_has_happened(woo: httpx.Client, sandbox: Running) -> None:
    """Stock is absolute, so saying it again does no harm."""
    simple = next(each for each in woo.get("/products?type=simple&per_page=50").json() if each["manage_stock"])
    switch(sandbox, "answer_lost", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        woo.put(f"/products/{simple['id']}", json={"stock_quantity": 61})
    assert 61 == woo.get(f"/products/{simple['id']}").json()["stock_quantity"]


def test_bad_records_come_among_good_ones_and_go_with_the_switch(woo: httpx.Client, sandbox: Running) -> None:
    """No number, no date, no price that is one: and all the others as they were."""
    query = {"per_page": 100, "orderby": "id", "order": "asc"}
    before = woo.get("/products", params=query).json()
    switch(sandbox, "bad_records", every=4)
    spoiled = woo.get("/products", params=query).json()
    assert [record for n, record in enumerate(before) if n % 4] == [record for n, record in enumerate(spoiled) if n % 4]
    bad = [record for n, record in enumerate(spoiled) if n % 4 == 0]
    assert 0 in {record["id"] for record in bad}
    assert "abc" in {record["price"] for record in bad}
    assert None in {record["date_modified_gmt"] for record in bad}
    assert any(isinstance(record["stock_quantity"], str) for record in bad)
    httpx.post(f"{sandbox.url}/_sandbox/faults", json={**SHOP, "clear": True})
    assert before == woo.get("/products", params=query).json()


def test_calls_are_recorded_without_keys(woo: httpx.Client, sandbox: Running) -> None:
    """Neither the header nor the query gives one away."""
    keys = sandbox.world.shop("woocommerce", "demo-shop.example").credentials  # type: ignore[union-attr] # it is there
    woo.get("/products", params={"consumer_key": keys["consumer_key"], "consumer_secret": keys["consumer_secret"]})
    woo.get("/orders", params={"oauth_consumer_key": keys["consumer_key"], "oauth_nonce": "n"})
    recorded = httpx.get(f"{sandbox.url}/_sandbox/calls", params=SHOP).text
    assert "/wc/v3/products" in recorded
    assert not any(secret in recorded for secret in keys.values())
