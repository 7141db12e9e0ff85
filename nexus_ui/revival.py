"""Ending a worker of ours that is frozen, so that it is started anew: on SQLite it may hold everybody's lock."""

import asyncio
import logging
import socket
from datetime import timedelta

from nexus_ui import children
from nexus_ui.clock import utcnow
from nexus_ui.flows.notice import Ears
from nexus_ui.storage import beats

logger = logging.getLogger(__name__)

FROZEN = timedelta(seconds=45)
"""A worker that gave no sign for so long does nothing any more; whatever it held is taken up after its lease anyway."""


class Revival:
    """Listens to the workers that this process started. It only reads: nobody may be able to write."""

    def __init__(self, frozen: timedelta = FROZEN, ears: Ears | None = None) -> None:
        """With fresh ears, or these."""
        self._frozen, self._ears = frozen, ears or Ears()

    async def look(self) -> None:
        """End every worker of ours that has been silent for too long."""
        signs = await asyncio.to_thread(beats.signs, "worker")
        now = utcnow()
        engine = self._ears.listen(now, signs)
        for name, heard in engine.workers.items():
            machine, _, pid = name.rpartition(":")
            ours = machine == socket.gethostname() and pid.isdigit()
            if ours and now >= engine.since and now - heard > self._frozen and children.end_by_force(int(pid)):
                logger.warning(
                    "Worker %s gave no sign of life for %s and was ended. Another one starts.", name, now - heard
                )
