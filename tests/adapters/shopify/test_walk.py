"""Shopify, second step: pages walked, deep, wide, and while everything moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.shopify import walk
from nexus_ui.adapters.shopify.sizing import LARGEST, Sizing
from nexus_ui.records import BadRecord
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, collect, counterpart_of
from tests.adapters.shopify.wide import wide_catalogue

SHOPIFY = CATALOGUE["shopify"]


@pytest.fixture
def shopify(sandbox: Running) -> Iterator[Counterpart]:
    """Shopify and its demo shop."""
    found = counterpart_of(SHOPIFY, sandbox)
    yield found
    found.shop.faults.switch_off()


@pytest.mark.parametrize("depth", [1, 30, 60])
async def test_a_deep_walk_begins_anew_without_loss_or_repeat(
    shopify: Counterpart, monkeypatch: pytest.MonkeyPatch, depth: int
) -> None:
    """Beyond Shopify's depth the walk goes on by time; the limit is lowered here so that a small shop reaches it."""
    monkeypatch.setattr(walk, "DEEPEST", depth)

    async with shopify.open() as adapter:
        records, bad = await collect(adapter.products(None, None))
    refs = [record.ref for record in records]

    assert [] == bad
    assert len(shopify.shop.products) == len(refs) == len(set(refs))


async def test_a_cursor_that_cannot_be_read_starts_from_the_beginning(shopify: Counterpart) -> None:
    """A repeat is harmless, a walk that never starts again is not."""
    async with shopify.open() as adapter:
        records, _ = await collect(adapter.products(None, "{torn"))

    assert len(shopify.shop.products) == len(records)


async def test_a_walk_says_how_much_there_is(shopify: Counterpart) -> None:
    """The first page carries the number of all records, the others do not ask again."""
    async with shopify.open() as adapter:
        totals = [page.total async for page in adapter.products(None, None)]

    assert len(shopify.shop.products) == totals[0]
    assert {None} == set(totals[1:])


async def test_bad_records_of_a_page_are_named_and_cost_nothing_else(shopify: Counterpart) -> None:
    """Each spoiled product is set aside by its id."""
    shopify.fault("bad_records", every=10)

    async with shopify.open() as adapter:
        records, bad = await collect(adapter.products(None, None))

    assert all(isinstance(item, BadRecord) and item.ref.startswith("gid://shopify/Product/") for item in bad)
    assert not {record.ref for record in records} & {item.ref for item in bad}


def test_the_first_page_is_modest_and_the_next_ones_grow() -> None:
    """Nothing is known at first; then the size follows the cost."""
    sizing = Sizing()
    first = sizing.next(2_000)
    sizing.learn(first, 100)
    second = sizing.next(2_000)
    sizing.learn(second, 120)

    assert first < second <= LARGEST
    assert LARGEST == sizing.next(2_000)


def test_no_page_costs_more_than_a_query_may() -> None:
    """Where cost grows with the page, the page stops growing in time."""
    sizing = Sizing()
    for _ in range(5):
        size = sizing.next(2_000)
        sizing.learn(size, size * 20.0)
        assert size * 20.0 <= 1_000

    assert 35 == sizing.next(2_000)


def test_points_at_hand_are_never_fewer_than_the_page_needs() -> None:
    """A page of unknown cost is expected to cost in proportion at most."""
    sizing = Sizing()
    sizing.learn(25, 100)

    assert 200 == sizing.points(50)
    assert 100 == sizing.points(25)
    assert 100 == sizing.points(10)
    assert 1_000 == sizing.points(LARGEST)


def test_a_refused_size_is_halved() -> None:
    """What was too expensive is not asked for again."""
    sizing = Sizing()
    sizing.learn(25, 10)
    sizing.shrink(100)

    assert 50 == sizing.next(2_000)


def test_children_follow_what_the_shop_has() -> None:
    """Few variants: fewer are asked for; many: more, and the costs known so far are forgotten."""
    narrow, wide = Sizing(), Sizing()
    narrow.watch([1, 2, 3] * 100, 0)
    wide.learn(25, 100)
    wide.watch([10] * 20, 5)

    assert 10 > narrow.width
    assert 10 < wide.width
    assert Sizing().next(2_000) == wide.next(2_000)


@pytest.mark.parametrize("name", ["products", "inventory"])
async def test_a_product_with_more_variants_than_fit_arrives_whole(tmp_path: Path, name: str) -> None:
    """What did not fit into the page is fetched, in order and without repeats."""
    world = World(Options(limits=False, catalogs={"shopify": wide_catalogue(tmp_path, 230)}))
    with run_in_thread(world) as running:
        async with counterpart_of(SHOPIFY, running).open() as adapter:
            records, bad = await collect(getattr(adapter, name)(None, None))
    levels = records
    if name == "products":
        levels = [level for product in records for variant in product.variants for level in variant.levels]

    assert [] == bad
    assert [1, *range(230), 3] == [level.available for level in levels]


async def test_every_location_has_its_level(sandbox: Running) -> None:
    """A shop with two locations tells what each of them holds."""
    shop = sandbox.world.shop("shopify", "second.myshopify.com")
    assert shop is not None
    fields = {"shop_domain": shop.host, "access_token": shop.credentials["access_token"]}
    async with counterpart_of(SHOPIFY, sandbox).open(fields) as adapter:
        records, _ = await collect(adapter.products(None, None))

    assert {2} == {len(variant.levels) for product in records for variant in product.variants}
    assert {"USD"} == {variant.price.currency for product in records for variant in product.variants}
