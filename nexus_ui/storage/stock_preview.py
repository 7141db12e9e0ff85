"""What a setting would publish, before anybody turns it on: a connection's buffer, and the rule of the last units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select

from nexus_ui.storage import preferences
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows
from nexus_ui.storage.products import V
from nexus_ui.storage.targets import C, X, available, last_sold_there, offered

MOST_SAMPLES = 6
SMALL = 100
"""From a hundred units on, no buffer up to 99 % reaches zero."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One SKU and what is available of it."""

    sku: str
    available: int


@dataclass(frozen=True, slots=True)
class StockSpread:
    """How many SKUs in stock have how much: enough to say what any buffer does, without asking again.

    `own` SKUs follow a rule of their own, `last` ones the rule of the last units; the buffer changes neither.
    """

    known: int
    counts: tuple[tuple[int, int], ...]
    """(available, SKUs) for the small quantities, where a buffer can end at zero."""
    samples: tuple[Sample, ...]
    own: int = 0
    last: int = 0

    def emptied(self, kept_percent: int) -> int:
        """How many SKUs that are in stock would be published as zero."""
        return sum(skus for units, skus in self.counts if units * kept_percent // 100 == 0)


@dataclass(frozen=True, slots=True)
class LastUnits:
    """How many SKUs, which several connections list, have how few units: what the last-unit rule would move."""

    counts: tuple[tuple[int, int], ...]

    def below(self, units: int) -> int:
        """How many SKUs would be published on one connection alone."""
        return sum(skus for available_units, skus in self.counts if available_units < units)


def stock_spread(connection_id: str) -> StockSpread:
    """What the connection publishes that is in stock; two statements, and one for the settings."""
    mine = (V.connection_id == connection_id, available() > 0)
    chosen = preferences.stock()
    follows = case(
        (X.withheld.is_(True) | X.buffer_percent.is_not(None), "own"),
        (and_(last_sold_there(chosen), available() < chosen.last_units), "last"),
        else_="buffer",
    )
    sorts = select(follows.label("follows"), V.sku, available().label("units")).select_from(offered()).where(*mine)
    each = sorts.distinct().subquery().c
    with reading() as session:
        kinds = dict(rows(session, select(each.follows, func.count()).group_by(each.follows)))
        plain = select(each.units, func.count(), func.min(each.sku)).where(each.follows == "buffer")
        found = rows(session, plain.group_by(each.units).order_by(each.units))
    counts = tuple((int(units), skus) for units, skus, _ in found if units < SMALL)
    return StockSpread(kinds.get("buffer", 0), counts, _samples(found), kinds.get("own", 0), kinds.get("last", 0))


def last_units(connection_id: str, most: int) -> LastUnits:
    """The SKUs with fewer than `most` units that `connection_id` lists, and others with it."""
    there = select(C.sandbox).where(C.id == connection_id).scalar_subquery()
    few = (available() > 0, available() < most, C.sandbox == there)
    listed = select(V.sku, available().label("units"), V.connection_id).select_from(offered()).where(*few).distinct()
    each = listed.subquery().c
    here = func.count(case((each.connection_id == connection_id, 1)))
    several = (
        select(each.sku, each.units).group_by(each.sku, each.units).having(here > 0, func.count() > 1).subquery().c
    )
    counted = select(several.units, func.count()).group_by(several.units).order_by(several.units)
    with reading() as session:
        return LastUnits(tuple((int(units), skus) for units, skus in rows(session, counted)))


def _samples(found: Sequence[Any]) -> tuple[Sample, ...]:
    """From the smallest quantity to the largest, evenly."""
    places = {round(place * (len(found) - 1) / (MOST_SAMPLES - 1)) for place in range(MOST_SAMPLES)} if found else set()
    return tuple(Sample(found[place][2], int(found[place][0])) for place in sorted(places))
