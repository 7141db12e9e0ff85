"""The stock ledger in the database: any order of any events, any number of times, ends in the same stock."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import text

from nexus_ui import settings as product_settings
from nexus_ui.records import Fulfilment, Order, OrderLine, OrderStatus, StockLevel
from nexus_ui.rules.ledger import Kind
from nexus_ui.storage import counting, ledger
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.consistency import contradictions
from nexus_ui.storage.database import writing
from nexus_ui.storage.pages import Hold, write_inventory, write_orders, write_products
from tests.conftest import SettableClock
from tests.databases import Database
from tests.storage.stream import START, at, held, move, page, product, table, variant

PROJECT = Path(__file__).resolve().parents[2]
SEEN = 5
"""The minute in which the mug's number is seen first."""
OPEN, SHIPPED, CANCELLED, REFUNDED = (
    OrderStatus.OPEN,
    OrderStatus.SHIPPED,
    OrderStatus.CANCELLED,
    OrderStatus.REFUNDED,
)


def mug(units: int | None, sku: str | None = "MUG", **more: Any) -> Any:
    """A product whose only variant shows so many units."""
    level = StockLevel("mugv", "loc1", units)
    return product("mug", 0, variant("mug", "mugv", sku=sku, levels=(level,), **more))


def ordered(
    ref: str,
    status: OrderStatus = OPEN,
    units: int = 2,
    placed: int = SEEN + 5,
    version: int | None = None,
    **more: Any,
) -> Order:
    """An order of mugs, placed at that minute and changed last at `version`."""
    lines = (OrderLine(f"{ref}l", more.get("sku", "MUG"), "Mug", units, None, more.get("variant_ref")),)
    return Order(ref, f"#{ref}", status, at(placed), at(placed if version is None else version), None, lines)


def shows(hold: Hold, *products: Any) -> None:
    """A page of products arrives."""
    write_products(hold, page(products), move("products"))


def sells(hold: Hold, *orders: Order) -> None:
    """A page of orders arrives."""
    write_orders(hold, page(orders), move("orders"))


def stock() -> dict[str, tuple[int, int]]:
    """On hand and reserved of every SKU in the ledger."""
    return {sku: (on_hand, reserved) for sku, on_hand, reserved in table("stock_items", "sku, on_hand, reserved")}


def causes() -> list[tuple[Any, ...]]:
    """Every movement: its kind and quantity."""
    return table("stock_movements", "kind, quantity")


@pytest.fixture
def hold(database: Database, settable_clock: SettableClock) -> Hold:
    """A connected shop, and the minute in which its first page arrives."""
    settable_clock.set(at(SEEN))
    return held()


def test_the_first_number_a_connection_shows_is_taken_over_once(hold: Hold) -> None:
    """A later number there, and another connection's, move nothing."""
    shows(hold, mug(7))
    write_inventory(hold, page([StockLevel("mugv", "loc1", 4)]), move("inventory"))
    shows(held("con_b", "cyc_b"), mug(9))

    assert {"MUG": (7, 0)} == stock()
    assert [("first_sight", 7)] == causes()
    assert [] == contradictions()


@pytest.mark.parametrize(
    "what", [mug(None), mug(5, None), mug(5, ""), mug(5, fulfilment=Fulfilment.MARKETPLACE), mug(5, tracked=False)]
)
def test_what_is_unknown_or_not_ours_is_no_stock(hold: Hold, what: Any) -> None:
    """No number, no SKU, held by the marketplace, not tracked: nothing is invented."""
    shows(hold, what)

    assert {} == stock()


def test_one_unknown_location_leaves_the_sku_unknown_until_it_tells(hold: Hold) -> None:
    """Half a number is no number; the inventory that follows completes it."""
    levels = (StockLevel("mugv", "a", 3), StockLevel("mugv", "b", None))
    shows(hold, product("mug", 0, variant("mug", "mugv", sku="MUG", levels=levels)))
    before = stock()
    write_inventory(hold, page([StockLevel("mugv", "b", 4)]), move("inventory"))

    assert ({}, {"MUG": (7, 0)}) == (before, stock())


def test_two_listings_of_one_sku_count_as_the_lower_number(hold: Hold) -> None:
    """They may share their units, so adding them up could invent some."""
    pair = [variant("mug", ref, sku="MUG", stock=units) for ref, units in (("v1", 5), ("v2", 3))]
    shows(hold, product("mug", 0, *pair))

    assert {"MUG": (3, 0)} == stock()


