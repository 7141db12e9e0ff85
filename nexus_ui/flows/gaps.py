"""Which webhooks never came: orders that polling found changed, although no delivery that was accepted named them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from nexus_ui.flows.streams import Report
from nexus_ui.flows.writing import stored
from nexus_ui.rules.schedule import zone_named
from nexus_ui.storage import gaps
from nexus_ui.storage.connections import Connected

TOLD = "Webhooks: "
"""How the sentence about missed webhooks begins, in the log of a cycle."""
LATE = timedelta(minutes=2)
"""A webhook may take so long before it counts as missed."""


async def notes(kept: Connected, reports: Sequence[Report], since: datetime | None) -> tuple[str, ...]:
    """What to tell of orders this cycle brought and webhooks, registered `since` then, should have brought."""
    orders = next((report for report in reports if report.stream == "orders"), None)
    if since is None or orders is None or not orders.changed or orders.began is None:
        return ()
    missed = await stored(gaps.missed, kept.id, orders.changed, since, orders.began - LATE)
    if not missed:
        return ()
    zone = zone_named(kept.settings.time_zone)
    first, last = (moment.astimezone(zone) for moment in (min(missed), max(missed)))
    form = "%H:%M" if first.date() == last.date() else "%Y-%m-%d %H:%M"
    window = f"{first:{form}}–{last:{form}}" if f"{first:{form}}" != f"{last:{form}}" else f"{first:{form}}"
    return (f"{TOLD}{len(missed)} missed {window}, {len(missed)} recovered.",)
