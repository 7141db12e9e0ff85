"""The simulated eBay and Kaufland check an address before they send to it, try again, and give up by their rules."""

from collections.abc import Iterator

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.sandbox.ebay.telling import MARKED_DOWN_AFTER
from nexus_ui.sandbox.ebay.telling import WAITS as EBAY_WAITS
from nexus_ui.sandbox.kaufland.telling import WAITS as KAUFLAND_WAITS
from nexus_ui.sandbox.server import Running
from tests.adapters.counterparts import Counterpart, counterpart_of
from tests.adapters.listening import Listener, listening

TOKEN = "verification_token-0123456789abcdef"
TOPICS = {"ebay": "ORDER_CONFIRMATION", "kaufland": "order_new"}
both = pytest.mark.parametrize("slug", TOPICS)


@pytest.fixture
def marketplace(own_sandbox: Running, slug: str) -> Counterpart:
    """A marketplace that tries again a million times sooner."""
    own_sandbox.world.hooks.hurry(1e6)
    return counterpart_of(CATALOGUE[slug], own_sandbox)


@pytest.fixture
def listener(slug: str) -> Iterator[Listener]:
    """Where its webhooks arrive, proving itself."""
    with listening(CATALOGUE[slug].webhooks, TOKEN) as found:
        yield found


async def told(marketplace: Counterpart, listener: Listener, orders: int, answers: list[int]) -> list[bool]:
    """Register, sell so often while the listener answers so, and say which registrations are left active."""
    async with marketplace.open() as adapter:
        await adapter.register(TOPICS[marketplace.marketplace.slug], listener.address, TOKEN)
        listener.answers = answers
        for _ in range(orders):
            marketplace.shop.place_order()
            assert marketplace.sandbox.world.hooks.courier.idle(10.0)
        return [one.active for one in await adapter.registrations()]


@both
async def test_every_try_is_signed_anew_and_says_the_same(marketplace: Counterpart, listener: Listener) -> None:
    """Two tries in vain and a third that is accepted: one notice, each of them verified."""
    webhooks = marketplace.marketplace.webhooks
    assert webhooks is not None
    assert [True] == await told(marketplace, listener, 1, [500, 503])
    async with marketplace.open() as adapter:
        secret = marketplace.shop.credentials.get("secret_key", "")
        keys = [
            await adapter.webhook_key(webhooks.key_id(one)) if webhooks.key_id else secret for one in listener.arrived
        ]

    assert 3 == len(listener.arrived)
    assert all(webhooks.verify(one, (key,)) for one, key in zip(listener.arrived, keys, strict=True))
    assert 1 == len({webhooks.read(one) for one in listener.arrived})


@pytest.mark.parametrize(
    ("slug", "orders", "tries"),
    [("ebay", MARKED_DOWN_AFTER // (len(EBAY_WAITS) + 1), MARKED_DOWN_AFTER), ("kaufland", 1, len(KAUFLAND_WAITS) + 1)],
)
async def test_an_address_that_always_fails_is_given_up(
    marketplace: Counterpart, listener: Listener, orders: int, tries: int
) -> None:
    """Switched off after the last try; what happens then is told to nobody."""
    assert [False] == await told(marketplace, listener, orders, [500] * 100)
    marketplace.shop.place_order()
    assert marketplace.sandbox.world.hooks.courier.idle(10.0)

    assert tries == len(listener.arrived)


@pytest.mark.parametrize("slug", ["ebay"])
async def test_an_order_on_the_sellers_other_site_is_told_too(marketplace: Counterpart, listener: Listener) -> None:
    """The subscription is the seller's, not a site's."""
    british = marketplace.sandbox.world.shop("ebay", "gb.api.ebay.com")
    assert british is not None
    await told(marketplace, listener, 0, [])

    british.place_order()

    assert marketplace.sandbox.world.hooks.courier.idle(10.0)
    assert 1 == len(listener.arrived)
