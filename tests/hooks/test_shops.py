"""Shopify and WooCommerce whole: their webhooks registered in the sandbox, sent over HTTP, kept, and worked off."""

import random
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from nexus_ui import settings
from nexus_ui.flows import endpoints, heed
from nexus_ui.sandbox import server
from nexus_ui.sandbox.control import uninstall_app
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.forging import WAYS
from nexus_ui.sandbox.shop import Shop
from nexus_ui.storage import delivery_log
from nexus_ui.storage.cycles import CycleState
from nexus_ui.storage.database import writing
from nexus_ui.web import routes
from tests import databases
from tests.engine.conftest import sandbox
from tests.engine.connecting import columns, connect, content, cycle, shop_of
from tests.hooks.conftest import table
from tests.web.conftest import serving

__all__ = ["sandbox"]

SLUGS = ("shopify", "woocommerce")
PATIENCE = 20.0
MORE_FORGED = 12


@pytest.fixture(autouse=True)
def panel(sqlite_database: databases.Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The product's HTTP side at its public address."""
    port = databases.free_port()
    monkeypatch.setenv("NEXUS_PORT", str(port))
    settings.current.cache_clear()
    inner = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("hello"))])
    with serving(uvicorn.Config(routes.around(inner), port=port, log_level="critical", lifespan="off")):
        yield


async def connected(sandbox: server.Running, slug: str) -> tuple[str, Shop]:
    """A connection whose webhooks its first cycle registered, and the shop it belongs to."""
    connection_id = connect(slug, lookback_days=365)
    with writing() as session:
        endpoints.expect(session, connection_id, slug)
    state = await cycle(connection_id)
    assert "Registered" in notes(state)
    return connection_id, shop_of(sandbox, slug)


def notes(state: CycleState) -> str:
    """What a cycle's log tells beside its figures."""
    return " ".join((state.evidence or {}).get("notes", ()))


def arrived(sandbox: server.Running) -> list[int | None]:
    """Wait until everything was sent; the answers."""
    assert sandbox.world.hooks.courier.idle(PATIENCE)
    return [one.status for one in sandbox.world.hooks.courier.sent]


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_sale_shows_without_a_sync(sandbox: server.Running, slug: str) -> None:
    """Registered by the first cycle; the order and the stock it took are there once its webhooks are worked off."""
    connection_id, shop = await connected(sandbox, slug)
    before = content(connection_id)

    index = shop.place_order()
    assert {200} == set(arrived(sandbox))
    await heed.heed(connection_id)

    assert str(shop.order(index).number) in {row[0].lstrip("#") for row in table("orders", "number")}
    assert len(before["orders"]) + 1 == len(content(connection_id)["orders"])
    assert {"done"} == {line.state.value for line in delivery_log.page(connection_id).lines}
    by_hooks = content(connection_id)
    await cycle(connection_id)
    assert content(connection_id) == by_hooks


@pytest.mark.parametrize("slug", SLUGS)
async def test_forged_webhooks_are_refused_and_good_ones_are_not(sandbox: server.Running, slug: str) -> None:
    """Every way to forge, each beside a good one: 401 and 200."""
    _, shop = await connected(sandbox, slug)
    arrived(sandbox)
    sandbox.world.hooks.courier.sent.clear()

    for how in WAYS:
        shop.faults.switch_on(
            Fault(fault="hook_forged", how=how, times=1, match="roduct" if slug[0] == "w" else "_UPD")
        )
        shop.touch([3])
        arrived(sandbox)
    sent = sandbox.world.hooks.courier.sent

    assert len(WAYS) == sum(one.letter.note.startswith("forged") for one in sent)
    assert {401} == {one.status for one in sent if one.letter.note}
    assert {200} == {one.status for one in sent if not one.letter.note}


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_storm_leaves_what_polling_would(sandbox: server.Running, slug: str) -> None:
    """Duplicates, late ones and forgeries among them: tables as after polling alone, each delivery worked off once."""
    connection_id, shop = await connected(sandbox, slug)
    twin = connect(slug, lookback_days=365)
    chance = random.Random(4)
    for name, how in (("hook_duplicate", {}), ("hook_late", {"seconds": 0.2}), ("hook_forged", {"how": "flip"})):
        shop.faults.switch_on(Fault(fault=name, times=MORE_FORGED, **how))
    for _ in range(60):
        match chance.randrange(4):
            case 0:
                shop.place_order()
            case 1:
                shop.touch([chance.randrange(20)])
            case 2:
                shop.change_order(chance.randrange(5, 20), fulfilment="fulfilled")
            case _:
                shop.set_stock(chance.randrange(20), 0, chance.randrange(50))
    sold = {line.product for index in range(shop.orders.size) for line in shop.order(index).lines}
    shop.remove_product(next(index for index in range(20, 60) if index not in sold))

    answers = arrived(sandbox)
    await heed.heed(connection_id)
    by_hooks = content(connection_id)
    await cycle(twin)

    assert {200, 401} == set(answers)
    assert {"done"} == {state for (state,) in table("webhook_deliveries", "state")}
    assert by_hooks == content(twin)


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_dropped_webhook_is_repaired_and_what_was_missed_is_recovered(
    sandbox: server.Running, slug: str
) -> None:
    """The marketplace gave up on us; the next cycle registers anew, tells it, and brings what no webhook told."""
    connection_id, shop = await connected(sandbox, slug)
    desk = sandbox.world.hooks.of(shop)
    dropped = desk.all()[0]
    desk.drop(dropped.number)

    state = await cycle(connection_id)

    assert f"{dropped.topic} was missing" in notes(state)
    assert dropped.topic in {one.topic for one in desk.all()}


