"""Every value that changes as a connection shows it is noted once, with what brought it; first values are not."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.records import OrderStatus, StockLevel
from nexus_ui.storage import looked, sightings
from nexus_ui.storage.pages import Hold, write_inventory, write_orders, write_products
from tests.conftest import SettableClock
from tests.databases import Database
from tests.storage.stream import START, at, held, move, order, page, product, table, variant


@pytest.fixture
def hold(database: Database) -> Hold:
    """A connection that a cycle holds."""
    return held()


def seen() -> list[tuple[Any, ...]]:
    """Every sighting but its time."""
    return table("sightings", "about, ref, place, before, after, source")


def shows(hold: Hold, *products: Any) -> None:
    """A page of products arrives."""
    write_products(hold, page(products), move("products"))


def test_a_first_import_notes_nothing(hold: Hold) -> None:
    """Nor does the same page again."""
    for _ in range(2):
        shows(hold, product("p", 0, variant("p", "v", stock=3)))
        write_orders(hold, page([order("o")]), move("orders"))
        write_inventory(hold, page([StockLevel("v", "loc1", 3), StockLevel("x", "loc1", 1)]), move("inventory"))

    assert [] == seen()


def test_a_quantity_that_changes_is_noted_with_the_cycle(hold: Hold) -> None:
    """By a product's page and by an inventory page alike; unknown is not zero."""
    shows(hold, product("p", 0, variant("p", "v", stock=3)))
    shows(hold, product("p", 1, variant("p", "v", stock=0)))
    write_inventory(hold, page([StockLevel("v", "loc1", None)]), move("inventory"))

    assert [("stock", "v", "loc1", "0", None, "cyc_1"), ("stock", "v", "loc1", "3", "0", "cyc_1")] == seen()


def test_a_place_that_is_gone_is_noted(hold: Hold) -> None:
    """A product's page tells all places of its variants."""
    two = (StockLevel("v", "loc1", 3), StockLevel("v", "loc2", 4))
    shows(hold, product("p", 0, variant("p", "v", levels=two)))
    shows(hold, product("p", 1, variant("p", "v", levels=two[:1])))

    assert [("stock", "v", "loc2", "4", None, "cyc_1")] == seen()


def test_an_older_answer_is_no_sighting(hold: Hold) -> None:
    """What is not stored was not seen."""
    write_inventory(hold, page([StockLevel("v", "loc1", 3, None, at(5))]), move("inventory"))
    write_inventory(hold, page([StockLevel("v", "loc1", 9, None, at(4))]), move("inventory"))

    assert ([], [(3,)]) == (seen(), table("stock_levels", "available"))


def test_a_sku_that_leaves_or_changes_its_variant_is_noted(hold: Hold) -> None:
    """So that its history is found when no connection lists it any more."""
    both = variant("p", "a", sku="MUG"), variant("p", "b", sku="CUP")
    shows(hold, product("p", 0, *both))
    shows(hold, product("p", 1, variant("p", "a", sku="BOWL")))

    gone = [("listing", sku, ref, "listed", None, "cyc_1") for sku, ref in (("CUP", "b"), ("MUG", "a"))]
    assert [("listing", "BOWL", "a", None, "listed", "cyc_1"), *gone] == seen()


def test_an_order_s_status_is_noted_in_our_word_and_theirs(hold: Hold) -> None:
    """A change of anything else of the order is not."""
    first = order("o", 0)
    write_orders(hold, page([first]), move("orders"))
    paid = msgspec.structs.replace(first, updated_at=at(1), marketplace_status="PAID")
    sent = msgspec.structs.replace(paid, updated_at=at(2), status=OrderStatus.SHIPPED, marketplace_status="SENT OFF")
    dearer = msgspec.structs.replace(sent, updated_at=at(3), total=None)
    for told in (paid, sent, dearer, paid):
        write_orders(hold, page([told]), move("orders"))

    assert [
        ("order", "o", "", "open PAID", "shipped SENT OFF", "cyc_1"),
        ("order", "o", "", "open", "open PAID", "cyc_1"),
    ] == seen()


def test_what_a_webhook_brought_names_the_delivery(hold: Hold) -> None:
    """Also where the delivery named a part of the thing, and where the thing is gone."""
    shows(hold, product("p", 0, variant("p", "v", sku="MUG", stock=3, inventory_ref="item")))
    shows(hold, product("q", 0, variant("q", "w", sku="CUP", stock=1)))
    item, part = Named(About.STOCK, "item"), Named(About.STOCK, "part")
    whole, gone = Named(About.PRODUCT, "q"), Named(About.PRODUCT, "p")
    looked.write("con_a", Looked(levels=[StockLevel("v", "loc1", 2)]), lambda _: [], {item: "del_1"})
    changed = Looked(products=[product("q", 1, variant("q", "w", sku="CUP", stock=0))], belongs={part: whole})
    looked.write("con_a", changed, lambda _: [], {part: "del_2"})
    looked.write("con_a", Looked(gone=[gone]), lambda _: [], {gone: "del_3"})

    assert [
        ("listing", "MUG", "v", "listed", None, "del_3"),
        ("stock", "v", "loc1", "3", "2", "del_1"),
        ("stock", "w", "loc1", "1", "0", "del_2"),
    ] == seen()


def test_old_sightings_are_forgotten(hold: Hold, settable_clock: SettableClock) -> None:
    """In portions; younger ones stay."""
    for minute in range(6):
        settable_clock.set(at(minute))
        write_inventory(hold, page([StockLevel("v", "loc1", minute)]), move("inventory"))

    assert 3 == sightings.forget_before(START + timedelta(minutes=4), batch=2)
    assert [("3", "4"), ("4", "5")] == table("sightings", "before, after")
