"""Walking lists of which nobody says the order, while they change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nexus_ui.adapters.kaufland.adapter import LATE
from nexus_ui.adapters.kaufland.walk import MOST_STEPS_BACK, PER_PAGE, Place, Row, Sheet, walk
from nexus_ui.records import BadRecord
from nexus_ui.sandbox.shop import MICROS
from tests.adapters.counterparts import Counterpart, collect

BEGAN = datetime(2026, 11, 23, 10, tzinfo=UTC)


class Shelf:
    """A list that something happens to after some calls."""

    def __init__(self, size: int, *, told: bool = True) -> None:
        self.items = [str(number) for number in range(size)]
        self.told = told
        self.offsets: list[int] = []
        self.events: dict[int, Any] = {}

    async def read(self, offset: int) -> Sheet[str]:
        """The page at an offset; what is due happens first."""
        self.events.pop(len(self.offsets), lambda: None)()
        self.offsets.append(offset)
        assert len(self.offsets) < 100
        page = self.items[offset : offset + PER_PAGE]
        return Sheet([Row(item, item) for item in page], len(self.items) if self.told else None)


async def walked(shelf: Shelf, start: Place | None = None) -> list[str]:
    """All records of a walk, in their order."""
    return [one async for leaf in walk(shelf.read, start or Place(BEGAN)) for one in leaf.good]


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("size", [0, 1, 95, 99, 100, 101, 195, 196, 300])
async def test_a_quiet_list_comes_once(size: int, told: bool) -> None:
    """Whatever the size, and whether the total is told or not."""
    shelf = Shelf(size, told=told)

    assert shelf.items == await walked(shelf)


@pytest.mark.parametrize("gone", [1, 4, 5, 40, 130])
async def test_what_is_deleted_before_the_place_costs_no_other(gone: int) -> None:
    """Others move up out of sight; the walk finds the seam again and misses none."""
    shelf = Shelf(350)
    everything = list(shelf.items)
    shelf.events[2] = lambda: shelf.items.__delitem__(slice(0, gone))

    found = await walked(shelf)

    assert set(everything) == set(found)


@pytest.mark.parametrize("added", [1, 60, 250])
async def test_what_is_added_in_front_repeats_none_needlessly(added: int) -> None:
    """New records at the front push the others back; none is lost."""
    shelf = Shelf(350)
    shelf.events[2] = lambda: shelf.items.__setitem__(slice(0, 0), [f"new {number}" for number in range(added)])

    found = await walked(shelf)

    assert {str(number) for number in range(350)} <= set(found)


async def test_a_list_without_any_order_still_ends() -> None:
    """Each page in another order: after some steps back the walk takes what it gets."""
    shelf = Shelf(400)
    for call in range(1, 99):
        shelf.events[call] = lambda call=call: shelf.items.sort(key=lambda item: hash((item, call)))

    await walked(shelf)

    assert 0 < len(shelf.offsets) <= 2 * MOST_STEPS_BACK + 5


async def test_a_place_is_found_again_from_its_words() -> None:
    """Broken off after each page and resumed, a walk brings every record once."""
    shelf = Shelf(350)
    leaves = [leaf async for leaf in walk(shelf.read, Place(BEGAN, since=BEGAN - timedelta(days=1)))]

    for cut, leaf in enumerate(leaves[:-1], start=1):
        rest = await walked(shelf, Place.read(leaf.resume, None))
        assert shelf.items == [one for leaf in leaves[:cut] for one in leaf.good] + rest
    assert leaves[-1].resume is None
    assert len({leaf.resume for leaf in leaves}) == len(leaves)


def test_the_next_walk_begins_no_later_than_this_one() -> None:
    """What changed during a walk may have been missed by it."""
    place = Place(BEGAN)

    assert BEGAN == place.capped(BEGAN + timedelta(hours=1))
    assert BEGAN - timedelta(hours=1) == place.capped(BEGAN - timedelta(hours=1))
    assert place.capped(None) is None


async def test_a_nameless_record_breaks_no_seam() -> None:
    """Records without an id are set aside and never looked for."""

    async def read(offset: int) -> Sheet[str]:
        rows: list[Row[str]] = [Row(str(number), str(number)) for number in range(150)]
        rows[97:100] = [Row("", BadRecord("odd", "It makes no sense."))] * 3
        return Sheet(rows[offset : offset + PER_PAGE], 150)

    leaves = [leaf async for leaf in walk(read, Place(BEGAN))]

    assert 147 == len({one for leaf in leaves for one in leaf.good})


async def test_changes_arrive_and_the_rest_stays_away(kaufland: Counterpart) -> None:
    """Kaufland tells all units each time; only those that changed lately are handed on."""
    kaufland.shop.touch([3, 200])
    since = datetime.now(UTC) - timedelta(seconds=30)
    changed = [*kaufland.shop.products.after(round((since - LATE).timestamp() * MICROS))]

    async with kaufland.open() as adapter:
        products, bad = await collect(adapter.products(since, None))
        levels, _ = await collect(adapter.inventory(since, None))

    assert [] == bad
    assert 2 <= len(changed) == len(products) < len(levels)
    assert len(kaufland.shop.products) == len(levels)


async def test_a_new_order_arrives_with_its_pieces(kaufland: Counterpart) -> None:
    """Each bought piece is a line of its own, and shipping is part of the total."""
    since = datetime.now(UTC) - timedelta(seconds=2)
    index = kaufland.shop.place_order([(7, 0, 2), (9, 0, 1)])
    sale = kaufland.shop.order(index)

    async with kaufland.open() as adapter:
        orders, _ = await collect(adapter.orders(since, None))
    found = max(orders, key=lambda order: order.placed_at)

    assert sale.total == found.total.amount
    assert [sale.lines[0].sku, sale.lines[0].sku, sale.lines[1].sku] == [line.sku for line in found.lines]
    assert {1} == {line.quantity for line in found.lines}
    assert len({line.ref for line in found.lines}) == 3
