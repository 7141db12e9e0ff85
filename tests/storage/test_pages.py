"""A page is stored whole or not at all: rows, set-aside records, cursor, counters and journal."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from nexus_ui.adapters.contract import Call
from nexus_ui.errors import LeaseLost
from nexus_ui.records import BadRecord, Money, OrderLine, StockLevel
from nexus_ui.storage import set_aside
from nexus_ui.storage.pages import Written, write_inventory, write_orders, write_products
from tests.conftest import SettableClock
from tests.databases import Database
from tests.storage.stream import (
    START,
    at,
    everything,
    held,
    move,
    order,
    page,
    product,
    table,
    take_over,
    variant,
)


def test_a_page_of_products_is_stored_with_variants_and_levels(database: Database) -> None:
    """Every row of every table is there, and counted."""
    hold = held()
    two = product("p1", 0, variant("p1", "a", "9.99", stock=3), variant("p1", "b", None, sku=None))

    written = write_products(hold, page([two, product("p2")]), move("products"))

    assert Written(records=2, rows=6, quarantined=0) == written
    assert [("p1", "Mug"), ("p2", "Mug")] == table("products", "ref, title")
    assert [("a", "p1", 9_990_000), ("b", "p1", None), ("p2v", "p2", 9_990_000)] == table(
        "variants", "ref, product_ref, price"
    )
    assert [("a", "loc1", 3)] == table("stock_levels", "variant_ref, location_ref, available")
    assert [(2,)] == table("connections", "products_count")


def test_the_same_page_again_writes_nothing(database: Database) -> None:
    """Unchanged rows are not written; the records count as arrived."""
    hold = held()
    products = page([product("p1", 0, variant("p1", "a", stock=3)), product("p2")])
    orders = page([order("o1"), order("o2")])
    write_products(hold, products, move("products"))
    write_orders(hold, orders, move("orders"))
    before = everything()

    again = (write_products(hold, products, move("products")), write_orders(hold, orders, move("orders")))

    assert (Written(2, 0, 0), Written(2, 0, 0)) == again
    assert before == everything()
    assert [(2,)] == table("connections", "products_count")


def test_only_what_differs_is_written(database: Database) -> None:
    """A new price in one variant of many is two rows: the product's version and the variant."""
    hold = held()
    write_products(
        hold, page([product("p1", 0, variant("p1", "a"), variant("p1", "b")), product("p2")]), move("products")
    )
    changed = product("p1", 1, variant("p1", "a"), variant("p1", "b", "10.01"))

    assert Written(2, 2, 0) == write_products(hold, page([changed, product("p2")]), move("products"))
    assert [("a", 9_990_000), ("b", 10_010_000), ("p2v", 9_990_000)] == table("variants", "ref, price")


def test_an_older_answer_changes_nothing(database: Database) -> None:
    """Neither the product nor its children go back in time."""
    hold = held()
    newer = product("p1", 5, variant("p1", "a", "12.00", stock=1))
    write_products(hold, page([newer]), move("products"))
    write_orders(hold, page([order("o1", 5, total="30.00")]), move("orders"))
    before = everything()

    write_products(
        hold, page([product("p1", 4, variant("p1", "a", "9.00", stock=9), variant("p1", "b"))]), move("products")
    )
    write_orders(hold, page([order("o1", 4, total="10.00")]), move("orders"))

    assert before == everything()


def test_without_dates_the_later_answer_counts_and_no_news_writes_nothing(database: Database) -> None:
    """Some marketplaces do not tell when a product changed; nothing is invented, and nothing is written again."""
    hold = held()
    first, second = (msgspec.structs.replace(product("p1", title=title), updated_at=None) for title in ("Mug", "Cup"))
    write_products(hold, page([first]), move("products"))

    assert Written(1, 0, 0) == write_products(hold, page([first]), move("products"))
    assert Written(1, 1, 0) == write_products(hold, page([first, second]), move("products"))
    assert [("Cup", None)] == table("products", "title, updated_at")


def test_two_answers_for_one_record_in_a_page_count_once(database: Database) -> None:
    """The newer of the two is kept, wherever it stands."""
    hold = held()

    written = write_products(
        hold, page([product("p1", 2, title="New"), product("p1", 1, title="Old")]), move("products")
    )

    assert Written(1, 2, 0) == written
    assert [("p1", "New")] == table("products", "ref, title")


