"""Signs of life and locks."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from nexus_ui.storage.tables.kinds import utc


class Beat(SQLModel, table=True):
    """A sign of life of a scheduler, worker or watchman. A worker says how many of its `places` are `taken`."""

    __tablename__: ClassVar[str] = "beats"
    name: str = Field(primary_key=True)
    kind: str
    at: datetime = utc(nullable=False)
    started_at: datetime = utc(nullable=False)
    detail: str = ""
    taken: int = 0
    places: int = 0


class Lock(SQLModel, table=True):
    """Something only one process may do at a time, such as renewing one connection's token; free again at `until`."""

    __tablename__: ClassVar[str] = "locks"
    name: str = Field(primary_key=True)
    holder: str
    until: datetime = utc(nullable=False)
