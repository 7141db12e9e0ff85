"""Test Connection: which seller and storefront answered, and what the keys may do."""

from typing import Any

import httpx
import pytest

from nexus_ui.adapters.contract import CheckState
from nexus_ui.errors import SetupWrong, Surprise
from tests.adapters.counterparts import Counterpart
from tests.adapters.kaufland.scripted import adapter_over, problem


def kaufland_with(warehouses: list[int], storefronts: tuple[str, ...] = ("de",), bulk: int = 207) -> Any:
    """A seller with these warehouses."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = request.url.params
        match request.url.path.removeprefix("/v2/"):
            case "info/storefront":
                return httpx.Response(200, json={"data": list(storefronts)})
            case "warehouses":
                start = int(asked["offset"])
                page = warehouses[start : start + int(asked["limit"])]
                return httpx.Response(200, json={"data": [{"id_warehouse": one} for one in page]})
            case "units/bulk":
                return httpx.Response(207, json={"data": []}) if bulk == 207 else problem(bulk, "validation-error")
            case _:
                return httpx.Response(200, json={"data": [], "pagination": {"offset": 0, "limit": 1, "total": 3}})

    return adapter_over(answer)


async def test_good_keys_pass_and_say_what_was_seen(kaufland: Counterpart) -> None:
    """Each proof is something that was really answered."""
    async with kaufland.open() as adapter:
        account = await adapter.verify()
    proofs = {check.name: check.proof for check in account.checks}

    assert account.usable
    assert ("warehouse-70412@de", "Kaufland Germany", "EUR") == (account.account_id, account.name, account.currency)
    assert f"{len(kaufland.shop.products)} units can be read." == proofs["products"]
    assert f"{len(kaufland.shop.orders)} orders can be read." == proofs["orders"]
    assert CheckState.UNKNOWN is next(check.state for check in account.checks if check.name == "orders_reach")


async def test_each_storefront_is_an_account_of_its_own(kaufland: Counterpart) -> None:
    """Same keys, another country: another connection, in its own currency."""
    async with kaufland.open({"storefront": "cz"}) as adapter:
        account = await adapter.verify()

    assert ("warehouse-70412@cz", "CZK") == (account.account_id, account.currency)


@pytest.mark.parametrize("warehouses", [[9, 4, 7], [7, 4], [*range(100, 150), 4]])
async def test_the_oldest_warehouse_names_the_seller(warehouses: list[int]) -> None:
    """In whatever order and on however many pages they come, also when others are added."""
    account = await kaufland_with(warehouses).verify()

    assert "warehouse-4@de" == account.account_id


async def test_a_seller_who_cannot_be_told_apart_is_not_connected() -> None:
    """Without a warehouse there is nothing stable to know him by."""
    with pytest.raises(Surprise, match="no warehouse"):
        await kaufland_with([]).verify()


async def test_a_storefront_that_is_not_open_is_named(kaufland: Counterpart) -> None:
    """With those that are."""
    async with kaufland.open({"storefront": "at"}) as adapter:
        with pytest.raises(SetupWrong, match=r"kaufland\.at \(it has: kaufland\.de, kaufland\.cz\)"):
            await adapter.verify()


async def test_an_update_of_nothing_that_is_refused_proves_nothing() -> None:
    """400 may come before or after the permission is looked at."""
    account = await kaufland_with([4], bulk=400).verify()

    assert CheckState.UNKNOWN is next(check.state for check in account.checks if check.name == "set_stock")
    assert account.usable


async def test_keys_that_may_not_write_fail_one_row(kaufland: Counterpart) -> None:
    """Reading passes all the same."""
    kaufland.fault("missing_scope", scope="units/write")

    async with kaufland.open() as adapter:
        account = await adapter.verify()
    failed = [check.name for check in account.checks if check.state is CheckState.FAIL]

    assert ["set_stock"] == failed