def test_children_that_vanished_are_removed(database: Database) -> None:
    """A variant takes its stock with it; a location and an order line go too; other products keep theirs."""
    hold = held()
    levels = (StockLevel("a", "loc1", 1), StockLevel("a", "loc2", 2))
    both = product("p1", 0, variant("p1", "a", levels=levels), variant("p1", "b", stock=5))
    lines = [OrderLine(ref, "S", "Mug", 1, Money(Decimal(1), "EUR")) for ref in ("l1", "l2")]
    write_products(hold, page([both, product("p2", 0, variant("p2", "c", stock=7))]), move("products"))
    write_orders(hold, page([order("o1", 0, *lines), order("o2", 0, *lines)]), move("orders"))

    one = product("p1", 1, variant("p1", "a", levels=levels[:1]))
    assert Written(1, 4, 0) == write_products(hold, page([one]), move("products"))
    assert Written(1, 2, 0) == write_orders(hold, page([order("o1", 1, lines[0])]), move("orders"))

    assert [("a", "p1"), ("c", "p2")] == table("variants", "ref, product_ref")
    assert [("a", "loc1"), ("c", "loc1")] == table("stock_levels", "variant_ref, location_ref")
    assert [("o1", "l1"), ("o2", "l1"), ("o2", "l2")] == table("order_lines", "order_ref, ref")


def test_a_variant_without_levels_keeps_its_stock(database: Database) -> None:
    """Where products do not carry stock, another stream does: unknown is never zero."""
    hold = held()
    write_products(hold, page([product("p1", 0, variant("p1", "a"))]), move("products"))
    write_inventory(hold, page([StockLevel("a", "loc1", 4)]), move("inventory"))

    write_products(hold, page([product("p1", 1, variant("p1", "a", "10"))]), move("products"))

    assert [("a", 4)] == table("stock_levels", "variant_ref, available")


def test_a_variant_that_moved_to_another_product_stays(database: Database) -> None:
    """It is found under its new product, whichever of the two comes first."""
    hold = held()
    write_products(hold, page([product("p1", 0, variant("p1", "a"), variant("p1", "b"))]), move("products"))

    moved = [product("p1", 1, variant("p1", "a")), product("p2", 1, variant("p2", "b", sku="NEW"))]
    write_products(hold, page(moved[::-1]), move("products"))

    assert [("a", "p1", "SKU-a"), ("b", "p2", "NEW")] == table("variants", "ref, product_ref, sku")


def test_a_renamed_sku_is_found_under_its_new_name(database: Database) -> None:
    """The index follows the row."""
    hold = held()
    write_products(hold, page([product("p1", 0, variant("p1", "a", sku="OLD"))]), move("products"))

    write_products(hold, page([product("p1", 1, variant("p1", "a", sku="NEW"))]), move("products"))

    assert [("a",)] == table("variants WHERE sku = 'NEW'", "ref")
    assert [] == table("variants WHERE sku = 'OLD'", "ref")


def test_stock_that_is_older_than_known_is_passed_over(database: Database) -> None:
    """Levels carry their own time; one without time is believed as it comes."""
    hold = held()
    write_inventory(hold, page([StockLevel("a", "loc1", 4, 5, at(3))]), move("inventory"))

    older = write_inventory(hold, page([StockLevel("a", "loc1", 9, 9, at(2))]), move("inventory"))
    both = write_inventory(
        hold, page([StockLevel("a", "loc1", 7, 7, at(5)), StockLevel("a", "loc1", 6, 6, at(4))]), move("inventory")
    )

    assert (Written(1, 0, 0), Written(2, 1, 0)) == (older, both)
    assert [(7, 7)] == table("stock_levels", "available, on_hand")


