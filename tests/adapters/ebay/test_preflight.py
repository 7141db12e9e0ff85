"""Test Connection: who answers, what the consent allows, what is left, and how each row is mended."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from nexus_ui import clock
from nexus_ui.adapters.contract import REFRESH_EXPIRES_AT, Account, Check, CheckState
from nexus_ui.errors import AccountSuspended, PermissionMissing
from tests.adapters.counterparts import Counterpart, Journal
from tests.adapters.ebay.scripted import EBAY, adapter_over, problem

SCOPES = [scope.name for scope in EBAY.scopes]


def row(account: Account, name: str) -> Check:
    """One row of the table."""
    return next(check for check in account.checks if check.name == name)


def answering(**changes: Any) -> Any:
    """An eBay that answers each call of the test, with changes by the end of the path."""
    answers = {
        "user/": httpx.Response(200, json={"userId": "u1", "username": "anna", "status": "CONFIRMED"}),
        "inventory_item": httpx.Response(200, json={"total": 0}),
        "order": httpx.Response(200, json={"total": 4, "orders": []}),
        "bulk_update_price_quantity": problem(400, 25_709),
        "token": httpx.Response(200, json={"access_token": "app", "expires_in": 7200}),
        "rate_limit/": httpx.Response(204),
        **changes,
    }

    def answer(request: httpx.Request) -> httpx.Response:
        return next(told for end, told in answers.items() if request.url.path.endswith(end))

    return answer


async def test_the_table_tells_everything(ebay: Counterpart) -> None:
    """Every row with its proof, all passed, nothing changed."""
    async with ebay.open() as adapter:
        account = await adapter.verify()
    states = {check.name: check.state for check in account.checks}

    assert "7c1vXq0pQ4u@EBAY_DE" == account.account_id
    assert ("Demo Seller GmbH (ebay.de)", "demo_seller on ebay.de") == (account.name, account.identifier)
    assert ("EUR", "Europe/Berlin", 729) == (account.currency, account.time_zone, account.orders_reach_days)
    assert {CheckState.PASS} == {state for name, state in states.items() if name != "consent"}
    assert CheckState.UNKNOWN == states["consent"]
    assert "of 2,000,000 for listings" in row(account, "calls_left").proof


async def test_trying_to_write_sends_an_update_of_nothing(ebay: Counterpart) -> None:
    """eBay refuses it only because it is empty."""
    before = ebay.sandbox.world.calls.total
    async with ebay.open(journal=Journal()) as adapter:
        account = await adapter.verify()
    sent = [call.body for call in ebay.sandbox.world.calls.find(after=before) if "bulk_update" in call.path]

    assert [{"requests": []}] == [json.loads(body) for body in sent]
    assert "25709" in row(account, "set_stock").proof


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (httpx.Response(200, json={"responses": []}), CheckState.PASS),
        (problem(400, 25_001), CheckState.PASS),
        (problem(400, 2004), CheckState.UNKNOWN),
        (problem(403, 1100), CheckState.FAIL),
    ],
)
async def test_the_right_to_write_is_judged_by_who_refuses(answer: httpx.Response, state: CheckState) -> None:
    """The Inventory API itself let the call in; the door in front of it may not."""
    account = await adapter_over(answering(bulk_update_price_quantity=answer)).verify()

    assert state == row(account, "set_stock").state


async def test_a_seller_without_inventory_items_is_told_why() -> None:
    """Listings made elsewhere are not seen: a warning that says what to do, not a failure."""
    account = await adapter_over(answering()).verify()

    assert CheckState.WARN == row(account, "products").state
    assert "Seller Hub" in row(account, "products").fix
    assert account.usable
    assert CheckState.UNKNOWN == row(account, "calls_left").state


@pytest.mark.parametrize(("scope", "rows"), [(SCOPES[0], {"products", "set_stock"}), (SCOPES[1], {"orders"})])
async def test_a_missing_permission_fails_its_rows(ebay: Counterpart, scope: str, rows: set[str]) -> None:
    """The others are judged all the same."""
    ebay.fault("missing_scope", scope=scope)

    async with ebay.open() as adapter:
        account = await adapter.verify()

    assert rows == {check.name for check in account.checks if check.state is CheckState.FAIL}
    assert all(check.fix for check in account.checks if check.state is CheckState.FAIL)


async def test_without_the_right_to_know_the_seller_nothing_is_connected(ebay: Counterpart) -> None:
    """Two connections could not be told apart."""
    ebay.fault("missing_scope", scope=SCOPES[2])

    async with ebay.open() as adapter:
        with pytest.raises(PermissionMissing) as raised:
            await adapter.verify()

    assert SCOPES[2] == raised.value.scope


async def test_an_account_on_hold_is_suspended() -> None:
    """eBay says so with the name."""
    held = httpx.Response(200, json={"userId": "u1", "status": "ACCOUNTONHOLD"})

    with pytest.raises(AccountSuspended):
        await adapter_over(answering(**{"user/": held})).verify()


@pytest.mark.parametrize(("days", "state"), [(300, CheckState.PASS), (20, CheckState.WARN)])
async def test_a_consent_that_ends_soon_is_told(days: int, state: CheckState) -> None:
    """In time to renew it."""
    ends = (clock.utcnow() + timedelta(days=days)).isoformat()
    account = await adapter_over(answering(), **{REFRESH_EXPIRES_AT: ends}).verify()

    assert state == row(account, "consent").state


@pytest.mark.parametrize(
    ("date", "state"),
    [("", CheckState.UNKNOWN), ("Mon, 23 Nov 2020 12:00:00 GMT", CheckState.WARN)],
)
async def test_clocks_are_compared(date: str, state: CheckState) -> None:
    """eBay does not refuse a wrong clock, but our counting of its day would be off."""
    user = httpx.Response(200, json={"userId": "u1"}, headers={"Date": date} if date else {})
    account = await adapter_over(answering(**{"user/": user})).verify()

    assert state == row(account, "clock").state
    assert "u1 (ebay.de)" == account.name
