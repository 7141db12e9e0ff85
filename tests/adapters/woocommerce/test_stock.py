"""Publishing stock to WooCommerce, and hearing of what was sold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from nexus_ui.adapters.woocommerce.stock import BATCH, NOT_MANAGED, batches
from nexus_ui.records import Product, StockAnswer, StockChange
from nexus_ui.sandbox.server import run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, Journal, collect, counterpart_of
from tests.adapters.woocommerce.shops import WOO, adapter_over, merchant

ACCEPTED, REFUSED, STALE = StockAnswer.ACCEPTED, StockAnswer.REFUSED, StockAnswer.STALE


@pytest.fixture
def small() -> Iterator[Counterpart]:
    """A small shop for one test."""
    with run_in_thread(World(Options(products=30, orders=0, limits=False))) as running:
        yield counterpart_of(WOO, running)


def change(ref: str, quantity: int, expected: int | None = None, key: str = "") -> StockChange:
    """A change of one item, addressed by what the product told."""
    return StockChange(ref.rpartition("/")[2], ref, "shop", quantity, expected, key or f"{ref}={quantity}")


async def shelf(adapter: Any) -> dict[str, int | None]:
    """What the shop holds, by what a write addresses."""
    products, _ = await collect(adapter.products(None, None))
    return {variant.inventory_ref: level.available for variant in variants(products) for level in variant.levels}


def variants(products: list[Product]) -> list[Any]:
    """All variants of these products."""
    return [variant for product in products for variant in product.variants]


def sku_of(shop: Any, index: int, place: int = 0) -> str:
    """The SKU of a variant in the sandbox."""
    return str(shop.product(index).variants[place].sku)


async def test_products_and_variations_are_written_where_they_live(small: Counterpart) -> None:
    """One batch for the products, one for each product with variations; receipts in the order of the changes."""
    journal = Journal()
    async with small.open(journal=journal) as adapter:
        before = await shelf(adapter)
        journal.calls.clear()
        changes = [change(ref, 50 + place, before[ref]) for place, ref in enumerate(before)]
        receipts = await adapter.set_stock(changes)
        writes = [call.url.rsplit("/wc/v3", 1)[1] for call in journal.calls if call.method == "POST"]
        after = await shelf(adapter)
    parents = {ref.partition("/")[0] for ref in before if "/" in ref}

    assert [(one.key, ACCEPTED) for one in changes] == [(receipt.key, receipt.answer) for receipt in receipts]
    assert [one.quantity for one in changes] == [after[one.inventory_ref] for one in changes]
    assert {"/products/batch", *(f"/products/{parent}/variations/batch" for parent in parents)} == set(writes)
    assert len(writes) == len(set(writes))


async def test_a_stale_belief_is_told_and_nothing_is_written(small: Counterpart) -> None:
    """Another number stands there than we believed: that change alone is stale, and says what stands there."""
    async with small.open() as adapter:
        before = await shelf(adapter)
        first, second = list(before)[:2]
        receipts = await adapter.set_stock([change(first, 70, -4_242), change(second, 71, before[second])])
        after = await shelf(adapter)

    assert [STALE, ACCEPTED] == [receipt.answer for receipt in receipts]
    assert f"It holds {before[first]} by now." == receipts[0].said
    assert [before[first], 71] == [after[first], after[second]]


async def test_stock_that_is_not_counted_is_refused_with_the_remedy(small: Counterpart) -> None:
    """WooCommerce answers such a write with 200 and ignores it; we do not call that accepted."""
    async with small.open() as adapter:
        ref = next(ref for ref in await shelf(adapter) if "/" not in ref)
        await merchant(small, "PUT", f"/products/{ref}", json={"manage_stock": False})
        compared, blind = await adapter.set_stock([change(ref, 5, 4), change(ref, 6)])

    assert (REFUSED, NOT_MANAGED) == (compared.answer, compared.said) == (blind.answer, blind.said)


async def test_stock_kept_by_the_product_is_read_and_written_there(small: Counterpart) -> None:
    """Variations that leave the counting to their product share its number and its address."""
    products = await merchant(small, "GET", "/products", params={"type": "variable", "per_page": 1})
    parent, children = str(products[0]["id"]), [str(number) for number in products[0]["variations"]]
    await merchant(small, "PUT", f"/products/{parent}", json={"manage_stock": True, "stock_quantity": 40})
    for child in children:
        await merchant(small, "PUT", f"/products/{parent}/variations/{child}", json={"manage_stock": False})

    async with small.open() as adapter:
        found, _ = await collect(adapter.products(None, None))
        mine = [variant for variant in variants(found) if variant.product_ref == parent]
        receipts = await adapter.set_stock([change(parent, 33, 40)])
        again = await shelf(adapter)

    assert set(children) == {variant.ref for variant in mine}
    assert {(parent, 40)} == {(variant.inventory_ref, variant.levels[0].available) for variant in mine}
    assert [ACCEPTED] == [receipt.answer for receipt in receipts]
    assert 33 == again[parent]


async def test_one_refused_item_does_not_stop_its_batch(small: Counterpart) -> None:
    """Unknown products, unknown variations, variations of another product, and refs that are none at all."""
    async with small.open() as adapter:
        before = await shelf(adapter)
        good = next(ref for ref in before if "/" not in ref)
        child = next(ref for ref in before if "/" in ref)
        parent = child.partition("/")[0]
        odd = ["999999", f"{parent}/999999", f"{good}/{child.partition('/')[2]}", "abc", f"{parent}/", "", "1/2/3"]
        receipts = await adapter.set_stock([*(change(ref, 5) for ref in odd), change(good, 61), change(child, 62)])
        after = await shelf(adapter)

    assert [REFUSED] * len(odd) + [ACCEPTED] * 2 == [receipt.answer for receipt in receipts]
    assert all(receipt.said for receipt in receipts[: len(odd)])
    assert "woocommerce_rest_product_invalid_id" == receipts[0].code
    assert (61, 62) == (after[good], after[child])


async def test_two_changes_of_one_item_are_written_one_after_the_other(small: Counterpart) -> None:
    """Each has its own receipt, and the later one stays."""
    async with small.open() as adapter:
        ref, held = next(iter((await shelf(adapter)).items()))
        receipts = await adapter.set_stock([change(ref, 21, held), change(ref, 22, 21), change(ref, 23, held)])
        after = await shelf(adapter)

    assert [ACCEPTED, ACCEPTED, STALE] == [receipt.answer for receipt in receipts]
    assert 22 == after[ref]


async def test_an_answer_lost_after_it_took_effect_is_asked_for_again(small: Counterpart) -> None:
    """A quantity is absolute, so sending it twice has one effect."""
    async with small.open() as adapter:
        ref, held = next(iter((await shelf(adapter)).items()))
        small.fault("answer_lost", times=1, match="/batch")
        receipts = await adapter.set_stock([change(ref, (held or 0) + 9, held)])
        after = await shelf(adapter)

    assert [ACCEPTED] == [receipt.answer for receipt in receipts]
    assert (held or 0) + 9 == after[ref]


def test_batches_hold_no_more_than_the_shop_takes() -> None:
    """250 products and one variation: 100, 100, 50 and 1."""
    addressed = [("/products", number, change(str(number), 1)) for number in range(1, 251)]
    found = list(batches([*addressed, ("/products/7/variations", 8, change("7/8", 1))]))

    assert BATCH == 100
    assert [100, 100, 50, 1] == [len(batch.changes) for batch in found]
    assert [number for _, number, _ in addressed] == [item for batch in found[:3] for item in batch.changes]


async def test_more_than_a_hundred_changes_are_all_written(woo: Counterpart) -> None:
    """Each batch is read and written in two calls."""
    journal = Journal()
    async with woo.open(journal=journal) as adapter:
        refs = [ref for ref in await shelf(adapter) if "/" not in ref]
        again = [*refs, *refs, *refs]
        journal.calls.clear()
        receipts = await adapter.set_stock(
            [change(ref, place % 90, key=f"k{place}") for place, ref in enumerate(again)]
        )

    assert 100 < len(again)
    assert [f"k{place}" for place in range(len(again))] == [receipt.key for receipt in receipts]
    assert {ACCEPTED} == {receipt.answer for receipt in receipts}
    assert 3 == len(journal.calls)


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        ({"update": []}, "does not mention"),
        ({"update": [{"id": 12, "stock_quantity": None}]}, "Switch on"),
        ({"update": [{"id": 12, "stock_quantity": 4}]}, "answered with 4"),
        ({"update": [{"id": 12, "error": {"code": "product_invalid_sku", "message": "Taken."}}]}, "Taken."),
    ],
)
async def test_only_a_quantity_repeated_back_is_accepted(answered: dict[str, Any], said: str) -> None:
    """Anything less is refused, with what the shop said."""
    adapter = adapter_over(lambda _: httpx.Response(200, json=answered))

    (receipt,) = await adapter.set_stock([change("12", 5)])

    assert REFUSED is receipt.answer
    assert said in receipt.said


async def test_a_product_deleted_with_its_variations_refuses_their_changes_only() -> None:
    """Newer shops answer 404 for the variations of a product that is gone."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "/products/7/" in request.url.path:
            return httpx.Response(404, json={"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID."})
        return httpx.Response(200, json={"update": [{"id": 12, "stock_quantity": 5}]})

    receipts = await adapter_over(answer).set_stock([change("7/8", 5, 4), change("12", 5)])

    assert [REFUSED, ACCEPTED] == [receipt.answer for receipt in receipts]
    assert "any more" in receipts[0].said


