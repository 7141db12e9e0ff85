"""Bol.com and Walmart whole: webhooks registered in the sandbox, sent over HTTP, kept or refused, and worked off."""

import random
from typing import Any

import pytest

from nexus_ui.flows import endpoints, heed, trust
from nexus_ui.sandbox import server
from nexus_ui.sandbox.bol.account import account_of
from nexus_ui.sandbox.bol.webhooks import notification
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.forging import WAYS
from nexus_ui.sandbox.hooks import Desk
from nexus_ui.sandbox.shop import Shop
from nexus_ui.storage import delivery_log
from tests.engine.conftest import sandbox
from tests.engine.connecting import connect, content, cycle
from tests.hooks.conftest import table
from tests.hooks.test_shops import arrived, connected, notes, panel

__all__ = ["panel", "sandbox"]

SLUGS = ("bol", "walmart")


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_sale_shows_without_a_sync(sandbox: server.Running, slug: str) -> None:
    """Registered by the first cycle; the order and what it took are there once its webhooks are worked off."""
    connection_id, shop = await connected(sandbox, slug)
    before = content(connection_id)

    shop.place_order()
    assert {200} == set(arrived(sandbox))
    await heed.heed(connection_id)

    by_hooks = content(connection_id)
    assert len(before["orders"]) + 1 == len(by_hooks["orders"])
    assert {"done"} == {line.state.value for line in delivery_log.page(connection_id).lines}
    await cycle(connection_id)
    assert content(connection_id) == by_hooks


@pytest.mark.parametrize("slug", SLUGS)
async def test_forged_webhooks_are_refused_and_good_ones_are_not(sandbox: server.Running, slug: str) -> None:
    """Every way to forge, each beside a good one: 401 and 200, and nothing is kept of the forged ones."""
    _, shop = await connected(sandbox, slug)
    for how in WAYS:
        shop.faults.switch_on(Fault(fault="hook_forged", how=how, times=1, match="ORDER"))
        shop.place_order()
        arrived(sandbox)
    sent = sandbox.world.hooks.courier.sent

    assert len(WAYS) == sum(one.letter.note.startswith("forged") for one in sent)
    assert {401} == {one.status for one in sent if one.letter.note}
    assert {200} == {one.status for one in sent if not one.letter.note}
    assert sum(one.status == 200 for one in sent) == len(table("webhook_deliveries", "id"))


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_storm_leaves_what_polling_would(sandbox: server.Running, slug: str) -> None:
    """Duplicates, late ones and forgeries among them: tables as after polling alone, each delivery worked off once."""
    connection_id, shop = await connected(sandbox, slug)
    twin = connect(slug, lookback_days=365)
    chance = random.Random(4)
    for name, how in (("hook_duplicate", {}), ("hook_late", {"seconds": 0.2}), ("hook_forged", {"how": "flip"})):
        shop.faults.switch_on(Fault(fault=name, times=12, **how))
    for _ in range(40):
        happen(shop, chance)

    answers = arrived(sandbox)
    await heed.heed(connection_id)
    by_hooks = content(connection_id)
    await cycle(twin)

    assert {200, 401} == set(answers)
    assert {"done"} == {state for (state,) in table("webhook_deliveries", "state")}
    assert but_held_by_bol(by_hooks) == but_held_by_bol(content(twin))
    await cycle(connection_id)
    assert content(connection_id) == content(twin)


def but_held_by_bol(tables: dict[str, Any]) -> dict[str, Any]:
    """All but the stock bol holds, which bol tells in whole pages only: it comes with the next sync."""
    return {**tables, "stock_levels": [level for level in tables["stock_levels"] if level[1] != "bol"]}


def happen(shop: Shop, chance: random.Random) -> None:
    """Something the marketplace tells; Walmart tells less."""
    match chance.randrange(2 if shop.marketplace == "walmart" else 4):
        case 0:
            shop.place_order()
        case 1:
            shop.change_order(chance.randrange(5, 20), cancelled=shop.now())
        case 2:
            shop.touch([chance.randrange(20)])
        case _:
            shop.set_stock(chance.randrange(20), 0, chance.randrange(50))


@pytest.mark.parametrize("slug", SLUGS)
async def test_what_the_marketplace_switched_off_is_switched_on_again(sandbox: server.Running, slug: str) -> None:
    """The same webhook, told in the cycle's log."""
    connection_id, shop = await connected(sandbox, slug)
    desk = sandbox.world.hooks.of(shop)
    before = [one.number for one in desk.all()]
    desk.change(desk.all()[0], active=False)

    assert "was switched off" in notes(await cycle(connection_id))
    assert all(one.active for one in desk.all())
    assert before == [one.number for one in desk.all()]


async def test_a_rotated_secret_of_walmart_signs_from_then_on(sandbox: server.Running) -> None:
    """Every subscription is given the new one; what the old one signed is accepted for a while."""
    connection_id, shop = await connected(sandbox, "walmart")
    desk = sandbox.world.hooks.of(shop)
    before = secrets_of(desk)
    shop.faults.switch_on(Fault(fault="hook_late", seconds=0.5, times=1))
    shop.place_order()

    await endpoints.rotate(connection_id)
    shop.place_order()

    assert {200} == set(arrived(sandbox))
    assert before.isdisjoint(secrets_of(desk))


def secrets_of(desk: Desk) -> set[str]:
    """The secrets the marketplace signs with."""
    return {one.details["authDetails"]["clientSecret"] for one in desk.all()}


async def test_bols_test_message_is_answered_and_means_nothing(sandbox: server.Running) -> None:
    """It is signed and names nothing that concerns us."""
    _, shop = await connected(sandbox, "bol")
    desk, account = sandbox.world.hooks.of(shop), account_of(shop)

    desk.ping(desk.all()[0], notification(account, "TEST", "TEST", "1"))

    assert {200} == set(arrived(sandbox))
    assert [] == table("webhook_deliveries", "id")


async def test_bols_key_is_fetched_once_and_believed_in_the_sandbox_only(sandbox: server.Running) -> None:
    """Ids of keys are as short as `0`: the sandbox's must not open the door of a real account."""
    _, shop = await connected(sandbox, "bol")
    account = account_of(shop)

    shop.place_order()
    shop.place_order()

    assert {200} == set(arrived(sandbox))
    assert trust.known_key("bol", account.keys.id, sandbox=True)
    assert trust.known_key("bol", account.keys.id) is None
    assert [("bol in the sandbox", account.keys.id)] == table("webhook_keys", "marketplace", "key_id")
