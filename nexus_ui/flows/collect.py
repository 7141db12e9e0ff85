"""Emptying the queues that marketplaces write to where they offer no webhooks: what lies there joins the deliveries.

A queue may be shared by connections of one app; each gets what concerns its account. A letter is thrown away only once
it is kept, so a crash in between brings a copy, which is known by its key.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Letter, ReadsMailbox
from nexus_ui.clock import utcnow
from nexus_ui.errors import NexusError
from nexus_ui.flows.opening import opened
from nexus_ui.flows.writing import stored
from nexus_ui.storage import arrivals, connections
from nexus_ui.storage.arrivals import Arrival
from nexus_ui.storage.connections import Connected

logger = logging.getLogger(__name__)

LOOKS = 20
"""Into one queue, before others have their turn."""

OPENED_FOR = timedelta(days=1)
Queue = tuple[str, bool, str]


class Collector:
    """Goes round the queues; remembers which were opened today, and which give trouble, so that it is told once."""

    def __init__(self) -> None:
        """Begin with no round made."""
        self._opened: dict[Queue, datetime] = {}
        self._troubled: set[Queue] = set()

    async def collect(self) -> int:
        """Keep what lies in every queue; returns how many deliveries were new. One queue's trouble stays its own."""
        fields = {slug: one.mailbox_field for slug, one in CATALOGUE.items() if one.mailbox_field}
        sharing: dict[Queue, list[Connected]] = {}
        for kept in await stored(connections.of_marketplaces, tuple(fields)):
            place = str(kept.public_fields.get(fields[kept.marketplace], ""))
            if place:
                sharing.setdefault((kept.marketplace, kept.sandbox, place), []).append(kept)
        found = 0
        for queue, sharers in sharing.items():
            try:
                found += await self._emptied(queue, sharers)
            except NexusError as error:
                if queue not in self._troubled:
                    logger.warning("The notifications of %s cannot be read: %s", sharers[0].name, error.message)
                self._troubled.add(queue)
            else:
                self._troubled.discard(queue)
        return found

    async def _emptied(self, queue: Queue, sharers: Sequence[Connected]) -> int:
        """Keep what lies in one queue, read with the first connection's keys."""
        reader = sharers[0]
        found = 0
        async with opened(reader) as adapter:
            if not isinstance(adapter, ReadsMailbox):
                return 0
            await self._open(queue, adapter)
            for _ in range(LOOKS):
                letters = await adapter.letters()
                if not letters:
                    break
                found += await _kept(letters, sharers)
                await adapter.discard(letters)
        return found

    async def _open(self, queue: Queue, adapter: ReadsMailbox) -> None:
        """Have the marketplace write to the queue, as far as that was not seen to today."""
        opened = self._opened.get(queue)
        if opened is None or opened < utcnow() - OPENED_FOR:
            await adapter.open_mailbox()
            self._opened[queue] = utcnow()


async def _kept(letters: Sequence[Letter], sharers: Sequence[Connected]) -> int:
    """Keep each letter once for every connection it concerns."""
    now = utcnow()
    wanted = [
        Arrival(one.id, letter.notice.key, letter.notice.topic, letter.notice.named, "", now)
        for letter in letters
        for one in sharers
        if letter.notice is not None and one.account_id.startswith(letter.account)
    ]
    if not wanted:
        return 0
    return await stored(arrivals.keep, wanted, (), {one.connection_id for one in wanted})
