"""Who may come in, and the settings of the whole installation."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from nexus_ui.storage.tables.kinds import utc


class Person(SQLModel, table=True):
    """Someone who may sign in. `role` is owner, admin or viewer."""

    __tablename__: ClassVar[str] = "people"
    id: str = Field(primary_key=True)
    email: str = Field(index=True, unique=True)
    name: str = ""
    password_hash: str
    role: str
    time_zone: str = "UTC"
    created_at: datetime = utc(nullable=False)
    disabled_at: datetime | None = utc()


class SignedIn(SQLModel, table=True):
    """A browser session. `id` is the SHA-256 of the cookie's value, which is stored nowhere."""

    __tablename__: ClassVar[str] = "sessions"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    created_at: datetime = utc(nullable=False)
    expires_at: datetime = utc(nullable=False)
    ended_at: datetime | None = utc()


class SignInAttempt(SQLModel, table=True):
    """A refused sign-in, counted for throttling. `subject` is a hash of the address or of the sender."""

    __tablename__: ClassVar[str] = "sign_in_attempts"
    id: str = Field(primary_key=True)
    subject: str = Field(index=True)
    at: datetime = utc(nullable=False, index=True)


class OneTimeLink(SQLModel, table=True):
    """A link that works once. `id` is the SHA-256 of its token; `purpose` is owner (create the owner) or consent."""

    __tablename__: ClassVar[str] = "one_time_links"
    id: str = Field(primary_key=True)
    purpose: str
    created_at: datetime = utc(nullable=False)
    expires_at: datetime = utc(nullable=False)
    used_at: datetime | None = utc()


class ReconnectLink(SQLModel, table=True):
    """Lets whoever has it give one connection new credentials, once. `id` is the SHA-256 of its token."""

    __tablename__: ClassVar[str] = "reconnect_links"
    id: str = Field(primary_key=True)
    connection_id: str = Field(index=True)
    created_by: str
    created_at: datetime = utc(nullable=False)
    expires_at: datetime = utc(nullable=False)
    tries: int = 0
    used_at: datetime | None = utc()
    withdrawn_at: datetime | None = utc()


class Preference(SQLModel, table=True):
    """A setting of the whole installation, e.g. `connections` → Settings > General > Connections."""

    __tablename__: ClassVar[str] = "preferences"
    name: str = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    changed_at: datetime = utc(nullable=False)
