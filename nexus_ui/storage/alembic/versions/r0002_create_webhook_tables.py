"""Create the tables of webhooks."""

import sqlalchemy as sa
from alembic import op

from nexus_ui.storage.columns import Utc

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables of webhooks."""
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", Utc(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Utc(), nullable=True),
        sa.Column("done_at", Utc(), nullable=True),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("connection_id", "event_key", name="uq_webhook_deliveries_event"),
    )
    with op.batch_alter_table("webhook_deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_webhook_deliveries_connection", ["connection_id", "received_at", "state"], unique=False
        )
        batch_op.create_index("ix_webhook_deliveries_due", ["state", "due_at"], unique=False)

    op.create_table(
        "webhook_endpoints",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("remote_ref", sa.String(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("checked_at", Utc(), nullable=True),
        sa.Column("registered_at", Utc(), nullable=True),
        sa.Column("last_accepted_at", Utc(), nullable=True),
        sa.Column("last_rejected_at", Utc(), nullable=True),
        sa.PrimaryKeyConstraint("connection_id", "topic"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "webhook_keys",
        sa.Column("marketplace", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("fetched_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("marketplace", "key_id"),
    )
    op.create_table(
        "webhook_rejections",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("webhook_rejections", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_rejections_connection", ["connection_id", "at"], unique=False)

    op.create_table(
        "webhook_tallies",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("hour", Utc(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "topic", "hour"),
        sqlite_with_rowid=False,
    )
