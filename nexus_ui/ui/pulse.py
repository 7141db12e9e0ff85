"""Whether scheduler, workers and watchman give signs of life, as the frame shows it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from nexus_ui.clock import utcnow
from nexus_ui.rules.silence import QUIET
from nexus_ui.storage import beats
from nexus_ui.storage.beats import Sign
from nexus_ui.ui.access import needs
from nexus_ui.ui.live import look, look_away

EVERY = 2.0
PARTS = (("scheduler", "Scheduler"), ("worker", "Worker"), ("watchman", "Watchman"))


@dataclass(frozen=True)
class Part:
    """One part of the engine; `since` is the last sign of one that has fallen silent."""

    name: str
    tone: str
    word: str
    since: str = ""


def parts() -> tuple[Part, ...]:
    """How every part of the engine stands now."""
    signs, now = beats.signs(), utcnow()
    return tuple(_part(label, [sign for sign in signs if sign.kind == kind], now) for kind, label in PARTS)


def _part(label: str, signs: list[Sign], now: datetime) -> Part:
    """One part; `signs` come freshest first. A silent process counts unless another has taken its place since."""
    if not signs:
        return Part(label, "bad", "has not started")
    living = [sign for sign in signs if now - sign.at <= QUIET]
    if not living:
        return Part(label, "bad", "is silent since", signs[0].at.isoformat())
    lost = [sign for sign in signs if sign not in living and not any(_replaced(sign, one) for one in living)]
    if lost:
        return Part(label, "warn", f"{len(lost)} of {len(lost) + len(living)} is silent since", lost[0].at.isoformat())
    return Part(label, "ok", "is running" if len(living) == 1 else f"{len(living)} are running")


def _replaced(lost: Sign, living: Sign) -> bool:
    """Whether a process of the same machine began after the last sign of the lost one."""
    machine = lost.detail.rpartition(":")[0]
    return living.started_at > lost.at and living.detail.rpartition(":")[0] == machine


class Pulse(rx.State):
    """The signs of life of the engine."""

    parts: list[Part] = []

    @rx.var
    def tone(self) -> str:
        """The gravest part's."""
        tones = {part.tone for part in self.parts}
        return next((tone for tone in ("bad", "warn", "ok") if tone in tones), "")

    @rx.var
    def word(self) -> str:
        """All parts in a few words."""
        if not self.parts:
            return "not known yet"
        silent = [part.name for part in self.parts if part.tone != "ok"]
        return f"silence of {' and '.join(silent).lower()}" if silent else "every part is running"

    @needs("viewer")
    async def arrive(self) -> None:
        """A page opened: what the last one showed is not followed any more, the engine is."""
        look_away(self)
        look(self, "engine", parts, every=EVERY)
        if not self.parts:
            self._told(await asyncio.to_thread(parts))

    def _told(self, answer: tuple[Part, ...]) -> None:
        self.parts = list(answer)
