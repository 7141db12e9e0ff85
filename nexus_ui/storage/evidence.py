"""What is on record of a connection's last trouble: the syncs and deeds around it, and what happened beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, and_, case, cast, func, or_, select
from sqlmodel import Session, SQLModel

from nexus_ui.errors import NotFound
from nexus_ui.rules.trouble import (
    LATELY,
    TROUBLED,
    Answered,
    Arrived,
    Changed,
    Ended,
    Fellow,
    Raised,
    Ran,
    Records,
    Stock,
)
from nexus_ui.storage.connections import GONE
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows

MOST_RAN = 5_000
MOST_BESIDE = 20

C = SQLModel.metadata.tables["connections"].c
Y = SQLModel.metadata.tables["cycles"].c
A = SQLModel.metadata.tables["api_calls"].c
S = SQLModel.metadata.tables["secrets"].c
W = SQLModel.metadata.tables["webhook_deliveries"].c
R = SQLModel.metadata.tables["webhook_rejections"].c
T = SQLModel.metadata.tables["stock_receipts"].c
I = SQLModel.metadata.tables["incidents"].c  # noqa: E741 - the letter its table begins with, as C and Y
L = SQLModel.metadata.tables["audit_log"].c
P = SQLModel.metadata.tables["people"].c


def records(connection_id: str, now: datetime, marketplace: str, labels: Mapping[str, str]) -> Records:
    """What a connection's last trouble is told from; raises NotFound.

    `marketplace` is what it is called, `labels` what its secret fields are called.
    """
    with reading() as session:
        row = _connection(session, connection_id)
        watched = {name: getattr(row, name) for name in ("overdue_since", "overdue_because", "doubt_since", "doubt")}
        plain = Records(marketplace, row.created_at, **watched)
        mine = Y.connection_id == connection_id
        well = _ran().where(mine, _ended("success"))
        bad = _one(session, _ran().where(mine, _ended(*TROUBLED)).order_by(Y.started_at.desc()))
        mended = None if bad is None else _one(session, well.where(Y.started_at > bad.at).order_by(Y.started_at))
        if bad is None or (mended is not None and mended.at < now - LATELY):
            good = _one(session, well.order_by(Y.started_at.desc()))
            return _watched_only(session, plain, good, connection_id, now)
        good = _one(session, well.where(Y.started_at < bad.at).order_by(Y.started_at.desc()))
        since = good.at if good else row.created_at
        return replace(
            plain,
            good=good,
            ran=_between(session, connection_id, good, mended),
            mended=mended,
            ended=_expired(session, connection_id, since, now, labels),
            arrived=_arrived(session, connection_id, since),
            stock=_stock(session, connection_id, since),
            raised=_raised(session, connection_id, since, now),
            fellows=() if mended else _fellows(session, row),
            changed=_changed(session, since),
        )


def _watched_only(session: Session, plain: Records, good: Ran | None, connection_id: str, now: datetime) -> Records:
    """Nothing went wrong lately, unless a watcher misses something: then what happened since the last good sync."""
    if plain.overdue_since is None and plain.doubt_since is None:
        return plain
    since = good.at if good else plain.connected_at
    ran = _between(session, connection_id, good, None)
    return replace(plain, good=good, ran=ran, raised=_raised(session, connection_id, since, now))


def _connection(session: Session, connection_id: str) -> Any:
    names = ("id", "marketplace", "sandbox", "error_kind", "error_scope", "created_at")
    watched = ("overdue_since", "overdue_because", "doubt_since", "doubt")
    wanted = select(*(C[name] for name in names + watched)).where(C.id == connection_id, C.removed_at.is_(None))
    found = rows(session, wanted)
    if not found:
        raise NotFound(GONE)
    return found[0]


def _ended(*outcomes: str) -> Any:
    return and_(Y.state == "finished", Y.outcome.in_(outcomes))


def _ran() -> Select[Any]:
    return select(
        Y.id,
        Y.started_at,
        Y.finished_at,
        func.coalesce(Y.outcome, Y.state),
        Y.trigger,
        func.coalesce(P.name, P.email, ""),
        func.coalesce(Y.error_kind, ""),
        Y.error_message,
        Y.calls,
        Y.products + Y.orders + Y.inventory,
        Y.quarantined,
    ).select_from(Y.id.table.outerjoin(P.id.table, P.id == Y.requested_by))


def _one(session: Session, wanted: Select[Any]) -> Ran | None:
    found = rows(session, wanted.limit(1))
    return Ran(*found[0]) if found else None


def _between(session: Session, connection_id: str, good: Ran | None, mended: Ran | None) -> tuple[Ran, ...]:
    """What ran or was done after the last good sync and before the one that mended it."""
    over = or_(Y.state == "finished", Y.state == "abandoned")
    wanted = _ran().where(Y.connection_id == connection_id, over)
    if good is not None:
        wanted = wanted.where(Y.started_at > good.at)
    if mended is not None:
        wanted = wanted.where(Y.started_at < mended.at)
    found = [Ran(*row) for row in rows(session, wanted.order_by(Y.started_at, Y.id).limit(MOST_RAN))]
    answers = _answers(session, _telling(found))
    return tuple(replace(one, answered=answers.get(one.id)) for one in found)


def _telling(ran: Sequence[Ran]) -> list[str]:
    """The cycles whose answer is told: where the error changed, and the last one."""
    troubles = [one for one in ran if one.outcome in TROUBLED]
    news = [one for before, one in zip([None, *troubles], troubles, strict=False) if _is_news(before, one)]
    return [one.id for one in [*news[:MOST_BESIDE], *troubles[-1:]]]


def _is_news(before: Ran | None, one: Ran) -> bool:
    return before is None or (before.kind, before.message) != (one.kind, one.message)


def _answers(session: Session, cycle_ids: Sequence[str]) -> dict[str, Answered]:
    """The last call of each cycle that went wrong."""
    columns = (A.cycle_id, A.operation, A.method, A.status, A.request_id, A.problem)
    wanted = select(*columns).where(A.cycle_id.in_(cycle_ids), A.problem != "").order_by(A.at, A.attempt)
    return {cycle_id: Answered(*answer) for cycle_id, *answer in rows(session, wanted)}


def _expired(
    session: Session, connection_id: str, since: datetime, now: datetime, labels: Mapping[str, str]
) -> tuple[Ended, ...]:
    within = (S.owner_id == connection_id, S.expires_at > since, S.expires_at <= now)
    found = rows(session, select(S.field, S.expires_at).where(*within).order_by(S.expires_at))
    return tuple(Ended(labels[name], at) for name, at in found if name in labels)


def _arrived(session: Session, connection_id: str, since: datetime) -> Arrived:
    mine = (W.connection_id == connection_id, W.received_at > since)
    withdrawn = func.min(W.received_at).filter(cast(W.named, Text).contains('["access"'))
    [(accepted, withdrawn_at)] = rows(session, select(func.count(), withdrawn).where(*mine))
    theirs = (R.connection_id == connection_id, R.at > since)
    [(refused, first)] = rows(session, select(func.count(), func.min(R.at)).where(*theirs))
    reason = rows(session, select(R.reason).where(*theirs).order_by(R.at.desc()).limit(1)) if refused else []
    return Arrived(accepted, refused, first, reason[0][0] if reason else "", withdrawn_at)


def _stock(session: Session, connection_id: str, since: datetime) -> Stock:
    refused = (T.state == "refused", T.connection_id == connection_id, T.answered_at > since)
    [(count, first)] = rows(session, select(func.count(), func.min(T.answered_at)).where(*refused))
    newest = select(T.said).where(*refused).order_by(T.answered_at.desc()).limit(1)
    return Stock(count, first, rows(session, newest)[0][0]) if count else Stock()


def _raised(session: Session, connection_id: str, since: datetime, now: datetime) -> tuple[Raised, ...]:
    taken = or_(I.acknowledged_at.is_not(None), I.snoozed_until > now)
    among = case((I.closed_at.is_not(None), "over"), (taken, "attended"), else_="open")
    wanted = select(I.id, I.opened_at, I.title, among).where(I.connection_id == connection_id)
    found = rows(session, wanted.where(I.opened_at >= since).order_by(I.opened_at).limit(MOST_BESIDE))
    return tuple(Raised(*row) for row in found)


def _changed(session: Session, since: datetime) -> tuple[Changed, ...]:
    """What was changed in the settings of the whole installation."""
    wanted = select(L.at, L.who, L.action, L.subject_name, L.changes).where(L.subject_kind == "settings", L.at >= since)
    found = rows(session, wanted.order_by(L.at).limit(MOST_BESIDE))
    return tuple(Changed(at, who, _what_changed(action, name, changes)) for at, who, action, name, changes in found)


def _what_changed(action: str, name: str, changes: Sequence[Mapping[str, Any]]) -> str:
    told = "; ".join(
        f"{one['field']} from {one['before'] or 'nothing'} to {one['after'] or 'nothing'}" for one in changes
    )
    return f"{' '.join(filter(None, (action, name)))}{': ' if told else ''}{told}."


def _fellows(session: Session, row: Any) -> tuple[Fellow, ...]:
    """Connections of the same marketplace whose last sync failed with the same error."""
    if not row.error_kind:
        return ()
    alike = (
        *(C.marketplace == row.marketplace, C.error_kind == row.error_kind, C.error_scope == row.error_scope),
        *(C.sandbox == row.sandbox, C.removed_at.is_(None), C.id != row.id, C.error_since.is_not(None)),
    )
    wanted = select(C.id, C.name, C.error_since).where(*alike, C.recent_outcomes.endswith("f"))
    return tuple(Fellow(*found) for found in rows(session, wanted.order_by(C.name).limit(MOST_BESIDE)))
