"""The states of the Products and Orders pages: the address is the only memory of a filter."""

import dataclasses
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from reflex.istate.data import ReflexURL

from nexus_ui.storage.products import Quantity
from nexus_ui.ui import words
from nexus_ui.ui.address import address, whole
from nexus_ui.ui.orders.state import Orders
from nexus_ui.ui.products.state import Products
from tests.storage import shelves
from tests.storage.shelves import NOON, connection, keep, order_line, stock, variant
from tests.ui.conftest import StateOf


@pytest.fixture
def shop(owner_cookie: str) -> None:
    """One shop with sixty plates, a mug without SKU, and two orders."""
    keep(connection("con_a", "Berlin"), connection("con_b", "Oslo"))
    keep(*(shelves.product("con_a", f"p{n}", f"Plate {n:02}") for n in range(60)))
    keep(
        shelves.product("con_a", "mug", "Mug"), variant("con_a", "mug", "m", None, title=""), stock("con_a", "m", None)
    )
    keep(
        shelves.order("con_a", "1", "#1001", placed_at=NOON),
        shelves.order("con_a", "2", "#1002", placed_at=NOON + timedelta(hours=12)),
        order_line("con_a", "1", "a", "PLATE", 2),
    )


def goes_to(event: Any) -> str:
    """The address an event leads to."""
    told = {str(name): str(value) for name, value in event.args}
    return told["path"].strip('"')


async def test_a_shared_address_shows_the_same_view(state_of: StateOf, shop: None) -> None:
    """Search, page and sort come from the address; the count says what is hidden."""
    state = state_of(Products, "/products?q=plate&page=2&sort=title&down=1")
    await Products.load.fn(state)

    assert ("60 of 61 products", 2, 2, 10) == (state.shown, state.number, state.pages, len(state.rows))
    assert "Plate 09" == state.rows[0].title
    assert "/api/export/products.csv?q=plate" == state.export_address
    assert state.filtered


@pytest.mark.parametrize(
    "query", ["page=0", "page=-3", "page=x", "page=999999999999", "sort=password", "status='", "down=2"]
)
async def test_nonsense_in_the_address_shows_the_plain_list(state_of: StateOf, shop: None, query: str) -> None:
    """Somebody else's typing is no error."""
    state = state_of(Products, f"/products?{query}")
    await Products.load.fn(state)

    assert ("61 products", "Mug") == (state.shown, state.rows[0].title)


async def test_filters_go_into_the_address_and_start_at_page_one(state_of: StateOf, shop: None) -> None:
    """A filter that is not one is ignored."""
    state = state_of(Products, "/products?q=plate&page=2")
    await Products.load.fn(state)

    assert "/products?q=plate&connection=con_a" == goes_to(await Products.narrow.fn(state, "connection", "con_a"))
    assert "/products?q=plate&sort=title&page=3".replace("&sort=title", "") == goes_to(await Products.go.fn(state, 3))
    assert "/products" == goes_to(await Products.widen.fn(state))
    assert (await Products.narrow.fn(state, "role", "owner")) is None


async def test_pressing_a_header_twice_turns_the_order_round(state_of: StateOf, shop: None) -> None:
    """First up, then down."""
    state = state_of(Products, "/products")
    await Products.load.fn(state)
    first = goes_to(await Products.sort_by.fn(state, "price"))
    state = state_of(Products, first)
    await Products.load.fn(state)

    assert "/products?sort=price" == first
    assert "/products?sort=price&down=1" == goes_to(await Products.sort_by.fn(state, "price"))


async def test_a_product_opens_with_its_variants(state_of: StateOf, shop: None) -> None:
    """Unknown is a word, a nameless variant takes its product's title; another view closes the panel."""
    state = state_of(Products, "/products")
    await Products.open_product.fn(state, "con_a", "mug")
    (one,) = state.panel.variants
    opened = state.panel_open
    await Products.load.fn(state)
    said = await Products.open_product.fn(state_of(Products), "con_a", "nothing")

    assert ("Mug", "No SKU", "10.00 EUR", "Unknown") == (one.title, one.sku, one.price, one.quantity)
    assert (True, False) == (opened, state.panel_open)
    assert said is not None


