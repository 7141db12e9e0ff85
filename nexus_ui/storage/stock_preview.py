"""What an inventory buffer would do to one connection, before anybody turns it on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows
from nexus_ui.storage.products import V, available_of_variant

MOST_SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One variant and what is available of it."""

    sku: str | None
    title: str
    available: int


@dataclass(frozen=True, slots=True)
class StockSpread:
    """How many variants have how much: enough to say what any buffer does, without asking again."""

    known: int
    counts: tuple[tuple[int, int], ...]
    """(available, variants) for the small quantities, where a buffer can end at zero."""
    samples: tuple[Sample, ...]

    def emptied(self, kept_percent: int) -> int:
        """How many variants that are in stock would be published as zero."""
        return sum(variants for available, variants in self.counts if available * kept_percent // 100 == 0)


SMALL = 100
"""From a hundred units on, no buffer up to 99 % reaches zero."""


def stock_spread(connection_id: str) -> StockSpread:
    """The tracked variants in stock that the seller holds; three statements."""
    held = _held(connection_id)
    with reading() as session:
        known = rows(session, select(func.count()).select_from(held.subquery()))[0][0]
        stocked = held.subquery()
        small = select(stocked.c.available, func.count()).where(stocked.c.available < SMALL)
        counts = rows(session, small.group_by(stocked.c.available).order_by(stocked.c.available))
        lowest = select(stocked).order_by(stocked.c.available, stocked.c.sku, stocked.c.ref).limit(MOST_SAMPLES)
        samples = rows(session, lowest)
    return StockSpread(known, tuple((int(each), many) for each, many in counts), _samples(samples))


def _held(connection_id: str) -> Select[*tuple[Any, ...]]:
    mine = (V.connection_id == connection_id, V.tracked, V.fulfilment == "merchant")
    every = select(V.ref, V.sku, V.title, available_of_variant().label("available")).where(*mine).subquery().c
    return select(every.ref, every.sku, every.title, every.available).where(every.available > 0)


def _samples(found: Sequence[Any]) -> tuple[Sample, ...]:
    return tuple(Sample(row.sku, row.title, int(row.available)) for row in found)
