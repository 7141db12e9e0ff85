"""Whether scheduler and workers give signs of life, as the frame shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import reflex as rx

from nexus_ui.clock import utcnow
from nexus_ui.storage import beats
from nexus_ui.ui.access import needs
from nexus_ui.ui.live import look, look_away

EVERY = 2.0
LATE_AFTER = timedelta(seconds=15)
PARTS = (("scheduler", "Scheduler"), ("worker", "Worker"))


@dataclass(frozen=True)
class Part:
    """One part of the engine; `since` is the last sign of one that has fallen silent."""

    name: str
    tone: str
    word: str
    since: str = ""


def parts() -> tuple[Part, ...]:
    """How every part of the engine stands now."""
    freshest = {sign.kind: sign.at for sign in reversed(beats.signs())}
    now = utcnow()
    return tuple(_part(label, freshest.get(kind), now) for kind, label in PARTS)


def _part(label: str, at: datetime | None, now: datetime) -> Part:
    if at is None:
        return Part(label, "bad", "has not started")
    if now - at > LATE_AFTER:
        return Part(label, "bad", "is silent since", at.isoformat())
    return Part(label, "ok", "is running")


class Pulse(rx.State):
    """The signs of life of the engine."""

    parts: list[Part] = []

    @needs("viewer")
    async def arrive(self) -> None:
        """A page opened: what the last one showed is not followed any more, the engine is."""
        look_away(self)
        look(self, "engine", parts, every=EVERY)

    def _told(self, answer: tuple[Part, ...]) -> None:
        self.parts = list(answer)
