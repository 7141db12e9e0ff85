"""Where a cycle runs. Here: in this process, several at once on its event loop."""

import asyncio
import logging

from nexus_ui.flows import sync
from nexus_ui.flows.streams import Halt
from nexus_ui.storage.claims import Claim

logger = logging.getLogger(__name__)

STOPPING = "The worker was stopped. The next sync goes on from the last page."


class Here:
    """Runs claimed cycles in this process."""

    def __init__(self, places: int) -> None:
        """At most `places` cycles at once."""
        self.places = places
        self._running: dict[asyncio.Task[None], Halt] = {}

    @property
    def free(self) -> int:
        """How many more cycles may start."""
        return self.places - len(self._running)

    def start(self, claim: Claim) -> None:
        """Begin a claimed cycle."""
        halt = Halt()
        task = asyncio.create_task(self._run(claim, halt), name=f"cycle {claim.cycle_id}")
        self._running[task] = halt
        task.add_done_callback(self._running.pop)

    async def stop(self, patience: float) -> None:
        """Let every cycle end after the page at hand; what does not end in time is left to its lease."""
        for halt in self._running.values():
            halt.ask(STOPPING)
        if not self._running:
            return
        _, late = await asyncio.wait(list(self._running), timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, claim: Claim, halt: Halt) -> None:
        try:
            outcome = await sync.run(claim.connection_id, claim.cycle_id, halt)
        except Exception:
            logger.exception("Cycle %s could not be settled; it is taken up again.", claim.cycle_id)
            return
        logger.info("Cycle %s of %s ended: %s", claim.cycle_id, claim.connection_id, outcome or "taken over")
