"""What a connection shows and should not: found in SQL, with its age and what is being done about it."""

from datetime import timedelta
from typing import Any

from nexus_ui.storage import preferences
from nexus_ui.storage.database import writing
from nexus_ui.storage.drift import differing as asked_about
from nexus_ui.storage.drift_board import DriftFilter, DriftSort, Standing, drift_page
from nexus_ui.storage.preferences import StockPreferences
from nexus_ui.storage.tables import Sighting, StockDue
from tests.storage.shelves import (
    NOON,
    connection,
    item,
    keep,
    product,
    push,
    receipt,
    stock,
    stock_rule,
    variant,
)


def listed(connection_id: str, sku: str, units: int | None, **other: Any) -> None:
    """A connection lists a SKU and shows so many units."""
    ref = sku.lower()
    status = other.pop("status", "active")
    keep(product(connection_id, ref, f"The {sku}", status=status))
    keep(variant(connection_id, ref, ref, sku, **other), stock(connection_id, ref, units))


def shops(**first: Any) -> None:
    """Two shops that may be published to; the first keeps a tenth back."""
    keep(connection("con_a", "Berlin", **{"buffer_percent": 10, "push_approved_at": NOON, **first}))
    keep(connection("con_b", "Oslo", push_approved_at=NOON))


def differing(**wanted: Any) -> dict[tuple[str, str], tuple[int, int]]:
    """By connection and SKU: what is shown, and what should be."""
    page = drift_page(DriftFilter(**wanted))
    return {(line.origin.connection_id, line.sku): (line.live, line.ours) for line in page.lines}


def test_what_is_shown_is_compared_with_what_should_be(database: None) -> None:
    """The buffer is taken off, reserved units too, and what is right is not listed."""
    shops()
    keep(item("MUG", 12, 2), item("CUP", 10))
    listed("con_a", "MUG", 9)
    listed("con_b", "MUG", 12)
    listed("con_a", "CUP", 10)

    assert {("con_b", "MUG"): (12, 10), ("con_a", "CUP"): (10, 9)} == differing()


def test_only_what_is_published_can_differ(database: None) -> None:
    """Not what is unknown, inactive, untracked, held by the marketplace, uncounted, or on a removed connection."""
    shops()
    keep(connection("con_c", "Gone", removed_at=NOON, live_key=None))
    keep(*(item(sku, 5) for sku in ("UNKNOWN", "DRAFT", "FREE", "FBA", "GONE")))
    listed("con_a", "UNKNOWN", None)
    listed("con_a", "DRAFT", 9, status="draft")
    listed("con_a", "FREE", 9, tracked=False)
    listed("con_a", "FBA", 9, fulfilment="marketplace")
    listed("con_a", "NOBODY-COUNTED", 9)
    listed("con_c", "GONE", 9)

    assert {} == differing()


def test_the_sandbox_has_stock_of_its_own(database: None) -> None:
    """The same SKU there is compared with the sandbox's number."""
    shops(sandbox=True)
    keep(item("MUG", 10, sandbox=True), item("MUG", 4))
    listed("con_a", "MUG", 4)
    listed("con_b", "MUG", 4)

    assert {("con_a", "MUG"): (4, 9)} == differing()


def test_a_rule_of_ones_own_goes_before_the_connections(database: None) -> None:
    """Another buffer, or nothing at all."""
    shops()
    keep(item("MUG", 10), item("CUP", 10), stock_rule("con_a", "MUG", 50), stock_rule("con_a", "CUP", withheld=True))
    listed("con_a", "MUG", 9)
    listed("con_a", "CUP", 9)

    assert {("con_a", "MUG"): (9, 5), ("con_a", "CUP"): (9, 0)} == differing()


def test_the_last_units_belong_to_one_connection_where_it_lists_them(database: None) -> None:
    """Below the number, the others show nothing; a SKU that the chosen one does not list stays where it is."""
    shops(buffer_percent=0)
    with writing() as session:
        preferences.save_stock(session, StockPreferences(last_units=3, last_unit_connection="con_a"))
    keep(item("MUG", 2), item("CUP", 3), item("PAN", 2))
    for sku, units in (("MUG", 2), ("CUP", 3)):
        listed("con_a", sku, units)
        listed("con_b", sku, units)
    listed("con_b", "PAN", 2)

    assert {("con_b", "MUG"): (2, 0)} == differing()


