"""How Alembic runs here: inside the one transaction that `storage.upgrades` opened and locked."""

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from nexus_ui.storage import tables
from nexus_ui.storage.columns import Amount, Utc


def in_short(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """How a new revision names our column types; False leaves it to Alembic."""
    if kind != "type":
        return False
    if isinstance(thing, Utc | Amount):
        return f"{type(thing).__name__}()"
    return "sa.String()" if isinstance(thing, AutoString) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.METADATA,
    render_as_batch=True,
    render_item=in_short,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
