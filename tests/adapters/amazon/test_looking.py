"""Looking at single orders and SKUs, as whoever heard of a change does."""

from nexus_ui.adapters.amazon.usage import HELD, LISTINGS, ORDER, ORDERS
from nexus_ui.adapters.contract import About, LooksUp, Named
from nexus_ui.records import Fulfilment
from nexus_ui.sandbox.amazon.account import held_by_amazon
from nexus_ui.sandbox.amazon.orders import ref_of
from tests.adapters.counterparts import Counterpart, Journal


async def test_named_orders_cost_one_call_each_and_no_search(amazon: Counterpart) -> None:
    """Named twice, looked at once; what does not exist is gone."""
    journal = Journal()
    ghost = Named(About.ORDER, "000-0000000-0000000")
    async with amazon.open(journal=journal) as adapter:
        assert isinstance(adapter, LooksUp)
        looked = await adapter.look([Named(About.ORDER, ref_of(place)) for place in (3, 4, 3)] + [ghost])

    assert {ref_of(3), ref_of(4)} == {order.ref for order in looked.orders}
    assert all(order.lines for order in looked.orders)
    assert (ghost,) == tuple(looked.gone)
    operations = [call.operation for call in journal.calls]
    assert (3, 0) == (operations.count(ORDER), operations.count(ORDERS))


async def test_many_orders_that_changed_lately_cost_one_search(amazon: Counterpart) -> None:
    """An older one among them is looked at by itself."""
    placed = [amazon.shop.place_order([(3, 0, 1)], payment="paid") for _ in range(24)]
    named = [Named(About.ORDER, ref_of(index)) for index in [*placed, 3]]
    journal = Journal()
    async with amazon.open(journal=journal) as adapter:
        looked = await adapter.look(named)

    assert {one.ref for one in named} == {order.ref for order in looked.orders}
    operations = [call.operation for call in journal.calls]
    assert (1, 1) == (operations.count(ORDER), operations.count(ORDERS))


async def test_named_skus_come_with_their_stock_whoever_holds_it(amazon: Counterpart) -> None:
    """Thirty SKUs are two calls for listings and one for what Amazon holds of them."""
    skus = [amazon.shop.product(index).variants[0].sku or "" for index in range(30)]
    named = [Named(About.STOCK, sku) for sku in skus] + [Named(About.PRODUCT, skus[0]), Named(About.STOCK, "GHO-1")]
    journal = Journal()
    async with amazon.open(journal=journal) as adapter:
        looked = await adapter.look(named)
    by_amazon = {sku for index, sku in enumerate(skus) if held_by_amazon(index)}

    assert set(skus) == {product.ref for product in looked.products}
    assert by_amazon == {level.variant_ref for level in looked.levels}
    assert by_amazon == {p.ref for p in looked.products if p.variants[0].fulfilment is Fulfilment.MARKETPLACE}
    assert [Named(About.STOCK, "GHO-1")] == list(looked.gone)
    operations = [call.operation for call in journal.calls]
    assert (2, 1) == (operations.count(LISTINGS), operations.count(HELD))


async def test_an_order_of_another_store_is_not_ours(amazon: Counterpart) -> None:
    """Notices come for the whole account; each store is a connection of its own."""
    region = amazon.shop.private["account"].region
    async with amazon.open() as adapter:
        here = await adapter.look([Named(About.ORDER, ref_of(5))])
        object.__setattr__(region, "store", "A2EUQ1WTGCTBG2")
        try:
            elsewhere = await adapter.look([Named(About.ORDER, ref_of(5))])
        finally:
            object.__setattr__(region, "store", "ATVPDKIKX0DER")

    assert [ref_of(5)] == [order.ref for order in here.orders]
    assert ([], 1) == (list(elsewhere.orders), len(elsewhere.gone))


async def test_a_bad_order_is_set_aside_with_its_name(amazon: Counterpart) -> None:
    """It is neither there nor gone."""
    index = amazon.shop.place_order(payment="paid")
    amazon.shop.change_order(index, shipping=-(10**6))
    try:
        async with amazon.open() as adapter:
            looked = await adapter.look([Named(About.ORDER, ref_of(index))])
    finally:
        amazon.shop.orders.remove(index)

    assert ([], []) == (list(looked.orders), list(looked.gone))
    assert [ref_of(index)] == [one.ref for one in looked.bad]


async def test_nothing_named_asks_nothing(amazon: Counterpart) -> None:
    """No call without a question."""
    journal = Journal()
    async with amazon.open(journal=journal) as adapter:
        looked = await adapter.look([])

    assert ([], [], []) == (list(looked.orders), list(looked.products), list(looked.levels))
    assert [] == journal.calls
