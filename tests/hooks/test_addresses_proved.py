"""eBay and Kaufland whole: they check our address before they tell anything, then tell where to look."""

from collections import deque

import pytest

from nexus_ui.errors import Unavailable
from nexus_ui.flows import endpoints, heed, keys, trust
from nexus_ui.sandbox import server
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.forging import WAYS
from nexus_ui.storage import connections, delivery_log
from tests.engine.connecting import connect, content, cycle
from tests.hooks.test_shops import arrived, connected, notes, panel, sandbox

__all__ = ["panel", "sandbox"]

SLUGS = ("ebay", "kaufland")


@pytest.mark.parametrize("slug", SLUGS)
async def test_a_sale_shows_without_a_sync(sandbox: server.Running, slug: str) -> None:
    """The address is proved and registered by the first cycle; the order is there once its webhook is worked off."""
    connection_id, shop = await connected(sandbox, slug)
    before = content(connection_id)

    shop.place_order()
    assert {200} == set(arrived(sandbox))
    await heed.heed(connection_id)

    by_hooks = content(connection_id)
    assert len(before["orders"]) + 1 == len(by_hooks["orders"])
    assert {"done"} == {line.state.value for line in delivery_log.page(connection_id).lines}
    await cycle(connection_id)
    assert by_hooks == content(connection_id)


async def test_a_changed_piece_changes_its_order(sandbox: server.Running) -> None:
    """Kaufland names the piece, the log names the order."""
    connection_id, shop = await connected(sandbox, "kaufland")

    shop.change_order(shop.orders.size - 1, fulfilment="fulfilled")
    assert {200} == set(arrived(sandbox))
    await heed.heed(connection_id)

    (line,) = delivery_log.page(connection_id).lines
    assert line.effect.startswith("order MDE")
    assert line.effect.endswith("updated")


@pytest.mark.parametrize("slug", SLUGS)
async def test_forged_webhooks_are_refused_and_good_ones_are_not(sandbox: server.Running, slug: str) -> None:
    """Every way to forge, each beside a good one: 401 and 200."""
    _, shop = await connected(sandbox, slug)
    for how in WAYS:
        shop.faults.switch_on(Fault(fault="hook_forged", how=how, times=1))
        shop.place_order()
        arrived(sandbox)
    sent = sandbox.world.hooks.courier.sent

    assert [401] * len(WAYS) == [one.status for one in sent if one.letter.note.startswith("forged")]
    assert {200} == {one.status for one in sent if not one.letter.note}


@pytest.mark.parametrize("slug", SLUGS)
async def test_what_was_switched_off_there_is_switched_on_again(sandbox: server.Running, slug: str) -> None:
    """The next cycle repairs it, and says so."""
    connection_id, shop = await connected(sandbox, slug)
    desk = sandbox.world.hooks.of(shop)
    desk.change(desk.all()[0], active=False)

    state = await cycle(connection_id)

    assert "was switched off" in notes(state)
    assert all(one.active for one in desk.all())


async def test_a_new_token_proves_the_address_anew(sandbox: server.Running) -> None:
    """eBay's verification token is ours to rotate; what is on its way is accepted, for the key is eBay's own."""
    connection_id, shop = await connected(sandbox, "ebay")
    kept = shop.private["notifying"]
    before = [one["deliveryConfig"]["verificationToken"] for one in kept.destinations.values()]

    await endpoints.rotate(connection_id)
    shop.place_order()

    after = [one["deliveryConfig"]["verificationToken"] for one in kept.destinations.values()]
    assert before != after == [keys.open(connection_id)["webhook_secret"]]
    assert {200} == set(arrived(sandbox))


async def test_what_one_connection_was_told_is_refused_at_another(sandbox: server.Running) -> None:
    """Kaufland's signature covers the address: bytes caught at one connection are worth nothing at the next."""
    connection_id, shop = await connected(sandbox, "kaufland")
    other = connect("kaufland", {"storefront": "cz"}, lookback_days=365)
    shop.place_order()
    arrived(sandbox)
    desk = sandbox.world.hooks.of(shop)
    caught = next(one for one in sandbox.world.hooks.courier.sent if one.letter.topic == "order_new")

    parts = (dict(caught.headers), caught.body)
    subscription = next(one for one in desk.all() if one.topic == "order_new")
    desk.change(subscription, address=subscription.address.replace(connection_id, other))
    desk.ping(subscription, parts)

    assert 401 == arrived(sandbox)[-1]


async def test_removing_a_connection_leaves_nothing_there(sandbox: server.Running) -> None:
    """Subscription and destination are both taken away."""
    connection_id, shop = await connected(sandbox, "ebay")

    await endpoints.take_away(connection_id)

    assert [] == sandbox.world.hooks.of(shop).all()
    assert {} == shop.private["notifying"].destinations


async def test_invented_names_of_keys_do_not_spend_the_calls(
    sandbox: server.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty unknown keys a minute are asked for; after that a delivery is put off, which the vendor repeats."""
    connection_id, _ = await connected(sandbox, "ebay")
    monkeypatch.setattr(trust, "_asked", deque(maxlen=trust.MOST_ASKED_A_MINUTE))
    kept = connections.get(connection_id)

    asked = [await trust.fetched_key(kept, f"invented-{number}") for number in range(trust.MOST_ASKED_A_MINUTE)]
    with pytest.raises(Unavailable):
        await trust.fetched_key(kept, "invented-once-more")

    assert {None} == set(asked)
