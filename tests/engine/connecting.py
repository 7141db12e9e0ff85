"""Connections to the sandbox without the wizard, cycles run in this process, and what is in the tables afterwards."""

import hashlib
from typing import Any

from sqlalchemy import text

from nexus_ui.adapters import CATALOGUE
from nexus_ui.clock import utcnow
from nexus_ui.flows import keys, sync
from nexus_ui.ids import new_id
from nexus_ui.rules.outcome import Outcome
from nexus_ui.sandbox import server
from nexus_ui.sandbox.shop import Shop
from nexus_ui.storage import connections, cycles
from nexus_ui.storage.connections import ConnectionSettings, NewConnection
from nexus_ui.storage.cycles import CycleState
from nexus_ui.storage.database import reading, writing

SYNCED_TABLES = ("products", "variants", "stock_levels", "orders", "order_lines", "quarantine")


def shop_of(sandbox: server.Running, slug: str) -> Shop:
    """The demo shop of a marketplace."""
    return next(shop for shop in sandbox.world.shops() if shop.marketplace == slug)


def connect(slug: str = "shopify", secrets: dict[str, str] | None = None, **chosen: Any) -> str:
    """A connection to the sandbox's demo shop, due now; returns its id."""
    marketplace, now, connection_id = CATALOGUE[slug], utcnow(), new_id("con")
    typed = {**marketplace.sandbox_fields, **(secrets or {})}
    public = {name: value for name, value in typed.items() if name not in marketplace.secret_fields}
    new = NewConnection(
        id=connection_id,
        marketplace=slug,
        name=f"{marketplace.name} demo",
        account_id=connection_id,
        account_name="Demo",
        identifier="demo",
        currency="EUR",
        sign_in=marketplace.sign_ins[0].slug,
        public_fields=public,
        sandbox=True,
        orders_reach_days=chosen.pop("orders_reach_days", None),
        created_by="per_olga",
    )
    with writing() as session:
        connections.add(session, new, ConnectionSettings(**chosen), now)
        keys.keep(session, connection_id, {name: value for name, value in typed.items() if name not in public}, {})
    return connection_id


async def cycle(connection_id: str) -> CycleState:
    """Run what is due; ask for a cycle of this connection unless it was among it. Returns how that one ended."""
    ran = await run_due()
    if connection_id not in ran:
        sync.request(connection_id, "per_olga")
        ran = await run_due()
    return cycles.get(ran[connection_id])


async def run_due() -> dict[str, str]:
    """Run every due cycle here; returns their ids by connection."""
    claimed = sync.claim("test", 8)
    for claim in claimed:
        await sync.run(claim.connection_id, claim.cycle_id)
    return {claim.connection_id: claim.cycle_id for claim in claimed}


def columns(connection_id: str) -> dict[str, Any]:
    """Every column of a connection."""
    from nexus_ui.storage.tables import Connection

    with reading() as session:
        row = session.get(Connection, connection_id)
        assert row is not None
        return row.model_dump()


def content(connection_id: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every synced row of a connection but for its id, in order, per table."""
    found = {}
    with reading() as session:
        for table in SYNCED_TABLES:
            if table == "quarantine":
                query = "SELECT stream, ref, reason FROM quarantine WHERE connection_id = :c"
            else:
                query = f"SELECT * FROM {table} WHERE connection_id = :c"
            rows = session.execute(text(query), {"c": connection_id}).all()
            found[table] = sorted((tuple(value for value in row if value != connection_id) for row in rows), key=repr)
    return found


def digest(connection_id: str) -> dict[str, tuple[int, str]]:
    """Rows and a fingerprint of each synced table."""
    return {
        table: (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()[:12])
        for table, rows in content(connection_id).items()
    }


def calls_of(cycle_id: str) -> list[tuple[Any, ...]]:
    """The journal of a cycle: operation, status, attempt, problem, excerpt."""
    query = text(
        "SELECT operation, status, attempt, problem, excerpt FROM api_calls WHERE cycle_id = :c ORDER BY at, id"
    )
    with reading() as session:
        return [tuple(row) for row in session.execute(query, {"c": cycle_id})]


SUCCESS = Outcome.SUCCESS.value
