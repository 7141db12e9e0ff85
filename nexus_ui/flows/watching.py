"""What the engine hears from the transport during a cycle: calls for the journal, and waits for everybody to see."""

from datetime import datetime

from nexus_ui.adapters.contract import Call
from nexus_ui.clock import utcnow
from nexus_ui.errors import LeaseLost
from nexus_ui.flows.writing import stored
from nexus_ui.storage import claims, cycles


class Watch:
    """A `contract.Watcher` that buffers calls until a page takes them along, and shows waits as they begin and end."""

    def __init__(self, connection_id: str, cycle_id: str) -> None:
        """Watch over one cycle."""
        self._connection_id, self._cycle_id = connection_id, cycle_id
        self._buffer: list[Call] = []
        self._waiting = 0
        self.count = 0
        self.worst: Call | None = None

    def called(self, call: Call) -> None:
        """Note a call."""
        self.count += 1
        self._buffer.append(call)
        if call.problem:
            self.worst = call

    def taken(self) -> list[Call]:
        """The calls noted since the last time."""
        taken, self._buffer = self._buffer, []
        return taken

    def put_back(self, calls: list[Call]) -> None:
        """Calls that were taken but not stored."""
        self._buffer = [*calls, *self._buffer]

    async def waiting(self, until: datetime, reason: str) -> None:
        """Show the wait; raises LeaseLost when the connection is somebody else's by now."""
        self._waiting += 1
        await self._show(until)

    async def resumed(self) -> None:
        """Show that the last of the waits is over."""
        self._waiting -= 1
        if self._waiting == 0:
            await self._show(None)

    async def _show(self, until: datetime | None) -> None:
        if not await stored(cycles.show_waiting, self._cycle_id, self._connection_id, until, utcnow()):
            raise LeaseLost(claims.OTHER_HOLDER)