async def test_a_disabled_webhook_of_woocommerce_is_switched_on_again(sandbox: server.Running) -> None:
    """Disabled after failures, it is edited back to life: the same webhook, with the secret in force."""
    connection_id, shop = await connected(sandbox, "woocommerce")
    desk = sandbox.world.hooks.of(shop)
    desk.change(desk.all()[0], active=False)

    state = await cycle(connection_id)

    assert "was switched off" in notes(state)
    assert all(one.active for one in desk.all())


async def test_a_rotated_secret_signs_from_then_on(sandbox: server.Running) -> None:
    """WooCommerce's webhooks are given the new secret; what the old one signed is accepted for a while."""
    connection_id, shop = await connected(sandbox, "woocommerce")
    before = {one.secret for one in sandbox.world.hooks.of(shop).all()}
    shop.faults.switch_on(Fault(fault="hook_late", seconds=0.5, times=1))
    shop.touch([1])

    await endpoints.rotate(connection_id)
    shop.touch([2])

    assert {200} == set(arrived(sandbox))
    assert before.isdisjoint({one.secret for one in sandbox.world.hooks.of(shop).all()})


async def test_an_uninstalled_app_is_known_at_once(sandbox: server.Running) -> None:
    """Shopify says so, a sync finds the access gone, and the connection asks to be connected again."""
    connection_id, shop = await connected(sandbox, "shopify")

    uninstall_app(shop, {})
    assert 200 == arrived(sandbox)[-1]
    await heed.heed(connection_id)
    await cycle(connection_id)

    assert columns(connection_id)["error_kind"] in ("invalid_credentials", "token_expired")


async def test_another_shops_webhooks_change_nothing_here(sandbox: server.Running) -> None:
    """One app's secret signs for all its shops: caught bodies, sent to another connection, have no effect there."""
    connection_id, shop = await connected(sandbox, "shopify")
    second = sandbox.world.shop("shopify", "second.myshopify.com")
    assert second is not None
    token = second.credentials["access_token"]
    other = connect("shopify", {"shop_domain": second.host, "access_token": token}, lookback_days=365)
    await cycle(other)
    before = content(other)
    sandbox.world.hooks.courier.sent.clear()
    shop.place_order()
    uninstall_app(shop, {})
    arrived(sandbox)

    caught = [(one.letter.address.replace(connection_id, other), one) for one in sandbox.world.hooks.courier.sent]
    async with httpx.AsyncClient() as stranger:
        answers = [
            (await stranger.post(to, content=one.body, headers=dict(one.headers))).status_code for to, one in caught
        ]
    await heed.heed(other)
    state = await cycle(other)

    assert {200} == set(answers)
    assert {"orders/create", "app/uninstalled"} <= {one.headers["X-Shopify-Topic"] for _, one in caught}
    assert before == content(other)
    assert ("success", None) == (state.outcome, columns(other)["error_kind"])


async def test_removing_the_connection_takes_its_webhooks_away(sandbox: server.Running) -> None:
    """Ours are gone there, somebody else's stay."""
    connection_id, shop = await connected(sandbox, "woocommerce")
    desk = sandbox.world.hooks.of(shop)
    theirs = desk.add("order.created", "https://another.example/hook", secret="x")

    await endpoints.take_away(connection_id)

    assert [theirs] == desk.all()
