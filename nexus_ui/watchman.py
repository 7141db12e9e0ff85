"""What the web process does apart from the scheduler, so that it goes on while every worker is dead.

Whatever is to happen again and again is one `Round` in `ROUNDS`. Of several web processes one walks them all.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from nexus_ui.careful import Careful, Job
from nexus_ui.clock import utcnow
from nexus_ui.flows import alert, expiry, knocks
from nexus_ui.flows.doubt import Doubting
from nexus_ui.flows.notice import Noticing
from nexus_ui.flows.writing import stored
from nexus_ui.ids import new_id
from nexus_ui.revival import Revival
from nexus_ui.storage import beats, locks

POST = "watchman"
HELD = timedelta(seconds=15)
"""A watchman that is gone is replaced after so long."""
BEAT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Round:
    """`work` is done every so many seconds; a long one holds up none but itself.

    `everywhere`: by every web process, whoever has the post.
    """

    name: str
    seconds: float
    work: Job
    everywhere: bool = False


ROUNDS = (
    Round("watch over who is silent", 1.5, Noticing().look),
    Round("watch over frozen workers", 5.0, Revival().look, everywhere=True),
    Round("watch over what arrives", 20.0, Doubting().look),
    Round("delivery of alerts", 2.0, alert.deliver_due),
    Round("watch over refused webhooks", 30.0, knocks.look),
    Round("watch over what will end", 60.0, expiry.look),
)


class Watchman:
    """Walks its rounds while it holds the post, which only one process does at a time."""

    def __init__(self, rounds: Sequence[Round] = ROUNDS) -> None:
        """Nothing happens before `on_duty`."""
        self._rounds = rounds
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._holder = new_id("lock")
        self._held_until: datetime | None = None
        self._taking = asyncio.Lock()
        self._careful = Careful()
        self._started_at = utcnow()

    @asynccontextmanager
    async def on_duty(self) -> AsyncIterator[None]:
        """Walk the rounds inside the block, and leave the post free after it."""
        beat = Round("sign of life of the watchman", BEAT_SECONDS, self._beat)
        walking = [asyncio.create_task(self._walk(each), name=each.name) for each in (beat, *self._rounds)]
        try:
            yield
        finally:
            for task in walking:
                task.cancel()
            await asyncio.gather(*walking, return_exceptions=True)
            await self._careful.run("leaving of the watchman's post", self._leave)

    async def _walk(self, each: Round) -> None:
        while True:
            await self._careful.run(each.name, lambda: self._once(each))
            await asyncio.sleep(each.seconds)

    async def _once(self, each: Round) -> None:
        if each.everywhere or await self._holds_post():
            await each.work()

    async def _holds_post(self) -> bool:
        """Whether this process is the watchman; asks the database no more often than it must."""
        async with self._taking:
            now = utcnow()
            if self._held_until is not None and HELD / 2 < self._held_until - now <= HELD:
                return True
            taken = await stored(locks.take, POST, self._holder, now, now + HELD)
            self._held_until = now + HELD if taken else None
            return taken

    async def _beat(self) -> None:
        await stored(beats.beat, f"watchman {self._name}", "watchman", utcnow(), self._started_at, self._name)

    async def _leave(self) -> None:
        await stored(beats.gone, f"watchman {self._name}")
        await stored(locks.give_back, POST, self._holder)
