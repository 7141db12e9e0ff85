"""How often each listing was revised today: eBay takes 250 a day, then none until the next.

Counted for this process over all connections, since a listing is the same for every one of them. The limit stands with
bulkUpdatePriceQuantity in the Inventory API, https://developer.ebay.com/api-docs/sell/inventory/ (read 2026-11-23).
"""

from collections import Counter
from datetime import date

from nexus_ui.adapters.ebay import days

A_DAY = 250


class Revisions:
    """A count that begins anew each day."""

    def __init__(self) -> None:
        """Start at none."""
        self._day: date | None = None
        self._made: Counter[str] = Counter()

    def take(self, listing_id: str) -> bool:
        """Count one more revision of a listing; False when it has had all of today's."""
        today = days.today()
        if today != self._day:
            self._day, self._made = today, Counter()
        if self._made[listing_id] >= A_DAY:
            return False
        self._made[listing_id] += 1
        return True

    def forget(self) -> None:
        """Start at none."""
        self._day = None


REVISIONS = Revisions()
