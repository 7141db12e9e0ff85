"""What the webhook bench asks of the product's rooms: `prepare COUNT` makes connections, `running` counts imports."""

import json
import sys

from sqlalchemy import text

from nexus_ui import settings
from nexus_ui.adapters import CATALOGUE
from nexus_ui.clock import utcnow
from nexus_ui.flows import endpoints, keys
from nexus_ui.storage import connections, upgrades
from nexus_ui.storage.connections import ConnectionSettings, NewConnection
from nexus_ui.storage.database import reading, writing
from tests.bench.webhook_ingest import CONNECTION, SECRET_FILE


def prepare(imports: int) -> dict[str, object]:
    """A connection that gets webhooks and has nothing to import yet, and others that are due now."""
    upgrades.upgrade()
    make(CONNECTION, "woocommerce", due=False)
    for number in range(imports):
        make(f"con_import{number}", ("shopify", "woocommerce")[number % 2], due=True)
    secret = keys.open(CONNECTION)["webhook_secret"]
    (settings.current().home / SECRET_FILE).write_text(secret)
    return {"secret": secret}


def make(connection_id: str, slug: str, due: bool) -> None:
    """A connection to the demo shop of a marketplace."""
    marketplace, now = CATALOGUE[slug], utcnow()
    fields = dict(marketplace.sandbox_fields)
    public = {name: value for name, value in fields.items() if name not in marketplace.secret_fields}
    words = {"marketplace": slug, "name": connection_id, "account_id": connection_id, "account_name": "Benchmark"}
    more = {"identifier": "demo", "currency": "EUR", "sign_in": marketplace.sign_ins[0].slug, "public_fields": public}
    new = NewConnection(
        id=connection_id, sandbox=False, orders_reach_days=None, created_by="per_benchmark", **words, **more
    )
    with writing() as session:
        connections.add(session, new, ConnectionSettings(lookback_days=365), now)
        keys.keep(session, connection_id, {name: value for name, value in fields.items() if name not in public})
        endpoints.expect(session, connection_id, slug)
        if not due:
            connections.change(session, connection_id, now, next_sync_at=None, requested_at=None)


def running() -> dict[str, object]:
    """How many imports have not ended, and what became of the others."""
    with reading() as session:
        rows = session.connection().execute(text("SELECT outcome, products + orders FROM cycles WHERE outcome <> ''"))
        ended = [tuple(row) for row in rows if row[0] not in ("noted", "skipped")]
        due = session.connection().execute(
            text("SELECT count(*) FROM connections WHERE id LIKE 'con_import%' AND NOT first_cycle_done")
        )
        return {"unfinished": due.scalar(), "ended": [row[0] for row in ended], "records": sum(row[1] for row in ended)}


if __name__ == "__main__":
    print(json.dumps(prepare(int(sys.argv[2])) if sys.argv[1] == "prepare" else running()))
