"""What the end of a cycle means for alerts: raised and ended in the same transaction that settles the cycle."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from nexus_ui import errors
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import SignInKind
from nexus_ui.errors import ActionNeeded, NexusError, PermissionMissing
from nexus_ui.flows.mishaps import Internal
from nexus_ui.flows.settling import Ending
from nexus_ui.flows.telling import close_in, drop_in, raise_in
from nexus_ui.rules.alerts import Link, Severity, Trouble
from nexus_ui.rules.diagnosis import Waiting, held_up
from nexus_ui.rules.health import CONSECUTIVE
from nexus_ui.rules.outcome import Outcome
from nexus_ui.rules.remedy import Remedy, remedy
from nexus_ui.storage import connections
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.waiting import waiting_of

FAILING = "failing"
WORKS = "It syncs again."


def hear(session: Session, connection_id: str, cycle_id: str, end: Ending, failures: int, now: datetime) -> None:
    """Raise what a cycle ended with, and end what it proves to be over. A cycle that was put off proves nothing."""
    if end.outcome is Outcome.DEFERRED:
        return
    kept = connections.connected(connections.held(session, connection_id))
    failed = end.outcome is Outcome.FAILED
    now_wrong = end.error.kind if end.error else ""
    others = CYCLE_KINDS - {now_wrong}
    if failed and end.error is not None:
        drop_in(session, connection_id, others, now, f"Then came another error: {end.error.message}")
    else:
        close_in(session, connection_id, {*others, FAILING}, now, WORKS)
    for trouble in _troubles(session, kept, cycle_id, end, failures if failed else 0, now):
        raise_in(session, trouble, now)


def _troubles(
    session: Session, kept: Connected, cycle_id: str, end: Ending, failures: int, now: datetime
) -> Iterator[Trouble]:
    error = end.error
    if error is None or not (failures or isinstance(error, ActionNeeded)):
        return
    told = _remedy(kept, error)
    affected = tuple(_affected(session, kept.id, now))
    page = f"/connections/{kept.id}"
    proof = (
        Link("Why it is red", f"{page}/why"),
        Link("The sync that failed", f"{page}?log={kept.id}&cycle={cycle_id}"),
    )
    grave = Severity.CRITICAL if isinstance(error, ActionNeeded) else Severity.WARNING
    sentence = " ".join(filter(None, (error.message, told.blocks, told.resolution)))
    yield Trouble(error.kind, kept.id, grave, told.title, sentence, affected, proof)
    if failures >= CONSECUTIVE:
        title = f"{failures} syncs in a row failed"
        yield Trouble(FAILING, kept.id, Severity.CRITICAL, title, f"The last one: {error.message}", affected, proof)


def _remedy(kept: Connected, error: NexusError) -> Remedy:
    kind = CATALOGUE[kept.marketplace]
    consent = any(way.slug == kept.sign_in and way.kind is SignInKind.CONSENT for way in kind.sign_ins)
    scope = error.scope if isinstance(error, PermissionMissing) else ""
    return remedy(error.kind, by_consent=consent, scope=scope)


def _affected(session: Session, connection_id: str, now: datetime) -> Iterator[Link]:
    """What is held up by it, counted."""
    for held in held_up(waiting_of(session, [connection_id], now).get(connection_id, Waiting()), now):
        more = f"; {held.more}" if held.more else ""
        yield Link(held.text if held.since else held.text + more, f"/connections/{connection_id}", held.since, more)


def _kinds(root: type[NexusError]) -> Iterator[str]:
    yield root.kind
    for below in root.__subclasses__():
        yield from _kinds(below)


CYCLE_KINDS = frozenset(
    kind for root in (errors.ActionNeeded, errors.TryLater, errors.Surprise, errors.SkipRecord) for kind in _kinds(root)
) | {Internal.kind}
"""Every kind of error a cycle can end with."""