# what was sold


async def test_a_sale_tells_the_stock_of_what_it_sold(small: Counterpart) -> None:
    """The products of new orders come with the numbers that stand now, variations included."""
    began = datetime.now(UTC) - timedelta(seconds=1)
    variable = next(index for index in range(30) if len(small.shop.product(index).variants) > 1)
    small.shop.place_order([(variable, 1, 2)])
    expected = {str(100 + 10 * variable + 1 + place) for place in range(len(small.shop.product(variable).variants))}

    async with small.open() as adapter:
        levels, bad = await collect(adapter.inventory(began, None))
        held = await shelf(adapter)

    assert [] == bad
    assert expected == {level.variant_ref for level in levels}
    assert {level.available for level in levels} == {held[f"{100 + 10 * variable}/{ref}"] for ref in expected}


async def test_nothing_sold_is_no_stock_to_tell(small: Counterpart) -> None:
    """One call, one empty page."""
    journal = Journal()
    async with small.open(journal=journal) as adapter:
        pages = [page async for page in adapter.inventory(datetime.now(UTC), None)]

    assert [[]] == [page.records for page in pages]
    assert 1 == len(journal.calls)


async def test_the_mark_of_inventory_moves_with_the_orders(woo: Counterpart) -> None:
    """Otherwise every cycle would read all orders again."""
    async with woo.open() as adapter:
        pages = [page async for page in adapter.inventory(datetime(2020, 1, 1, tzinfo=UTC), None)]
        orders, _ = await collect(adapter.orders(datetime(2020, 1, 1, tzinfo=UTC), None))

    assert max(order.updated_at for order in orders) == max(page.newest for page in pages if page.newest)
    assert 2 == len(pages)


