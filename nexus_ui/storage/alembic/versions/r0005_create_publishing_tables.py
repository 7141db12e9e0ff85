"""Create what is published where: rules, what waits, pushes, receipts, and values that changed."""

import sqlalchemy as sa
from alembic import op

from nexus_ui.storage.columns import Utc

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables; nothing has been published before."""
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
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("pushes", schema=None) as batch_op:
        batch_op.create_index("ix_pushes_connection", ["connection_id", "created_at"], unique=False)
        batch_op.create_index("ix_pushes_state", ["state"], unique=False)

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
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("stock_receipts", schema=None) as batch_op:
        batch_op.create_index("ix_stock_receipts_open", ["connection_id", "state"], unique=False)
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
