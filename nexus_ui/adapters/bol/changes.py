"""Which orders changed: day by day as bol lists them, gathered into chunks of a size worth a page."""

from collections.abc import Sequence
from datetime import datetime

from nexus_ui import clock
from nexus_ui.adapters.bol import listing
from nexus_ui.adapters.bol.api import Api
from nexus_ui.adapters.bol.walk import Days
from nexus_ui.adapters.bol.wire import ListedOrder

CHUNK = 50
"""Orders of a page: each costs a call of its own."""

STRETCHES = 15
"""Days of a page, so that what was walked is kept every half a minute even where nothing was sold."""


class Changes:
    """One walk over the orders changed since a moment."""

    def __init__(self, api: Api, since: datetime) -> None:
        """Ask `api`."""
        self._api, self._since = api, since
        self._day, self._listed = "", list[ListedOrder]()

    async def behind(self, place: Days) -> tuple[list[ListedOrder], Days | None]:
        """The next orders after a place, and the place behind them; None when there can be no more."""
        wanted: list[ListedOrder] = []
        for _ in range(STRETCHES):
            fresh = [one for one in await self._of(place) if one.order_id > place.after]
            room = CHUNK - len(wanted)
            wanted += fresh[:room]
            if len(fresh) > room:
                return wanted, place.behind(wanted[-1].order_id)
            following = place.next(clock.utcnow())
            if following is None:
                return wanted, None
            place = following
            if len(wanted) == CHUNK:
                break
        return wanted, place

    async def _of(self, place: Days) -> Sequence[ListedOrder]:
        """What changed on the place's day, by id; a day that fills several pages is listed once."""
        if place.day != self._day:
            listed = await listing.orders(self._api, place.params(self._since, clock.utcnow()))
            wanted = (one for one in listed if listing.changed(one, self._since) and place.covers(listing.latest(one)))
            self._listed = sorted(wanted, key=lambda one: one.order_id)
            self._day = place.day
        return self._listed
