"""Signs of life of schedulers and workers."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, delete, func, select

from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import Beat


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of life of one process."""

    name: str
    kind: str
    at: datetime
    started_at: datetime
    detail: str
    taken: int = 0
    places: int = 0


def beat(
    name: str, kind: str, now: datetime, started_at: datetime, detail: str = "", taken: int = 0, places: int = 0
) -> None:
    """Leave a sign of life; a worker also says how many of its places are taken."""
    with writing() as session:
        session.merge(
            Beat(name=name, kind=kind, at=now, started_at=started_at, detail=detail, taken=taken, places=places)
        )


def gone(name: str) -> None:
    """Take back the sign of a process that ends in good order."""
    with writing() as session:
        session.exec(delete(Beat).where(col(Beat.name) == name))


def count(kind: str, since: datetime) -> int:
    """How many processes of a kind have given a sign of life since."""
    wanted = select(func.count()).where(col(Beat.kind) == kind, col(Beat.at) >= since)
    with reading() as session:
        return session.exec(wanted).one()


def signs(kind: str = "") -> list[Sign]:
    """The last signs of life, freshest first."""
    wanted = select(Beat).order_by(col(Beat.at).desc())
    if kind:
        wanted = wanted.where(col(Beat.kind) == kind)
    with reading() as session:
        return [
            Sign(row.name, row.kind, row.at, row.started_at, row.detail, row.taken, row.places)
            for row in session.exec(wanted)
        ]


def forget_before(moment: datetime) -> int:
    """Drop signs older than that; returns how many."""
    with writing() as session:
        return session.exec(delete(Beat).where(col(Beat.at) < moment)).rowcount
