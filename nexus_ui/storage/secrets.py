"""Encrypted credentials: one row per owner (a connection or a draft) and field. Whoever calls brings the vault."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, select, tuple_, update
from sqlmodel import Session, col

from nexus_ui import errors
from nexus_ui.clock import utcnow
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import Secret

LONG_ENOUGH_TO_HINT = 12
BATCH = 200


class SealedValue(Protocol):
    """What sealing returns."""

    @property
    def key_id(self) -> str:
        """Which key sealed it."""
        ...

    @property
    def blob(self) -> bytes:
        """The encrypted bytes."""
        ...


class Sealer(Protocol):
    """Seals and opens values bound to owner, field and version: `security.vault.current_vault()`."""

    @property
    def key_id(self) -> str:
        """The key that seals."""
        ...

    def seal(self, owner_id: str, field: str, version: int, plain: str) -> SealedValue:
        """Encrypt."""
        ...

    def open(self, owner_id: str, field: str, version: int, key_id: str, blob: bytes) -> str:
        """Decrypt; raises SecretUnreadable."""
        ...


@dataclass(frozen=True, slots=True)
class SecretFact:
    """What may be shown of a secret."""

    last_four: str
    set_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many secrets now carry the newest key, and which (owner, field) could not be opened."""

    count: int
    unreadable: tuple[tuple[str, str], ...]


def store(
    session: Session,
    vault: Sealer,
    owner_id: str,
    plain: Mapping[str, str],
    expires: Mapping[str, datetime | None] | None = None,
) -> None:
    """Seal and keep fields; fields not named stay, and an equal value keeps its age."""
    until = expires or {}
    rows = {row.field: row for row in _rows(session, owner_id)}
    for field, value in plain.items():
        row = rows.get(field)
        if row is not None and _opens_to(vault, row, value):
            if field in until:
                row.expires_at = until[field]
            continue
        version = row.version + 1 if row else 1
        sealed = vault.seal(owner_id, field, version, value)
        session.merge(
            Secret(
                owner_id=owner_id,
                field=field,
                sealed=sealed.blob,
                key_id=sealed.key_id,
                version=version,
                last_four=value[-4:] if len(value) >= LONG_ENOUGH_TO_HINT else "",
                set_at=utcnow(),
                expires_at=until.get(field),
            )
        )


def reveal(vault: Sealer, owner_id: str) -> dict[str, str]:
    """Every field in plain text, for memory only; empty when there is none. Raises SecretUnreadable."""
    with reading() as session:
        return reveal_in(session, vault, owner_id)


def reveal_in(session: Session, vault: Sealer, owner_id: str) -> dict[str, str]:
    """As `reveal`, inside a transaction."""
    return {row.field: _open(vault, row) for row in _rows(session, owner_id)}


def readable_in(session: Session, vault: Sealer, owner_id: str) -> dict[str, str]:
    """As `reveal_in`, without the fields that do not open any more."""
    found: dict[str, str] = {}
    for row in _rows(session, owner_id):
        with contextlib.suppress(errors.SecretUnreadable):
            found[row.field] = _open(vault, row)
    return found


def facts(owner_id: str) -> dict[str, SecretFact]:
    """What may be shown of each field of one owner."""
    return facts_of([owner_id]).get(owner_id, {})


def facts_of(owner_ids: Iterable[str]) -> dict[str, dict[str, SecretFact]]:
    """What may be shown, for many owners in one query."""
    found: dict[str, dict[str, SecretFact]] = {}
    wanted = select(Secret).where(col(Secret.owner_id).in_(list(owner_ids)))
    with reading() as session:
        for row in session.execute(wanted).scalars():
            found.setdefault(row.owner_id, {})[row.field] = SecretFact(row.last_four, row.set_at, row.expires_at)
    return found


def move(session: Session, vault: Sealer, from_owner: str, to_owner: str) -> None:
    """Give all secrets of one owner to another, sealed anew for it; a field already there is replaced."""
    there = {row.field: row.version for row in _rows(session, to_owner)}
    for row in _rows(session, from_owner):
        version = there.get(row.field, 0) + 1
        sealed = vault.seal(to_owner, row.field, version, _open(vault, row))
        kept = {"last_four": row.last_four, "set_at": row.set_at, "expires_at": row.expires_at}
        moved = Secret(owner_id=to_owner, field=row.field, sealed=sealed.blob, key_id=sealed.key_id, version=version)
        session.merge(moved.sqlmodel_update(kept))
    forget(session, from_owner)


def forget(session: Session, owner_id: str) -> None:
    """Delete every secret of one owner."""
    session.flush()
    session.execute(delete(Secret).where(col(Secret.owner_id) == owner_id))


def keep_only(session: Session, owner_id: str, fields: Iterable[str]) -> None:
    """Delete the fields of one owner that are not named."""
    session.flush()
    session.execute(delete(Secret).where(col(Secret.owner_id) == owner_id, col(Secret.field).not_in(list(fields))))


def reseal_all(vault: Sealer, batch: int = BATCH) -> Resealed:
    """Seal with the newest key what older ones sealed, batch by batch; stopped anywhere, it goes on from there."""
    count, after = 0, ("", "")
    unreadable: list[tuple[str, str]] = []
    while rows := _sealed_by_others(vault.key_id, after, batch):
        after = (rows[-1].owner_id, rows[-1].field)
        with writing() as session:
            for row in rows:
                try:
                    count += _reseal(session, vault, row)
                except errors.SecretUnreadable:
                    unreadable.append((row.owner_id, row.field))
    return Resealed(count, tuple(unreadable))


def _reseal(session: Session, vault: Sealer, row: Secret) -> int:
    """Replace one sealed value unless it was stored anew meanwhile; returns how many rows changed."""
    sealed = vault.seal(row.owner_id, row.field, row.version, _open(vault, row))
    unchanged = (
        col(Secret.owner_id) == row.owner_id,
        col(Secret.field) == row.field,
        col(Secret.version) == row.version,
        col(Secret.key_id) == row.key_id,
    )
    changed = session.connection().execute(
        update(Secret).where(*unchanged).values(sealed=sealed.blob, key_id=sealed.key_id)
    )
    return changed.rowcount


def _sealed_by_others(key_id: str, after: tuple[str, str], batch: int) -> list[Secret]:
    place = (col(Secret.owner_id), col(Secret.field))
    wanted = select(Secret).where(col(Secret.key_id) != key_id, tuple_(*place) > tuple_(*after))
    with reading() as session:
        return list(session.execute(wanted.order_by(*place).limit(batch)).scalars())


def _rows(session: Session, owner_id: str) -> list[Secret]:
    return list(session.execute(select(Secret).where(col(Secret.owner_id) == owner_id)).scalars())


def _open(vault: Sealer, row: Secret) -> str:
    return vault.open(row.owner_id, row.field, row.version, row.key_id, row.sealed)


def _opens_to(vault: Sealer, row: Secret, plain: str) -> bool:
    try:
        return _open(vault, row) == plain
    except errors.SecretUnreadable:
        return False
