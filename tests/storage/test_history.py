"""The history of a SKU and of an order: everything seen, counted and sent, newest first, each with its cause."""

from datetime import datetime
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.records import Order, OrderLine, OrderStatus, StockLevel
from nexus_ui.rules.ledger import Kind
from nexus_ui.storage import looked
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.database import writing
from nexus_ui.storage.families import put_levels
from nexus_ui.storage.happenings import Bringer, Cause, Happening, What
from nexus_ui.storage.history import Past, of_order, of_sku
from nexus_ui.storage.pages import Hold, write_inventory, write_orders, write_products
from nexus_ui.storage.stock import set_on_hand
from nexus_ui.storage.tables import Push, StockReceiptRow
from tests.conftest import SettableClock
from tests.databases import Database
from tests.storage.shelves import delivery, keep
from tests.storage.stream import at, held, move, page, product, variant

CYCLE = Cause(Bringer.CYCLE, "cyc_1", "con_a", "schedule")


@pytest.fixture
def hold(database: Database, settable_clock: SettableClock) -> Hold:
    """A shop whose mug is seen with five units in minute 1."""
    settable_clock.set(at(1))
    shop = held()
    mug = product("mug", 0, variant("mug", "v", sku="MUG", stock=5))
    write_products(shop, page([mug]), move("products"))
    return shop


def shows(hold: Hold, units: int | None) -> None:
    """The shop shows another number."""
    write_inventory(hold, page([StockLevel("v", "loc1", units)]), move("inventory"))


def ordered(status: OrderStatus, minute: int, words: str = "") -> Order:
    """An order of two mugs, placed in minute 2, as it is in that minute."""
    line = OrderLine("l", "MUG", "Mug", 2, None)
    return Order("o1", "#1", status, at(2), at(minute), None, (line,), words)


def receipt(id: str, planned: datetime, sent: datetime | None, **other: Any) -> StockReceiptRow:
    """A number for the mug that was to be published on the shop."""
    plain = {"push_id": "push_1", "connection_id": "con_a", "sku": "MUG", "variant_ref": "v", "inventory_ref": "v"}
    plain |= {"location_ref": "loc1", "before": 5, "quantity": 3, "state": "confirmed", "rule": "all of 3"}
    return StockReceiptRow(id=id, planned_at=planned, sent_at=sent, **plain | other)


def told(past: Past, *names: str) -> list[tuple[Any, ...]]:
    """These facts of every happening."""
    return [tuple(getattr(one, name) for name in names) for one in past.happenings]


def test_a_sku_tells_what_was_seen_counted_and_sent(hold: Hold, settable_clock: SettableClock) -> None:
    """Newest first, each with the connection, the values and what is behind it."""
    settable_clock.set(at(3))
    write_orders(hold, page([ordered(OrderStatus.SHIPPED, 3)]), move("orders"))
    settable_clock.set(at(4))
    shows(hold, 3)
    keep(Push(id="push_1", connection_id="con_a", trigger="order", state="done", created_at=at(4)))
    keep(receipt("r1", at(4), at(5)))

    past = of_sku("MUG")

    assert [
        (at(5), What.SENT, "con_a", "5", "3", Cause(Bringer.PUSH, "push_1", "con_a", "order")),
        (at(4), What.SHOWN, "con_a", "5", "3", CYCLE),
        (at(3), What.MOVED, "con_a", "5", "3", None),
        (at(2), What.ORDERED, "con_a", None, None, None),
        (at(1), What.MOVED, "con_a", "0", "5", None),
    ] == told(past, "at", "what", "connection_id", "before", "after", "cause")
    assert not past.older
    assert {"Shop"} == {one.origin.name for one in past.happenings if one.origin}


def test_it_can_be_asked_how_things_stood_at_a_moment(hold: Hold, settable_clock: SettableClock) -> None:
    """What was on hand then is right, and what happened in one moment is not torn apart by a page's end."""
    for minute, units in ((2, 7), (3, 9), (4, 1)):
        settable_clock.set(at(minute))
        with writing() as session:
            set_on_hand(session, False, {"MUG": units}, Kind.EDIT, f"edit:{minute}", "per_x", "counted")
        shows(hold, units)

    assert [("7", "9"), ("7", "9"), ("5", "7"), ("5", "7"), ("0", "5")] == told(
        of_sku("MUG", until=at(4)), "before", "after"
    )
    assert ([(at(4),)] * 2, True) == (told(newest := of_sku("MUG", most=3), "at"), newest.older)
    assert Past((), False) == of_sku("MUG", until=at(1))