@pytest.mark.parametrize(
    "absurd",
    [
        product("bad", 0, variant("bad", "x", "0.0000001")),
        product("bad", 0, variant("bad", "x", "1e30")),
        product("bad", 0, variant("bad", "x", "NaN")),
        product("bad", 0, variant("bad", "x", position=2**40)),
        product("bad", 0, variant("bad", "x", stock=2**70)),
        product("bad", 0, variant("bad", "x"), title="nul\0"),
        product("bad", 0, variant("bad", "x", sku="half \ud800")),
        product("bad", 0, variant("bad", "x", levels=(StockLevel("x", "loc\0", 1),))),
    ],
    ids=[
        "seven decimals",
        "too much",
        "not a number",
        "position",
        "stock",
        "nul",
        "half a character",
        "nul in a level",
    ],
)
def test_a_record_that_does_not_fit_is_set_aside_and_the_rest_arrives(database: Database, absurd: object) -> None:
    """It is named with its reason; nothing of it is stored."""
    hold = held()

    written = write_products(hold, page([product("p1"), absurd, product("p2")]), move("products"))

    assert Written(2, 4, 1) == written
    assert [("p1",), ("p2",)] == table("products", "ref")
    assert [("p1v",), ("p2v",)] == table("variants", "ref")
    ((connection, stream, ref, reason),) = table("quarantine", "connection_id, stream, ref, reason")
    assert ("con_a", "products", "bad") == (connection, stream, ref)
    assert reason.endswith(".")


def test_absurd_orders_and_refs_are_set_aside(database: Database) -> None:
    """Also when the id itself cannot be stored."""
    hold = held()
    lines = [OrderLine("l", None, "Mug", 2**31, None)]

    written = write_orders(hold, page([order("o1", 0, *lines), order("o\0", 0), order("o3")]), move("orders"))

    assert Written(1, 2, 2) == written
    assert [("o",), ("o1",)] == table("quarantine", "ref")


def test_a_set_aside_record_resolves_itself(database: Database, settable_clock: SettableClock) -> None:
    """It keeps its first day while it stays bad, and is gone when it arrives well; other streams' are not touched."""
    hold = held()
    first = settable_clock.now
    bad = [BadRecord("p1", "No price.", "{}"), BadRecord("p2", "No title.", "{\0}")]
    write_products(hold, page([], bad), move("products"))
    write_orders(hold, page([], [BadRecord("p1", "An order with the same id.")]), move("orders"))
    settable_clock.advance(60)

    write_products(hold, page([product("p1")], bad[1:]), move("products"))

    expected = [("orders", "p1", ""), ("products", "p2", "{}")]
    assert expected == table("quarantine", "stream, ref, raw")
    ((seen_first, seen_last),) = table("quarantine WHERE ref = 'p2'", "first_seen_at, last_seen_at")
    assert seen_first != seen_last
    assert str(first.date()) in str(seen_first)


def test_a_whole_pass_forgets_set_aside_records_it_did_not_meet(
    database: Database, settable_clock: SettableClock
) -> None:
    """A record without an id was set aside under another name; a pass over changes alone says nothing of the others."""
    hold = held()
    bad = [BadRecord("without id 1", "It has no id."), BadRecord("p2", "Odd.")]
    write_products(hold, page([], bad), move("products", None, True, since=at(0), pass_started_at=settable_clock.now))
    later = settable_clock.advance(3600)
    write_products(hold, page([]), move("products", None, True, since=at(1), pass_started_at=later))
    after_changes = table("quarantine", "ref")
    set_aside.read_afresh("con_a", "products")
    again = settable_clock.advance(3600)
    write_products(hold, page([product("p1")], resume="2"), move("products", "2", pass_started_at=again))
    half = table("quarantine", "ref")
    settable_clock.advance(60)
    still = [BadRecord("p2", "Still odd.")]
    write_products(hold, page([], still), move("products", None, True, since=at(2), pass_started_at=again))

    assert [("p2",), ("without id 1",)] == after_changes == half
    assert [("p2", "Still odd.")] == table("quarantine", "ref, reason")


def test_a_hold_that_was_taken_over_writes_nothing(database: Database) -> None:
    """Not a row, not a cursor, not a count, not a call: the page is rolled back."""
    hold = held()
    write_products(hold, page([product("p1")]), move("products"))
    take_over()
    watched = (*everything(), "stream_cursors", "cycles", "connections", "api_calls", "quarantine")
    before = [table(name) for name in watched]

    for write, record, stream in (
        (write_products, product("p2"), "products"),
        (write_orders, order("o1"), "orders"),
        (write_inventory, StockLevel("a", "loc1", 1), "inventory"),
    ):
        with pytest.raises(LeaseLost):
            write(hold, page([record], [BadRecord("x", "Bad.")]), move(stream), [a_call()])

    assert before == [table(name) for name in watched]


