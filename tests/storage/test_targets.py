"""What a connection should show: SQL and the rule agree, whatever the settings."""

from itertools import product as every

import pytest
from sqlalchemy import select

from nexus_ui.rules.publish import Terms
from nexus_ui.rules.publish import target as ruled
from nexus_ui.storage.database import reading
from nexus_ui.storage.preferences import StockPreferences
from nexus_ui.storage.products import V
from nexus_ui.storage.targets import C, available, offered, target, terms_columns, terms_of
from tests.storage.shelves import connection, item, keep, product, stock_rule, variant

AVAILABLE = (-2, 0, 1, 2, 3, 7, 10, 1_000_003)
OWN = (None, 0, 33, 50)


@pytest.mark.parametrize("last_units", [0, 3])
def test_sql_and_the_rule_give_the_same_quantity(database: None, last_units: int) -> None:
    """Over every mix of stock, buffer, own rule and last units, on the chosen connection and beside it."""
    chosen = StockPreferences(last_units=last_units, last_unit_connection="con_a" if last_units else "")
    keep(connection("con_a", "Berlin", buffer_percent=10), connection("con_b", "Oslo", buffer_percent=50))
    for number, (units, own, withheld, there) in enumerate(every(AVAILABLE, OWN, (False, True), (False, True))):
        sku = f"SKU-{number}"
        keep(item(sku, max(units, 0), max(0, -units)))
        for connection_id in ("con_a", "con_b") if there else ("con_b",):
            keep(product(connection_id, sku, sku), variant(connection_id, sku, sku, sku))
            if own is not None or withheld:
                keep(stock_rule(connection_id, sku, own, withheld))
    columns = (V.connection_id, V.sku, available().label("units"), target(chosen).label("found"))
    with reading() as session:
        rows = (
            session.connection()
            .execute(select(*columns, C.sandbox, *terms_columns(chosen)).select_from(offered()))
            .all()
        )

    assert 3 * len(AVAILABLE) * len(OWN) * 2 == len(rows)
    assert [(row.sku, ruled(row.units, terms_of(row, chosen)).quantity) for row in rows] == [
        (row.sku, row.found) for row in rows
    ]


def test_the_terms_of_a_row_are_those_a_person_set(database: None) -> None:
    """The connection's buffer, the SKU's own, whether it is kept off, and where its last units go."""
    keep(connection("con_a", "Berlin", buffer_percent=10), connection("con_b", "Oslo"), item("MUG", 5), item("CUP", 5))
    keep(connection("con_s", "Sandbox", sandbox=True), item("MUG", 5, sandbox=True))
    for connection_id, sku in (("con_a", "MUG"), ("con_b", "MUG"), ("con_b", "CUP"), ("con_s", "MUG")):
        keep(product(connection_id, sku, sku), variant(connection_id, sku, sku, sku))
    keep(stock_rule("con_b", "MUG", 7), stock_rule("con_b", "CUP", withheld=True))
    chosen = StockPreferences(last_units=2, last_unit_connection="con_a")
    with reading() as session:
        asked = select(V.connection_id, V.sku, *terms_columns(chosen)).select_from(offered())
        rows = session.connection().execute(asked).all()

    assert {
        ("con_a", "MUG"): Terms(10, None, False, 2, True),
        ("con_b", "MUG"): Terms(0, 7, False, 2, False),
        ("con_b", "CUP"): Terms(0, None, True, 2, None),
        ("con_s", "MUG"): Terms(0, None, False, 2, None),
    } == {(row.connection_id, row.sku): terms_of(row, chosen) for row in rows}
