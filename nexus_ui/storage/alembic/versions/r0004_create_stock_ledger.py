"""Create the stock ledger, and take over what the connections showed last."""

import sqlalchemy as sa
from alembic import op

from nexus_ui.clock import utcnow
from nexus_ui.storage.columns import Utc

revision = "0004"
down_revision = "0003"

SHOWN = """
SELECT v.connection_id, v.sku,
    sum(CASE WHEN s.available BETWEEN -1000000000000 AND 1000000000000 THEN s.available END) AS units
FROM variants AS v JOIN stock_levels AS s ON s.connection_id = v.connection_id AND s.variant_ref = v.ref
WHERE v.sku IS NOT NULL AND v.sku <> '' AND v.tracked AND v.fulfilment = 'merchant'
GROUP BY v.connection_id, v.ref, v.sku
HAVING count(*) = count(CASE WHEN s.available BETWEEN -1000000000000 AND 1000000000000 THEN s.available END)
"""
SEEN = f"""
INSERT INTO stock_movements (sku, cause, quantity, kind, connection_id, order_ref, at, by, note)
SELECT sku, 'sight', units, 'first_sight', connection_id, NULL, :now, NULL, '' FROM (
    SELECT shown.sku, shown.units, shown.connection_id,
        row_number() OVER (PARTITION BY shown.sku ORDER BY c.created_at, c.id, shown.units) AS place
    FROM ({SHOWN}) AS shown JOIN connections AS c ON c.id = shown.connection_id WHERE c.removed_at IS NULL
) AS ranked WHERE place = 1
"""  # noqa: S608 - our own names
ITEMS = """
INSERT INTO stock_items (sku, on_hand, reserved, seen_at, changed_at, revision)
SELECT sku, quantity, 0, at, at, 0 FROM stock_movements
"""


def upgrade() -> None:
    """Create the tables; each SKU begins with the number of the oldest connection that tells one."""
    op.create_table(
        "stock_items",
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", Utc(), nullable=True),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sku"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stock_movements",
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=True),
        sa.Column("order_ref", sa.String(), nullable=True),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sku", "cause"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stock_lines",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("order_ref", sa.String(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("included", sa.BigInteger(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("placed_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "order_ref", "line_ref"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stock_lines", schema=None) as batch_op:
        batch_op.create_index("ix_stock_lines_sku", ["sku"], unique=False)
    op.execute(sa.text(SEEN).bindparams(sa.bindparam("now", utcnow(), type_=Utc())))
    op.execute(sa.text(ITEMS))
