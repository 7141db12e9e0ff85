"""The marketplace's budget, spent without being refused: token buckets of calls or points.

What a marketplace says about its bucket replaces what its documents say; urgent work (a person waits) goes first. The
connections of a process spend from the same buckets. Several workers spend equal parts of what several connections
share, so that together they spend what one would; what belongs to one account alone is whole, since one worker at a
time works on a connection.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from nexus_ui import clock
from nexus_ui.adapters.contract import Limit

_EVERYTHING = "*"


@dataclass(slots=True, eq=False)
class _Ticket:
    cost: float
    urgent: bool
    number: int
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def place(self) -> tuple[bool, int]:
        return (not self.urgent, self.number)


@dataclass(slots=True)
class Sharing:
    """How many workers spend from a bucket."""

    workers: int = 1


ALONE = Sharing()
_sharing = Sharing()


class Bucket:
    """Holds up to `burst` and regains `per_second`; whoever wants some stands in one line, urgent ones in front.

    Where replies tell of fixed windows it regains nothing within one, and all of it with the next.
    """

    def __init__(self, burst: float, per_second: float, sharing: Sharing = ALONE) -> None:
        """Start full. `burst` and `per_second` are the whole bucket's, however many share it."""
        self.burst, self.per_second = burst, per_second
        self._sharing = sharing
        self._level = self._part(burst)
        self._seen = clock.monotonic()
        self._closed_until = 0.0
        self._in_flight = 0.0
        self._window = 0.0
        self._full_at = 0.0
        self._line: list[_Ticket] = []
        self._count = 0

    def available(self) -> float:
        """What could be spent now, as far as we know."""
        now = clock.monotonic()
        if not self._window:
            self._level = min(self._most(), self._level + max(0.0, now - self._seen) * self._part(self.per_second))
        elif now >= self._full_at:
            self._level, self._full_at = self._most() - self._in_flight, now + 2 * self._window
        self._seen = now
        return self._level

    def expected_wait(self, cost: float) -> float:
        """Seconds until somebody who joins the line now could spend `cost`."""
        wanted = min(cost, self.burst) + sum(ticket.cost for ticket in self._line)
        return max(self._closed_for(), self._until(wanted))

    async def take(self, cost: float, urgent: bool = False) -> None:
        """Spend `cost`, waiting in line for it."""
        cost = min(cost, self.burst)
        if self._line or self._wait_for(cost) > 0:
            await self._stand_in_line(cost, urgent)
        self._level -= cost
        self._in_flight += cost

    def done(self, cost: float) -> None:
        """A call for which `cost` was taken has come back."""
        self._in_flight = max(0.0, self._in_flight - min(cost, self.burst))

    def learn(self, *, taken: float, spent: float, burst: float, per_second: float, available: float) -> None:
        """Take over what a reply says: what its call really cost, the bucket's true size, speed and level.

        The reply may not know of calls still under way, so the level lies between what it says without and with them.
        """
        self.burst, self.per_second = max(burst, 1.0), max(per_second, 0.001)
        level = self.available() + max(0.0, taken - spent)
        others, mine = max(0.0, self._in_flight - taken), self._part(available)
        self._level = min(max(level, mine - others), mine, self._most())
        self._wake_first()

    def learn_window(self, *, limit: float, left: float, seconds: float) -> None:
        """Take over what a reply says of a fixed window: its size, what is left of it, and when the next one begins.

        Replies overtake one another, so within a window only the lowest level is believed; its end, told in whole
        seconds and a moment ago, is counted from now. Where no reply comes, two windows are waited for.
        """
        self.burst = max(limit, 1.0)
        self._window = max(self._window, seconds, 0.001)
        self.per_second = self.burst / self._window
        self._level = min(self.available(), self._part(left))
        self._full_at = clock.monotonic() + seconds
        self._wake_first()

    def learn_rate(self, per_second: float) -> None:
        """Take over how fast it comes back."""
        self.available()
        self.per_second = max(per_second, 0.0001)
        self._wake_first()

    def close(self, seconds: float) -> None:
        """Nobody spends anything for so long."""
        self._closed_until = max(self._closed_until, clock.monotonic() + seconds)

    def share(self) -> None:
        """The number of those who share it has changed."""
        self._level = min(self.available(), self._most())
        self._wake_first()

    def _part(self, whole: float) -> float:
        return whole / self._sharing.workers

    def _most(self) -> float:
        """What can be saved up: our part, or what the first in line asks for."""
        asked = self._line[0].cost if self._line else min(1.0, self.burst)
        return max(self._part(self.burst), asked)

    def _wait_for(self, cost: float) -> float:
        return max(self._closed_for(), self._until(cost))

    def _until(self, wanted: float) -> float:
        """Seconds until so much has come back."""
        missing = wanted - self.available()
        if missing <= 0:
            return 0.0
        if not self._window:
            return missing / self._part(self.per_second)
        later = math.ceil(missing / self._most()) - 1
        return max(0.0, self._full_at - clock.monotonic()) + later * self._window

    def _closed_for(self) -> float:
        return self._closed_until - clock.monotonic()

    async def _stand_in_line(self, cost: float, urgent: bool) -> None:
        self._count += 1
        ticket = _Ticket(cost, urgent, self._count)
        self._line.append(ticket)
        self._line.sort(key=lambda waiting: waiting.place)
        try:
            while self._line[0] is not ticket or self._wait_for(cost) > 0:
                patience = max(self._wait_for(cost), 0.001) if self._line[0] is ticket else None
                ticket.woken.clear()
                try:
                    await asyncio.wait_for(ticket.woken.wait(), patience)
                except TimeoutError:
                    continue
        finally:
            self._line.remove(ticket)
            self._wake_first()

    def _wake_first(self) -> None:
        if self._line:
            self._line[0].woken.set()


