"""Test Connection for a Zalando merchant."""

from typing import Any

import httpx
import pytest

from nexus_ui.adapters.contract import CheckState
from nexus_ui.errors import SetupWrong
from nexus_ui.sandbox.server import Running
from tests.adapters.counterparts import Journal, counterpart_of
from tests.adapters.zalando import scripted
from tests.adapters.zalando.scripted import MERCHANT, ZALANDO, adapter_over, problem


def merchant_with(stocks: httpx.Response | None = None, **me: Any) -> Any:
    """The adapter of a merchant without products and orders."""

    def answer(request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/auth/me":
                return httpx.Response(200, json={"bpids": [MERCHANT.upper()], "scopes": [], **me})
            case "/sales-channels":
                return scripted.channels()
            case "/graphql":
                return scripted.report()
            case path if path.endswith("/stocks"):
                return stocks or httpx.Response(207, json={"results": []})
            case _:
                return scripted.orders([], [])

    return adapter_over(answer)


async def test_good_keys_pass_and_say_what_was_seen(sandbox: Running) -> None:
    """Each proof is something that was really answered."""
    async with counterpart_of(ZALANDO, sandbox).open() as adapter:
        account = await adapter.verify()
    proofs = {check.name: check.proof for check in account.checks}

    assert account.usable
    assert (MERCHANT, MERCHANT, 365) == (account.account_id, account.identifier, account.orders_reach_days)
    assert "Sells in Austria, Germany." == proofs["channels"]
    assert "Zalando holds" in proofs["inventory"]
    assert {CheckState.PASS} == {check.state for check in account.checks if check.name != "clock"}


async def test_an_empty_account_is_a_good_one() -> None:
    """Nothing is sold yet, and the merchant's id counts in either spelling."""
    account = await merchant_with().verify()

    assert account.usable
    assert "Zalando reports no products yet." in {check.proof for check in account.checks}


async def test_another_merchant_is_named() -> None:
    """A slip in the id would else show as a missing right, much later."""
    with pytest.raises(SetupWrong, match="it may for: someone-else"):
        await merchant_with(bpids=["someone-else"]).verify()


@pytest.mark.parametrize("right", [scope.name for scope in ZALANDO.scopes])
async def test_each_missing_right_fails_its_row(sandbox: Running, right: str) -> None:
    """And only that one."""
    counterpart = counterpart_of(ZALANDO, sandbox)
    counterpart.fault("missing_scope", scope=right)

    async with counterpart.open() as adapter:
        account = await adapter.verify()
    counterpart.shop.faults.switch_off()
    (failed,) = [check for check in account.checks if check.state is CheckState.FAIL]

    assert right in failed.fix


async def test_an_update_of_nothing_that_is_refused_proves_nothing() -> None:
    """400 may come before or after the right is looked at."""
    account = await merchant_with(problem(400, "items is empty")).verify()

    assert CheckState.UNKNOWN is next(check.state for check in account.checks if check.name == "set_stock")
    assert account.usable


@pytest.mark.parametrize(("shipping", "unasked"), [("zalando", "set_stock"), ("partner", "zfs_snapshot")])
async def test_what_is_not_needed_is_not_tried(sandbox: Running, shipping: str, unasked: str) -> None:
    """The row says why."""
    journal = Journal()
    async with counterpart_of(ZALANDO, sandbox).open({"shipping": shipping}, journal=journal) as adapter:
        account = await adapter.verify()

    assert account.usable
    assert unasked not in {call.operation for call in journal.calls}
