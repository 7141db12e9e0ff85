"""Let a product be without a date of change: three marketplaces tell none."""

from alembic import op

from nexus_ui.storage.columns import Utc

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Allow products.updated_at to be empty."""
    clustered = {"sqlite_with_rowid": False}
    with op.batch_alter_table("products", table_kwargs=clustered) as batch_op:
        batch_op.alter_column("updated_at", existing_type=Utc(), nullable=True)
