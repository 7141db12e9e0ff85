"""Keeps other database roles out of our tables on PostgreSQL.

Supabase grants its browser-facing roles everything on each new table of `public`, so every upgrade takes that back.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, text

from nexus_ui.storage import tables

VERSION_TABLE = "alembic_version"
STRANGERS = ("anon", "authenticated")
RIGHTS = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"

EXPOSED = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND c.relname = ANY(:names)
AND (NOT c.relrowsecurity OR has_table_privilege('public', c.oid, :rights)
     OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname = ANY(:roles) AND has_table_privilege(r.oid, c.oid, :rights)))
ORDER BY 1
"""


def exposed(connection: Connection, also: Iterable[str] = ()) -> list[str]:
    """Our tables that somebody else may read or change, or whose rows are not closed to others."""
    names = {*tables.METADATA.tables, VERSION_TABLE, *also}
    values = {"names": sorted(names), "roles": list(STRANGERS), "rights": RIGHTS}
    return list(connection.execute(text(EXPOSED), values).scalars())


def keep_others_out(connection: Connection, also: Iterable[str] = ()) -> None:
    """Take every right on exposed tables from the public and from Supabase's browser roles, and close their rows."""
    roles = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)")
    strangers = ", ".join(["PUBLIC", *connection.execute(roles, {"names": list(STRANGERS)}).scalars()])
    for name in exposed(connection, also):
        table = connection.dialect.identifier_preparer.quote(name)
        connection.execute(text(f"REVOKE ALL ON TABLE {table} FROM {strangers}"))
        connection.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