class Budget:
    """The buckets of one account (or app), by operation. Operations without a bucket of their own share `*`, if any."""

    def __init__(self, buckets: dict[str, Bucket]) -> None:
        """Spend from these buckets."""
        self._buckets = buckets

    def bucket(self, operation: str) -> Bucket | None:
        """The bucket an operation spends from; None when it is not limited."""
        return self._buckets.get(operation) or self._buckets.get(_EVERYTHING)

    def expected_wait(self, operation: str, cost: float) -> float:
        """Seconds until `cost` can be spent."""
        bucket = self.bucket(operation)
        return bucket.expected_wait(cost) if bucket else 0.0

    async def take(self, operation: str, cost: float, urgent: bool) -> None:
        """Spend `cost`, waiting for it."""
        if bucket := self.bucket(operation):
            await bucket.take(cost, urgent)

    def learn(
        self, operation: str, *, taken: float, spent: float, burst: float, per_second: float, available: float
    ) -> None:
        """Take over what a reply says of the budget."""
        if bucket := self.bucket(operation):
            bucket.learn(taken=taken, spent=spent, burst=burst, per_second=per_second, available=available)

    def learn_window(self, operation: str, *, limit: float, left: float, seconds: float) -> None:
        """Take over what a reply says of the operation's fixed window."""
        if bucket := self.bucket(operation):
            bucket.learn_window(limit=limit, left=left, seconds=seconds)

    def learn_rate(self, operation: str, per_second: float) -> None:
        """Take over how fast the operation's budget comes back."""
        if bucket := self.bucket(operation):
            bucket.learn_rate(per_second)

    def burst(self, operation: str) -> float:
        """How much can be spent at once."""
        bucket = self.bucket(operation)
        return bucket.burst if bucket else float("inf")

    def done(self, operation: str, cost: float) -> None:
        """A call has come back."""
        if bucket := self.bucket(operation):
            bucket.done(cost)

    def refused(self, operation: str, seconds: float) -> None:
        """The marketplace refused a call: nobody sends this operation for so long."""
        if bucket := self.bucket(operation):
            bucket.close(seconds)


_shared: dict[tuple[str, str, str], Bucket] = {}


def budget(slug: str, owners: dict[str, str], limits: Sequence[Limit]) -> Budget:
    """The budget of one account: every connection of this process with the same owner spends from the same buckets.

    `owners` names who shares a limit, by `Limit.shared_by`: the account's address, the app's id, a field's value.
    """
    buckets: dict[str, Bucket] = {}
    for limit in limits:
        sharing = " ".join(owners.get(part) or owners["account"] for part in limit.shared_by.split("+"))
        key = (slug, sharing, limit.operation)
        among = ALONE if limit.shared_by == "account" else _sharing
        buckets[limit.operation] = _shared.setdefault(key, Bucket(limit.burst, limit.per_second, among))
    return Budget(buckets)


def share_among(workers: int) -> None:
    """So many workers spend from what several connections share; this process takes its equal part."""
    if workers != _sharing.workers:
        _sharing.workers = max(1, workers)
        for bucket in _shared.values():
            bucket.share()


def shared_among() -> int:
    """How many workers spend from what several connections share."""
    return _sharing.workers


def forget_all() -> None:
    """Start afresh with full buckets and alone, for a new event loop."""
    _shared.clear()
    _sharing.workers = 1