def test_an_order_reserves_ships_and_counts_once(hold: Hold) -> None:
    """Its page may come as often as it likes."""
    shows(hold, mug(7))
    sells(hold, ordered("o"))
    open_ = stock()
    for _ in range(2):
        sells(hold, ordered("o", SHIPPED, version=20))

    assert ({"MUG": (7, 2)}, {"MUG": (5, 0)}) == (open_, stock())
    assert [("first_sight", 7), ("sale", -2)] == causes()


@pytest.mark.parametrize(
    ("status", "expected"), [(CANCELLED, (7, 0)), (SHIPPED, (5, 0)), (REFUNDED, (5, 0)), (OPEN, (7, 2))]
)
def test_only_a_cancelled_order_gives_units_back(hold: Hold, status: OrderStatus, expected: tuple[int, int]) -> None:
    """Whether it had been seen open, or shipped, before."""
    shows(hold, mug(7))
    sells(hold, ordered("a"), ordered("b", SHIPPED, version=20))
    sells(hold, ordered("b", CANCELLED, version=30))
    sells(hold, ordered("a", status, version=30))

    assert {"MUG": expected} == stock()


def test_orders_from_before_the_connection_move_nothing(hold: Hold) -> None:
    """Their effect is in the number that was seen first; also when they change later."""
    shows(hold, mug(7))
    sells(hold, ordered("old", placed=-60))
    sells(hold, ordered("old", SHIPPED, placed=-60, version=20))

    assert {"MUG": (7, 0)} == stock()


def test_an_order_between_connecting_and_the_first_number_leaves_it_available_as_shown(hold: Hold) -> None:
    """On hand holds what it reserves; once shipped, only what was shown is left; a cancellation gives it back."""
    shows(hold, mug(7))
    sells(hold, ordered("early", placed=1), ordered("other", placed=2))
    reserved = stock()
    sells(hold, ordered("early", SHIPPED, placed=1, version=20), ordered("other", CANCELLED, placed=2, version=20))

    assert ({"MUG": (11, 4)}, {"MUG": (9, 0)}) == (reserved, stock())


def test_what_the_marketplace_holds_is_sold_without_us(hold: Hold) -> None:
    """An order of a SKU that it ships itself reserves nothing of ours on another connection."""
    shows(hold, mug(7))
    other = held("con_b", "cyc_b")
    shows(other, mug(50, fulfilment=Fulfilment.MARKETPLACE))
    sells(other, ordered("fba"))

    assert {"MUG": (7, 0)} == stock()


def test_connecting_an_account_again_follows_its_orders_on_and_counts_nothing_twice(
    hold: Hold, settable_clock: SettableClock
) -> None:
    """A lookback import brings the old orders again, under another connection."""
    shows(hold, mug(7))
    sells(hold, ordered("gone", SHIPPED), ordered("open"))
    with writing() as session:
        session.execute(text("UPDATE connections SET removed_at = created_at, cycle_id = NULL"))
    again = held("con_again", "cyc_2")
    with writing() as session:
        session.execute(
            text("UPDATE connections SET account_id = 'con_a', created_at = :now WHERE id = 'con_again'"),
            {"now": ledger_moment(session, at(60))},
        )
    sells(again, ordered("gone", SHIPPED, version=70), ordered("open", SHIPPED, version=70), ordered("missed"))

    assert {"MUG": (3, 0)} == stock()


def test_a_count_sets_the_number_once_per_cause(hold: Hold) -> None:
    """Sales after it stay sold when it is sent again; an unknown SKU that was reserved begins with that."""
    shows(hold, mug(7), product("cup", 0, variant("cup", "cupv", sku="CUP", stock=None)))
    sells(hold, ordered("o"), ordered("c", sku="CUP"))
    for _ in range(2):
        with writing() as session:
            counting.count(Bulk(session), False, {"MUG": 10, "CUP": 4}, Kind.IMPORT, "import:1", "per_a", "")
        sells(hold, ordered("o", SHIPPED, version=20))

    assert {"MUG": (8, 0), "CUP": (4, 2)} == stock()
    assert [] == contradictions()


def test_the_sandbox_counts_by_itself(hold: Hold) -> None:
    """The same SKU there has its own number, its own orders and counts; neither world moves the other."""
    shows(hold, mug(7))
    practice = held("con_s", "cyc_s", sandbox=True)
    shows(practice, mug(40))
    sells(hold, ordered("real", SHIPPED))
    sells(practice, ordered("simulated", units=5))
    with writing() as session:
        counting.count(Bulk(session), True, {"MUG": 30}, Kind.EDIT, "edit:1", "per_a", "")

    assert [("MUG", False, 5, 0), ("MUG", True, 30, 5)] == [
        (sku, bool(sandbox), on_hand, reserved)
        for sku, sandbox, on_hand, reserved in table("stock_items", "sku, sandbox, on_hand, reserved")
    ]
    assert [] == contradictions()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.data())
