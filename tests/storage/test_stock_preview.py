"""What a setting would publish, and what syncing has cost."""

from typing import Any

from nexus_ui.rules.stock import published
from nexus_ui.storage import preferences
from nexus_ui.storage.database import writing
from nexus_ui.storage.preferences import StockPreferences
from nexus_ui.storage.stock_preview import Sample, last_units, stock_spread
from nexus_ui.storage.usage import calls_by_marketplace
from tests.storage.shelves import NOON, connection, cycle, item, keep, product, stock_rule, variant


def listed(connection_id: str, sku: str, **other: Any) -> None:
    """A connection lists a SKU."""
    status = other.pop("status", "active")
    keep(product(connection_id, sku, sku, status=status), variant(connection_id, sku, sku, sku, **other))


def test_the_spread_counts_only_stock_that_is_published_and_there(database: None) -> None:
    """Unknown, inactive, untracked, empty and the marketplace's own stock are no part of it; reserved units are off."""
    keep(connection("con_a", "Berlin"))
    keep(item("ONE", 1), item("TWO", 3, 1), item("MANY", 1_000), item("EMPTY", 2, 2), item("FREE", 3), item("FBA", 3))
    keep(item("DRAFT", 3), item("ELSEWHERE", 3))
    for sku in ("ONE", "TWO", "MANY", "EMPTY", "UNKNOWN"):
        listed("con_a", sku)
    listed("con_a", "FREE", tracked=False)
    listed("con_a", "FBA", fulfilment="marketplace")
    listed("con_a", "DRAFT", status="draft")
    found = stock_spread("con_a")

    assert (3, ((1, 1), (2, 1))) == (found.known, found.counts)
    assert (Sample("ONE", 1), Sample("TWO", 2), Sample("MANY", 1_000)) == found.samples


def test_the_number_of_emptied_skus_agrees_with_the_rule(database: None) -> None:
    """One unit is gone at one percent, two are at more than fifty."""
    keep(connection("con_a", "Berlin"), *(item(f"SKU{n}", n) for n in (1, 2, 3)))
    for n in (1, 2, 3):
        listed("con_a", f"SKU{n}")
    spread = stock_spread("con_a")

    assert [sum(published(n, buffer) == 0 for n in (1, 2, 3)) for buffer in (0, 1, 50)] == [
        spread.emptied(100 - buffer) for buffer in (0, 1, 50)
    ]
    assert [0, 1, 1] == [spread.emptied(100 - buffer) for buffer in (0, 1, 50)]


def test_samples_reach_from_the_smallest_quantity_to_the_largest(database: None) -> None:
    """Six of them, evenly, and each quantity once."""
    keep(connection("con_a", "Berlin"), *(item(f"SKU{n:02}", n) for n in range(1, 22)), item("TWIN", 21))
    for sku in (*(f"SKU{n:02}" for n in range(1, 22)), "TWIN"):
        listed("con_a", sku)

    assert [1, 5, 9, 13, 17, 21] == [one.available for one in stock_spread("con_a").samples]


def test_what_the_buffer_does_not_change_is_counted_apart(database: None) -> None:
    """SKUs with a rule of their own, and those with only their last units left."""
    keep(connection("con_a", "Berlin"), connection("con_b", "Oslo"))
    keep(*(item(sku, 2) for sku in ("OWN", "NONE", "LAST")), item("PLAIN", 9))
    for sku in ("OWN", "NONE", "LAST", "PLAIN"):
        listed("con_a", sku)
        listed("con_b", sku)
    keep(stock_rule("con_a", "OWN", 5), stock_rule("con_a", "NONE", withheld=True))
    with writing() as session:
        preferences.save_stock(session, StockPreferences(last_units=3, last_unit_connection="con_b"))
    found = stock_spread("con_a")

    assert (1, 2, 1) == (found.known, found.own, found.last)


def test_the_last_unit_rule_says_how_many_skus_it_would_move(database: None) -> None:
    """Only those that others list too; the sandbox's and empty ones are no part of it."""
    keep(connection("con_a", "Berlin"), connection("con_b", "Oslo"), connection("con_s", "Sandbox", sandbox=True))
    keep(*(item(f"SKU{n}", n) for n in (0, 1, 2, 3)), item("ALONE", 1), item("THEIRS", 1))
    for n in (0, 1, 2, 3):
        listed("con_a", f"SKU{n}")
        listed("con_b", f"SKU{n}")
    listed("con_a", "ALONE")
    listed("con_b", "THEIRS")
    listed("con_s", "ALONE")
    found = last_units("con_a", 100)

    assert [0, 0, 1, 2, 3] == [found.below(units) for units in (0, 1, 2, 3, 4)]


def test_the_cost_of_syncing_is_told_by_marketplace(database: None) -> None:
    """Only the last few successful cycles of living connections count."""
    keep(
        connection("con_a", "Berlin"),
        connection("con_b", "Oslo", marketplace="woocommerce"),
        connection("con_c", "Gone", removed_at=NOON, live_key=None),
    )
    keep(*(cycle(f"cyc_a{n}", "con_a", n, calls=n) for n in range(8)))
    keep(
        cycle("cyc_b", "con_b", calls=40),
        cycle("cyc_f", "con_b", 1, calls=99, outcome="failed"),
        cycle("cyc_c", "con_c", calls=99),
    )
    found = calls_by_marketplace()

    assert {"shopify": [3, 4, 5, 6, 7], "woocommerce": [40]} == {slug: sorted(calls) for slug, calls in found.items()}