async def test_a_date_means_the_day_of_the_person_who_looks(state_of: StateOf, shop: None) -> None:
    """The last day is part of the range; nonsense is no date."""
    state = state_of(Orders, "/orders?from=2026-11-23&to=2026-11-23")
    await Orders.load.fn(state)
    nonsense = state_of(Orders, "/orders?from=yesterday&to=2026-13-40")
    await Orders.load.fn(nonsense)

    assert ["#1001"] == [row.number for row in state.rows]
    assert ("2 orders", "", "") == (nonsense.shown, nonsense.since, nonsense.until)


async def test_an_order_shows_its_lines_and_hides_them_again(state_of: StateOf, shop: None) -> None:
    """The same press opens and closes."""
    state = state_of(Orders, "/orders")
    await Orders.load.fn(state)
    await Orders.toggle.fn(state, "con_a", "1")
    opened = [(line.sku, line.quantity) for line in state.lines]
    await Orders.toggle.fn(state, "con_a", "1")

    assert [("PLATE", "2")] == opened
    assert ("", []) == (state.opened, state.lines)


async def test_an_empty_installation_knows_that_nothing_is_connected(state_of: StateOf) -> None:
    """No rows, no connections: the page leads to the first one."""
    state = state_of(Products, "/products")
    await Products.load.fn(state)

    assert (0, 0, True, []) == (state.total, state.matching, state.loaded, state.places)


@pytest.mark.parametrize(
    ("quantity", "variants", "expected"),
    [
        (Quantity(), 0, "–"),
        (Quantity(available=0), 1, "0"),
        (Quantity(unknown=1), 1, "Unknown"),
        (Quantity(untracked=2), 2, "Not tracked"),
        (Quantity(unknown=1, untracked=1), 2, "Unknown"),
        (Quantity(available=1200, unknown=3, untracked=1), 5, "1,200 · 3 unknown · 1 not tracked"),
    ],
)
def test_unknown_is_a_word_and_never_zero(quantity: Quantity, variants: int, expected: str) -> None:
    """What is known is said beside what is not."""
    assert expected == words.quantity(quantity, variants)


def test_numbers_and_money_are_said_plainly() -> None:
    """One product, two products; a range only where there is one."""
    assert ("1 product", "3 of 1,204 products") == (words.count(1, "product"), words.shown(3, 1204, "product"))
    assert "1,299.00 EUR" == words.money_range(Decimal("1299.00"), Decimal("1299.00"), "EUR")
    assert "4.50 – 9.00 EUR" == words.money_range(Decimal("4.50"), Decimal("9.00"), "EUR")
    assert ("0.4 s", "42 s", "3 min 5 s", "1 h 4 min") == tuple(
        words.duration(timedelta(seconds=seconds)) for seconds in (0.4, 42, 185, 3840)
    )


def test_an_address_holds_only_what_is_not_plain() -> None:
    """Short addresses are shared more easily."""
    assert "/products?q=a+%26+b&page=2" == address(
        "/products", {"q": "a & b", "page": 2, "sort": "title"}, {"sort": "title"}
    )
    assert (1, 7, 1) == (whole("-1"), whole("7"), whole("７"))


async def test_an_address_that_was_typed_over_changes_nothing(state_of: StateOf, shop: None) -> None:
    """The page for `pla` arrives after `plate` was typed: the box keeps what the person wrote."""
    state = state_of(Products, "/products?q=pla")
    await Products.look_for.fn(state, "pla")
    await Products.look_for.fn(state, "plate")
    await Products.load.fn(state)
    early = (state.search, state.loaded)
    state.router = dataclasses.replace(state.router, url=ReflexURL("http://panel.example/products?q=plate"))
    await Products.load.fn(state)

    assert ("plate", False) == early
    assert ("plate", "60 of 61 products") == (state.search, state.shown)
