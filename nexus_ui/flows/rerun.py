"""After a fix: what one cause had stopped runs once more, and only that."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from nexus_ui.adapters.contract import About, LooksUp, Named
from nexus_ui.errors import NexusError, NotAllowed, NotFound, Paused, Refused, Unavailable
from nexus_ui.flows import keys, publishing, sync
from nexus_ui.flows.mishaps import internal
from nexus_ui.flows.opening import opened
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.rules.causes import Cause, Hit, Source, causes
from nexus_ui.storage import audit, connections, deliveries, looked, set_aside
from nexus_ui.storage.audit import Action, Change, Subject
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.database import writing

AT_ONCE = 50
MOST_LOOKED_AT = 200
"""More records than these are read faster with their whole stream."""
LOOK_SECONDS = 30.0
LOOKED_UP = {"products": About.PRODUCT, "orders": About.ORDER}
TRIGGER = "rerun"


@dataclass(frozen=True, slots=True)
class Problem:
    """A connection where it did not work, and why."""

    name: str
    sentence: str


@dataclass(slots=True)
class Rerun:
    """What came of it: syncs asked for, records that arrived well or are still set aside, webhooks
    replayed, SKUs to be sent again.
    """

    syncs: int = 0
    arrived: int = 0
    remaining: int = 0
    replayed: int = 0
    skus: int = 0
    problems: list[Problem] = field(default_factory=list)


def found() -> tuple[Cause, ...]:
    """What is wrong or set aside on all connections, by cause."""
    return causes(set_aside.everything())


async def rerun(key: str, by: Who) -> Rerun:
    """Run what this cause had stopped once more; raises NotAllowed, or NotFound when nothing is stopped by it now."""
    _admit(by)
    cause = next((one for one in await asyncio.to_thread(found) if one.key == key), None)
    if cause is None:
        raise NotFound("Nothing is stopped by this any more.")
    done = Rerun()
    for hit in cause.hits:
        await _tried(cause, hit, by, done)
    return done


async def records_of(connection_id: str, by: Who) -> Rerun:
    """Look again at every record of one connection that is set aside; raises NotAllowed."""
    _admit(by)
    done = Rerun()
    for cause in await asyncio.to_thread(found):
        for hit in cause.hits:
            if cause.source is Source.RECORDS and hit.connection_id == connection_id:
                await _tried(cause, hit, by, done)
    return done


def said(done: Rerun) -> str:
    """What came of it, in words."""
    parts = [
        (done.arrived, "record arrived", "records arrived"),
        (done.remaining, "record is still set aside", "records are still set aside"),
        (done.syncs, "sync was asked for", "syncs were asked for"),
        (done.skus, "SKU is looked at and sent again", "SKUs are looked at and sent again"),
        (done.replayed, "webhook is worked off once more", "webhooks are worked off once more"),
    ]
    told = [f"{number:,} {one if number == 1 else several}" for number, one, several in parts if number]
    sentences = [f"{', '.join(told)}."] if told else []
    sentences += [f"{problem.name}: {problem.sentence}" for problem in done.problems]
    return " ".join(sentences) or "Nothing is set aside any more."


async def _tried(cause: Cause, hit: Hit, by: Who, done: Rerun) -> None:
    """Run one connection's part again; what goes wrong as expected becomes a problem, and the next one follows."""
    try:
        await _again(cause, hit, by, done)
    except NexusError as no:
        done.problems.append(Problem(hit.name, no.message))


def _admit(by: Who) -> None:
    if not by.may(Role.ADMIN):
        raise NotAllowed("Your role does not allow this.")


async def _again(cause: Cause, hit: Hit, by: Who, done: Rerun) -> None:
    match cause.source:
        case Source.SYNC:
            await asyncio.to_thread(sync.request, hit.connection_id, by.person_id, TRIGGER)
            done.syncs += 1
        case Source.WEBHOOKS:
            ids = await asyncio.to_thread(set_aside.failed_deliveries, hit.connection_id, hit.said)
            done.replayed += await asyncio.to_thread(deliveries.replay, ids, by.person_id)
        case Source.STOCK:
            skus = await asyncio.to_thread(set_aside.refused_skus, hit.connection_id, hit.said)
            for start in range(0, len(skus), publishing.MOST_REPUSHED):
                some = skus[start : start + publishing.MOST_REPUSHED]
                await asyncio.to_thread(publishing.repush, hit.connection_id, some, by)
            done.skus += len(skus)
        case Source.RECORDS:
            await _records(cause, hit, by, done)


async def _records(cause: Cause, hit: Hit, by: Who, done: Rerun) -> None:
    """Look at the records one by one where that is possible and worth it; the rest comes with its whole stream."""
    kept = await asyncio.to_thread(connections.get, hit.connection_id)
    if kept.paused_at is not None:
        raise Paused("It is paused. Resume it first.")
    refs = await asyncio.to_thread(set_aside.refs, kept.id, cause.stream, hit.said)
    about = LOOKED_UP.get(cause.stream)
    whole = True
    if about is not None and len(refs) <= MOST_LOOKED_AT:
        whole = not await _looked_at(kept, [Named(about, ref) for ref in refs])
        remaining = await asyncio.to_thread(set_aside.still_there, kept.id, cause.stream, refs)
        done.arrived += len(refs) - remaining
        done.remaining += remaining
        await asyncio.to_thread(_note, kept, by, len(refs), remaining)
    if whole:
        await asyncio.to_thread(set_aside.read_afresh, kept.id, cause.stream)
        await asyncio.to_thread(sync.request, kept.id, by.person_id, TRIGGER)
        done.syncs += 1


def _note(kept: Connected, by: Who, before: int, remaining: int) -> None:
    told = [Change("records set aside", str(before), str(remaining))]
    with writing() as session:
        audit.note(session, by.person_id, Action.LOOKED_AGAIN, Subject.CONNECTION, kept.id, kept.name, told)


async def _looked_at(kept: Connected, named: Sequence[Named]) -> bool:
    """Look at single things and store what is there; False where not all of them could be found so.

    A record without an id was set aside under another name, so one that is not there proves nothing.
    """
    ring = await asyncio.to_thread(keys.ring, kept.id)
    found = True
    try:
        async with opened(kept, ring, urgent=True) as adapter:
            if not isinstance(adapter, LooksUp):
                return False
            for start in range(0, len(named), AT_ONCE):
                found = await _look(kept, adapter, named[start : start + AT_ONCE]) and found
    except NexusError:
        raise
    except Exception as trouble:
        raise internal(trouble, ring.hide) from trouble
    return found


async def _look(kept: Connected, adapter: LooksUp, named: Sequence[Named]) -> bool:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            there = await adapter.look(named)
    except TimeoutError:
        raise Unavailable("The marketplace took too long to answer.") from None
    if not await asyncio.to_thread(looked.write, kept.id, replace(there, gone=()), lambda _changes: ()):
        raise Refused("It was paused or removed meanwhile.")
    return not there.gone
