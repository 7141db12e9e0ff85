"""How the shop, its host and what stands between say no, and what that means for the merchant."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from nexus_ui.adapters.woocommerce.refusals import NOT_AUTHENTICATED
from nexus_ui.errors import (
    AccountSuspended,
    ClockSkew,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
    Unavailable,
)
from nexus_ui.records import StockChange
from tests.adapters.counterparts import Counterpart, Journal, collect
from tests.adapters.woocommerce.conftest import ShopClock
from tests.adapters.woocommerce.shops import WOO, adapter_over

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HTML = "<html><body><h1>Hello</h1></body></html>"


def said(status: int, code: str, message: str) -> httpx.Response:
    """A refusal as WordPress words it."""
    return httpx.Response(status, json={"code": code, "message": message, "data": {"status": status}})


@pytest.mark.parametrize(
    ("fault", "expected", "sentence"),
    [
        ({"name": "wrong_key"}, CredentialsRejected, "does not accept this key"),
        ({"name": "revoked_consent"}, CredentialsRejected, "does not accept this key"),
        ({"name": "missing_scope", "scope": "read"}, PermissionMissing, "may not read"),
        ({"name": "suspended"}, AccountSuspended, "host has closed the website"),
        ({"name": "shop_not_found"}, SetupWrong, "no WooCommerce shop at this address"),
        ({"name": "plugin_off"}, SetupWrong, "Activate the plugin"),
        ({"name": "maintenance"}, Unavailable, "not working right now"),
        ({"name": "throttled", "times": -1}, RateLimited, "slow down"),
        ({"name": "rate_limited", "seconds": 600}, RateLimited, "slow down"),
        ({"name": "outage"}, Unavailable, "not working right now"),
        ({"name": "html"}, Unavailable, "a web page instead of data"),
        ({"name": "torn"}, Unavailable, "broke"),
        ({"name": "torn", "cut": "json"}, Surprise, "cannot be read"),
        ({"name": "empty"}, Surprise, "cannot be read"),
        ({"name": "answer_lost"}, Unavailable, "broke"),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else None,
)
async def test_a_fault_ends_in_its_error_with_a_sentence_and_evidence(
    woo: Counterpart, fault: dict[str, Any], expected: type[NexusError], sentence: str
) -> None:
    """The class says what happens next; the journal keeps what came back, without the keys."""
    woo.fault(fault["name"], **{name: value for name, value in fault.items() if name != "name"})
    journal = Journal()

    async with woo.open(journal=journal) as adapter:
        with pytest.raises(expected) as raised:
            await collect(adapter.orders(LONG_AGO, None))

    assert sentence in raised.value.message
    assert raised.value.message.endswith(".")
    assert journal.calls[-1].problem
    assert journal.calls[-1].excerpt or fault["name"] in ("empty",)
    assert not any(secret in f"{journal.calls} {raised.value.detail}" for secret in keys())


def keys() -> list[str]:
    """The secrets that must show nowhere."""
    return [WOO.sandbox_fields[name] for name in WOO.secret_fields if name in WOO.sandbox_fields]


async def test_a_site_under_maintenance_says_when_to_come_back(woo: Counterpart) -> None:
    """WordPress asks for ten minutes while it updates itself."""
    woo.fault("maintenance")

    async with woo.open() as adapter:
        with pytest.raises(Unavailable) as raised:
            await collect(adapter.orders(LONG_AGO, None))

    assert 600 == raised.value.retry_after


async def test_an_exhausted_host_is_waited_for(woo: Counterpart) -> None:
    """508 is the host's way to ask for patience: no failure, and everything arrives."""
    woo.fault("throttled", times=2)
    journal = Journal()

    async with woo.open(journal=journal) as adapter:
        orders, _ = await collect(adapter.orders(LONG_AGO, None))

    assert len(woo.shop.orders) == len(orders)
    assert 2 == len(journal.waits)


async def test_a_clock_that_is_off_is_named_where_signatures_depend_on_it(
    woo: Counterpart, shop_clock: ShopClock
) -> None:
    """Over plain HTTP a shop refuses signatures from another time."""
    woo.fault("require_oauth1")
    shop_clock.ahead = 3_600.0

    async with woo.open() as adapter:
        with pytest.raises(ClockSkew) as raised:
            await adapter.verify()

    assert "clock" in raised.value.message


@pytest.mark.parametrize(
    ("answer", "expected", "sentence"),
    [
        (said(401, "woocommerce_rest_cannot_view", "Das geht leider nicht."), CredentialsRejected, "this key"),
        (said(403, "woocommerce_rest_cannot_view", "Sorry."), PermissionMissing, "shop manager"),
        (said(401, NOT_AUTHENTICATED, "Consumer secret is invalid."), CredentialsRejected, "this key"),
        (said(401, NOT_AUTHENTICATED, "Der API-Schlüssel darf das nicht."), CredentialsRejected, "this key"),
        (said(400, "rest_invalid_param", "Invalid parameter(s): page"), Surprise, "400"),
        (said(500, "internal_server_error", "There has been a critical error."), Unavailable, "not working"),
        (httpx.Response(401, html=HTML), SetupWrong, "password protects the whole website"),
        (httpx.Response(403, html=HTML), PermissionMissing, "firewall"),
        (httpx.Response(404, html=HTML), SetupWrong, "permalink"),
        (httpx.Response(509, html=HTML), RateLimited, "slow down"),
        (
            httpx.Response(301, headers={"location": "https://www.shop.example/wp-json/wc/v3/orders?page=1"}),
            SetupWrong,
            "moved to https://www.shop.example.",
        ),
        (httpx.Response(302, headers={"location": "/wp-login.php"}), SetupWrong, "/wp-login.php"),
        (httpx.Response(404, json=["odd"]), SetupWrong, "Check the name"),
        (httpx.Response(401, json={"code": None}), CredentialsRejected, "does not accept the key"),
    ],
)  # fmt: skip
async def test_an_answer_means_what_it_means(answer: httpx.Response, expected: type[NexusError], sentence: str) -> None:
    """Status, code and what kind of document it is decide; words in the shop's language do not."""
    adapter = adapter_over(lambda _: httpx.Response(answer.status_code, headers=answer.headers, content=answer.content))

    with pytest.raises(expected) as raised:
        await collect(adapter.orders(LONG_AGO, None))

    assert sentence in raised.value.message


async def test_a_failure_among_variations_is_raised_by_itself(woo: Counterpart) -> None:
    """Calls made side by side fail as one: with the error of the first, not with a group of them."""
    woo.fault("outage", match="/variations")

    async with woo.open() as adapter:
        with pytest.raises(Unavailable):
            await collect(adapter.products(None, None))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The API key provided does not have write permissions.", PermissionMissing),
        ("Der API-Schlüssel hat keine Schreibrechte.", PermissionMissing),
        ("Consumer secret is invalid.", CredentialsRejected),
    ],
)
async def test_a_refused_write_means_a_read_only_key_in_every_language(words: str, expected: type[NexusError]) -> None:
    """WordPress translates its refusals; a key that just read and may not write is a read-only one."""
    adapter = adapter_over(lambda _: said(401, NOT_AUTHENTICATED, words))

    with pytest.raises(expected) as raised:
        await adapter.set_stock([StockChange("12", "12", "shop", 5, None, "k")])

    assert "read/write" == getattr(raised.value, "scope", "read/write")
