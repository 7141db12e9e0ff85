"""Kaufland's own habits: times that count, addresses that are signed, pieces of orders, words repeated."""

from dataclasses import replace

import httpx
import pytest

from nexus_ui.adapters.contract import About, Delivery, Named
from nexus_ui.adapters.kaufland.webhooks import TOLERANCE_SECONDS, challenge, read, verify
from nexus_ui.errors import SetupWrong, SkipRecord
from tests.adapters.counterparts import Counterpart
from tests.adapters.examples import delivery
from tests.adapters.kaufland.deliveries import EXAMPLES, RECEIVED, SECRET, URL, sent, signed, told
from tests.adapters.kaufland.scripted import adapter_over
from tests.adapters.listening import listening

BODY = told("order_new", "/orders/MB7UWLD/")
ADDRESS = "http://127.0.0.1:9/api/webhooks/kaufland/con_1"


def arrived(stamp: int, url: str = URL) -> Delivery:
    """A notification signed at this moment for this address, arriving with the examples at ours."""
    return delivery("kaufland", signed(BODY, stamp, url=url), BODY)


@pytest.mark.parametrize("late", [0, 1, TOLERANCE_SECONDS, -TOLERANCE_SECONDS])
def test_a_signature_counts_for_five_minutes(late: int) -> None:
    """In both directions, as one of ours does there."""
    assert verify(arrived(RECEIVED - late), (SECRET,))


@pytest.mark.parametrize("late", [TOLERANCE_SECONDS + 1, -TOLERANCE_SECONDS - 1, 13 * 3_600, RECEIVED])
def test_a_copy_sent_again_later_is_refused(late: int) -> None:
    """Signed well, but not now."""
    assert not verify(arrived(RECEIVED - late), (SECRET,))


@pytest.mark.parametrize("stamp", ["", "now", "-1", "1e9", "１７９５４２８０００", "9" * 40])
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    """Whatever was signed with it."""
    good = arrived(RECEIVED)

    assert not verify(replace(good, headers={**good.headers, "shop-timestamp": stamp}), (SECRET,))


@pytest.mark.parametrize(
    "url", [URL.replace("con_1", "con_2"), URL + "?x=1", URL.replace("https", "http"), URL.replace("panel", "other")]
)
def test_what_was_signed_for_another_address_is_refused(url: str) -> None:
    """A notification of one connection is none of another's."""
    assert not verify(arrived(RECEIVED, url), (SECRET,))


def test_a_request_of_another_method_is_refused() -> None:
    """The method is signed too."""
    assert not verify(replace(arrived(RECEIVED), method="GET"), (SECRET,))


@pytest.mark.parametrize(
    ("event", "resource"),
    [
        ("order_new", "/units/388000000005/"),
        ("order_new", "/orders/../units/1/"),
        ("order_new", "https://elsewhere.example/orders/MB7UWLD/"),
        ("order_new", ""),
        ("order_unit_status_changed", "/order-units/MB7UWLD/"),
        ("item_unit_changed", "/orders/MB7UWLD/"),
        ("item_unit_changed", "/units/abc/"),
    ],
)
def test_a_body_that_contradicts_its_event_is_set_aside(event: str, resource: str) -> None:
    """The event and the address it names are of one kind."""
    with pytest.raises(SkipRecord):
        read(sent(event, resource, None).delivery)


def test_the_check_of_the_address_is_answered_with_its_word() -> None:
    """Only where it asks as Kaufland does, and only a word that nothing can be smuggled in with."""
    assert "a1B2-c3" == challenge({"mode": "subscribe", "challenge": "a1B2-c3"}, URL, SECRET)
    for query in ({"challenge": "a1"}, {"mode": "subscribe"}, {"mode": "subscribe", "challenge": "<script>"}):
        assert challenge(query, URL, SECRET) is None


async def test_an_address_that_does_not_answer_is_not_registered(kaufland: Counterpart) -> None:
    """Kaufland asks at once, and says why it refuses."""
    async with kaufland.open() as adapter:
        with pytest.raises(SkipRecord, match="could not be verified"):
            await adapter.register("order_new", ADDRESS, "")
        found = await adapter.registrations()

    assert [] == found


async def test_storefronts_have_subscriptions_of_their_own(kaufland: Counterpart) -> None:
    """The same keys, the same address, another storefront: neither sees the other's."""
    with listening(kaufland.marketplace.webhooks) as listener:
        async with kaufland.open() as german, kaufland.open({"storefront": "cz"}) as czech:
            here = await german.register("order_new", listener.address, "")
            there = await czech.register("order_new", listener.address, "")
            found = await german.registrations(), await czech.registrations()
            await german.unregister(here)
            await czech.unregister(there)

    assert ([here], [there]) == found
    assert here.ref != there.ref


async def test_without_an_address_for_alerts_it_says_what_to_enter() -> None:
    """Kaufland takes no subscription without one."""
    adapter = adapter_over(lambda request: httpx.Response(200, json={"data": []}), alert_email="")

    with pytest.raises(SetupWrong, match="e-mail address"):
        await adapter.register("order_new", ADDRESS, "")


async def test_pieces_of_one_order_are_looked_at_as_that_order_once(kaufland: Counterpart) -> None:
    """Each piece is told by itself; what is stored is the order they are of."""
    front = kaufland.shop.private["seller"].storefronts["de"]
    index = kaufland.shop.place_order([(1, 0, 2)])
    pieces = [Named(About.ORDER, f"order-units/{front.piece(index, place)}") for place in (0, 1)]
    ghost, order = Named(About.ORDER, "order-units/99"), Named(About.ORDER, front.order(index))
    async with kaufland.open() as adapter:
        looked = await adapter.look([*pieces, order, ghost])

    assert [order.ref] == [one.ref for one in looked.orders]
    assert dict.fromkeys(pieces, order) == looked.belongs
    assert [ghost] == list(looked.gone)


async def test_a_unit_of_another_shape_is_set_aside() -> None:
    """It is named, with the reason, beside what is good."""
    adapter = adapter_over(lambda request: httpx.Response(200, json={"data": {"id_unit": "x"}}))
    looked = await adapter.look([Named(About.PRODUCT, "388000000005")])

    assert ["388000000005"] == [bad.ref for bad in looked.bad]
    assert [] == list(looked.gone)


def test_each_example_is_signed_for_this_address_only() -> None:
    """The guard of the examples themselves."""
    assert all(verify(one.delivery, one.secrets) for one in EXAMPLES)
    assert not any(verify(replace(one.delivery, url=URL + "/"), one.secrets) for one in EXAMPLES)
