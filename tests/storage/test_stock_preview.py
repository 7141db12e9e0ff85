"""What a buffer would do, and what syncing has cost."""

from nexus_ui.rules.stock import published
from nexus_ui.storage.stock_preview import Sample, stock_spread
from nexus_ui.storage.usage import calls_by_marketplace
from tests.storage.shelves import NOON, connection, cycle, keep, product, stock, variant


def test_the_spread_counts_only_stock_that_is_known_and_ours(database: None) -> None:
    """Unknown, untracked, empty and the marketplace's own stock are no part of it; locations add up."""
    keep(connection("con_a", "Berlin"), product("con_a", "1", "Mug"))
    keep(
        variant("con_a", "1", "1", "ONE"),
        variant("con_a", "1", "2", "TWO"),
        variant("con_a", "1", "3", "MANY"),
        variant("con_a", "1", "4", "EMPTY"),
        variant("con_a", "1", "5", "UNKNOWN"),
        variant("con_a", "1", "6", "UNTRACKED", tracked=False),
        variant("con_a", "1", "7", "FBA", fulfilment="marketplace"),
        stock("con_a", "1", 1),
        stock("con_a", "2", 1),
        stock("con_a", "2", 1, "loft"),
        stock("con_a", "3", 1_000),
        stock("con_a", "4", 0),
        stock("con_a", "5", None),
        stock("con_a", "6", 3),
        stock("con_a", "7", 3),
    )
    found = stock_spread("con_a")

    assert (3, ((1, 1), (2, 1))) == (found.known, found.counts)
    assert (Sample("ONE", "1", 1), Sample("TWO", "2", 2), Sample("MANY", "3", 1_000)) == found.samples


def test_the_number_of_emptied_variants_agrees_with_the_rule(database: None) -> None:
    """One unit is gone at one percent, two are at more than fifty."""
    keep(connection("con_a", "Berlin"), product("con_a", "1", "Mug"))
    keep(*(variant("con_a", "1", str(n), f"SKU{n}") for n in (1, 2, 3)))
    keep(*(stock("con_a", str(n), n) for n in (1, 2, 3)))
    spread = stock_spread("con_a")

    assert [sum(published(n, buffer) == 0 for n in (1, 2, 3)) for buffer in (0, 1, 50)] == [
        spread.emptied(100 - buffer) for buffer in (0, 1, 50)
    ]
    assert [0, 1, 1] == [spread.emptied(100 - buffer) for buffer in (0, 1, 50)]


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