def test_a_sku_that_is_listed_no_more_keeps_its_history(hold: Hold, settable_clock: SettableClock) -> None:
    """Also as the variant that bears another SKU now."""
    settable_clock.set(at(2))
    shows(hold, 4)
    settable_clock.set(at(3))
    other = product("mug", 1, variant("mug", "v", sku="BOWL", stock=4))
    write_products(hold, page([other]), move("products"))

    assert [(What.LISTED, "listed", None), (What.SHOWN, "5", "4")] == told(of_sku("MUG"), "what", "before", "after")[:2]


def test_the_sandbox_has_a_history_of_its_own(hold: Hold) -> None:
    """A SKU of the same name there is another one."""
    with writing() as session:
        session.execute(text("UPDATE connections SET sandbox = true WHERE id = 'con_a'"))
    there = held("con_b", "cyc_b")
    write_products(there, page([product("x", 0, variant("x", "y", sku="MUG", stock=8))]), move("products"))
    write_inventory(there, page([StockLevel("y", "loc1", 2)]), move("inventory"))
    shows(hold, 1)

    ours, theirs = (told(of_sku("MUG", sandbox), "what", "before", "after") for sandbox in (False, True))
    assert ((What.SHOWN, "8", "2") in ours, (What.SHOWN, "5", "1") in ours) == (True, False)
    assert ((What.SHOWN, "8", "2") in theirs, (What.SHOWN, "5", "1") in theirs) == (False, True)


def test_an_order_tells_its_way_and_what_it_did_to_the_stock(hold: Hold, settable_clock: SettableClock) -> None:
    """From the moment it was placed there; its arrival names the webhook that brought it."""
    named = Named(About.ORDER, "o1")
    keep(delivery("del_1", "con_a", topic="orders/create"))
    settable_clock.set(at(3))
    looked.write("con_a", Looked(orders=[ordered(OrderStatus.OPEN, 2, "PAID")]), lambda _: [], {named: "del_1"})
    settable_clock.set(at(4))
    write_orders(hold, page([ordered(OrderStatus.SHIPPED, 4, "SENT")]), move("orders"))

    order = of_order("con_a", "o1")

    assert order is not None
    assert ("#1", "shipped", "SENT", "Shop") == (
        order.number,
        order.status,
        order.marketplace_status,
        order.origin.name,
    )
    webhook = Cause(Bringer.DELIVERY, "del_1", "con_a", "orders/create")
    assert [
        (at(4), What.STATUS, "open PAID", "shipped SENT", CYCLE),
        (at(4), What.MOVED, None, None, None),
        (at(3), What.STATUS, None, "open PAID", webhook),
        (at(2), What.ORDERED, None, None, None),
    ] == told(order.past, "at", "what", "before", "after", "cause")


def test_orders_of_the_first_import_did_not_arrive(hold: Hold) -> None:
    """What was placed before the connection was made has no arrival worth telling."""
    early = msgspec.structs.replace(ordered(OrderStatus.OPEN, 2), placed_at=at(-5))
    write_orders(hold, page([early]), move("orders"))

    order = of_order("con_a", "o1")

    assert order is not None
    assert [(What.ORDERED,)] == told(order.past, "what")
    assert None is of_order("con_a", "nobody")


def test_a_cause_that_is_out_of_the_log_is_still_named(hold: Hold) -> None:
    """Without its trigger; and a number that was never sent stands where it was planned."""
    keep(receipt("r1", at(2), None, state="skipped", said="Nothing changed there."))

    (sent,) = [one for one in of_sku("MUG").happenings if one.what is What.SENT]

    assert isinstance(sent, Happening)
    assert (at(2), "skipped", "all of 3 Nothing changed there.", Cause(Bringer.PUSH, "push_1", "con_a", "")) == (
        sent.at,
        sent.word,
        sent.note,
        sent.cause,
    )


def test_what_was_read_back_names_no_single_push(hold: Hold) -> None:
    """One look may have been made for several."""
    with writing() as session:
        put_levels(Bulk(session), "con_a", [StockLevel("v", "loc1", 4)], "push")

    assert [(What.SHOWN, Cause(Bringer.PUSH, "", "con_a", ""))] == told(of_sku("MUG"), "what", "cause")[:1]