async def test_a_sold_product_that_is_gone_tells_nothing(small: Counterpart) -> None:
    """Its order stays; there is no stock to tell."""
    began = datetime.now(UTC) - timedelta(seconds=1)
    small.shop.place_order([(4, 0, 1)])
    small.shop.products.remove(4)

    async with small.open() as adapter:
        assert ([], []) == await collect(adapter.inventory(began, None))


async def test_bad_products_are_named_and_the_rest_arrives(woo: Counterpart) -> None:
    """Absurd prices, quantities and dates, no id, no name: each set aside once, under a name of its own."""
    woo.fault("bad_records", every=7)

    async with woo.open() as adapter:
        products, bad = await collect(adapter.products(None, None))

    assert woo.shop.products.size == len({product.ref for product in products} | {one.ref for one in bad})
    assert len(bad) == len({one.ref for one in bad}) > 20
    assert all(one.reason.endswith(".") and one.raw for one in bad)


async def test_a_bad_variation_sets_its_whole_product_aside() -> None:
    """Under the product's ref, once, with the reason of the variation; the others arrive."""
    stamp = "2026-11-23T12:00:00"
    product = {"name": "Cup", "type": "variable", "variations": [1], "date_modified_gmt": stamp}

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/settings/general"):
            return httpx.Response(200, json=[{"id": "woocommerce_currency", "value": "EUR"}])
        if path.endswith("/products/5/variations"):
            return httpx.Response(200, json=[{"id": 51}, {"id": 52, "stock_quantity": "many"}, {"id": 53, "price": []}])
        if path.endswith("/products/6/variations"):
            return httpx.Response(404, json={"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID."})
        if path.endswith("/variations"):
            return httpx.Response(200, json=[{"id": 71, "price": "2.00"}])
        return httpx.Response(200, json=[{"id": number, **product} for number in (5, 6, 7)])

    products, bad = await collect(adapter_over(answer).products(None, None))
    reasons = {one.ref: one.reason for one in bad}

    assert ["7"] == [one.ref for one in products]
    assert ["5", "6"] == sorted(reasons)
    assert "Of its variation 52: Its stock_quantity makes no sense" in reasons["5"]
    assert 2 == len(bad)


async def test_more_variations_than_a_page_holds_all_come() -> None:
    """The most WooCommerce makes of one product by itself are 50; imports make more."""
    stamp = "2026-11-23T12:00:00"

    def answer(request: httpx.Request) -> httpx.Response:
        path, start = request.url.path, int(request.url.params.get("offset", "0"))
        if path.endswith("/settings/general"):
            return httpx.Response(200, json=[{"id": "woocommerce_currency", "value": "EUR"}])
        if path.endswith("/variations"):
            page = [{"id": number, "price": "1"} for number in range(start + 1, min(start + 100, 250) + 1)]
            return httpx.Response(200, json=page, headers={"X-WP-Total": "250"})
        product = {"id": 5, "name": "Cup", "type": "variable", "variations": [1], "date_modified_gmt": stamp}
        return httpx.Response(200, json=[product])

    (product,), _ = await collect(adapter_over(answer).products(None, None))

    assert [str(number) for number in range(1, 251)] == [variant.ref for variant in product.variants]