def test_what_a_connection_is_asked_about_by_itself_is_what_nobody_left_alone(database: None) -> None:
    """Not what they refused or is on its way while our number is the same, nor what a person declined or took back."""
    shops(buffer_percent=0)
    keep(push("p1", "con_a"))
    for number, sku in enumerate(("OPEN", "SENT", "CHANGED", "REFUSED", "NO", "OLD")):
        keep(item(sku, 9))
        listed("con_a", sku, number)
    keep(receipt("r1", "p1", "con_a", "SENT", 1, 9, state="sent", available=9))
    keep(receipt("r2", "p1", "con_a", "CHANGED", 2, 8, state="sent", available=8))
    keep(receipt("r3", "p1", "con_a", "REFUSED", 3, 9, state="refused", available=9))
    keep(receipt("r4", "p1", "con_a", "NO", 4, 9, state="skipped", apart=True))
    keep(receipt("r5", "p1", "con_a", "OLD", 5, 9, state="sent", available=9))
    keep(receipt("r6", "p1", "con_a", "OLD", 5, 9, planned_at=NOON + timedelta(hours=1), available=9))
    keep(receipt("r7", "p1", "con_a", "SENT", 1, 9, planned_at=NOON + timedelta(hours=1), state="superseded"))

    assert ["CHANGED", "OLD", "OPEN"] == sorted(asked_about("con_a"))


def test_the_board_is_filtered_sorted_and_counted(database: None) -> None:
    """The oldest first; the total is of everything that differs."""
    shops(buffer_percent=0)
    keep(item("MUG", 5, changed_at=NOON + timedelta(hours=1)), item("CUP", 9))
    listed("con_a", "MUG", 4)
    listed("con_b", "CUP", 1)
    oldest, widest = drift_page(DriftFilter()), drift_page(DriftFilter(), DriftSort.GAP, descending=True)

    assert (["CUP", "MUG"], ["CUP", "MUG"]) == ([one.sku for one in oldest.lines], [one.sku for one in widest.lines])
    assert {("con_a", "MUG")} == set(differing(search="the mu"))
    assert (1, 2) == ((found := drift_page(DriftFilter("con_b")).paging).matching, found.total)


def test_the_age_counts_from_the_later_change(database: None) -> None:
    """Ours changed at noon; theirs was seen to change an hour later."""
    shops(buffer_percent=0)
    keep(item("MUG", 5), item("CUP", 5))
    listed("con_a", "MUG", 4)
    listed("con_a", "CUP", 4)
    keep(
        Sighting(
            id="see_1", connection_id="con_a", about="stock", ref="mug", place="main", at=NOON + timedelta(hours=1)
        )
    )
    found = {line.sku: line.since - NOON for line in drift_page(DriftFilter()).lines}

    assert {"MUG": timedelta(hours=1), "CUP": timedelta(0)} == found


def test_each_line_says_what_is_being_done(database: None) -> None:
    """Waiting in line, held, under way, refused with their words, paused, or waiting for the first approval."""
    shops(buffer_percent=0)
    keep(connection("con_p", "Paused", paused_at=NOON, push_approved_at=NOON), connection("con_n", "New"))
    keep(push("p1", "con_a", state="held"), push("p2", "con_a", state="going"), push("p3", "con_a"))
    for number, sku in enumerate(("OPEN", "QUEUED", "HELD", "GOING", "REFUSED", "NO", "BACK")):
        keep(item(sku, 9))
        listed("con_a", sku, number)
    listed("con_p", "OPEN", 1)
    listed("con_n", "OPEN", 1)
    keep(StockDue(connection_id="con_a", sku="QUEUED", cause="", asked_at=NOON, due_at=NOON))
    keep(receipt("r1", "p1", "con_a", "HELD", 2, 5, state="planned"))
    keep(receipt("r2", "p2", "con_a", "GOING", 3, 5, state="sent"))
    keep(receipt("r3", "p3", "con_a", "REFUSED", 4, 5, state="refused", said="No such item."))
    keep(receipt("r4", "p3", "con_a", "REFUSED", 4, 6, planned_at=NOON - timedelta(hours=1)))
    keep(receipt("r5", "p3", "con_a", "REFUSED", 4, 7, planned_at=NOON + timedelta(hours=1), state="superseded"))
    keep(receipt("r6", "p3", "con_a", "NO", 5, 9, state="skipped", apart=True, said="Declined by Anna."))
    keep(receipt("r7", "p3", "con_a", "BACK", 9, 6, apart=True))
    found = {
        (one.origin.connection_id, one.sku): (one.standing, one.said, one.push_id)
        for one in drift_page(DriftFilter()).lines
    }

    assert {
        ("con_a", "OPEN"): (Standing.OPEN, "", None),
        ("con_a", "QUEUED"): (Standing.QUEUED, "", None),
        ("con_a", "HELD"): (Standing.HELD, "", "p1"),
        ("con_a", "GOING"): (Standing.GOING, "", "p2"),
        ("con_a", "REFUSED"): (Standing.REFUSED, "No such item.", "p3"),
        ("con_a", "NO"): (Standing.DECLINED, "Declined by Anna.", "p3"),
        ("con_a", "BACK"): (Standing.TAKEN_BACK, "", "p3"),
        ("con_p", "OPEN"): (Standing.PAUSED, "", None),
        ("con_n", "OPEN"): (Standing.FIRST, "", None),
    } == found
