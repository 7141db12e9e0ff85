"""Noticing silence: who should have been heard from and was not is marked with the reason, and told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nexus_ui.clock import utcnow
from nexus_ui.flows import alert
from nexus_ui.flows.alert import Link, Severity, Trouble
from nexus_ui.flows.writing import stored
from nexus_ui.rules import silence
from nexus_ui.rules.silence import Because, Engine, Silence
from nexus_ui.storage import beats, overdue
from nexus_ui.storage.beats import Sign
from nexus_ui.storage.database import writing
from nexus_ui.storage.overdue import Watched

KIND = "silence"
KINDS = ("scheduler", "worker")
START_PATIENCE = timedelta(seconds=60)
"""Who has just begun to listen, or slept meanwhile, waits so long before it calls anybody silent."""
SLEPT = timedelta(seconds=20)
NAMED = 5
ENGINE_HEARD = "Scheduler and workers give signs of life again."
HEARD = "It is not overdue any more."


class Ears:
    """When each process was heard last, by the listener's own clock: a sign counts when it differs from the last.

    A worker that comes back brings its scheduler along, whose sign may come a beat later: nobody is silent meanwhile.
    """

    def __init__(self, patience: timedelta = START_PATIENCE) -> None:
        """Nothing heard yet."""
        self._patience = patience
        self._signs: dict[str, tuple[datetime, datetime]] = {}
        self._listened_at: datetime | None = None
        self._since: datetime | None = None
        self._alive = True

    def listen(self, now: datetime, signs: Iterable[Sign]) -> Engine:
        """Take in what stands in the database now."""
        if self._since is None or self._listened_at is None or not timedelta() <= now - self._listened_at < SLEPT:
            self._signs, self._since = {}, now + self._patience
        self._listened_at = now
        present = list(signs)
        before, self._signs = self._signs, {}
        for sign in present:
            known = before.get(sign.name)
            self._signs[sign.name] = known if known is not None and known[0] == sign.at else (sign.at, now)
        heard = {kind: {one.detail: self._signs[one.name][1] for one in present if one.kind == kind} for kind in KINDS}
        alive = any(now - at <= silence.QUIET for at in heard["worker"].values())
        if alive and not self._alive:
            self._since = max(self._since, now + silence.QUIET)
        self._alive = alive
        room = any(
            one.kind == "worker" and one.taken < one.places and now - self._signs[one.name][1] <= silence.QUIET
            for one in present
        )
        return Engine(max(heard["scheduler"].values(), default=None), heard["worker"], room, self._since)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What a look found out about one connection."""

    one: Watched
    silence: Silence | None

    @property
    def changed(self) -> bool:
        """Whether it differs from what is written on the connection."""
        because = self.silence.sentence if self.silence else ""
        return because != self.one.overdue_because or (self.silence is None) != (self.one.overdue_since is None)


class Noticing:
    """Looks at the signs of life and at every connection, as often as it is asked to."""

    def __init__(self, ears: Ears | None = None) -> None:
        """With fresh ears, or these."""
        self._ears = ears or Ears()
        self._was_dead: bool | None = None

    async def look(self) -> None:
        """One look."""
        await stored(self._look)

    def _look(self) -> None:
        now = utcnow()
        engine = self._ears.listen(now, beats.signs())
        found = [_Finding(one, silence.silence(now, one.standing, engine)) for one in overdue.watched()]
        self._tell_engine(silence.engine_silence(now, engine), found)
        _mark([each for each in found if each.changed], now)
        for each in found:
            if each.silence is not None and silence.alarming(now, each.silence):
                alert.raise_(_trouble(each.one, each.silence))

    def _tell_engine(self, dead: Silence | None, found: Sequence[_Finding]) -> None:
        """The engine's silence is one trouble, however many connections it holds up."""
        if dead is not None:
            alert.raise_(_engine_trouble(dead, [each.one for each in found if each.silence is not None]))
        elif self._was_dead is not False:
            alert.close(None, KIND, ENGINE_HEARD)
        self._was_dead = dead is not None


def _mark(changed: Sequence[_Finding], now: datetime) -> None:
    """Write what differs, and end the trouble of those that were heard from."""
    if not changed:
        return
    same: dict[tuple[datetime | None, str], list[str]] = defaultdict(list)
    for each in changed:
        said = (each.silence.since, each.silence.sentence) if each.silence else (None, "")
        same[said].append(each.one.standing.id)
    with writing() as session:
        for (since, because), ids in same.items():
            overdue.mark(session, ids, since, because, now)
        for each in changed:
            if each.silence is None:
                alert.close_in(session, each.one.standing.id, [KIND], now, HEARD)


TITLES: Mapping[Because, str] = {
    Because.NO_SCHEDULER: "The scheduler is silent",
    Because.NO_WORKER: "No worker is alive",
}


def _engine_trouble(dead: Silence, held_up: Sequence[Watched]) -> Trouble:
    shown = [Link(one.name, f"/connections/{one.standing.id}") for one in held_up[:NAMED]]
    more = [Link(f"and {len(held_up) - NAMED} more", "/")] if len(held_up) > NAMED else []
    sentence = f"{dead.sentence} Start the product again if it does not come back by itself; its log says why it ended."
    return Trouble(KIND, None, Severity.CRITICAL, TITLES[dead.because], sentence, (*shown, *more))


def _trouble(one: Watched, found: Silence) -> Trouble:
    link = Link(one.name, f"/connections/{one.standing.id}")
    return Trouble(KIND, one.standing.id, Severity.WARNING, "Overdue", found.sentence, (link,), (link,))
