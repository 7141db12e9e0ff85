"""Webhooks of every marketplace that registers its own: registered, sent by the sandbox, verified, read, looked at."""

from collections.abc import Sequence
from typing import Any

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import About, Delivery, KeepsWebhooks, LooksUp, Named, SecretOrigin, Webhooks
from tests.adapters.counterparts import Counterpart, Journal, collect, exemptions
from tests.adapters.listening import Listener, listening
from tests.adapters.test_contract import LONG_AGO, offers

SECRET = "whs_0123456789abcdef0123456789abcdef"
PATIENCE = 10.0


REGISTERING = [slug for slug, one in CATALOGUE.items() if one.webhooks and offers(one, KeepsWebhooks)]
LOOKING = [slug for slug, one in CATALOGUE.items() if offers(one, LooksUp)]
registering = pytest.mark.parametrize("counterpart", REGISTERING, indirect=True)
looking = pytest.mark.parametrize("counterpart", LOOKING, indirect=True)


def declared(counterpart: Counterpart) -> Webhooks:
    """What the marketplace declares."""
    assert counterpart.marketplace.webhooks is not None
    return counterpart.marketplace.webhooks


async def registered(adapter: Any, listener: Listener, webhooks: Webhooks) -> None:
    """Register every topic at the listener."""
    for topic in webhooks.topics:
        await adapter.register(topic.name, listener.address, SECRET)


def secret_of(counterpart: Counterpart) -> str:
    """What proves our address: the chosen secret, or the one that was given."""
    field = declared(counterpart).secret_field
    return counterpart.marketplace.sandbox_fields[field] if field else SECRET


async def secrets_for(counterpart: Counterpart, adapter: Any, delivery: Delivery) -> tuple[str, ...]:
    """What verifies a delivery."""
    webhooks = declared(counterpart)
    if webhooks.secret is SecretOrigin.CHOSEN:
        return (SECRET,)
    if webhooks.secret is SecretOrigin.GIVEN:
        return (counterpart.marketplace.sandbox_fields[webhooks.secret_field],)
    assert webhooks.key_id is not None
    return (await adapter.webhook_key(webhooks.key_id(delivery)),)


async def heard(counterpart: Counterpart, adapter: Any, deliveries: Sequence[Delivery]) -> list[Named]:
    """What verified deliveries name."""
    webhooks, named = declared(counterpart), []
    for delivery in deliveries:
        assert webhooks.verify(delivery, await secrets_for(counterpart, adapter, delivery))
        notice = webhooks.read(delivery)
        named += notice.named if notice else ()
    return named


async def tidied(adapter: Any) -> None:
    """Leave no registration behind."""
    for registration in await adapter.registrations():
        await adapter.unregister(registration)


@registering
async def test_registering_is_safe_to_repeat(counterpart: Counterpart) -> None:
    """Each topic stands there once, however often it is registered, and is gone when it was taken away, also twice."""
    webhooks = declared(counterpart)

    with listening(webhooks, secret_of(counterpart)) as listener:
        address = listener.address
        async with counterpart.open() as adapter:
            await tidied(adapter)
            made = [await adapter.register(topic.name, address, SECRET) for topic in webhooks.topics]
            again = [await adapter.register(topic.name, address, SECRET) for topic in webhooks.topics]
            found = await adapter.registrations()
            for registration in (*made, *made):
                await adapter.unregister(registration)
            left = await adapter.registrations()

    assert made == again
    assert {topic.name for topic in webhooks.topics} == {one.topic for one in found}
    assert {address} == {one.address for one in found}
    assert all(one.active for one in found)
    assert len({one.ref for one in made}) == len(found)
    assert [] == left


@registering
async def test_a_webhook_the_marketplace_dropped_is_missed_and_mended(counterpart: Counterpart) -> None:
    """What is not registered any more does not show, and registering it brings it back."""
    webhooks = declared(counterpart)

    with listening(webhooks, secret_of(counterpart)) as listener:
        address = listener.address
        async with counterpart.open() as adapter:
            await tidied(adapter)
            await adapter.register(webhooks.topics[0].name, address, SECRET)
            desk = counterpart.sandbox.world.hooks.of(counterpart.shop)
            for subscription in desk.all():
                desk.drop(subscription.number)
            missed = await adapter.registrations()
            await adapter.register(webhooks.topics[0].name, address, SECRET)
            mended = await adapter.registrations()
            await tidied(adapter)

    assert [] == missed
    assert [(webhooks.topics[0].name, address, True)] == [(one.topic, one.address, one.active) for one in mended]


@registering
async def test_what_the_marketplace_sends_is_verified_read_and_found(counterpart: Counterpart) -> None:
    """A sale, a changed product and changed stock each arrive, name a thing, and the thing is there to be looked at."""
    webhooks = declared(counterpart)
    with listening(webhooks, secret_of(counterpart)) as listener:
        async with counterpart.open() as adapter:
            await tidied(adapter)
            await registered(adapter, listener, webhooks)
            counterpart.shop.place_order()
            counterpart.shop.touch([1])
            assert counterpart.sandbox.world.hooks.courier.idle(PATIENCE)
            named = await heard(counterpart, adapter, listener.arrived)
            looked = await adapter.look(named) if isinstance(adapter, LooksUp) else None
            await tidied(adapter)

    told = (
        {About.ORDER}
        if "hooks-of-changes" in exemptions(counterpart.marketplace.slug)
        else {About.ORDER, About.PRODUCT}
    )
    assert told & {topic.about for topic in webhooks.topics} <= {one.about for one in named}
    if looked is not None:
        assert [] == list(looked.gone)
        assert [] == list(looked.bad)
        refs = {record.ref for record in (*looked.products, *looked.orders)}
        whole = [looked.belongs.get(one, one) for one in named if one.about in (About.ORDER, About.PRODUCT)]
        assert {one.ref for one in whole} <= refs


@looking
async def test_looking_tells_the_same_as_polling(counterpart: Counterpart) -> None:
    """The same records, through the same translation."""
    async with counterpart.open() as adapter:
        products = (await collect(adapter.products(None, None)))[0][:30]
        orders = (await collect(adapter.orders(LONG_AGO, None)))[0][-30:]
        named = [*(Named(About.PRODUCT, one.ref) for one in products), *(Named(About.ORDER, o.ref) for o in orders)]
        looked = await adapter.look(named)

    assert sorted(products, key=lambda one: one.ref) == sorted(looked.products, key=lambda one: one.ref)
    assert sorted(orders, key=lambda one: one.ref) == sorted(looked.orders, key=lambda one: one.ref)
    assert [] == [*looked.bad, *looked.gone]


@looking
async def test_what_is_gone_is_told(counterpart: Counterpart) -> None:
    """A thing that is not there is named as gone, beside those that are."""
    async with counterpart.open() as adapter:
        (product, *_), _ = await collect(adapter.products(None, None))
        ghost = Named(About.PRODUCT, "".join("9" if letter.isdigit() else letter for letter in product.ref))
        looked = await adapter.look([Named(About.PRODUCT, product.ref), ghost])

    assert [product.ref] == [one.ref for one in looked.products]
    assert [ghost] == list(looked.gone)


@looking
async def test_looking_at_nothing_is_no_call(counterpart: Counterpart) -> None:
    """No named thing, nothing asked of products and orders."""
    journal = Journal()
    async with counterpart.open(journal=journal) as adapter:
        looked = await adapter.look([])

    assert [] == [*looked.products, *looked.orders, *looked.levels, *looked.gone]
    assert len(journal.calls) <= 1
