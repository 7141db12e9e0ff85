"""Finds the SKUs of a connection whose number there is not the one that should be published, in SQL.

The arithmetic is that of `rules.publish`, which a test holds it to.
"""

from collections.abc import Sequence
from datetime import datetime

from nexus_ui.rules.publish import Cause
from nexus_ui.storage import due, preferences
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.due import Due

AVAILABLE = "CASE WHEN i.on_hand > i.reserved THEN i.on_hand - i.reserved ELSE 0 END"
LAST = (
    "i.on_hand - i.reserved < ? AND EXISTS (SELECT 1 FROM variants AS w "
    "JOIN connections AS d ON d.id = w.connection_id AND d.removed_at IS NULL AND d.sandbox = c.sandbox "
    "JOIN products AS q ON q.connection_id = w.connection_id AND q.ref = w.product_ref AND q.status = 'active' "
    "WHERE w.connection_id = ? AND w.sku = v.sku AND w.tracked AND w.fulfilment = 'merchant')"
)
TARGET = (
    f"CASE WHEN COALESCE(r.withheld, ?) THEN 0 WHEN {LAST} THEN CASE WHEN c.id = ? THEN {AVAILABLE} ELSE 0 END "
    f"ELSE ({AVAILABLE}) * (100 - COALESCE(r.buffer_percent, c.buffer_percent)) / 100 END"
)
SHOWN = (
    "(SELECT CASE WHEN count(*) = count(s.available) THEN "
    "sum(CASE WHEN s.available > 0 THEN s.available ELSE 0 END) END "
    "FROM stock_levels AS s WHERE s.connection_id = v.connection_id AND s.variant_ref = v.ref)"
)
NEWEST = (
    "(SELECT n.id FROM stock_receipts AS n WHERE n.connection_id = v.connection_id AND n.variant_ref = v.ref "
    "AND n.state <> 'superseded' ORDER BY n.planned_at DESC, n.id LIMIT 1)"
)
LEFT_ALONE = (
    f"EXISTS (SELECT 1 FROM stock_receipts AS l WHERE l.id = {NEWEST} AND (l.apart OR "  # noqa: S608
    "(l.available = i.on_hand - i.reserved AND l.state IN ('planned', 'sent', 'refused'))))"
)
"""What they refused, a person declined or undid, or what is on its way, is not asked for again by itself."""
DIFFERING = (
    "SELECT DISTINCT v.sku FROM variants AS v JOIN connections AS c ON c.id = v.connection_id "  # noqa: S608
    "JOIN products AS p ON p.connection_id = v.connection_id AND p.ref = v.product_ref AND p.status = 'active' "
    "JOIN stock_items AS i ON i.sku = v.sku AND i.sandbox = c.sandbox "
    "LEFT JOIN stock_rules AS r ON r.connection_id = v.connection_id AND r.sku = v.sku "
    "WHERE v.connection_id = ? AND v.tracked AND v.fulfilment = 'merchant' "
    f"AND {SHOWN} <> {TARGET}"
)


def differing(connection_id: str) -> list[str]:
    """The SKUs that are published with another number than they should be, but for those left alone."""
    with reading() as session:
        chosen = preferences.stock_in(session)
        bulk = Bulk(session)
        last = (chosen.last_units, chosen.last_unit_connection, chosen.last_unit_connection)
        return [row[0] for row in bulk.rows(f"{DIFFERING} AND NOT {LEFT_ALONE}", connection_id, False, *last)]


def ask(connection_id: str, skus: Sequence[str], cause: Cause, now: datetime, look: bool = False) -> None:
    """Have these SKUs looked at."""
    with writing() as session:
        due.ask(Bulk(session), [Due(connection_id, sku, cause, now, look=look) for sku in skus], now)
