"""What every list shares: the arithmetic of a page, and reading plain columns instead of model instances."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlmodel import Session

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a page stands: page `number` of `pages`; `matching` of `total` rows pass the filter."""

    number: int = 1
    pages: int = 1
    matching: int = 0
    total: int = 0
    size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        """How many matching rows come before this page."""
        return (self.number - 1) * self.size


def paging(number: int, matching: int, total: int, size: int = PAGE_SIZE) -> Paging:
    """The page closest to `number` that exists."""
    pages = max(1, -(-matching // size))
    return Paging(min(max(1, number), pages), pages, matching, total, size)


def rows(session: Session, statement: Executable) -> list[Any]:
    """The result of `statement` as rows of plain values."""
    return list(session.connection().execute(statement).all())
