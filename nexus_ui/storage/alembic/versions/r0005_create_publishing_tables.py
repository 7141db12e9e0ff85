"""Create what is published where: rules, what waits, pushes, receipts, and values that changed.

The ledger counts the sandbox's stock by itself from here on: a SKU belongs where its first number came from.
"""

import sqlalchemy as sa
from alembic import op

from nexus_ui.storage.columns import Utc

revision = "0005"
down_revision = "0004"


FIRST_SEEN_IN = """
UPDATE {table} SET sandbox = COALESCE((
    SELECT c.sandbox FROM stock_movements AS m JOIN connections AS c ON c.id = m.connection_id
    WHERE m.sku = {table}.sku AND m.cause = 'sight'
), sandbox)
"""
KEYS = {"stock_items": ("sku", "sandbox"), "stock_movements": ("sku", "sandbox", "cause")}


def upgrade() -> None:
    """Create the tables; nothing has been published before."""
    for table in KEYS:
        op.add_column(table, sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in KEYS:
        op.execute(FIRST_SEEN_IN.format(table=table))
    for table, columns in KEYS.items():
        _key_by(table, columns)
    op.create_table(
        "pushes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("held_because", sa.Text(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.Column("finished_at", Utc(), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("undoes", sa.String(), nullable=True),
        sa.Column("requested_by", sa.String(), nullable=True),
        sa.Column("check_at", Utc(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("pushes", schema=None) as batch_op:
        batch_op.create_index("ix_pushes_connection", ["connection_id", "created_at"], unique=False)
        batch_op.create_index("ix_pushes_state", ["state"], unique=False)
        batch_op.create_index("ix_pushes_check", ["check_at"], unique=False)

    op.create_table(
        "sightings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.create_index("ix_sightings_at", ["at"], unique=False)
        batch_op.create_index("ix_sightings_thing", ["connection_id", "about", "ref", "at"], unique=False)

    op.create_table(
        "stock_due",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("asked_at", Utc(), nullable=False),
        sa.Column("due_at", Utc(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("look", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "sku"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stock_due", schema=None) as batch_op:
        batch_op.create_index("ix_stock_due_due", ["due_at"], unique=False)

    op.create_table(
        "stock_receipts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("push_id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("variant_ref", sa.String(), nullable=False),
        sa.Column("inventory_ref", sa.String(), nullable=False),
        sa.Column("location_ref", sa.String(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=True),
        sa.Column("available", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("planned_at", Utc(), nullable=False),
        sa.Column("sent_at", Utc(), nullable=True),
        sa.Column("answered_at", Utc(), nullable=True),
        sa.Column("confirmed_at", Utc(), nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=True),
        sa.Column("apart", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("stock_receipts", schema=None) as batch_op:
        batch_op.create_index("ix_stock_receipts_open", ["state", "connection_id"], unique=False)
        batch_op.create_index("ix_stock_receipts_push", ["push_id", "state"], unique=False)
        batch_op.create_index("ix_stock_receipts_sku", ["sku", "planned_at"], unique=False)
        batch_op.create_index("ix_stock_receipts_variant", ["connection_id", "variant_ref", "planned_at"], unique=False)

    op.create_table(
        "stock_rules",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("buffer_percent", sa.Integer(), nullable=True),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Utc(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("connection_id", "sku"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("connections", schema=None) as batch_op:
        batch_op.add_column(sa.Column("push_approved_at", Utc(), nullable=True))


def _key_by(table: str, columns: tuple[str, ...]) -> None:
    """Give a table another primary key; on SQLite that takes a new table."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, "sandbox", server_default=None)
        op.drop_constraint(f"{table}_pkey", table)
        op.create_primary_key(f"{table}_pkey", table, list(columns))
        return
    there = sa.Table(table, sa.MetaData(), autoload_with=op.get_bind())
    kept = [sa.Column(one.name, one.type, nullable=one.nullable) for one in there.columns]
    op.create_table(f"{table}_new", *kept, sa.PrimaryKeyConstraint(*columns), sqlite_with_rowid=False)
    names = ", ".join(column.name for column in kept)
    op.execute(f"INSERT INTO {table}_new ({names}) SELECT {names} FROM {table}")  # noqa: S608 - our own names
    op.drop_table(table)
    op.rename_table(f"{table}_new", table)
