"""What stands still on connections in trouble, on every kind of database."""

from datetime import timedelta

from nexus_ui.rules.diagnosis import Waiting
from nexus_ui.storage.cards import CardFilter, Day, card_page
from nexus_ui.storage.tables import StockDue, StreamCursor
from nexus_ui.storage.waiting import waiting
from tests import databases
from tests.storage.counting import statements
from tests.storage.shelves import NOON, connection, cycle, delivery, keep, order, quarantined

BEFORE = NOON - timedelta(hours=2)
TODAY = Day(NOON - timedelta(hours=12), NOON + timedelta(hours=12))


def cursor(connection_id: str, stream: str, **other: object) -> StreamCursor:
    """A stream that was last read to its end two hours before noon."""
    plain = {"since": BEFORE - timedelta(hours=1), "changed_at": BEFORE}
    return StreamCursor(connection_id=connection_id, stream=stream, **{**plain, **other})


def due(connection_id: str, sku: str) -> StockDue:
    """A SKU that is to be looked at."""
    return StockDue(connection_id=connection_id, sku=sku, cause="order", asked_at=NOON, due_at=NOON)


def test_everything_that_stands_still_is_counted(database: databases.Database) -> None:
    """Streams of the last judged cycle, kept webhooks, SKUs to send, and how many orders usually come."""
    failed = {"streams": {"products": {"end": "done"}, "orders": {"end": "failed"}}}
    keep(
        connection("con_a", "A", error_kind="unavailable"),
        connection("con_b", "B"),
        cursor("con_a", "products"),
        cursor("con_a", "orders"),
        cycle("cyc_1", "con_a", 0, outcome="success", evidence={"streams": {"products": {"end": "not_run"}}}),
        cycle("cyc_2", "con_a", 1, outcome="failed", evidence=failed),
        cycle("cyc_3", "con_a", 2, outcome="skipped"),
        delivery("dlv_1", "con_a", state="kept"),
        delivery("dlv_2", "con_a", state="kept", named=[["product", "7"]]),
        delivery("dlv_3", "con_a", state="done"),
        delivery("dlv_4", "con_b", state="kept"),
        due("con_a", "MUG"),
        due("con_b", "MUG"),
        quarantined("con_a", "p1", "cyc_2"),
        quarantined("con_b", "p1", "cyc_2"),
        *(order("con_a", f"o{n}", f"#{n}", placed_at=BEFORE - timedelta(days=n)) for n in range(11)),
    )
    found = waiting("con_a", NOON)

    assert ("orders",) == found.unread
    assert {"products": BEFORE, "orders": BEFORE} == found.read_at
    assert 1.1 == found.orders_a_day
    assert (2, 1, 1, 1) == (found.webhooks, found.order_webhooks, found.skus, found.set_aside)


def test_a_cycle_that_did_not_come_to_reading_left_every_stream_unread(database: databases.Database) -> None:
    """Also the very first one; a stream under way is complete up to its cursor only."""
    keep(
        connection("con_a", "A"),
        connection("con_b", "B"),
        cycle("cyc_a", "con_a", outcome="failed", evidence={"streams": {}}),
        cursor("con_a", "products", resume="page 2", since=NOON - timedelta(days=1)),
        cursor("con_a", "orders", since=None),
    )

    assert {"products": NOON - timedelta(days=1)} == waiting("con_a", NOON).read_at
    assert ("products",) == waiting("con_a", NOON).unread
    assert ("orders", "products", "inventory") == waiting("con_b", NOON).unread
    assert Waiting() == waiting("con_gone", NOON)


def test_a_page_of_broken_connections_costs_two_statements_more(database: databases.Database) -> None:
    """However many are broken; those that are well are not asked about."""
    keep(connection("well", "Well"))
    with statements() as calm:
        card_page(CardFilter(), NOON, TODAY)
    keep(*[connection(f"c{n}", f"Shop {n}", error_kind="unavailable", recent_outcomes="f") for n in range(30)])
    with statements() as broken:
        page = card_page(CardFilter(), NOON, TODAY)

    assert len(calm) + 2 == len(broken)
    assert 30 == sum(one.waiting is not None for one in page.cards)
