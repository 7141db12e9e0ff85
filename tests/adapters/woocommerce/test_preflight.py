"""Test Connection: each row is true, and each failure says how to mend it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from nexus_ui.adapters.contract import CheckState
from nexus_ui.adapters.woocommerce.preflight import account_id
from nexus_ui.errors import CredentialsRejected, SetupWrong, Unavailable
from tests.adapters.counterparts import Counterpart, Journal
from tests.adapters.woocommerce.shops import adapter_over

INDEX: dict[str, Any] = {
    "name": "Tom &amp; Co", "home": "https://www.Shop.example/store/", "url": "https://www.shop.example",
    "namespaces": ["wp/v2", "wc/v3"], "timezone_string": "Europe/Berlin",
}  # fmt: skip


def shop(date: str = "", index: dict[str, Any] | None = None, settings: Any = None, refuse: str = "") -> Any:
    """A shop that tells this of itself and refuses one path."""

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {"date": date} if date else {}
        path = request.url.path
        if refuse and path.endswith(refuse):
            return httpx.Response(403, json={"code": "woocommerce_rest_cannot_view", "message": "No."})
        if path.endswith("/wp-json/"):
            return httpx.Response(200, json=INDEX | (index or {}), headers=headers)
        if path.endswith("/settings/general"):
            return httpx.Response(200, json=settings or [{"id": "woocommerce_currency", "value": "EUR"}])
        return httpx.Response(200, json=[], headers={"X-WP-Total": "0"})

    return adapter_over(answer)


async def rows(adapter: Any) -> dict[str, Any]:
    """The rows of the table by name."""
    account = await adapter.verify()
    return {check.name: check for check in account.checks}


async def test_a_full_key_passes_every_row(woo: Counterpart) -> None:
    """The proof says what was really seen."""
    async with woo.open() as adapter:
        account = await adapter.verify()
    checks = {check.name: check for check in account.checks}

    assert ["sign_in", "products", "orders", "set_stock", "clock", "orders_reach"] == list(checks)
    assert {CheckState.PASS} == {check.state for check in account.checks}
    assert f"{len(woo.shop.products)} products can be read." == checks["products"].proof
    assert f"{len(woo.shop.orders)} orders can be read." == checks["orders"].proof
    assert ("demo-shop.example", "Demo Shop", "EUR", "Europe/Amsterdam") == (
        account.account_id, account.name, account.currency, account.time_zone,
    )  # fmt: skip


async def test_a_read_only_key_fails_one_row(woo: Counterpart) -> None:
    """Everything but writing works, and the row says which permission the key needs."""
    keys = woo.shop.credentials
    fields = {"consumer_key": keys["read_only_consumer_key"], "consumer_secret": keys["read_only_consumer_secret"]}

    async with woo.open(fields) as adapter:
        account = await adapter.verify()
    failed = [check for check in account.checks if check.state is CheckState.FAIL]

    assert ["set_stock"] == [check.name for check in failed]
    assert "Read/Write" in failed[0].fix
    assert not account.usable


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"consumer_key": "ck_0000000000000000000000000000000000000000"}, CredentialsRejected),
        ({"consumer_secret": "cs_0000000000000000000000000000000000000000"}, CredentialsRejected),
        ({"shop_url": "https://no-such-shop.example"}, SetupWrong),
        ({"shop_url": "https://demo-shop.example/not/here"}, SetupWrong),
    ],
)
async def test_wrong_keys_and_addresses_are_told_apart(
    woo: Counterpart, fields: dict[str, str], expected: type[Exception]
) -> None:
    """One call is enough to know."""
    journal = Journal()

    async with woo.open(fields, journal=journal) as adapter:
        with pytest.raises(expected):
            await adapter.verify()

    assert 1 == len(journal.calls)


async def test_a_wordpress_without_the_plugin_is_named(woo: Counterpart) -> None:
    """The address is right, WooCommerce is missing."""
    woo.fault("plugin_off")

    async with woo.open() as adapter:
        with pytest.raises(SetupWrong, match="Activate the plugin"):
            await adapter.verify()


async def test_an_old_wordpress_index_without_the_name_space_is_named() -> None:
    """The plugin's routes answer, but not those of v3."""
    with pytest.raises(SetupWrong, match="Activate the plugin"):
        await shop(index={"namespaces": ["wp/v2"]}).verify()


@pytest.mark.parametrize(("minutes", "state"), [(0, CheckState.PASS), (-10, CheckState.WARN), (10, CheckState.WARN)])
async def test_clocks_that_differ_are_a_warning(minutes: int, state: CheckState) -> None:
    """Over HTTPS a wrong clock breaks nothing yet."""
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)

    check = (await rows(shop(date=date)))["clock"]

    assert state is check.state
    assert bool(check.fix) is (state is CheckState.WARN)


@pytest.mark.parametrize("date", ["", "yesterday"])
async def test_a_shop_without_a_date_leaves_the_clock_unknown(date: str) -> None:
    """Unknown is not a pass."""
    assert CheckState.UNKNOWN is (await rows(shop(date=date)))["clock"].state


async def test_a_user_without_rights_fails_the_row_it_concerns() -> None:
    """The key's user may see products but no orders."""
    found = await rows(shop(refuse="/orders"))

    assert {"orders", "orders_reach"} == {name for name, check in found.items() if check.state is CheckState.FAIL}
    assert "shop manager" in found["orders"].fix


async def test_the_shops_name_is_shown_as_people_read_it() -> None:
    """WordPress keeps it with entities; the account is the address without www and scheme."""
    account = await shop().verify()

    assert ("Tom & Co", "shop.example/store") == (account.name, account.account_id)


async def test_a_shop_without_a_currency_is_a_surprise() -> None:
    """Without it no price means anything."""
    with pytest.raises(Exception, match="currency"):
        await shop(settings=[{"id": "woocommerce_currency", "value": None}]).verify()


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        ("https://www.shop.example", "shop.example"),
        ("http://Shop.Example/", "shop.example"),
        ("https://shop.example:443/", "shop.example"),
        ("https://shop.example:8443/en/", "shop.example:8443/en"),
        ("https://[2001:db8::1]/", "2001:db8::1"),
        ("", ""),
        ("nonsense", ""),
        ("https://shop.example:port/", ""),
        ("https://[broken/", ""),
    ],
)
def test_the_account_is_the_shops_own_address(home: str, expected: str) -> None:
    """However it was typed, the shop itself says where it lives; what is no address is none."""
    assert expected == account_id(home)


async def test_an_outage_is_no_failed_row(woo: Counterpart) -> None:
    """Nothing was learned about the key, so the whole test is to be tried again."""
    woo.fault("outage", after_calls=3)

    async with woo.open() as adapter:
        with pytest.raises(Unavailable):
            await adapter.verify()
