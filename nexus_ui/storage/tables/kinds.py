"""Kinds of columns and tables that all others use."""

from typing import Any

from sqlalchemy import Column
from sqlmodel import Field

from nexus_ui.storage.columns import Amount, Utc

CLUSTERED = {"sqlite_with_rowid": False}
"""Table option: SQLite keeps the rows in the order of the primary key, in one tree instead of two."""


def utc(nullable: bool = True, index: bool = False) -> Any:
    """A column holding an aware UTC time."""
    return Field(default=None, sa_column=Column(Utc, nullable=nullable, index=index))


def amount() -> Any:
    """A column holding an exact amount of money, or nothing."""
    return Field(default=None, sa_column=Column(Amount, nullable=True))