def test_the_cursor_moves_with_the_page(database: Database, settable_clock: SettableClock) -> None:
    """A pass remembers where it is and when it began; its end sets `since` and forgets both."""
    hold = held()
    columns = "resume, pass_started_at IS NOT NULL, since IS NOT NULL, newest"

    write_products(hold, page([product("p1")]), move("products", "a", newest=at(3)))
    began = table("stream_cursors", "pass_started_at")
    settable_clock.advance(60)
    write_products(hold, page([product("p2")]), move("products", "b", newest=at(2)))
    middle = table("stream_cursors", columns)
    assert began == table("stream_cursors", "pass_started_at")
    write_products(hold, page([]), move("products", None, finished=True, since=at(1)))
    end = table("stream_cursors", columns)

    assert [("b", 1, 0)] == [row[:3] for row in middle]
    assert [(None, 0, 1)] == [row[:3] for row in end]
    assert middle[0][3] == end[0][3]


def test_a_page_keeps_its_cycle_and_connection_up_to_date(database: Database, settable_clock: SettableClock) -> None:
    """Counts, stage, heartbeat, lease, journal and the revision by which views hear of it."""
    hold = held()
    settable_clock.set(START + timedelta(seconds=30))

    calls = [a_call(), a_call(attempt=2, problem="timeout", status=None)]
    write_products(hold, page([product("p1")], [BadRecord("x", "Bad.")]), move("products", expected=7), calls)
    write_orders(hold, page([order("o1"), order("o2")]), move("orders", stage="products"))

    counts = (
        "products, orders, inventory, quarantined, written, pages, calls, retries, expected_records, stage, revision"
    )
    assert [(1, 2, 0, 1, 6, 2, 2, 1, 7, "products", 2)] == table("cycles", counts)
    assert [(2,)] == table("connections", "revision")
    assert [(200, 1), (None, 2)] == table("api_calls", "status, attempt")
    ((lease, changed, beat),) = table(
        "connections JOIN cycles ON cycles.id = cycle_id", "lease_until, connections.changed_at, heartbeat_at"
    )
    assert changed == beat
    assert str(lease) > str(changed)


def test_products_are_counted_anew_at_the_end_of_the_stream(database: Database) -> None:
    """The card's number is right whatever it was before."""
    hold = held()
    write_products(hold, page([product("p1"), product("p2")]), move("products"))

    write_products(hold, page([product("p2"), product("p3")]), move("products", None, finished=True))

    assert [(3,)] == table("connections", "products_count")


def test_connections_do_not_touch_each_other(database: Database) -> None:
    """The same ids at two shops are two products."""
    one, two = held("con_a", "cyc_a"), held("con_b", "cyc_b")

    write_products(one, page([product("p1", 5, variant("p1", "a", stock=1))]), move("products"))
    write_products(two, page([product("p1", 1, variant("p1", "b", stock=2))]), move("products"))
    write_products(two, page([product("p1", 2, variant("p1", "c", stock=3))]), move("products"))

    assert [("con_a", "a"), ("con_b", "c")] == table("variants", "connection_id, ref")
    assert [("con_a", 1), ("con_b", 3)] == table("stock_levels", "connection_id, available")


def test_texts_from_everywhere_survive(database: Database) -> None:
    """Emoji, quotes, percent signs, question marks and backslashes."""
    hold = held()
    title = "Tasse ☕ 100% \\ 'é' \"?\" %s {x} ᚠ 中文 \u202e"

    write_products(hold, page([product("p1", 0, variant("p1", "a", sku=title), title=title)]), move("products"))

    assert [(title, title)] == table("products JOIN variants ON product_ref = products.ref", "products.title, sku")


def a_call(**more: object) -> Call:
    """An HTTP exchange."""
    usual = {"status": 200, "milliseconds": 12, "attempt": 1, "excerpt": "nul \0 \ud800"}
    return Call(START, "products", "POST", "https://shop.example/graphql", **usual | more)
