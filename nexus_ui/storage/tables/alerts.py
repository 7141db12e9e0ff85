"""Incidents, whom they are told to, what was sent, and who did what."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field, SQLModel

from nexus_ui.storage.tables.kinds import utc


class Incident(SQLModel, table=True):
    """Something that is wrong, from when it began to when it ended. One is open per `open_key` (connection and kind).

    `kind`: an error's kind, or what the flow that saw it calls it (silence, failing, credentials ...).
    `affected` and `evidence` are lists of {"text", "href", "at", "then"}. `step` is where a countdown stands,
    `told_step` where it stood when it was last told.
    """

    __tablename__: ClassVar[str] = "incidents"
    __table_args__ = (
        Index("ix_incidents_connection", "connection_id", "kind", "opened_at"),
        Index("ix_incidents_opened", "opened_at"),
    )
    id: str = Field(primary_key=True)
    open_key: str | None = Field(default=None, unique=True)
    connection_id: str | None = None
    kind: str
    severity: str
    title: str
    sentence: str = Field(default="", sa_column=Column(Text, nullable=False))
    affected: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    evidence: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    step: str = ""
    told_step: str = ""
    times: int = 1
    opened_at: datetime = utc(nullable=False)
    last_seen_at: datetime = utc(nullable=False)
    alerted_at: datetime | None = utc()
    acknowledged_at: datetime | None = utc()
    acknowledged_by: str | None = None
    snoozed_until: datetime | None = utc()
    closed_at: datetime | None = utc()
    ending: str = Field(default="", sa_column=Column(Text, nullable=False))
    revision: int = 0


class AlertChannel(SQLModel, table=True):
    """Where alerts go: `email` (SMTP) or `slack` (a compatible webhook). Its secrets hang on `id` in `secrets`."""

    __tablename__: ClassVar[str] = "alert_channels"
    id: str = Field(primary_key=True)
    kind: str
    name: str
    public_fields: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    enabled: bool = True
    created_at: datetime = utc(nullable=False)
    created_by: str | None = None
    last_sent_at: datetime | None = utc()
    problem: str = Field(default="", sa_column=Column(Text, nullable=False))
    problem_since: datetime | None = utc()
    removed_at: datetime | None = utc()


class AlertMessage(SQLModel, table=True):
    """One message to one channel. `purpose`: opened, again, recovered, test. `state`: waiting, sent, failed,
    superseded (it was over before it could be sent).
    """

    __tablename__: ClassVar[str] = "alert_messages"
    __table_args__ = (
        Index("ix_alert_messages_due", "state", "due_at"),
        Index("ix_alert_messages_incident", "incident_id"),
    )
    id: str = Field(primary_key=True)
    incident_id: str | None = None
    channel_id: str
    purpose: str
    subject: str
    body: str = Field(default="", sa_column=Column(Text, nullable=False))
    state: str
    created_at: datetime = utc(nullable=False)
    due_at: datetime | None = utc()
    attempts: int = 0
    sent_at: datetime | None = utc()
    problem: str = Field(default="", sa_column=Column(Text, nullable=False))


class Audited(SQLModel, table=True):
    """Who did what, when. `changes` is a list of {"field", "from", "to"}, never a secret; `who` stays as it was."""

    __tablename__: ClassVar[str] = "audit_log"
    __table_args__ = (Index("ix_audit_log_at", "at"), Index("ix_audit_log_subject", "subject_id", "at"))
    id: str = Field(primary_key=True)
    at: datetime = utc(nullable=False)
    person_id: str | None = None
    who: str
    action: str
    subject_kind: str
    subject_id: str
    subject_name: str = ""
    changes: list[Any] = Field(sa_column=Column(JSON, nullable=False))
