"""The schema's history: it ends in the models, keeps data, and may be run by anybody at any time."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from nexus_ui.storage import database as engines
from nexus_ui.storage import tables, upgrades
from tests.databases import Database


def test_migrations_end_in_the_models(database: Database) -> None:
    """Autogenerate finds nothing left to do after the last revision."""
    with engines.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert [] == compare_metadata(context, tables.METADATA)


def test_upgrade_is_idempotent(database: Database) -> None:
    """A second start finds nothing pending and changes nothing."""
    upgrades.upgrade()

    assert False is upgrades.pending()
    assert upgrades.newest_revision() == upgrades.current_revision()
