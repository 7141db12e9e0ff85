"""Tells SQLite what our tables look like once they are large, so that its plans are right from the first row on.

Without statistics SQLite walks a whole connection where an index leads to two rows. Fixed statistics are a way it
documents (https://sqlite.org/lang_analyze.html, "Query Planner Stability"): rows, then rows per value of each prefix.
"""

from sqlalchemy import Connection, text

LARGE = {
    ("products", "products"): "1000000 100000 1",
    ("variants", "variants"): "2000000 200000 1",
    ("variants", "ix_variants_product"): "2000000 200000 2 1",
    ("variants", "ix_variants_sku"): "2000000 3 1 1",
    ("stock_levels", "stock_levels"): "2000000 200000 2 1",
    ("orders", "orders"): "500000 50000 1",
    ("orders", "ix_orders_placed"): "500000 50000 2 1",
    ("order_lines", "order_lines"): "1000000 100000 2 1",
    ("cycles", "ix_cycles_connection_started"): "100000 10000 1 1",
    ("api_calls", "ix_api_calls_cycle_id"): "1000000 50",
    ("stock_items", "stock_items"): "1000000 1 1",
    ("stock_movements", "stock_movements"): "3000000 3 3 1",
    ("stock_lines", "stock_lines"): "1000000 100000 2 1",
    ("stock_lines", "ix_stock_lines_sku"): "1000000 5 1 1 1",
    ("stock_due", "stock_due"): "1000 200 1",
    ("pushes", "ix_pushes_connection"): "100000 10000 1",
    ("pushes", "ix_pushes_state"): "100000 20000",
    ("pushes", "ix_pushes_check"): "100000 2",
    ("stock_receipts", "ix_stock_receipts_push"): "1000000 10 5",
    ("stock_receipts", "ix_stock_receipts_sku"): "1000000 20 1",
    ("stock_receipts", "ix_stock_receipts_variant"): "1000000 100000 10 1",
    ("stock_receipts", "ix_stock_receipts_open"): "1000000 100000 100",
    ("sightings", "ix_sightings_thing"): "1000000 100000 100000 20 1",
    ("quarantine", "quarantine"): "1000 100 50 1",
}
"""For each table and index (a table's own name stands for its primary key) what SQLite's ANALYZE would find."""


def give(connection: Connection) -> None:
    """Write the statistics into a SQLite database and have them read."""
    connection.execute(text("ANALYZE sqlite_schema"))
    connection.execute(text("DELETE FROM sqlite_stat1"))
    rows = [{"table": table, "index": index, "stat": stat} for (table, index), stat in LARGE.items()]
    connection.execute(text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:table, :index, :stat)"), rows)
    connection.execute(text("ANALYZE sqlite_schema"))