def test_any_order_of_any_events_ends_in_the_same_stock(
    sqlite_database: Database, settable_clock: SettableClock, data: some.DataObject
) -> None:
    """Versions of orders, numbers seen and counts, shuffled and repeated, cut into pages; the newest are among them."""
    settable_clock.set(at(SEEN))
    states = some.tuples(some.sampled_from(OrderStatus), some.integers(0, 3), some.sampled_from(["MUG", "CUP", None]))
    histories = [data.draw(some.lists(states, min_size=1, max_size=4)) for _ in range(3)]
    orders = [
        ordered(str(number), status, units, placed, placed + version, sku=sku)
        for number, (placed, states_) in enumerate(zip((1, SEEN + 2, -30), histories, strict=True))
        for version, (status, units, sku) in enumerate(states_)
    ]
    newest = [history[-1] for history in ([o for o in orders if o.ref == str(n)] for n in range(3))]
    counts = [("MUG", 3), ("CUP", -1)]
    _empty()
    hold = held()
    shows(hold, mug(7), product("cup", 0, variant("cup", "cupv", sku="CUP", stock=4)))
    _post(counts)
    sells(hold, *newest)
    expected = stock()
    _empty()
    hold = held()

    events: list[Any] = [*orders, *data.draw(some.lists(some.sampled_from(orders))), "mug", "cup", "mug", *counts * 2]
    for event in data.draw(some.permutations(events)):
        if event == "mug":
            shows(hold, mug(7))
        elif event == "cup":
            shows(hold, product("cup", 0, variant("cup", "cupv", sku="CUP", stock=4)))
        elif isinstance(event, tuple):
            _post([event])
        else:
            sells(hold, event)
    _post(counts)

    assert expected == stock()
    assert [] == contradictions()


@pytest.mark.parametrize("kill_at", ["stock_lines", "stock_items", "cycles"])
def test_a_worker_killed_inside_a_page_leaves_nothing_half_moved(
    sqlite_database: Database, settable_clock: SettableClock, kill_at: str
) -> None:
    """kill -9 between two statements of an order's page: neither order nor movement; the next try brings both, once."""
    settable_clock.set(at(SEEN))
    hold = held()
    shows(hold, mug(7))
    script = (
        "import os, signal, sys\n"
        "from nexus_ui.storage import bulk\n"
        "from tests.storage.test_ledger import *\n"
        "real = bulk.Bulk._changed\n"
        "def dies(self, statement, values):\n"
        "    if sys.argv[1] in statement.split('SET')[0]: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(self, statement, values)\n"
        "bulk.Bulk._changed = dies\n"
        "sells(Hold('con_a', 'cyc_1', at(9)), ordered('o', SHIPPED))\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", script, kill_at],
        cwd=PROJECT,
        env=product_settings.child_environment() | {"PYTHONPATH": os.fspath(PROJECT)},
        timeout=120,
        check=False,
    )
    after_the_kill = (stock(), table("orders", "ref"))
    sells(hold, ordered("o", SHIPPED))

    assert -signal.SIGKILL == child.returncode
    assert ({"MUG": (7, 0)}, []) == after_the_kill
    assert {"MUG": (5, 0)} == stock()


def ledger_moment(session: Any, moment: Any) -> Any:
    """A time as this database's driver takes it."""
    return Bulk(session).moment(moment)


def _post(counts: list[tuple[str, int]]) -> None:
    """Corrections by a person, of SKUs that have a number: each a signed quantity with a cause of its own."""
    with writing() as session:
        bulk = Bulk(session)
        now = bulk.moment(START)
        book = ledger.Book(bulk, False, now, ledger.items(bulk, False, {sku for sku, _ in counts}))
        here = [(sku, units) for sku, units in counts if sku in book.items]
        book.movements += [(sku, False, "edit:x", units, "edit", None, None, now, None, "") for sku, units in here]
        book.write()


def _empty() -> None:
    names = (
        *("products", "variants", "stock_levels", "orders", "order_lines", "connections", "cycles", "stream_cursors"),
        *("quarantine", "stock_items", "stock_movements", "stock_lines"),
    )
    with writing() as session:
        for name in names:
            session.execute(text(f"DELETE FROM {name}"))
